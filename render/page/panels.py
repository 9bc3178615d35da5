"""Panels: figures of a page, one for each quantity that is not a number. Each kind of result is drawn in one way.

The colour of a line says to which subject or group it belongs; its style says which of several results it is, or which
control. K points of a line.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from render.page.chart import NARROW, WIDE, Axis, axis, chart, placeholder
from render.page.contents import MOST, Contents, Entry, Label
from render.page.drawn_points import as_curve, left_out, off_the_axes
from render.page.maps import maps
from render.page.point_classes import DOTS, class_charts, class_labels, columns_of, has_classes, of_some_runs
from render.page.words import capital, number
from sim.statistics.results import Curve, Kind, Matrix, Scatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NOISY = 100  # points, from which a line is thin
LINES = 60  # the most in a chart
CROWD = 18  # lines, above which they are thin
FEW = 9  # points of a line, below which they are also drawn as dots
TABLES = 12  # the most maps, matrices, or charts of points in classes, of a panel
DETAILS = 3  # the most details that line styles distinguish
STYLES = ("", "dashed", "dotted")
DASHES: dict[str, Any] = {"dashed": (0, (5, 2.6)), "dotted": (0, (1.2, 2.2))}
T = TypeVar("T")
Line = tuple[Entry, str]
"""An entry and the style of its line."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A figure of a page: cells side by side, with a legend and a caption."""

    cells: list[dict[str, Any]]
    name: str = ""
    text: str = ""
    labels: list[Label] = field(default_factory=list)
    """The labels whose colours the legend explains."""
    styles: dict[str, str] = field(default_factory=dict)
    """The line styles that the legend explains, by their meaning."""
    titled: bool = False
    """True if the cells have the name of the quantity as title."""
    scale: dict[str, Any] = field(default_factory=dict)
    """The colour bar that all cells share."""
    columns: int = 3
    """The most cells side by side."""


def panels(contents: Contents, uses: Sequence[str]) -> Iterator[Panel]:
    """The panels of all results of some uses that are not numbers; a quantity and its controls share a panel."""
    found: dict[tuple[str, str, Kind], list[Entry]] = {}
    for entry in contents.entries:
        if entry.use.name in uses and entry.result.kind != "number":
            found.setdefault((entry.use.name, entry.base, entry.result.kind), []).append(entry)
    for (*key, kind), entries in found.items():
        panel = PANELS[kind](contents, re.sub(r"\W+", "-", "-".join((*key, kind))), entries)
        basic = entries[0].basic
        yield replace(panel, name=capital(basic.name), text=f"{basic.meaning} {panel.text}".strip())


def plots(contents: Contents, name: str, entries: list[Entry]) -> Panel:
    """Curves, distributions or points, in one chart or in several charts with the same axes."""
    first, (charts, styles) = entries[0], _arrange(contents, entries)
    log, labels, paired = first.quantity.log, first.quantity.axes, _is_paired(contents, first)
    most = max(1, DOTS // max(map(len, charts.values())))
    curves = {id(entry): as_curve(entry.result, "x" in log, most) for entry in entries}
    along = [curve.x for curve in curves.values()]
    up = [part for curve in curves.values() for part in (curve.y, curve.low, curve.high) if part is not None]
    up += [np.zeros(1)] * (first.result.kind == "histogram")
    x = axis(along + up * paired, labels[0], log="x" in log, few=not paired)
    y = axis(up + along * paired, labels[1], log="y" in log)
    cells = []
    some, text = _at_most(TABLES, list(charts.items())) if _is_apart(first) else (list(charts.items()), "")
    for at, (title, every) in enumerate(some):
        lines, _ = _at_most(LINES, every)

        def draw(axes: "Axes", lines: list[Line] = lines) -> None:
            if y.low < 0 < y.high:
                axes.axhline(0, color=placeholder("quiet"), linewidth=0.8)
            if paired:
                axes.plot([x.low, x.high], [x.low, x.high], color=placeholder("quiet"), linewidth=0.9)
            for entry, style in lines:
                pen = placeholder(contents.colour(entry))
                thin = "thin" in style or len(lines) > CROWD
                _draw(axes, entry.result.kind, curves[id(entry)], pen, style.split(" ")[0], thin, x)

        size = WIDE if len(some) < 3 else NARROW
        cells.append({"kind": "svg", "svg": chart(f"{name}-{at}", title, x, y, draw, size)})
    text = text or _at_most(LINES, max(charts.values(), key=len))[1]
    text = " ".join(filter(None, (text, left_out(entries, most), off_the_axes(entries))))
    return Panel(cells, "", text, [] if paired else legend(contents, entries), styles, len(charts) == 1 and not paired)


def points(contents: Contents, name: str, entries: list[Entry]) -> Panel:
    """Points; if they are of classes, every run has a chart of its own, and the legend explains the classes."""
    if not all(map(has_classes, entries)):
        return plots(contents, name, entries)
    drawn, text = of_some_runs(entries, TABLES)
    text = " ".join(filter(None, (text, left_out(drawn, DOTS))))
    charts, labels = class_charts(contents, name, drawn), class_labels(drawn)
    return Panel(charts, "", text, labels, titled=len(drawn) == 1, columns=columns_of(drawn))


def _is_paired(contents: Contents, entry: Entry) -> bool:
    """True if x and y are the same quantity, of the first and of the second subject of a pair."""
    return isinstance(entry.result, Scatter) and entry.use.measure.of == "pair" and not contents.grouped


def _is_apart(entry: Entry) -> bool:
    """True if the curves of each run have a chart of their own."""
    return isinstance(entry.result, Curve) and entry.result.apart


def _arrange(contents: Contents, entries: list[Entry]) -> tuple[dict[str, list[Line]], dict[str, str]]:
    """The lines of each chart by its title, and the meaning of the line styles.

    Details are distinguished by line styles if there are few and no controls, and otherwise have charts of their own.
    Pairs have charts of their own if their colours are not unique, and runs if their curves are to be apart.
    """
    details, controls = {entry.detail for entry in entries}, any(entry.control for entry in entries)
    by_detail = len(details) > (1 if controls else DETAILS)
    pairs = {entry.key: contents.colour(entry) for entry in entries if entry.key and len(entry.runs) == 2}
    by_pair = _is_paired(contents, entries[0]) or (not contents.grouped and len(set(pairs.values())) < len(pairs))
    charts: dict[str, list[Line]] = {}
    styles: dict[str, str] = {}
    for entry in entries:
        meaning = entry.control or (entry.detail if len(details) > 1 and not by_detail else "")
        if meaning not in styles:
            noisy = isinstance(entry.result, Curve) and len(entry.result.x) > NOISY
            used = sum("thin" not in style for style in styles.values())
            dash = STYLES[max(1, len(styles)) % 3 if entry.control else 0 if noisy else used % 3]
            styles[meaning] = f"{dash} {'thin' if noisy or entry.control else ''}".strip()
        name = "" if by_detail or by_pair else capital(entry.basic.name)
        pair = " × ".join(contents.labels[entry.key].names) if by_pair else ""
        if _is_apart(entry) and len(contents.made.plan.runs) > 1:
            pair = ", ".join(contents.names.get(run, run) for run in entry.runs)
        detail = entry.detail if by_detail or len(details) == 1 else ""
        charts.setdefault(", ".join(filter(None, (name, pair, detail))), []).append((entry, styles[meaning]))
    explained = {meaning or "measured": style for meaning, style in styles.items()} if len(styles) > 1 else {}
    return charts, explained


def _draw(axes: "Axes", kind: Kind, curve: Curve, pen: str, dash: str, thin: bool, x: Axis) -> None:
    """Draw one line with its intervals; points as dots if they are few, hollow if they were not fitted."""
    along, up, steps = curve.x, curve.y, kind == "histogram"
    if kind == "scatter":
        axes.plot(along, up, "o", color=pen, markersize=4, alpha=0.6, markeredgewidth=0)
        return
    if steps:
        finite = np.isfinite(along)
        along, up = np.r_[x.low, along[finite], x.high], np.r_[0.0, up[finite]]
        up = np.r_[up, up[-1]]
    how = {"linestyle": DASHES.get(dash, "solid"), "drawstyle": "steps-post" if steps else "default"}
    axes.plot(along, up, color=pen, linewidth=1.0 if thin else 1.9, alpha=0.75 if thin else 1.0, **how)
    if curve.low is not None and curve.high is not None:
        axes.vlines(along, curve.low, curve.high, colors=pen, linewidth=2.0)
    if not steps and (curve.high is not None or curve.fitted is not None or len(along) < FEW):
        fitted = np.ones(len(along), bool) if curve.fitted is None else curve.fitted
        for some, face in ((fitted, pen), (~fitted, placeholder("page"))):
            axes.plot(along[some], up[some], "o", color=pen, markerfacecolor=face, markersize=4.6 if thin else 6)


def pictures(contents: Contents, name: str, entries: list[Entry]) -> Panel:
    """Maps side by side with one colour bar, and each landscape in perspective beneath its map."""
    drawn, text = _at_most(TABLES, entries)
    cells, scale = maps(contents, drawn)
    return Panel(cells, "", text, scale=scale | {"name": name})


def matrices(contents: Contents, name: str, entries: list[Entry]) -> Panel:
    """Coloured tables."""
    drawn, text = _at_most(TABLES, entries)
    results = [(entry.result, entry.detail) for entry in drawn if isinstance(entry.result, Matrix)]
    return Panel([heat(_renamed(contents, result), detail) for result, detail in results], "", text)


def _renamed(contents: Contents, matrix: Matrix) -> Matrix:
    """A matrix whose rows and columns have the names of runs on the page."""
    rows, columns = (tuple(contents.names.get(name, name) for name in names) for names in (matrix.rows, matrix.columns))
    return replace(matrix, rows=rows, columns=columns)


def heat(matrix: Matrix, title: str = "", marks: Sequence[Sequence[Mapping[str, str]]] = ()) -> dict[str, Any]:
    """A matrix as a coloured table: each value as a text, and where it lies from the least (0) to the greatest (1).

    A mark of a value has a text beneath it, its edges ("l" and "t" for lines at the left and at the top), and a colour.
    """
    finite = matrix.values[np.isfinite(matrix.values)]
    low, span = (float(finite.min()), float(np.ptp(finite)) or 1.0) if finite.size else (0.0, 1.0)
    rows = [[(number(value, span / 30), (value - low) / span) for value in row] for row in matrix.values.tolist()]
    named = list(zip(matrix.rows, rows, strict=True))
    return {"kind": "heat", "title": title, "rows": named, "columns": matrix.columns, "marks": marks}


def legend(contents: Contents, entries: list[Entry]) -> list[Label]:
    """The labels of some results, if they have colours."""
    keys = dict.fromkeys(entry.key for entry in entries if entry.key in contents.labels)
    return [contents.labels[key] for key in keys] if len(contents.single) <= MOST else []


def _at_most(most: int, every: list[T]) -> tuple[list[T], str]:
    """Every n-th of a list, so that there are at most so many, and a sentence that says so."""
    step = -(-len(every) // most)
    return every[::step], f"Of {len(every)}, one in {step} is drawn." if step > 1 else ""


PANELS: dict[Kind, Callable[[Contents, str, list[Entry]], Panel]] = {
    "curve": plots, "histogram": plots, "scatter": points, "map": pictures, "matrix": matrices,
}  # fmt: skip
