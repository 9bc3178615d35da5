"""Which runs are paired. R runs of a group, in the order in which they were named."""

from collections.abc import Sequence
from itertools import combinations
from typing import Literal, Protocol, TypeVar

Rule = Literal["none", "first", "ring", "all"]


class Seeded(Protocol):
    """A run of a seed."""

    @property
    def seed(self) -> int:
        """Names its random streams."""


T = TypeVar("T")
S = TypeVar("S", bound=Seeded)


def within(runs: Sequence[T], rule: Rule) -> list[tuple[T, T]]:
    """The pairs of one group: of the first with each other, of each with the next one, or of every two."""
    match rule:
        case "first":
            return [(runs[0], other) for other in runs[1:]]
        case "ring":
            return ring(runs)
        case "all":
            return list(combinations(runs, 2))
        case "none":
            return []


def ring(runs: Sequence[T]) -> list[tuple[T, T]]:
    """Each run and the next, the last with the first; two runs are one pair."""
    pairs = list(zip(runs, [*runs[1:], *runs[:1]], strict=True))
    return pairs if len(runs) > 2 else pairs[: len(runs) - 1]


def across(one: Sequence[S], other: Sequence[S]) -> list[tuple[S, S]]:
    """Each run of one group and a run of the other, no run twice: as many places on as keeps runs of one seed apart.

    Runs of one seed may begin at one genome.
    """

    def turned(places: int) -> list[tuple[S, S]]:
        return [(each, other[(at + places) % len(other)]) for at, each in enumerate(one[: len(other)])]

    return min(map(turned, range(1, len(other) + 1)), key=lambda pairs: sum(a.seed == b.seed for a, b in pairs))
