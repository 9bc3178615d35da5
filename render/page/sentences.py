"""Sentences: what the numbers that a page begins with say, and no more than their intervals bear."""

from itertools import combinations

from markupsafe import Markup

from render.page.number_tables import Notes
from render.page.parties import MOST, Cast, Party, Shown
from render.page.words import interval, listed, value
from sim.statistics.groups import differs
from sim.statistics.results import Number

Told = list[tuple[Party, Number]]


def sentences(cast: Cast, notes: Notes) -> list[Markup]:
    """The highlighted quantities by who has more of them and who can be told apart; then what lies between pairs."""
    if cast.grouped and len(cast.several(1)) > MOST:
        return []  # no two of so many are compared
    numbers, said = cast.numbers(), dict[Markup, list[Markup]]()
    for row in cast.highlights():
        head = Markup("{}{} {}").format(row.label, notes.call(row), row.which).strip()
        found = [(each, numbers.get(each.key, {}).get(row.row)) for each in cast.parties.values()]
        known = [(each, one) for each, one in found if one is not None and one.value is not None and not one.doubtful]
        single = [each for each in known if len(each[0].names) == 1]
        if len(single) > 1:
            told = _ranking(cast, row, single)
            values = listed([value(one) for _, one in single])
            said.setdefault(told, []).append(Markup("{} {}").format(head, values))
        for party, one in known:
            if len(party.names) == 2 and not cast.grouped:
                said.setdefault(party.html(), []).append(Markup("{} {}").format(head, _between(one)))
    return [Markup("{}: {}.").format(who, Markup("; ").join(items)) for who, items in said.items()]


def _ranking(cast: Cast, row: Shown, found: Told) -> Markup:
    """Who has more than whom, and who cannot be told apart; brings them into that order, if there is one."""
    ranked = sorted(found, key=lambda each: -(each[1].value or 0.0))
    couples = list(combinations(ranked, 2))
    if cast.grouped:
        less = [cast.differences(a.key, b.key).get(row.row) for (a, _), (b, _) in couples]
        alike = [each is None or not differs(each.interval) for each in less]
        none, every, some = "each differs from every other", "no two are told apart", "not told apart: {}"
    elif all(one.interval for _, one in found):
        alike = [(one.low or 0.0) <= (other.high or 0.0) for (_, one), (_, other) in couples]
        none, every, some = "no two intervals meet", "all intervals meet", "intervals that meet: {}"
    else:
        alike, none = [False] * len(couples), "single numbers without intervals"
    if all(alike):
        return Markup("{}; {}").format(Markup(", ").join(party.html() for party, _ in found), every)
    found[:] = ranked
    both = zip(couples, alike, strict=True)
    pairs = [Markup("{} and {}").format(a.html(), b.html()) for ((a, _), (b, _)), one in both if one]
    told = Markup(some).format(Markup("; ").join(pairs)) if pairs else none
    return Markup("{}; {}").format(Markup(" &gt; ").join(party.html() for party, _ in ranked), told)


def _between(one: Number) -> str:
    """What lies between two subjects, and whether it can be told apart from nothing."""
    bounds = f" ({interval(one)})" if one.interval else ""
    held = one.interval is not None and not differs(one.interval)
    return f"{value(one)}{bounds}{', which cannot be told apart from 0' if held else ''}"
