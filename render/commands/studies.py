"""The commands study, compare, methods and measure."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import tyro

from agents.errors import UserError
from render.commands.common import Common, Grouped, Playing, answer, setting
from render.commands.workers import Workers
from render.progress import progress
from render.studies import QUICK, locate, shipped

Runs = tyro.conf.Positional[tuple[Path, ...]]
Changes = Annotated[tyro.conf.UseAppendAction[tuple[str, ...]], tyro.conf.arg(name="set")]


@dataclass(frozen=True, kw_only=True)
class Conducting(Playing):
    """The options of every command that conducts a study."""

    out: Path
    """The folder for the study's page, numbers and table, and for the runs that it learns."""
    fresh: bool = False
    """Measure everything again. Runs that the study has learned are kept."""
    quick: bool = False
    """Use fewer mazes, pixels and samples, for a first look."""
    seed: int | None = None
    """Seed of mazes, planes, directions and resamples; by default the seed in the study's file, or 0."""
    changes: Changes = ()
    """Change a setting of the study: KEY=VALUE, where KEY is MEASURE.SETTING, learn.SETTING, seeds, ..."""
    dry_run: bool = False
    """Only print how many runs and tasks there are, and about how many hours they take."""
    csv: bool = False
    """Also write the table as a CSV file."""
    workers: Grouped[Workers] = field(default_factory=Workers)

    def conduct(self, path: Path, runs: tuple[Path, ...]) -> None:
        """Conduct the study in the file `path`, on the runs if any are given."""
        from render.open_run import open_run
        from render.page.report_study import report_study
        from sim.study.conduct import cost
        from sim.study.plan import plan_grid, plan_runs
        from sim.study.study_file import read_study

        executor = self.workers.executor(self.machine)
        study = read_study(path, quick=self.quick, changes=dict(self.changed()))
        opened = [open_run(run) for run in runs]
        plan = plan_runs(study, opened, self.out) if runs or study.grid is None else plan_grid(study, self.out)
        if self.dry_run:
            answer(cost(plan, self.machine.thread_count), self.json)
            return
        with progress("measuring", 1.0) as advance:
            result = report_study(
                plan,
                machine=self.machine,
                executor=executor,
                fresh=self.fresh,
                csv=self.csv,
                command=shlex.join(["foragescape", *self.words()]),
                remark=QUICK if self.quick else "",
                progress=advance,
            )
        answer(result, self.json)

    def changed(self) -> Iterator[tuple[str, Any]]:
        """The keys and values of the settings to change."""
        if self.seed is not None:
            yield "seed", self.seed
        yield from map(setting, self.changes)

    def words(self) -> Iterator[str]:
        """The words of a command line that gives the same numbers."""
        yield from ("--out", str(self.out))
        yield from ("--quick",) * self.quick
        yield from ("--seed", str(self.seed)) if self.seed is not None else ()
        for change in self.changes:
            yield from ("--set", change)


@dataclass(frozen=True, kw_only=True)
class Study(Conducting):
    """Conduct a study: learn its runs, measure and compare them, and decide its claims.

    The same command continues a study that was stopped.
    """

    study: tyro.conf.Positional[str]
    """The TOML file of a study, or the name of a study that comes with the program, such as compare."""
    runs: tyro.conf.UseAppendAction[tuple[Path, ...]] = ()
    """A run folder to measure, for a study that does not learn its runs itself."""

    def __call__(self) -> None:
        """Conduct the study."""
        self.conduct(locate(self.study), self.runs)

    def words(self) -> Iterator[str]:
        """The words of a command line that gives the same numbers; the study and its runs come first."""
        yield from ("study", self.study)
        for run in self.runs:
            yield from ("--runs", str(run))
        yield from super().words()


@dataclass(frozen=True, kw_only=True)
class Comparing(Conducting):
    """The options of compare and methods: each conducts the study of its name that comes with the program."""

    runs: Runs
    """The run folders."""
    config: Path | None = None
    """The TOML file of another study, in place of the one that comes with the program."""

    def __call__(self) -> None:
        """Conduct the study of the command's name."""
        self.conduct(self.config or shipped(type(self).__name__.lower()), self.runs)

    def words(self) -> Iterator[str]:
        """The words of a command line that gives the same numbers; the runs come first."""
        yield from (type(self).__name__.lower(), *map(str, self.runs))
        yield from ("--config", str(self.config)) if self.config is not None else ()
        yield from super().words()


@dataclass(frozen=True, kw_only=True)
class Compare(Comparing):
    """Compare the champions of runs, and the landscapes around them.

    The same command continues a comparison that was stopped.
    """

    runs: Runs
    """Run folders, two to six; the first run is compared with each of the others."""


@dataclass(frozen=True, kw_only=True)
class Methods(Comparing):
    """Compare learning methods by several runs of each; the statistical unit is the run.

    The same command continues a comparison that was stopped.
    """

    runs: Runs
    """Run folders, two or more of each method that differ only in their seeds; intervals need four, better ten."""


@dataclass(frozen=True, kw_only=True)
class Measure(Common):
    """Print what one measure finds of runs or of a field, without writing files; --list lists all measures."""

    paths: Runs = ()
    """Run folders, or one field."""
    measure: str = ""
    """The name of the measure; --list lists all names."""
    list: bool = False
    """List all measures, a line each; with --measure NAME, print the settings and numbers of that measure."""
    changes: Changes = ()
    """Change a setting of the measure: SETTING=VALUE."""
    seed: int = 0
    """Seed of mazes, planes, directions and resamples."""

    def __call__(self) -> None:
        """Measure."""
        from render.commands.measured import listed, measured

        if self.list:
            answer(listed(self.measure), self.json)
            return
        if not self.measure or not self.paths:
            raise UserError("name runs or a field, and a measure with --measure; --list lists all measures")
        answer(measured(self.paths, self.measure, self.changes, self.seed), self.json)
