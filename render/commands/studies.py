"""Commands that compare runs with each other: studies that ship with the program."""

import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from agents.errors import UserError
from render.commands.common import Playing, answer
from render.progress import progress
from render.studies import QUICK, shipped


@dataclass(frozen=True, kw_only=True)
class Comparing(Playing):
    """What commands have in common that measure runs by a study."""

    runs: tyro.conf.Positional[tuple[Path, ...]]
    """The run folders: for compare two to six, of which the first is compared with each other one; for methods two or
    more of each method, four for intervals, better ten, that differ in their seeds alone."""
    out: Path
    """The folder for the page, the numbers, and a film or figure."""
    config: Path | None = None
    """A study file in the place of the one that ships."""
    quick: bool = False
    """A first look: smaller samples, coarser pictures, shorter paths."""
    seed: int | None = None
    """Names the mazes, planes, directions and resamples; by default that of the study."""
    changes: Annotated[tyro.conf.UseAppendAction[tuple[str, ...]], tyro.conf.arg(name="set")] = ()
    """A setting to change, as MEASURE.SETTING=VALUE, VALUE as TOML has it; may be given again."""
    fresh: bool = False
    """Measure everything again."""

    def __call__(self) -> None:
        """Measure, and make the page."""
        from render.page.report_study import report_study
        from sim.learning.run import Run
        from sim.study.plan import plan_runs
        from sim.study.study_file import read_study

        name = type(self).__name__.lower()
        study = read_study(self.config or shipped(name), quick=self.quick, changes=dict(self._changes()))
        plan = plan_runs(study, [Run.open(path) for path in self.runs], self.out)
        with progress("comparing", 1.0) as heard:
            result = report_study(
                plan, machine=self.machine, fresh=self.fresh, command=self._words(name),
                remark=QUICK if self.quick else "", progress=heard,
            )  # fmt: skip
        answer(result, self.json)

    def _changes(self) -> Iterator[tuple[str, Any]]:
        """The settings to change, by their dotted names."""
        if self.seed is not None:
            yield "seed", self.seed
        for word in self.changes:
            name, equals, text = word.partition("=")
            if not equals:
                raise UserError(f"--set takes MEASURE.SETTING=VALUE, got {word!r}")
            try:
                yield name, tomllib.loads(f"value = {text}")["value"]
            except tomllib.TOMLDecodeError:
                yield name, text

    def _words(self, name: str) -> str:
        """The command that makes the page again."""
        words = ["foragescape", name, *map(str, self.runs), "--out", str(self.out)]
        words += [] if self.config is None else ["--config", str(self.config)]
        words += ["--quick"] * self.quick + ([] if self.seed is None else ["--seed", str(self.seed)])
        return shlex.join([*words, *(part for word in self.changes for part in ("--set", word))])


@dataclass(frozen=True, kw_only=True)
class Compare(Comparing):
    """Compare the champions of runs, and the landscapes around them. The same command continues what was stopped."""


@dataclass(frozen=True, kw_only=True)
class Methods(Comparing):
    """Compare methods by many runs of each, the run being the unit. The same command continues what was stopped."""
