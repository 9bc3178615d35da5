"""Numbers that explain themselves: a value with its interval, sample size, seed and definition; and sections of them.

A section holds numbers by subject (a contestant, a pair, a control) and by slot, its settings, and arrays for figures.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from sim.comparison.definitions import DEFINITIONS

Interval = tuple[float, float]
Numbers = dict[str, dict[str, "Number"]]


@dataclass(frozen=True, slots=True)
class Number:
    """One measured value; `key` names its entry in DEFINITIONS.

    `value` and the bounds of its 95 % `interval` are None where they do not exist or are not finite; the `note` then
    says why. `sample` counts what the definition says.
    """

    value: float | None
    interval: tuple[float | None, float | None] | None
    sample: int
    seed: int
    key: str
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse numbers that nobody could look up."""
        if self.key not in DEFINITIONS:
            raise UserError(f"a number's key must name a definition, got {self.key!r}; add it to DEFINITIONS")

    @property
    def low(self) -> float | None:
        """The lower bound of the interval, None where there is none."""
        return self.interval[0] if self.interval else None

    @property
    def high(self) -> float | None:
        """The upper bound of the interval, None where there is none."""
        return self.interval[1] if self.interval else None

    def json(self) -> dict[str, Any]:
        """As comparison.json has it."""
        bounds = list(self.interval) if self.interval else None
        found = {"value": self.value, "ci95": bounds, "n": self.sample, "seed": self.seed, "key": self.key}
        return {**found, "note": self.note} if self.note else found

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "Number":
        """What `json` wrote."""
        low_high = tuple(found["ci95"]) if found["ci95"] else None
        return cls(found["value"], low_high, found["n"], found["seed"], found["key"], found.get("note", ""))


@dataclass(frozen=True, slots=True)
class Section:
    """What one part of a comparison found; `arrays` are float32, float64 or integers, named for the figures."""

    numbers: Numbers
    settings: dict[str, Any] = field(default_factory=dict)
    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)


def number(key: str, value: float, interval: Any = None, *, sample: int, seed: int, note: str = "") -> Number:
    """A number from what numpy gives: `interval` is a pair of bounds or None."""
    bounds = None if interval is None else (_finite(interval[0]), _finite(interval[1]))
    if bounds == (None, None):
        bounds = None
    return Number(_finite(value), bounds, int(sample), int(seed), key, note)


def _finite(value: Any) -> float | None:
    """A number as JSON can hold it; arrays of one element too."""
    found = float(np.asarray(value))
    return found if math.isfinite(found) else None
