"""Charts of intervals: several quantities of one unit (forests), and every run with its group's mean (strips)."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from render.page.chart import BOTTOM, NARROW, TOP, WIDE, Axis, axis, chart, placeholder, style
from render.page.contents import Contents, Entry, Label
from render.page.panels import Panel
from render.page.words import PLAIN, number, width
from sim.statistics.results import Interval, Number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEWEST = 3  # quantities of one unit, below which there is no chart
APART = 50  # a chart is left out if a value is this many times the median of all
CONTROLS = {"|": "|", "o": "○", "x": "×"}  # markers of controls, and the signs for them in a caption
LINE, GAP, ROW = 7, 28, 24  # heights: of a subject in a row, of the row's title, and of a group in a strip
DOT = 2.7  # radius
STEPS = (0.0, 1.5 * DOT, -1.5 * DOT, 3 * DOT, -3 * DOT)  # vertical places of dots that would hide each other
STRIPS = (
    "A dot is a run, or a pair of runs. The vertical stroke is the interquartile mean, and the band is its 95 % "
    "interval over runs. Axes do not begin at zero. Groups may differ although their bands overlap; the tables show "
    "differences."
)
WHOLE = (
    "The vertical stroke is the number of a whole group, and the band is its 95 % interval. Axes do not begin at zero."
)
Strip = tuple[Label, list[float], Number]
"""A group or a pair of groups, the values of its runs or pairs of runs, and their mean."""


def forests(contents: Contents, name: str, rows: Sequence[Entry]) -> Iterator[Panel]:
    """A chart for each unit that several quantities of single subjects share: their values with intervals."""
    numbers = contents.numbers()
    units: dict[str, list[Entry]] = {}
    for entry in rows:
        there = [numbers[label.key][entry.row] for label in contents.single if entry.row in numbers.get(label.key, {})]
        if not entry.control and any(each.interval for each in there):
            units.setdefault(entry.quantity.unit, []).append(entry)
    for at, (unit, entries) in enumerate(units.items()):
        keys = [(label.key, entry.row) for label in contents.single for entry in entries]
        every = [numbers[key][row] for key, row in keys if row in numbers.get(key, {})]
        sizes = [abs(each.value or 0.0) for each in every]
        if len(entries) >= FEWEST and max(sizes) < APART * (float(np.median(sizes)) or 1.0):
            x = axis([np.array([(each.value, each.low, each.high) for each in every], np.float64)], unit)
            yield _forest(contents, f"{name}-{at}", x, entries, rows)


def _forest(contents: Contents, name: str, x: Axis, entries: list[Entry], rows: Sequence[Entry]) -> Panel:
    """The chart of one unit; controls are grey markers in the row of the quantity that they are controls of."""
    labels, numbers, markers = contents.single, contents.numbers(), dict[str, str]()
    height = GAP + LINE * len(labels)
    y = Axis(0, len(entries) * height)

    def draw(axes: "Axes") -> None:
        for at, entry in enumerate(entries):
            top, place = y.high - at * height, (entry.use, entry.base, entry.detail)
            axes.text(x.low, top - 14, ", ".join(filter(None, (entry.quantity.name, entry.which))), **style("quiet"))
            controls = [each for each in rows if each.control and (each.use, each.base, each.detail) == place]
            for line, label in enumerate(labels):
                up, by_row = top - 23 - LINE * line, numbers.get(label.key, {})
                for control in controls:
                    marker = markers.setdefault(control.control, list(CONTROLS)[len(markers) % len(CONTROLS)])
                    _spot(axes, by_row.get(control.row), up, "quiet", marker)
                _spot(axes, by_row.get(entry.row), up, label.colours[0])

    title = f"In {x.label}" if x.label else "Pure numbers"
    drawn = chart(name, title, x, y, draw, (WIDE[0], TOP + BOTTOM + len(entries) * height))
    signs = ", ".join(f"{CONTROLS[marker]} {control}" for control, marker in markers.items())
    text = f"Grey, controls: {signs}." * bool(signs)
    return Panel([{"kind": "svg", "svg": drawn}], text=text, labels=labels, titled=True)


def _spot(axes: "Axes", one: Number | None, y: float, colour: str, marker: str = "o") -> None:
    """Draw a value and its interval; a grey control without its interval."""
    if one is None or one.value is None:
        return
    control = colour == "quiet"
    if not control and one.low is not None and one.high is not None:
        axes.plot([one.low, one.high], [y, y], color=placeholder(colour), linewidth=2.0, solid_capstyle="butt")
    face = placeholder("page" if control or one.doubtful else colour)
    axes.plot(one.value, y, marker, color=placeholder(colour), markerfacecolor=face, markersize=5 if control else 6)


def strips(contents: Contents) -> Panel:
    """A chart for each highlighted quantity, with a row for each group and for each pair of groups that has values."""
    numbers, cells = contents.numbers(), []
    for row in contents.highlights(categories=False):
        values: dict[str, list[float]] = {}
        for entry in contents.entries:
            if entry.row == row.row and isinstance(entry.result, Number) and entry.result.value is not None:
                values.setdefault(entry.key, []).append(entry.result.value)
        several = [
            (label, values[key], numbers[key][row.row])
            for key, label in contents.labels.items()
            if key in values and row.row in numbers.get(key, {})
        ]
        if several:
            size = (NARROW[0], TOP + BOTTOM + ROW * len(several))
            cells.append({"kind": "svg", "svg": _strips(f"strips-{row.row}", row.title, several, size), "size": size})
    kinds = {row.use.measure.of for row in contents.highlights(categories=False)}
    if kinds == {"group"}:
        return Panel(cells, "Every group", WHOLE)
    whole = " A stroke without dots is a number of a whole group." if "group" in kinds else ""
    return Panel(cells, "Every run", STRIPS + whole)


def _strips(name: str, title: str, several: Sequence[Strip], size: tuple[int, int]) -> str:
    """The chart of one quantity: a band, dots and the mean of each group, and its value after its name."""
    bounds = np.array([(mean.low, mean.high) for _, _, mean in several], np.float64)
    known = [half for half in (width(mean) for _, _, mean in several) if half]
    usual = float(np.median(known)) if known else None
    names = {
        len(several) - at - 0.5: f"{' × '.join(label.names)} {number(mean.value, usual, digits=PLAIN)}"
        for at, (label, _, mean) in enumerate(several)
    }
    x, y = axis([*(values for _, values, _ in several), bounds], room=0.07), Axis(0, len(several), named=names)

    def draw(axes: "Axes") -> None:
        if x.low < 0 < x.high:
            axes.axvline(0, color=placeholder("quiet"), linewidth=1)
        long = NARROW[0] / (x.high - x.low) * 0.6
        for (label, values, mean), tick, up in zip(several, axes.get_yticklabels(), names, strict=True):
            pen = placeholder(label.colours[0] if len(label.names) == 1 else "quiet")
            tick.set(color=pen, fontweight="bold")
            draw_strip(axes, np.array(values), up, pen, mean.value, mean.interval, pixels=long, row=ROW)

    return chart(name, title, x, y, draw, size)


def draw_strip(
    axes: "Axes", values: NDArray[np.float64], up: float, pen: str,
    mean: float | None, band: Interval | None, *, pixels: float, row: float,
) -> None:  # fmt: skip
    """Draw a dot for each of the values [N] at height `up`, with a stroke at their mean and a band for its interval.

    `pixels` is the width of one unit of the values, and `row` the height of one unit of `up`.
    """
    if band is not None and None not in band:
        axes.plot(np.array(band, np.float64), [up, up], color=pen, linewidth=11, alpha=0.3, solid_capstyle="butt")
    spots = np.sort(values)
    axes.plot(
        spots, up + swarm(spots * pixels) / row, "o", color=pen, markersize=2 * DOT, alpha=0.62, markeredgewidth=0
    )
    axes.vlines(np.nan if mean is None else mean, up - 0.36, up + 0.36, pen, linewidth=2.6)


def swarm(spots: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each of the spots [N], which rise, moves up or down so that it does not hide the spots before it."""
    placed: list[tuple[float, float]] = []
    for x in spots.tolist():
        near = [up for at, up in placed[-2 * len(STEPS) :] if x - at < 1.45 * DOT]
        placed.append((x, next((step for step in STEPS if step not in near), 0.0)))
    return np.array([up for _, up in placed], np.float64)
