"""Plans: the tasks of a study, from its grid or from runs that are given to it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

from agents.errors import UserError
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject, read_subject
from sim.learning.run import Run
from sim.study import store
from sim.study.grid import Cell
from sim.study.pairing import across, within
from sim.study.study import Study, Use
from sim.study.tasks import LearnTask, MeasureTask, RunReference
from sim.work.task import Task

Groups = dict[str, list[RunReference]]
"""The runs of each group, in the order in which they were named."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One task of a study, and what it is for; `between` names the groups of a pair across groups."""

    use: Use
    task: MeasureTask
    between: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """All that a study does: its runs by group, the tasks that learn them, and the tasks that measure them."""

    study: Study
    out: Path
    groups: Groups
    cells: dict[str, Cell]
    """The grid's cell of every run, by the run's name; empty where runs were given."""
    learning: tuple[LearnTask, ...]
    measuring: tuple[Planned, ...]

    @property
    def runs(self) -> list[RunReference]:
        """All runs."""
        return [run for runs in self.groups.values() for run in runs]

    def folder(self, run: RunReference) -> str:
        """A run's folder, relative to the study's where it is inside, so that the study can be moved."""
        out = self.out.absolute()
        return str(run.path.relative_to(out) if run.path.is_relative_to(out) else run.path)

    @property
    def tasks(self) -> list[Task]:
        """All tasks, those first that others need."""
        return [*self.learning, *(planned.task for planned in self.measuring)]


def plan_grid(study: Study, out: Path) -> Plan:
    """The plan of a study that learns its own runs, into `out`."""
    grid = study.grid
    if grid is None:
        raise UserError(f"the study {study.name} has no grid, and measures runs that are given to it; name some")
    groups: Groups = {}
    cells: dict[str, Cell] = {}
    grounds: dict[str, EvaluationSet] = {}
    configs = [(cell, seed) for cell in grid.cells() for seed in grid.seeds]
    first = 0
    for cell, seed in configs:
        name = f"{cell.name}, seed {seed}"
        task = LearnTask(out.absolute() / store.RUNS / _folder(name), cell.settings, seed)
        config = task.config()
        first = max(first, config.validation)
        group = _group_name(study, cell)
        run = RunReference(task.folder, name, group, seed, task.key, task.key, task)
        groups.setdefault(group, []).append(run)
        cells[name] = cell
        grounds[name] = EvaluationSet(config.world, study.seed, 0, study.ties)
    located = {name: EvaluationSet(each.world, each.seed, first, each.ties) for name, each in grounds.items()}
    learning = tuple(run.learned_by for runs in groups.values() for run in runs if run.learned_by is not None)
    return Plan(study, out, groups, cells, learning, tuple(_measuring(study, out, groups, located)))


def plan_runs(study: Study, runs: Sequence[Run], out: Path) -> Plan:
    """The plan of a study of runs that are there. Raises UserError for runs that cannot be compared."""
    subjects = renamed([read_subject(run) for run in runs])
    _check(study, subjects, runs)
    groups: Groups = {}
    for subject in subjects:
        keys = subject.digest(), subject.digest(history=True)
        path = Path() if subject.run is None else subject.run.absolute()
        run = RunReference(path, subject.name, subject.method, subject.seed, *keys)
        groups.setdefault(subject.method, []).append(run)
    first = max(subject.record.validation for subject in subjects)
    ground = EvaluationSet(subjects[0].world, study.seed, first, study.ties)
    grounds = {subject.name: ground for subject in subjects}
    ordered = {run.name: run for each in groups.values() for run in each}
    order = [ordered[subject.name] for subject in subjects]
    return Plan(study, out, groups, {}, (), tuple(_measuring(study, out, groups, grounds, order)))


def _measuring(
    study: Study,
    out: Path,
    groups: Groups,
    grounds: dict[str, EvaluationSet],
    order: Sequence[RunReference] | None = None,
) -> Iterator[Planned]:
    """Every measure of every run, pair and group that it is of; `order` is that of the runs as they were given."""
    design, runs = study.design, list(order or [run for each in groups.values() for run in each])

    def planned(use: Use, some: tuple[RunReference, ...], between: tuple[str, str] | None = None) -> Planned:
        return Planned(use, MeasureTask(out.absolute(), use.measure, some, grounds[some[0].name]), between)

    for use in study.uses:
        match use.measure.of:
            case "run":
                yield from (planned(use, (run,)) for run in runs)
            case "pair":
                parts = [runs] if design.together else list(groups.values())
                yield from (planned(use, pair) for part in parts for pair in within(part, design.pairs))
                if design.across:
                    for one, other in combinations(groups, 2):
                        for pair in across(groups[one], groups[other]):
                            yield planned(use, pair, (one, other))
            case "group":
                parts = [runs] if design.together else list(groups.values())
                yield from (planned(use, tuple(part)) for part in parts if len(part) > 1)
            case "field":
                raise UserError(f"{use.name} is a measure of a field; a study measures runs, pairs and groups")


def _group_name(study: Study, cell: Cell) -> str:
    """The group of a cell: the values of the axes that make a group."""
    axes = study.design.group
    for name in axes:
        if name not in dict(cell.at):
            raise UserError(f"the study {study.name} groups by {name!r}, which is no axis of its grid")
    return cell.name if not axes else Cell(tuple(each for each in cell.at if each[0] in axes), cell.settings).name


def _folder(name: str) -> str:
    """A run's name as a folder's."""
    return "".join(letter if letter.isalnum() or letter in "._-" else "-" for letter in name.replace(", ", "_"))


def renamed(found: list[Subject]) -> list[Subject]:
    """Subjects with names that differ."""
    often, seen = Counter(each.name for each in found), Counter[str]()
    names = []
    for each in found:
        seen[each.name] += 1
        names.append(f"{each.name} {seen[each.name]}" if often[each.name] > 1 else each.name)
    return [replace(each, name=name) for each, name in zip(found, names, strict=True)]


def _check(study: Study, subjects: list[Subject], runs: Sequence[Run]) -> None:
    """Refuse runs that cannot stand in one study: too few, of other worlds or layouts, twins, or unlike."""
    if len(subjects) < 2:
        raise UserError(f"a study of runs takes two or more, got {len(subjects)}; name another run")
    first = subjects[0]
    for each in subjects:
        if each.layout != first.layout:
            got = f"{each.layout.describe()} and {first.layout.describe()}"
            raise UserError(f"{each.run} and {first.run} learned other networks ({got}); name runs of one layout")
        if each.world != first.world:
            got = f"{each.world} and {first.world}"
            raise UserError(f"{each.run} and {first.run} learned in other worlds ({got}); name runs of one world")
    for at, each in enumerate(subjects):
        for other in subjects[:at]:
            if each.genome.tobytes() == other.genome.tobytes():
                raise UserError(f"{other.run} and {each.run} have the same champion; name runs that differ")
    if study.design.alike:
        _refuse_unlike(subjects, runs)


def _refuse_unlike(subjects: list[Subject], runs: Sequence[Run]) -> None:
    """Refuse groups that are no sample of a method: of one run, of one seed twice, or of other settings."""
    groups: dict[str, list[tuple[Subject, Any]]] = {}
    for subject, run in zip(subjects, runs, strict=True):
        settings = asdict(run.config())
        del settings["seed"]
        groups.setdefault(subject.method, []).append((subject, settings))
    if len(groups) < 2:
        (only,) = groups
        raise UserError(f"methods are compared, and all {len(subjects)} runs are of {only}; name runs of another one")
    for method, ((first, usual), *others) in groups.items():
        if not others:
            raise UserError(f"{method} has one run, {first.run}; a claim about a method takes two or more, better ten")
        seeds = {first.seed: first}
        for each, settings in others:
            if each.seed in seeds:
                twice = f"{seeds[each.seed].run} and {each.run} have one seed, {each.seed}"
                raise UserError(f"{twice}; name runs of other seeds")
            seeds[each.seed] = each
            unlike = next(_unlike(usual, settings), None)
            if unlike is not None:
                both = f"{first.run} and {each.run}"
                raise UserError(f"{both} are not one method: {unlike}; name runs of the same settings")


def _unlike(one: dict[str, Any], other: dict[str, Any], head: str = "") -> Iterator[str]:
    """The settings that differ, each with both its values."""
    for name, value in one.items():
        if isinstance(value, dict):
            yield from _unlike(value, other[name], f"{head}{name}.")
        elif value != other[name]:
            yield f"{head}{name} is {value} and {other[name]}"
