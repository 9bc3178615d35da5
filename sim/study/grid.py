"""Grids: the runs of a study, one for every combination of learner settings and every seed."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agents.errors import UserError

MOST_RUNS = 100_000
LEARNER = "learner"  # the setting that names the learner; the others are its own
Settings = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination: the value of every axis, in order, and all settings of its runs."""

    at: Settings
    settings: Settings

    @property
    def name(self) -> str:
        """What it is called, such as "es, hidden 16"."""
        words = (shown(value) if key == LEARNER else f"{key} {shown(value)}" for key, value in self.at)
        return ", ".join(words) or dict(self.settings)[LEARNER]


@dataclass(frozen=True, slots=True)
class Grid:
    """Settings that all runs share, axes of settings that are varied, and the seeds of every cell."""

    base: Settings = ((LEARNER, "es"),)
    axes: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    seeds: tuple[int, ...] = (0,)

    def __post_init__(self) -> None:
        """Refuse grids without runs, or with runs beyond counting."""
        for name, values in self.axes:
            if not values or len(set(values)) != len(values):
                raise UserError(f"an axis of a grid takes one or more different values, got {name} = {list(values)}")
        if not self.seeds or len(set(self.seeds)) != len(self.seeds) or min(self.seeds) < 0:
            raise UserError(f"seeds must be one or more different whole numbers from 0, got {list(self.seeds)}")
        if self.runs > MOST_RUNS:
            raise UserError(f"a grid has at most {MOST_RUNS} runs, got {self.runs}; take fewer values or seeds")

    @property
    def runs(self) -> int:
        """How many runs there are."""
        count = len(self.seeds)
        for _, values in self.axes:
            count *= len(values)
        return count

    def cells(self) -> Iterator[Cell]:
        """Every combination, the last axis fastest."""
        names = [name for name, _ in self.axes]
        for values in itertools.product(*(values for _, values in self.axes)):
            at = tuple(zip(names, values, strict=True))
            yield Cell(at, tuple({LEARNER: "es", **dict(self.base), **dict(at)}.items()))


def parse_grid(learn: Mapping[str, Any], axes: Mapping[str, Any], seeds: Any) -> Grid:
    """The grid of a study file's tables; seeds are a list, or how many there are from 0 on."""
    spread = flat(axes)
    for name, values in spread.items():
        if not isinstance(values, list):
            raise UserError(f"grid.{name} should be a list of values, got {values!r}")
    if isinstance(seeds, bool) or not isinstance(seeds, int | list):
        raise UserError(f"seeds should be how many, or a list of whole numbers, got {seeds!r}")
    listed = range(seeds) if isinstance(seeds, int) else seeds
    if not all(isinstance(seed, int) and not isinstance(seed, bool) for seed in listed):
        raise UserError(f"seeds should be whole numbers, got {seeds!r}")
    several = tuple((name, tuple(values)) for name, values in spread.items())
    return Grid(tuple({LEARNER: "es", **flat(learn)}.items()), several, tuple(listed))


def flat(table: Mapping[str, Any], head: str = "") -> dict[str, Any]:
    """A nested table with dotted names."""
    found: dict[str, Any] = {}
    for name, value in table.items():
        found |= flat(value, f"{head}{name}.") if isinstance(value, Mapping) else {f"{head}{name}": value}
    return found


def shown(value: Any) -> str:
    """A setting's value in few letters."""
    return f"{value:g}" if isinstance(value, float) else str(value)
