"""Intervals side by side: of quantities that share a unit, and strips of every run with the means of its group."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from render.page.chart import BOTTOM, NARROW, TOP, WIDE, Axis, axis, chart, ink, words
from render.page.panels import Panel
from render.page.parties import Cast, Numbers, Party, Shown
from render.page.words import number, width
from sim.statistics.results import Number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEWEST = 3  # rows of one unit that are worth a chart
APART = 50  # times the median of all values, beyond which one axis cannot show them
CONTROLS = {"|": "|", "o": "○", "x": "×"}  # marks of controls, and what a caption has for them
LINE, GAP, ROW = 7, 28, 24  # heights: of a party in a row, of the row's words, and of a group in a strip
DOT = 2.7  # radius
STEPS = (0.0, 1.5 * DOT, -1.5 * DOT, 3 * DOT, -3 * DOT)  # how far dots that would hide each other make room
STRIPS = (
    "A dot is a run, or a pair of runs; the upright stroke is the interquartile mean, and the band its 95 % interval "
    "over runs. Axes do not begin at zero. Bands that overlap may still differ; the tables say by how much."
)
Strip = tuple[Party, list[float], Number]
"""A group, or two, with the values of its runs or pairs, and their mean."""


def forests(cast: Cast, name: str, rows: Sequence[Shown]) -> Iterator[Panel]:
    """A chart for each unit that several quantities of single subjects have: their values with their intervals."""
    numbers = {party.key: cast.numbers().get(party.key, {}) for party in cast.several(1)}
    units: dict[str, list[Shown]] = {}
    for row in rows:
        if not row.quantity.control_of and any(row.row in some and some[row.row].interval for some in numbers.values()):
            units.setdefault(row.quantity.unit, []).append(row)
    for at, (unit, some) in enumerate(units.items()):
        every = [own[row.row] for row in some for own in numbers.values() if row.row in own]
        sizes = [abs(each.value or 0.0) for each in every]
        if len(some) >= FEWEST and max(sizes) < APART * (float(np.median(sizes)) or 1.0):
            bounds = [bound for each in every for bound in (each.value, each.low, each.high) if bound is not None]
            yield _forest(cast, f"{name}-{at}", axis([bounds], unit), some, rows, numbers)


def _forest(cast: Cast, name: str, x: Axis, some: list[Shown], rows: Sequence[Shown], numbers: Numbers) -> Panel:
    """The chart of one unit; controls are grey marks in the row of what they are controls of."""
    parties, marks = cast.several(1), dict[str, str]()
    each = GAP + LINE * len(parties)  # the height of a row
    y = Axis(0, len(some) * each)

    def draw(axes: "Axes") -> None:
        for at, row in enumerate(some):
            top, place = y.high - at * each, (row.use, row.result.quantity, row.detail)
            axes.text(x.low, top - 14, ", ".join(filter(None, (row.quantity.name, row.which))), **words("quiet"))
            controls = [one for one in rows if (one.use, one.quantity.control_of, one.detail) == place]
            for line, party in enumerate(parties):
                down, own = top - 23 - LINE * line, numbers[party.key]
                for control in controls:
                    told = control.quantity.name.removeprefix(f"{row.quantity.name}, ")
                    mark = marks.setdefault(told, list(CONTROLS)[len(marks) % len(CONTROLS)])
                    _spot(axes, own.get(control.row), down, "quiet", mark)
                _spot(axes, own.get(row.row), down, party.inks[0])

    title = f"In {x.label}" if x.label else "Pure numbers"
    drawn = chart(name, title, x, y, draw, (WIDE[0], TOP + BOTTOM + len(some) * each))
    signs = ", ".join(f"{CONTROLS[mark]} {name}" for name, mark in marks.items())
    grey = f" Grey, controls: {signs}." if signs else ""
    told = f"Values with their 95 % intervals; hollow where they are doubtful.{grey}"
    return Panel([{"kind": "svg", "svg": drawn}], text=told, parties=parties, titled=True)


def _spot(axes: "Axes", found: Number | None, y: float, colour: str, mark: str = "o") -> None:
    """A value and its interval; a control has none."""
    if found is None or found.value is None:
        return
    control = colour == "quiet"
    if not control and found.low is not None and found.high is not None:
        axes.plot([found.low, found.high], [y, y], color=ink(colour), linewidth=2.0, solid_capstyle="butt")
    face = ink("page" if control or found.doubtful else colour)
    axes.plot(found.value, y, mark, color=ink(colour), markerfacecolor=face, markersize=5 if control else 6)


def strips(cast: Cast) -> Panel:
    """A chart for each highlighted quantity; in it a row for each group, and for two groups whose runs are paired."""
    numbers, cells = cast.numbers(), []
    for row in cast.highlights():
        values: dict[str, list[float]] = {}
        for each in cast.shown:
            if each.row == row.row and isinstance(each.result, Number) and each.result.value is not None:
                values.setdefault(each.party, []).append(each.result.value)
        there = [
            party for party in cast.parties.values() if party.key in values and row.row in numbers.get(party.key, {})
        ]
        several = [(party, values[party.key], numbers[party.key][row.row]) for party in there]
        if several:
            size = (NARROW[0], TOP + BOTTOM + ROW * len(several))
            drawn = _strips(f"strips-{row.row[0]}-{row.row[1]}", row.title, several, size)
            cells.append({"kind": "svg", "svg": drawn, "size": size})
    return Panel(cells, "Every run", STRIPS)


def _strips(name: str, title: str, several: Sequence[Strip], size: tuple[int, int]) -> str:
    """The chart of one quantity: a band, dots and the mean for each group, and its value beside its name."""
    bounds = [each for _, _, mean in several for each in (mean.low, mean.high) if each is not None]
    known = [each for each in (width(mean) for _, _, mean in several) if each]
    usual = float(np.median(known)) if known else None
    names = {
        len(several) - at - 0.5: f"{' × '.join(party.names)} {number(mean.value, usual)}"
        for at, (party, _, mean) in enumerate(several)
    }
    x, y = axis([*(some for _, some, _ in several), bounds], room=0.07), Axis(0, len(several), named=names)

    def draw(axes: "Axes") -> None:
        if x.low < 0 < x.high:
            axes.axvline(0, color=ink("quiet"), linewidth=1)
        long = NARROW[0] / (x.high - x.low) * 0.6
        for (party, values, mean), label, up in zip(several, axes.get_yticklabels(), names, strict=True):
            colour = ink(party.inks[0] if len(party.names) == 1 else "quiet")
            label.set(color=colour, fontweight="bold")
            if mean.low is not None and mean.high is not None:
                axes.plot([mean.low, mean.high], [up, up], color=colour, linewidth=11, alpha=0.3, solid_capstyle="butt")
            spots = np.sort(values)
            off = swarm(spots * long) / ROW
            axes.plot(spots, up + off, "o", color=colour, markersize=2 * DOT, alpha=0.62, markeredgewidth=0)
            axes.vlines(np.nan if mean.value is None else mean.value, up - 0.36, up + 0.36, colour, linewidth=2.6)

    return chart(name, title, x, y, draw, size)


def swarm(spots: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each of the spots [N], rising, goes up or down so as to hide none of those shortly before it."""
    placed: list[tuple[float, float]] = []
    for x in spots.tolist():
        near = [up for at, up in placed[-2 * len(STEPS) :] if x - at < 1.45 * DOT]
        placed.append((x, next((step for step in STEPS if step not in near), 0.0)))
    return np.array([up for _, up in placed], np.float64)
