"""Commands that compare runs with each other."""

from dataclasses import dataclass, field
from pathlib import Path

import tyro

from render.commands.common import Flat, Playing, answer
from render.progress import progress
from sim.comparison.config import CompareConfig
from sim.methods.config import MethodsConfig


@dataclass(frozen=True, kw_only=True)
class Compare(Playing):
    """Compare the champions of runs, and the landscapes around them. The same command continues what was stopped."""

    runs: tyro.conf.Positional[tuple[Path, ...]]
    """The run folders, two or more; the first is compared with each other one."""
    out: Path
    """The folder for the page, the film and the numbers."""
    config: Path | None = None
    """A TOML file of the settings below; flags win over it."""
    fresh: bool = False
    """Start over where the folder holds a comparison already."""
    settings: Flat[CompareConfig] = field(default_factory=CompareConfig)

    def __call__(self) -> None:
        """Compare."""
        from render.report.report import report
        from sim.learning.run import Run

        runs = [Run.open(path) for path in self.runs]
        with progress("comparing", 1.0) as heard:
            result = report(runs, self.settings, self.out, fresh=self.fresh, machine=self.machine, progress=heard)
        answer(result, self.json)


@dataclass(frozen=True, kw_only=True)
class Methods(Playing):
    """Compare methods by many runs of each, the run being the unit. The same command continues what was stopped."""

    runs: tyro.conf.Positional[tuple[Path, ...]]
    """The run folders: two or more of each method, four for intervals, better ten, that differ in their seeds alone."""
    out: Path
    """The folder for the page, the figure and the numbers."""
    config: Path | None = None
    """A TOML file of the settings below; flags win over it."""
    fresh: bool = False
    """Start over where the folder holds such a comparison already."""
    settings: Flat[MethodsConfig] = field(default_factory=MethodsConfig)

    def __call__(self) -> None:
        """Compare methods."""
        from render.report.methods import report_methods
        from sim.learning.run import Run

        runs = [Run.open(path) for path in self.runs]
        with progress("comparing methods", 1.0) as heard:
            result = report_methods(
                runs, self.settings, self.out, fresh=self.fresh, machine=self.machine, progress=heard
            )
        answer(result, self.json)
