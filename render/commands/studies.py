"""Commands that measure and compare runs: one measure, a study, and the two studies that have names of their own."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import tyro

from agents.errors import UserError
from render.commands.common import Common, Flat, Playing, answer, setting
from render.commands.workers import Workers
from render.progress import progress
from render.studies import QUICK, names, shipped

Runs = tyro.conf.Positional[tuple[Path, ...]]
Changes = Annotated[tyro.conf.UseAppendAction[tuple[str, ...]], tyro.conf.arg(name="set")]


@dataclass(frozen=True, kw_only=True)
class Conducting(Playing):
    """The options of every command that conducts a study."""

    out: Path
    """The folder for the page, the numbers and all else."""
    fresh: bool = False
    """Measure everything anew; runs that the study learned are kept."""
    quick: bool = False
    """Smaller sizes throughout, for a first look."""
    seed: int | None = None
    """Names mazes, planes, directions, resamples; by default the study's own, 0."""
    changes: Changes = ()
    """KEY=VALUE, as often as there are settings to change: MEASURE.SETTING, learn.SETTING, seeds, ..."""
    dry_run: bool = False
    """Only say how many runs and tasks there are, and about how long they take."""
    csv: bool = False
    """Write the table as CSV, too."""
    who: Flat[Workers] = field(default_factory=Workers)

    def conduct(self, path: Path, runs: tuple[Path, ...]) -> None:
        """Conduct the study of a file, of runs where some are given."""
        from render.page.report_study import report_study
        from sim.learning.run import Run
        from sim.study.conduct import cost
        from sim.study.plan import plan_grid, plan_runs
        from sim.study.study_file import read_study

        executor = self.who.executor(self.machine)
        study = read_study(path, quick=self.quick, changes=dict(self.changed()))
        opened = [Run.open(each) for each in runs]
        plan = plan_runs(study, opened, self.out) if runs or study.grid is None else plan_grid(study, self.out)
        if self.dry_run:
            answer(cost(plan, self.machine.thread_count), self.json)
            return
        with progress("measuring", 1.0) as heard:
            result = report_study(
                plan,
                machine=self.machine,
                executor=executor,
                fresh=self.fresh,
                csv=self.csv,
                command=shlex.join(["foragescape", *self.words()]),
                remark=QUICK if self.quick else "",
                progress=heard,
            )
        answer(result, self.json)

    def changed(self) -> Iterator[tuple[str, Any]]:
        """The settings to change."""
        if self.seed is not None:
            yield "seed", self.seed
        yield from map(setting, self.changes)

    def words(self) -> Iterator[str]:
        """The command and the options that decide the numbers, to repeat it."""
        yield from ("--out", str(self.out))
        yield from ("--quick",) * self.quick
        yield from ("--seed", str(self.seed)) if self.seed is not None else ()
        for change in self.changes:
            yield from ("--set", change)


@dataclass(frozen=True, kw_only=True)
class Study(Conducting):
    """Conduct a study: learn its runs, measure and compare them, decide its claims. The same command continues it."""

    study: tyro.conf.Positional[str]
    """A TOML file, or the name of a study that ships."""
    runs: tyro.conf.UseAppendAction[tuple[Path, ...]] = ()
    """A run folder, once for each: for studies that learn none themselves."""

    def __call__(self) -> None:
        """Conduct it."""
        path = Path(self.study)
        if not path.exists():
            path = shipped(self.study)
        if not path.exists():
            raise UserError(f"there is no study {self.study}; name a TOML file, or one of {', '.join(names())}")
        self.conduct(path, self.runs)

    def words(self) -> Iterator[str]:
        """The study and its runs come first."""
        yield from ("study", self.study)
        for run in self.runs:
            yield from ("--runs", str(run))
        yield from super().words()


@dataclass(frozen=True, kw_only=True)
class Comparing(Conducting):
    """The options of the commands that conduct a study that ships, which is called as they are."""

    runs: Runs
    """The run folders. compare: two to six, the first of which is compared with each other one. methods: two or more of
    each method, four for intervals, better ten, that differ in their seeds alone."""
    config: Path | None = None
    """A study file to use in place of the one that ships."""

    def __call__(self) -> None:
        """Compare."""
        self.conduct(self.config or shipped(type(self).__name__.lower()), self.runs)

    def words(self) -> Iterator[str]:
        """The runs come first."""
        yield from (type(self).__name__.lower(), *map(str, self.runs))
        yield from ("--config", str(self.config)) if self.config is not None else ()
        yield from super().words()


@dataclass(frozen=True, kw_only=True)
class Compare(Comparing):
    """Compare the champions of runs, and the landscapes around them. The same command continues what was stopped."""


@dataclass(frozen=True, kw_only=True)
class Methods(Comparing):
    """Compare methods by many runs of each, the run being the unit. The same command continues what was stopped."""


@dataclass(frozen=True, kw_only=True)
class Measure(Common):
    """Measure runs or a field by one measure, without a folder; --list tells the measures that there are."""

    paths: Runs = ()
    """Run folders, or one field."""
    measure: str = ""
    """The name of the measure."""
    list: bool = False
    """List all measures: what each is of, its settings, and what it finds."""
    changes: Changes = ()
    """SETTING=VALUE, as often as there are settings to change."""
    seed: int = 0
    """Names mazes, planes, directions, resamples."""

    def __call__(self) -> None:
        """Measure."""
        from render.commands.measured import listed, measured

        if self.list:
            answer(listed(self.measure), self.json)
            return
        if not self.measure or not self.paths:
            raise UserError("name runs or a field, and a measure by --measure; --list tells which there are")
        answer(measured(self.paths, self.measure, self.changes, self.seed), self.json)
