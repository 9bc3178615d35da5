"""Which runs are grouped, and which are paired: within a method a ring, between two methods one to one.

R runs of a method, in the order in which they were named.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import combinations
from typing import Any

from agents.errors import UserError
from sim.comparison.contest import Contest, Contestant, gather
from sim.imitation.teacher import Ties
from sim.learning.run import Run

Pair = tuple[Contestant, Contestant]
MOST = 6  # methods that a page tells apart by their colours


def gathered(runs: Sequence[Run], *, seed: int, ties: Ties) -> Contest:
    """The contest of all runs.

    Raises UserError as `gather` does, and for fewer than two methods, more than six, methods of one run, and runs of a
    method that differ in anything but their seeds.
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
        _refuse_unlike([(each, run) for each, run in zip(contest.contestants, runs, strict=True) if each in some])
    return contest


def _refuse_unlike(some: Sequence[tuple[Contestant, Run]]) -> None:
    """Refuse runs of one method that are no sample of it: of one seed, or learned with other settings."""
    (first, run), *others = some
    seeds, usual = {first.seed: first}, _settings(run)
    for each, run in others:
        if each.seed in seeds:
            raise UserError(
                f"{seeds[each.seed].run} and {each.run} have one seed, {each.seed}; name runs of other seeds"
            )
        seeds[each.seed] = each
        unlike = next(_unlike(usual, _settings(run)), None)
        if unlike is not None:
            raise UserError(f"{first.run} and {each.run} are not one method: {unlike}; name runs of the same settings")


def _settings(run: Run) -> dict[str, Any]:
    """All that a run was learned with but its seed."""
    found = asdict(run.config())
    del found["seed"]
    return found


def _unlike(one: dict[str, Any], other: dict[str, Any], head: str = "") -> Iterator[str]:
    """The settings that differ, each with both its values."""
    for name, value in one.items():
        if isinstance(value, dict):
            yield from _unlike(value, other[name], f"{head}{name}.")
        elif value != other[name]:
            yield f"{head}{name} is {value} and {other[name]}"


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
    """Each run of one method and a run of the other, no run twice: as many places on as keeps runs of one seed apart.

    Runs of one seed may begin at one genome.
    """

    def turned(places: int) -> list[Pair]:
        return [(each, other[(at + places) % len(other)]) for at, each in enumerate(one[: len(other)])]

    return min(map(turned, range(1, len(other) + 1)), key=lambda pairs: sum(a.seed == b.seed for a, b in pairs))


def couples(methods: Sequence[str]) -> list[tuple[str, str]]:
    """Each two methods."""
    return list(combinations(methods, 2))


def couple_name(one: str, other: str) -> str:
    """How two methods are called together."""
    return f"{one} | {other}"
