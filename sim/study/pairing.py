"""Rules by which a study pairs runs. R runs of a group, in the order in which they were given."""

from collections.abc import Sequence
from itertools import combinations
from typing import Literal, Protocol, TypeVar

Rule = Literal["none", "first", "ring", "all"]
T = TypeVar("T")


class Seeded(Protocol):
    """A run with a seed."""

    @property
    def seed(self) -> int:
        """The seed of its random streams."""


S = TypeVar("S", bound=Seeded)


def within(runs: Sequence[T], rule: Rule) -> list[tuple[T, T]]:
    """The pairs of one group: the first run with each other one, each run with the next, or every two runs."""
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
    """Each run with the next one, and the last with the first; two runs are one pair."""
    pairs = list(zip(runs, [*runs[1:], *runs[:1]], strict=True))
    return pairs if len(runs) > 2 else pairs[: len(runs) - 1]


def across(first: Sequence[S], second: Sequence[S]) -> list[tuple[S, S]]:
    """Pairs of one run of each group; no run is used twice.

    Runs with the same seed may begin with the same genome, so the second group is shifted until the fewest pairs have
    the same seed.
    """

    def shifted(places: int) -> list[tuple[S, S]]:
        return [(run, second[(at + places) % len(second)]) for at, run in enumerate(first[: len(second)])]

    return min(map(shifted, range(1, len(second) + 1)), key=lambda pairs: sum(a.seed == b.seed for a, b in pairs))
