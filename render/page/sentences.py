"""Sentences about the highlights of a page: the order of subjects or groups, as far as intervals support it."""

from itertools import combinations

from markupsafe import Markup

from render.page.contents import Contents, Entry, Label
from render.page.number_tables import Notes
from render.page.words import interval, listed, value
from sim.statistics.groups import differs
from sim.statistics.results import Number

SEVERAL = 4  # groups, above which there are no sentences


def sentences(contents: Contents, notes: Notes) -> list[Markup]:
    """The highlights, grouped by the order of subjects or groups that they support; then the numbers of pairs."""
    if contents.grouped and len(contents.single) > SEVERAL:
        return []  # the pairs of so many groups make no sentence
    numbers, sentences = contents.numbers(), dict[Markup, list[Markup]]()
    for row in contents.highlights(categories=False):
        if contents.grouped and row.use.measure.of == "group":
            continue  # numbers of whole groups have no intervals of their differences
        head = Markup("{}{} {}").format(row.heading, notes.call(row), row.which).strip()
        every = [(label, numbers.get(label.key, {}).get(row.row)) for label in contents.labels.values()]
        known = [(label, one) for label, one in every if one is not None and one.value is not None and not one.doubtful]
        single = [(label, one) for label, one in known if len(label.names) == 1]
        if len(single) > 1:
            order, ranked = _ranking(contents, row, single)
            values = listed([value(one) for _, one in ranked])
            sentences.setdefault(order, []).append(Markup("{} {}").format(head, values))
        for label, one in known:
            if len(label.names) == 2 and not contents.grouped:
                sentences.setdefault(label.html(), []).append(Markup("{} {}").format(head, _pair(one)))
    return [Markup("{}: {}.").format(who, Markup("; ").join(items)) for who, items in sentences.items()]


def _ranking(
    contents: Contents, row: Entry, single: list[tuple[Label, Number]]
) -> tuple[Markup, list[tuple[Label, Number]]]:
    """Who has more than whom and which of them do not differ; and the numbers in that order, if there is one."""
    ranked = sorted(single, key=lambda each: -(each[1].value or 0.0))
    couples = list(combinations(ranked, 2))
    if contents.grouped:
        less = [contents.differences(a.key, b.key).get(row.row) for (a, _), (b, _) in couples]
        alike = [each is None or not differs(each.interval) for each in less]
        none, every, some = "all groups differ", "no two groups are told apart", "not told apart: {}"
    elif all(one.interval for _, one in single):
        alike = [(one.low or 0.0) <= (other.high or 0.0) for (_, one), (_, other) in couples]
        none, every, some = "no intervals overlap", "all intervals overlap", "overlapping intervals: {}"
    else:
        alike, none = [False] * len(couples), "single values without intervals"
    if all(alike):
        return Markup("{}; {}").format(Markup(", ").join(label.html() for label, _ in single), every), single
    both = zip(couples, alike, strict=True)
    pairs = [Markup("{} and {}").format(a.html(), b.html()) for ((a, _), (b, _)), same in both if same]
    note = Markup(some).format(Markup("; ").join(pairs)) if pairs else none
    return Markup("{}; {}").format(Markup(" &gt; ").join(label.html() for label, _ in ranked), note), ranked


def _pair(one: Number) -> str:
    """The number of a pair of subjects with its interval, and whether that contains 0."""
    bounds = f" ({interval(one)})" if one.interval else ""
    near = one.interval is not None and not differs(one.interval)
    return f"{value(one)}{bounds}{', which does not differ from 0' if near else ''}"
