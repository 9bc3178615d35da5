"""Which runs are grouped, and which are paired: within a method a ring, between two methods one to one.

R runs of a method, in the order in which they were named.
"""

from collections.abc import Sequence
from itertools import combinations

from agents.errors import UserError
from sim.comparison.contest import Contest, Contestant, gather
from sim.run import Run
from sim.teacher import Ties

Pair = tuple[Contestant, Contestant]
MOST = 6  # methods that a page tells apart by their colours


def gathered(runs: Sequence[Run], *, seed: int, ties: Ties) -> Contest:
    """The contest of all runs.

    Raises UserError as `gather` does, and for fewer than two methods, more than six, and methods of one run.
    """
    contest = gather(runs, seed=seed, ties=ties)
    found = by_method(contest)
    if len(found) < 2:
        (only,) = found
        raise UserError(f"methods are compared, and all {len(runs)} runs are of {only}; name runs of another one")
    if len(found) > MOST:
        raise UserError(f"a page tells at most {MOST} methods apart by their colours, got {len(found)}; name fewer")
    for method, some in found.items():
        if len(some) < 2:
            raise UserError(
                f"{method} has one run, {some[0].run}; a claim about a method takes two or more, better ten"
            )
    return contest


def by_method(contest: Contest) -> dict[str, list[Contestant]]:
    """The runs of each method, in the order in which they were named."""
    found: dict[str, list[Contestant]] = {}
    for each in contest.contestants:
        found.setdefault(each.method, []).append(each)
    return found


def ring(runs: Sequence[Contestant]) -> list[Pair]:
    """Each run and the next, the last with the first; two runs are one pair."""
    pairs = list(zip(runs, [*runs[1:], runs[0]], strict=True))
    return pairs if len(runs) > 2 else pairs[:1]


def across(one: Sequence[Contestant], other: Sequence[Contestant]) -> list[Pair]:
    """Each run of one method and the run after the one in its place of the other, no run twice.

    Runs of one seed stand in one place, and may begin at one genome.
    """
    return [(each, other[(at + 1) % len(other)]) for at, each in enumerate(one[: len(other)])]


def couples(methods: Sequence[str]) -> list[tuple[str, str]]:
    """Each two methods."""
    return list(combinations(methods, 2))


def couple_name(one: str, other: str) -> str:
    """How two methods are called together."""
    return f"{one} | {other}"
