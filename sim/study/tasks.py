"""The tasks of a study: to learn one run, and to measure one subject, pair or group."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from agents.errors import UserError
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject, read_subject
from sim.learning.run import Run
from sim.measures import FieldMeasure, GroupMeasure, Measure, PairMeasure, RunMeasure
from sim.rollout.machine import Machine
from sim.statistics.results import Findings
from sim.study import store
from sim.study.grid import Settings
from sim.study.store import digest
from sim.work.task import Task

SPEED = 100e6  # agent-steps a second of a usual core, for estimates of time


@dataclass(frozen=True, slots=True)
class LearnTask:
    """Learn one run into its folder; a run that was stopped goes on."""

    folder: Path
    settings: Settings
    seed: int

    @property
    def key(self) -> str:
        """All that the run's bits depend on."""
        return digest(["learn", [list(each) for each in self.settings], self.seed, store.versions()])

    @property
    def label(self) -> str:
        """The folder's name."""
        return f"learn {self.folder.name}"

    @property
    def cost(self) -> float:
        """From the agent-steps of the whole run."""
        config = self.config()
        return float(config.generations * config.agent_steps) / SPEED

    @property
    def needs(self) -> tuple[Task, ...]:
        """Nothing."""
        return ()

    @property
    def needed(self) -> bool:
        """By all that is measured of it."""
        return True

    def config(self) -> Any:
        """The config of the learner. Raises UserError for settings that do not fit."""
        from sim.learning.configs import configured

        settings = dict(self.settings)
        return configured(settings.pop("learner"), settings, seed=self.seed)

    def done(self) -> bool:
        """True where the run has as many generations as are asked for."""
        try:
            run = Run.open(self.folder)
            history, champion = run.history(), run.champion()
        except UserError:
            return False
        done = history[-1].get("generation") if history else 0
        return bool(done == self.config().generations and champion.provenance)

    def run(self, machine: Machine) -> None:
        """Learn."""
        from sim.learning.learn import learn

        learn(self.config(), self.folder, machine=machine)


@dataclass(frozen=True, slots=True)
class RunReference:
    """A run by its folder, what it is called, the group that it is of, and a digest of all that a measure may read."""

    path: Path
    name: str
    group: str
    seed: int
    key: str
    """Of a run that is there: of its genomes. Of one that the study learns: that of its task."""
    history_key: str
    """The same, with the records of learning."""
    learned_by: LearnTask | None = None

    def read(self) -> Subject:
        """The subject."""
        return _subject(self.path, self.name)


@dataclass(frozen=True, slots=True)
class MeasureTask:
    """Measure one run, pair or group, and keep the result in the study's folder."""

    out: Path
    measure: Measure
    runs: tuple[RunReference, ...]
    ground: EvaluationSet

    @property
    def key(self) -> str:
        """All that the result's bits depend on."""
        history = self.measure.reads_history
        keys = [run.history_key if history else run.key for run in self.runs]
        names = [run.name for run in self.runs] if self.measure.of == "group" else []  # its results name its subjects
        about = [self.measure.version, self.measure.json(), self.ground.json(), store.versions()]
        return digest(["measure", about, keys, names])

    @property
    def label(self) -> str:
        """The measure and its subjects."""
        names = " | ".join(run.name for run in self.runs) if len(self.runs) < 3 else f"{len(self.runs)} runs"
        return f"{self.measure.name()} of {names}"

    @property
    def cost(self) -> float:
        """From the episodes that the measure takes of one subject; a result costs a little in any case."""
        scale = len(self.runs) if self.measure.of == "group" else 1
        return 0.05 + scale * self.measure.episodes() * self.ground.world.lifetime / SPEED

    @property
    def needs(self) -> tuple[Task, ...]:
        """The runs that the study learns itself."""
        return tuple(run.learned_by for run in self.runs if run.learned_by is not None)

    @property
    def needed(self) -> bool:
        """By no other task."""
        return False

    def done(self) -> bool:
        """True where the result is there, whole."""
        return store.load(self.out, self.key) is not None

    def run(self, machine: Machine) -> None:
        """Measure."""
        subjects = [run.read() for run in self.runs]
        store.save(self.out, self.key, compute(self.measure, subjects, self.ground, machine))

    def result(self) -> Findings | None:
        """What was found, or None where it is not there."""
        return store.load(self.out, self.key)


def compute(measure: Measure, subjects: list[Subject], ground: EvaluationSet, machine: Machine) -> Findings:
    """What a measure finds of as many subjects as it is of. Raises UserError where there are others."""
    layouts = {subject.layout for subject in subjects}
    if len(layouts) > 1:
        got = " and ".join(sorted(layout.describe() for layout in layouts))
        raise UserError(f"{measure.name()} compares networks of one layout, got {got}; pair runs that are alike")
    match measure:
        case RunMeasure():
            (subject,) = subjects
            return measure.compute(subject, ground, machine)
        case PairMeasure():
            one, other = subjects
            return measure.compute(one, other, ground, machine)
        case GroupMeasure():
            return measure.compute(subjects, ground, machine)
        case FieldMeasure():
            raise UserError(f"{measure.name()} is a measure of a field, not of runs; give it a field")
    raise UserError(f"{measure.name()} is a measure of nothing known")


@lru_cache(64)
def _subject(path: Path, name: str) -> Subject:
    return read_subject(Run.open(path), name)
