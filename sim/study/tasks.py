"""The tasks of a study: to learn one run, and to measure one subject, pair or group."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

from agents.errors import UserError
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject, read_subject
from sim.learning.run import Run
from sim.learning.sealed_files import read_seal
from sim.measures import GroupMeasure, Measure, PairMeasure, RunMeasure
from sim.provenance import computed_in, refuse_other_arithmetic
from sim.rollout.machine import Machine
from sim.statistics.results import Findings, Result
from sim.study import store
from sim.study.grid import LEARNER, Settings
from sim.study.judging import judged
from sim.study.store import digest
from sim.values import plain, suggestion
from sim.work.task import Task

# for estimates of time on a typical core
SPEED = 35e6  # agent-steps per second of rollouts
GRADIENT_SPEED = 1e6  # agent-steps per second of gradients through time
GENERATION, TASK = 0.02, 0.1  # seconds that each takes beside its agent-steps


@dataclass(frozen=True, slots=True)
class LearnTask:
    """Learn one run into its folder, or continue a run that was stopped."""

    folder: Path
    settings: Settings
    seed: int
    needs: ClassVar[tuple[Task, ...]] = ()
    needed: ClassVar[bool] = True

    @property
    def key(self) -> str:
        """A digest of everything that the run's bits depend on."""
        return digest(["learn", plain(self.config()), store.versions()])

    @property
    def label(self) -> str:
        """The name of the folder."""
        return f"learn {self.folder.name}"

    @property
    def cost(self) -> float:
        """The time in seconds, from the agent-steps of the whole run."""
        from sim.learning.train import TrainConfig

        config = self.config()
        speed = GRADIENT_SPEED if isinstance(config, TrainConfig) else SPEED
        return TASK + float(config.generations * (GENERATION + config.agent_steps / speed))

    def config(self) -> Any:
        """The config of the learner. Raises UserError for settings that do not fit."""
        from sim.learning.configs import configured

        settings = dict(self.settings)
        return configured(settings.pop(LEARNER), settings, seed=self.seed)

    def done(self) -> bool:
        """True if the run has all its generations, was written to its end, in the arithmetic of this process."""
        try:
            run, seal = Run.open(self.folder), read_seal(self.folder)
            history, champion = run.history(), run.champion()
            refuse_other_arithmetic(self.folder, computed_in(run.manifest()))
        except UserError:
            return False
        done = history[-1].get("generation") if history else 0
        settled = seal is None or not seal.becoming  # else a writer was killed before it wrote the last seal
        return bool(done == self.config().generations and champion.provenance and settled)

    def run(self, machine: Machine) -> None:
        """Learn the run."""
        from sim.learning.learn import learn

        learn(self.config(), self.folder, machine=machine)


@dataclass(frozen=True, slots=True)
class RunReference:
    """A run by its folder, with its name, its group, and digests of everything that a measure may read."""

    path: Path
    name: str
    group: str
    seed: int
    key: str
    """A digest of the genomes of a run that exists, or the key of the task that learns it."""
    history_key: str
    """The same, with the records of learning."""
    learned_by: LearnTask | None = None

    def read(self) -> Subject:
        """The subject."""
        return _subject(self.path, self.name)


@dataclass(frozen=True, slots=True)
class MeasureTask:
    """Measure one run, pair or group, and save the result in the study's folder."""

    out: Path
    measure: Measure
    runs: tuple[RunReference, ...]
    evaluation_set: EvaluationSet
    needed: ClassVar[bool] = False

    @property
    def key(self) -> str:
        """A digest of everything that the result's bits depend on."""
        history = self.measure.reads_history
        keys = [run.history_key if history else run.key for run in self.runs]
        names = [run.name for run in self.runs] if self.measure.of == "group" else []  # its results contain the names
        about = [self.measure.version, self.measure.json(), self.evaluation_set.json(), store.versions()]
        return digest(["measure", about, keys, names])

    @property
    def label(self) -> str:
        """The measure and its subjects."""
        names = " | ".join(run.name for run in self.runs) if len(self.runs) < 3 else f"{len(self.runs)} runs"
        return f"{self.measure.name()} of {names}"

    @property
    def cost(self) -> float:
        """The time in seconds, from the episodes that the measure takes."""
        scale = len(self.runs) if self.measure.of == "group" else 1
        return TASK + scale * self.measure.episodes() * self.evaluation_set.world.lifetime / SPEED

    @property
    def needs(self) -> tuple[Task, ...]:
        """The tasks that learn the runs."""
        return tuple(run.learned_by for run in self.runs if run.learned_by is not None)

    def done(self) -> bool:
        """True if the result is saved and undamaged."""
        return self.result() is not None

    def run(self, machine: Machine) -> None:
        """Measure the runs."""
        subjects = [run.read() for run in self.runs]
        store.save(self.out, self.key, compute(self.measure, subjects, self.evaluation_set, machine))

    def result(self) -> Findings | None:
        """The result, or None if it is not there."""
        return store.load(self.out, self.key)


def compute(measure: Measure, subjects: list[Subject], evaluation_set: EvaluationSet, machine: Machine) -> Findings:
    """Measure one subject, a pair or a group. Raises UserError for different layouts, and for measures of fields."""
    layouts = {subject.layout for subject in subjects}
    if len(layouts) > 1:
        got = " and ".join(sorted(layout.describe() for layout in layouts))
        raise UserError(f"{measure.name()} compares networks of one layout, got {got}; pair runs that are alike")
    match measure:
        case RunMeasure():
            (subject,) = subjects
            findings = measure.compute(subject, evaluation_set, machine)
        case PairMeasure():
            first, second = subjects
            findings = measure.compute(first, second, evaluation_set, machine)
        case GroupMeasure():
            findings = measure.compute(subjects, evaluation_set, machine)
        case _:
            raise UserError(f"{measure.name()} is a measure of a field, not of runs; give it a field")
    return check_findings(measure, findings)


def check_findings(measure: Measure, findings: Findings) -> Findings:
    """The findings of a measure, doubtful where their controls fail. Raises UserError for results of another form."""
    if not isinstance(findings, Mapping):
        got = f"{measure.name()} returned a {type(findings).__name__}"
        raise UserError(f'{got}; return results by slot, such as by_quantity(number("size", 3.0))')
    for slot, result in findings.items():
        if not isinstance(result, Result):
            got = f"{measure.name()} returned a {type(result).__name__} under {slot!r}"
            raise UserError(f"{got}; return a result of sim.statistics.results, such as number(...)")
        if result.quantity not in measure.quantities:
            fix = suggestion(result.quantity, measure.quantities, f"it defines {', '.join(measure.quantities)}")
            raise UserError(f"{measure.name()} does not define {result.quantity!r}, the quantity of {slot!r}; {fix}")
    return judged(measure.quantities, findings)


@lru_cache(64)
def _subject(path: Path, name: str) -> Subject:
    return read_subject(Run.open(path), name)
