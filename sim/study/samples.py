"""Samples: the numbers of a group of runs, by quantity and by the run or pair that was measured."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.statistics.groups import Group, group, interquartile_mean
from sim.statistics.results import Number
from sim.study.grid import shown

ALL = "all"
"""The name of the sample of all runs together."""

Names = tuple[str, ...]
"""The names of the runs that were measured: one, or two of a pair."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The numbers of one group. References are "use.slot"."""

    name: str
    index: int
    """The place of the group among all, which names its resamples."""
    runs: int
    at: Mapping[str, Any]
    """The value of every axis of the grid that defines the group."""
    columns: Mapping[str, Mapping[Names, float]]
    """By reference: the value of every run or pair, by the names of the runs; NaN if it is missing."""
    groups: Mapping[str, Group]
    """By reference: the finite values, with their resamples."""
    numbers: Mapping[str, Number]
    """By reference: the numbers of the whole group, which measures of groups find."""
    rings: frozenset[str] = field(default_factory=frozenset)
    """The references whose values are of a ring of pairs, in which each run stands twice."""
    doubts: Mapping[str, int] = field(default_factory=dict)
    """By reference: how many values of runs or pairs are doubtful, if any."""

    def has(self, reference: str) -> bool:
        """True if the quantity was measured."""
        return reference in self.groups or reference in self.numbers

    def number(self, reference: str) -> Number | None:
        """The number of the whole group, or None if the quantity is one of runs or pairs."""
        return self.numbers.get(reference)

    def count(self, reference: str) -> int:
        """How many runs or pairs have a value; for a number of the whole group, how many runs it has."""
        return len(self.groups[reference].values) if reference in self.groups else self.runs

    def group(self, reference: str) -> Group:
        """The values of the runs or pairs; a number of the whole group is a group of one value."""
        if reference in self.groups:
            return self.groups[reference]
        return group([self.mean(reference)], seed=0, at=self.index)

    def mean(self, reference: str) -> float:
        """The interquartile mean over runs or pairs, or the number of the whole group; NaN if there is none."""
        if reference in self.groups:
            return interquartile_mean(self.groups[reference])[0]
        found = self.numbers.get(reference)
        return float("nan") if found is None or found.value is None else found.value

    def together(self, one: str, other: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Two quantities [N] of the runs or pairs of which both were measured, in one order."""
        first, second = self.columns.get(one, {}), self.columns.get(other, {})
        both = [(first[names], second[names]) for names in first if names in second]
        return tuple(np.array(both, np.float64).reshape(-1, 2).T)  # type: ignore[return-value]

    def besides(self, axis: str) -> str:
        """The values of all other axes, as a short text."""
        return ", ".join(f"{name} {shown(value)}" for name, value in self.at.items() if name != axis)
