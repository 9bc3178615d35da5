"""Plans: the tasks of a study, from its grid or from runs that are given to it."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from pathlib import Path

from agents.errors import UserError
from sim.evaluation.evaluation_set import EvaluationSet, first_unseen
from sim.evaluation.subject import Subject, read_subject
from sim.learning.run import Run
from sim.study import store
from sim.study.grid import LEARNER, Cell, flat
from sim.study.pairing import across, within
from sim.study.samples import ALL
from sim.study.study import Study, Use
from sim.study.tasks import LearnTask, MeasureTask, RunReference
from sim.work.task import Task

Runs = tuple[RunReference, ...]


@dataclass(frozen=True, slots=True)
class Measurement:
    """One task of a study that measures runs, and the use that it belongs to."""

    use: Use
    task: MeasureTask
    between: tuple[str, str] | None = None
    """For a pair of runs of two groups: the groups."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """All work of a study: the tasks that learn its runs, and the tasks that measure them."""

    study: Study
    out: Path
    runs: Runs
    """All runs, in the order of the grid or in which they were given."""
    cells: dict[str, Cell]
    """The grid's cell of every run, by the run's name; empty if runs were given."""
    measurements: tuple[Measurement, ...]

    @property
    def groups(self) -> dict[str, list[RunReference]]:
        """The runs of each group."""
        return _by_group(self.runs)

    def folder(self, run: RunReference) -> str:
        """A run's folder, relative to the study's where it is inside, so that the study can be moved."""
        out = self.out.absolute()
        return os.path.relpath(run.path, out) if run.path.is_relative_to(out.parent) else str(run.path)

    @property
    def tasks(self) -> list[Task]:
        """All tasks; a task comes after those that it needs."""
        learning = [run.learned_by for run in self.runs if run.learned_by is not None]
        return [*learning, *(measurement.task for measurement in self.measurements)]


def plan_grid(study: Study, out: Path, shared: Path | None = None) -> Plan:
    """The plan of a study that learns its runs itself, into the folder `out`.

    Studies with the same folder `shared` have their runs and results there, and share those that they have in common;
    the settings of a run define the name of its folder.
    """
    grid = study.grid
    if grid is None:
        raise UserError(f"the study {study.name} has no grid, and measures runs that are given to it; name some")
    runs: list[RunReference] = []
    cells, configs = {}, {}
    for cell, seed in ((cell, seed) for cell in grid.cells() for seed in grid.seeds):
        name = f"{cell.name}, seed {seed}"
        task = LearnTask(out.absolute() / store.RUNS / _folder(name), cell.settings, seed)
        if shared is not None:
            task = replace(
                task, folder=shared.absolute() / store.RUNS / f"{dict(cell.settings)[LEARNER]}-{task.key[:16]}"
            )
        cells[name], configs[name] = cell, task.config()
        runs.append(RunReference(task.folder, name, _group_name(study, cell), seed, task.key, task.key, task))
    groups = [ALL] if study.design.together else _by_group(tuple(runs))
    axes = () if study.design.together else study.design.group or tuple(name for name, _ in grid.axes)
    for claim in study.claims:
        claim.check(groups, axes)
    first = max(config.validation for config in configs.values())
    sets = {name: EvaluationSet(config.world, study.seed, first, study.ties) for name, config in configs.items()}
    return Plan(study, out, tuple(runs), cells, tuple(_measurements(study, shared or out, tuple(runs), sets)))


def plan_runs(study: Study, runs: Sequence[Run], out: Path) -> Plan:
    """The plan of a study of existing runs. Raises UserError for runs that cannot be compared."""
    subjects = renamed([read_subject(run) for run in runs])
    _check(study, subjects, runs)
    evaluation_set = EvaluationSet(subjects[0].world, study.seed, first_unseen(subjects), study.ties)
    references = tuple(
        RunReference(
            Path() if subject.run is None else subject.run.absolute(),
            subject.name, subject.method, subject.seed, subject.digest(), subject.digest(history=True),
        )
        for subject in subjects
    )  # fmt: skip
    sets = {subject.name: evaluation_set for subject in subjects}
    return Plan(study, out, references, {}, tuple(_measurements(study, out, references, sets)))


def _measurements(study: Study, out: Path, runs: Runs, sets: dict[str, EvaluationSet]) -> Iterator[Measurement]:
    """Every measure of every run, pair and group that it is a measure of, with results in the folder `out`.

    `sets` are the runs' evaluation sets.
    """
    design, groups = study.design, _by_group(runs)
    parts = [list(runs)] if design.together else list(groups.values())

    def measurement(use: Use, some: Runs, between: tuple[str, str] | None = None) -> Measurement:
        return Measurement(use, MeasureTask(out.absolute(), use.measure, some, sets[some[0].name]), between)

    for use in study.uses:
        match use.measure.of:
            case "run":
                yield from (measurement(use, (run,)) for run in runs)
            case "pair":
                yield from (measurement(use, pair) for part in parts for pair in within(part, design.pairs))
                for one, other in combinations(groups, 2) if design.across else ():
                    pairs = across(groups[one], groups[other])
                    yield from (measurement(use, pair, (one, other)) for pair in pairs)
            case "group":
                yield from (measurement(use, tuple(part)) for part in parts if len(part) > 1)
            case "field":
                raise UserError(f"{use.name} is a measure of a field; a study measures runs, pairs and groups")


def _by_group(runs: Runs) -> dict[str, list[RunReference]]:
    groups: dict[str, list[RunReference]] = {}
    for run in runs:
        groups.setdefault(run.group, []).append(run)
    return groups


def _group_name(study: Study, cell: Cell) -> str:
    """The name of a cell's group: the values of the axes that define a group."""
    axes = study.design.group or tuple(dict(cell.at))
    for name in axes:
        if name not in dict(cell.at):
            raise UserError(f"the study {study.name} groups by {name!r}, which is no axis of its grid")
    return Cell(tuple(each for each in cell.at if each[0] in axes), cell.settings).name


def _folder(name: str) -> str:
    """A run's name as the name of its folder."""
    return "".join(letter if letter.isalnum() or letter in "._-" else "-" for letter in name.replace(", ", "_"))


def renamed(subjects: list[Subject]) -> list[Subject]:
    """The subjects; if several have the same name, it gets a number."""
    total, seen = Counter(subject.name for subject in subjects), Counter[str]()
    numbered = []
    for subject in subjects:
        seen[subject.name] += 1
        name = f"{subject.name} {seen[subject.name]}" if total[subject.name] > 1 else subject.name
        numbered.append(replace(subject, name=name))
    return numbered


def _check(study: Study, subjects: list[Subject], runs: Sequence[Run]) -> None:
    """Refuse runs that cannot be compared: too few, of different worlds or layouts, equal, or not alike."""
    if len(subjects) < 2:
        raise UserError(f"a study of runs takes two or more, got {len(subjects)}; name another run")
    first = subjects[0]
    for at, each in enumerate(subjects):
        both = f"{first.run} and {each.run}"
        if each.layout != first.layout:
            got = f"{first.layout.describe()} and {each.layout.describe()}"
            raise UserError(f"{both} learned other networks ({got}); name runs of one layout")
        if each.world != first.world:
            got = f"{first.world} and {each.world}"
            raise UserError(f"{both} learned in other worlds ({got}); name runs of one world")
        for other in subjects[:at]:
            if each.genome.tobytes() == other.genome.tobytes():
                raise UserError(f"{other.run} and {each.run} have the same champion; name runs that differ")
    if study.design.alike:
        _check_alike(subjects, runs)


def _check_alike(subjects: list[Subject], runs: Sequence[Run]) -> None:
    """Refuse groups that are not a sample of a method: one run, one seed twice, or different settings."""
    methods = Counter(subject.method for subject in subjects)
    if len(methods) < 2:
        (only,) = methods
        raise UserError(f"methods are compared, and all {len(subjects)} runs are of {only}; name runs of another one")
    firsts: dict[str, tuple[Subject, dict[str, object]]] = {}
    seeds: dict[tuple[str, int], Subject] = {}
    for subject, run in zip(subjects, runs, strict=True):
        method, settings = subject.method, flat(asdict(run.config()))
        if methods[method] < 2:
            raise UserError(f"{method} has one run, {subject.run}; a claim about a method takes two, better ten")
        first, usual = firsts.setdefault(method, (subject, settings))
        twin = seeds.setdefault((method, subject.seed), subject)
        if twin is not subject:
            raise UserError(f"{twin.run} and {subject.run} have one seed, {subject.seed}; name runs of other seeds")
        for name, value in settings.items():
            if name != "seed" and usual[name] != value:
                unlike = f"{name} is {usual[name]} and {value}"
                both = f"{first.run} and {subject.run}"
                raise UserError(f"{both} are not one method: {unlike}; name runs of the same settings")
