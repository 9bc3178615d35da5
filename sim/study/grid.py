"""Grids: the runs of a study, one for every combination of learner settings and every seed."""

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agents import checks
from agents.errors import UserError

MOST_RUNS = 100_000
LEARNER = "learner"  # the setting that names the learner; all others are settings of that learner
Settings = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination: the value of every axis, in order, and all settings of its runs."""

    at: Settings
    settings: Settings

    @property
    def name(self) -> str:
        """A name such as "es, hidden 16"."""
        words = (shown(value) if key == LEARNER else f"{key} {shown(value)}" for key, value in self.at)
        return ", ".join(words) or dict(self.settings)[LEARNER]


@dataclass(frozen=True, slots=True)
class Grid:
    """Settings that all runs share, axes with several values of a setting each, and the seeds of every cell."""

    base: Settings = ((LEARNER, "es"),)
    axes: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    seeds: tuple[int, ...] = (0,)
    learners: tuple[tuple[str, Settings], ...] = ()
    """Settings of the runs of one learner, by its name. They come after the base and before the axes."""

    def __post_init__(self) -> None:
        """Check that all values and seeds differ, and that the number of runs is reasonable."""
        for name, values in self.axes:
            if any(isinstance(value, list | Mapping) for value in values):
                raise UserError(f"the values of an axis are no lists or tables, got {name} = {list(values)}")
            if not values or len(set(values)) != len(values):
                raise UserError(f"an axis of a grid takes one or more different values, got {name} = {list(values)}")
        for learner in (dict(self.base)[LEARNER], *dict(self.axes).get(LEARNER, ())):
            if not isinstance(learner, str):
                raise UserError(f"a learner is a name, got {learner!r}")
        for seed in self.seeds:
            checks.seed(seed)
        if not self.seeds or len(set(self.seeds)) != len(self.seeds):
            raise UserError(f"seeds must be one or more different whole numbers, got {list(self.seeds)}")
        if self.runs > MOST_RUNS:
            raise UserError(f"a grid has at most {MOST_RUNS} runs, got {self.runs}; take fewer values or seeds")

    @property
    def runs(self) -> int:
        """The number of runs."""
        return len(self.seeds) * math.prod(len(values) for _, values in self.axes)

    def cells(self) -> Iterator[Cell]:
        """Every combination; the last axis changes fastest."""
        names = [name for name, _ in self.axes]
        for values in itertools.product(*(values for _, values in self.axes)):
            at = tuple(zip(names, values, strict=True))
            shared = {LEARNER: "es", **dict(self.base), **dict(at)}
            own = dict(self.learners).get(shared[LEARNER], ())
            yield Cell(at, tuple({**shared, **dict(own), **dict(at)}.items()))


def parse_grid(
    learn: Mapping[str, Any], axes: Mapping[str, Any], seeds: Any, learners: Mapping[str, Any] | None = None
) -> Grid:
    """The grid of a study file's tables; seeds are a list, or a number n for 0 to n - 1."""
    varied = flat(axes)
    for name, values in varied.items():
        if not isinstance(values, list):
            raise UserError(f"grid.{name} should be a list of values, got {values!r}")
    if isinstance(seeds, bool) or not isinstance(seeds, int | list):
        raise UserError(f"seeds should be a whole number or a list of whole numbers, got {seeds!r}")
    if isinstance(seeds, int) and seeds > MOST_RUNS:
        raise UserError(f"a grid has at most {MOST_RUNS} runs, got {seeds} seeds; take fewer")
    listed = tuple(range(seeds) if isinstance(seeds, int) else seeds)
    base = tuple({LEARNER: "es", **flat(learn)}.items())
    own = tuple((name, tuple(_learner_settings(name, table).items())) for name, table in (learners or {}).items())
    return Grid(base, tuple((name, tuple(values)) for name, values in varied.items()), listed, own)


def _learner_settings(name: str, table: Any) -> dict[str, Any]:
    """The settings of one learner. Raises UserError if they are no table, or name another learner."""
    settings = flat(table) if isinstance(table, Mapping) else {LEARNER: table}
    if LEARNER in settings:
        raise UserError(f"learners.{name} should be a table of the settings of {name}, got {table!r}")
    return settings


def flat(table: Mapping[str, Any], head: str = "") -> dict[str, Any]:
    """A nested table as one table with dotted names."""
    entries: dict[str, Any] = {}
    for name, value in table.items():
        entries |= flat(value, f"{head}{name}.") if isinstance(value, Mapping) else {f"{head}{name}": value}
    return entries


def shown(value: Any) -> str:
    """A setting's value as a short text."""
    return f"{value:g}" if isinstance(value, float) else str(value)
