"""The target of a study: a scatter of every highlight against it, and a table of rank correlations with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from render.page.chart import NARROW, axis, chart, placeholder
from render.page.contents import MOST, Contents, Entry, Label, shortened
from render.page.number_tables import Column, Notes, cell, table
from render.page.panels import Panel
from render.page.point_classes import DOTS
from render.page.words import capital, interval, value
from sim.measures import Category
from sim.statistics.groups import differs
from sim.statistics.results import Number
from sim.study.grid import LEARNER, shown
from sim.study.reference import Reference

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RHO = "Spearman\u2019s \u03c1"


@dataclass(frozen=True, slots=True, eq=False)
class Dots:
    """Points x, y [N] of one group, its colour, and whether they are means of groups (large) or runs (small)."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    colour: str
    large: bool


def target_view(contents: Contents, notes: Notes) -> dict[str, Any] | None:
    """The scatters and the table of a study of groups with a target; None for all others."""
    wanted = contents.made.plan.study.design.target
    rows = [row for row in contents.rows(contents.uses) if not isinstance(row.quantity, Category)]
    target = next((row for row in rows if row.row == wanted), None)
    if target is None or not contents.grouped:
        return None
    colours, labels = _colours(contents)
    against = [row for row in contents.highlights(categories=False) if row.row != wanted]
    drawn = [_scatter(contents, row, target, colours) for row in against]
    several = any(row.row in contents.made.compared.over_runs for row in against)
    text = (
        "A dot is a group of runs. Intervals are 95 % bootstraps over groups."
        if not several
        else "A large dot is a group, a small dot one of its runs or pairs. Intervals are 95 % bootstraps over groups, "
        "or over runs; runs of one group are alike, so these are too narrow for other groups."
    )
    return {
        "heading": target.heading,
        "panel": Panel([each for each in drawn if each], "", text, labels, titled=True),
        "table": _table(contents, rows, target, notes),
        "reference": contents.made.plan.study.design.reference,
    }


def _colours(contents: Contents) -> tuple[dict[str, str], list[Label]]:
    """The colour of every group, by the axis of the grid that has fewest values, and a legend if there is one."""
    plan = contents.made.plan
    places = {name: dict(plan.cells[runs[0].name].at) if plan.cells else {} for name, runs in plan.groups.items()}
    of_groups = plan.study.design.group
    values = {
        key: list(dict.fromkeys(at[key] for at in places.values()))
        for key in next(iter(places.values()), {})
        if not of_groups or key in of_groups
    }
    few = {key: every for key, every in values.items() if 1 < len(every) <= MOST}
    if not few:
        groups = {label.key: label.colours[0] for label in contents.single}
        colours = groups if len(groups) <= MOST else dict.fromkeys(groups, "c0")
        return colours, contents.single if len(groups) <= MOST else []
    key = min(few, key=lambda one: len(few[one]))
    names = [shown(each) if key == LEARNER else f"{shortened(plan, key)} {shown(each)}" for each in few[key]]
    labels = [Label(name, (name,), (f"c{at}",)) for at, name in enumerate(names)]
    return {name: f"c{few[key].index(at[key])}" for name, at in places.items()}, labels


def _scatter(contents: Contents, row: Entry, target: Entry, colours: Mapping[str, str]) -> dict[str, Any] | None:
    """A quantity across, and the target up; None without points."""
    dots = [*_of_runs(contents, row, target, colours), *_of_groups(contents, row, target, colours)]
    if not dots:
        return None
    x = axis([each.x for each in dots], row.heading, room=0.08)
    y = axis([each.y for each in dots], target.heading, room=0.08)

    def draw(axes: "Axes") -> None:
        for each in dots:
            size, alpha = (7.0, 0.9) if each.large else (3.4, 0.4)
            pen = placeholder(each.colour)
            axes.plot(each.x, each.y, "o", color=pen, markersize=size, alpha=alpha, markeredgewidth=0)

    title = capital(f"{', '.join(filter(None, (row.quantity.name, row.which)))}")
    drawn = chart(f"target-{row.row}", f"{title} against {target.quantity.name}", x, y, draw, NARROW, titled=False)
    return {"kind": "svg", "svg": drawn, "title": title, "notes": _notes(contents, row)}


def _of_groups(contents: Contents, row: Entry, target: Entry, colours: Mapping[str, str]) -> list[Dots]:
    """The means of the groups."""
    numbers, found = contents.numbers(), []
    for name, colour in colours.items():
        both = [numbers.get(name, {}).get(each.row) for each in (row, target)]
        x, y = (one.value if one is not None else None for one in both)
        if x is not None and y is not None:
            found.append(Dots(np.array([x]), np.array([y]), colour, True))
    return found


def _of_runs(contents: Contents, row: Entry, target: Entry, colours: Mapping[str, str]) -> list[Dots]:
    """The runs or pairs of which both were measured, of every group."""
    if row.row not in contents.made.compared.over_runs:
        return []
    values: dict[str, dict[tuple[str, ...], float]] = {row.row: {}, target.row: {}}
    groups: dict[str, list[tuple[str, ...]]] = {name: [] for name in colours}
    for entry in contents.entries:
        if entry.row in values and isinstance(entry.result, Number) and entry.result.value is not None:
            values[entry.row][entry.runs] = entry.result.value
            if entry.row == row.row and entry.key in groups:
                groups[entry.key].append(entry.runs)
    step = -(-sum(map(len, groups.values())) // DOTS) or 1
    found = []
    for name, runs in groups.items():
        known = [each for each in runs if each in values[target.row]][::step]
        x, y = (np.array([values[key][each] for each in known]) for key in (row.row, target.row))
        if known:
            found.append(Dots(x, y, colours[name], False))
    return found


def _notes(contents: Contents, row: Entry) -> list[str]:
    """The correlations over groups, and over runs if there are any."""
    compared, found = contents.made.compared, []
    for numbers, counted in ((compared.correlations, "groups"), (compared.over_runs, row.counted)):
        one = numbers.get(row.row)
        if one is not None and one.value is not None:
            bounds = f" ({interval(one)})" if one.interval else ""
            found.append(f"{RHO} {value(one)}{bounds} over {one.sample} {counted}")
    return found


def _table(contents: Contents, rows: list[Entry], target: Entry, notes: Notes) -> dict[str, Any]:
    """All rank correlations with the target; beside them those of the study's reference, and whether they agree."""
    compared, reference = contents.made.compared, contents.made.plan.study.design.reference
    head = Markup("Spearman's correlation with {}").format(target.heading)
    columns = [Column(head, compared.correlations, counted="groups")]
    columns += [Column(Markup("the same, over single runs or pairs"), compared.over_runs)] * bool(compared.over_runs)
    if reference is None:
        return table(rows, columns, notes)
    row_of = {f"{each.use.name}.{each.slot}": each.row for each in reversed(contents.entries)}
    theirs = {row_of.get(name, name): at for name, at in reference.correlations}
    reported = {row: Number("", at, sample=reference.sample) for row, at in theirs.items()}
    head = Markup("{}, with {} ({} cells)").format(reference.source, reference.target, reference.sample)
    columns.append(Column(head, reported, bare=True))
    found = table(rows, columns, notes)
    kept = [row for row in rows if any(row.row in column.numbers for column in columns)]
    for entry, line in zip(kept, found["rows"], strict=True):
        said = _agreement(reference, theirs.get(entry.row), compared.correlations.get(entry.row))
        line["cells"].append({**cell(None), "note": said})
    return {**found, "heads": [*found["heads"], "same direction?"]}


def _agreement(reference: Reference, theirs: float | None, ours: Number | None) -> str:
    """Whether a reported correlation and that of the study have the same direction, if the interval tells it."""
    if theirs is None or ours is None or ours.value is None:
        return ""
    if not differs(ours.interval):
        return "not told apart from 0 here"
    return "yes" if reference.agrees(theirs, ours.value) else "no, the reverse"
