"""Verdicts: what is said of methods in words, and only where an interval does not hold 0."""

from collections.abc import Sequence
from html import escape
from itertools import combinations

from render.report.notes import Notes
from render.report.strips import called, inks
from sim.comparison.definitions import DEFINITIONS
from sim.comparison.number import Number
from sim.methods.methods import Methods
from sim.methods.pairing import couple_name
from sim.methods.statistics import differs

MOST: tuple[tuple[tuple[str, ...], int, str], ...] = (
    (("share",), 1, "eats most"),
    (("share_sampled",), 1, "eats most where its actions are sampled"),
    (("loss",), -1, "has the lowest imitation loss"),
    (("left_0.1",), 1, "keeps most of its pellets under noise of 0.1 on every weight"),
    (("half_radius", "half_radius_weights"), 1, "stands on the broadest hill"),
    (("uncertainty_0.7",), -1, "has the most fractal landscape 0.7 norms out"),
)
"""Quantities of the lead, which must agree, whether the largest (1) or the smallest (-1) is told, and how."""
TOLD = (
    "share", "share_sampled", "ablation", "left_0.1", "half_radius", "half_radius_weights", "uncertainty_0.05",
    "uncertainty_0.7", "last_place", "loss", "hessian_top", "barrier_aligned",
)  # fmt: skip
"""Quantities that have a sentence of their own."""


def who(made: Methods, method: str) -> str:
    """A method's name in its ink."""
    methods = list(made.contestants)
    return f'<b class="who {inks(methods)[method]}">{escape(called(methods)[method])}</b>'


def lead(made: Methods) -> str:
    """Which method is the first in what: one sentence, of what holds against every other method."""
    first: dict[str, list[str]] = {}
    for keys, sign, words in MOST:
        best, *others = (_ahead_of_all(made, key, sign) for key in keys)
        if best is not None and all(other == best for other in others):
            first.setdefault(best, []).append(words)
    if not first:
        return "Nothing that the page begins with tells one method from all others."
    return "; ".join(f"{who(made, method)} {_listed(words)}" for method, words in first.items()) + "."


def sentences(made: Methods, notes: Notes) -> str:
    """What was found, quantity by quantity, and between runs."""
    said = [_ranking(made, notes, key) for key in TOLD]
    said += [_alignment(made, notes, method) for method in made.contestants]
    return f'<ul class="found">{"".join(f"<li>{each}</li>" for each in said if each)}</ul>'


def tally(made: Methods) -> tuple[int, int]:
    """How many differences were looked at, and how many of their intervals do not hold 0."""
    every = [each for slots in made.numbers["differences"].values() for each in slots.values() if each.interval]
    return len(every), sum(differs(each.interval) for each in every)


def between(made: Methods, one: str, other: str, key: str) -> tuple[Number, int]:
    """The difference of two methods in either order, and the sign that makes it one less the other."""
    found = made.numbers["differences"]
    name = couple_name(one, other)
    return (found[name][key], 1) if name in found else (found[couple_name(other, one)][key], -1)


def _ahead_of_all(made: Methods, key: str, sign: int) -> str | None:
    """The method that is above (1) or below (-1) every other, if there is one."""
    for one in made.contestants:
        against = [between(made, one, other, key) for other in made.contestants if other != one]
        if all(differs(each.interval) and sign * turn * (each.value or 0) > 0 for each, turn in against):
            return one
    return None


def _ranking(made: Methods, notes: Notes, key: str) -> str:
    """The methods from the largest value to the smallest, and which of them cannot be told apart."""
    numbers = {method: slots[key] for method, slots in made.numbers["methods"].items() if slots[key].value is not None}
    ranked = sorted(numbers, key=lambda method: -(numbers[method].value or 0))
    if len(ranked) < 2:
        return ""
    name, unit = DEFINITIONS[f"runs.{key}"].name, DEFINITIONS[f"runs.{key}"].unit
    told = ", ".join(f"{who(made, method)} {notes.shown(numbers[method])}" for method in ranked)
    alike = [
        (one, other)
        for one, other in combinations(ranked, 2)
        if not differs(between(made, one, other, key)[0].interval)
    ]
    head = (
        f"{escape(name[0].upper() + name[1:])}{f', {escape(unit)}' if unit else ''}{notes.call(f'runs.{key}')}: {told}."
    )
    if not alike:
        return f"{head} {'The two differ' if len(ranked) == 2 else 'Each differs from every other'}."
    if len(alike) == len(ranked) * (len(ranked) - 1) // 2:
        return f"{head} {'The two are not' if len(ranked) == 2 else 'No two are'} told apart."
    couples = "; ".join(f"{who(made, one)} and {who(made, other)}" for one, other in alike)
    return f"{head} Not told apart: {couples}."


def _alignment(made: Methods, notes: Notes, method: str) -> str:
    """What aligning hidden units does between two runs of one method."""
    numbers = made.numbers["methods"][method]
    spared, nearer = numbers["spared"], numbers["nearer"]
    parts = []
    if differs(spared.interval) and (spared.value or 0) > 0:
        parts.append(
            f"takes {notes.shown(spared, unit=True, called=True)} off the barrier of {notes.shown(numbers['barrier'])}"
        )
    if differs(nearer.interval) and (nearer.value or 0) > 0:
        parts.append(f"leaves them nearer than aligned strangers, by {notes.shown(nearer, unit=True, called=True)}")
    return f"Aligning the hidden units of two runs of {who(made, method)} {_listed(parts)}." if parts else ""


def _listed(words: Sequence[str]) -> str:
    """Words as a list with an "and"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
