"""Panels: for each kind of result, how those of one quantity are drawn together.

Ink says whose a line is; its style says which of several it is, or which control. K points of a line.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from render.page.chart import NARROW, WIDE, Axis, axis, chart, ink
from render.page.maps import maps
from render.page.parties import MOST, Cast, Party, Shown
from render.page.words import capital, number
from sim.statistics.results import Curve, Histogram, Kind, Matrix, Result, Scatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 120  # points that a long curve is drawn with
NOISY = 100  # points from which a line is thin
LINES, DOTS = 60, 3000  # that a chart has at most
CROWD = 18  # lines, more than which are thin
FEW = 9  # points of a line, below which they are dots, too
TABLES = 12  # maps or matrices that a panel has at most
FACETS = 3  # details that are told apart by the style of their lines
STYLES = ("", "dashed", "dotted")
DASHES: dict[str, Any] = {"dashed": (0, (5, 2.6)), "dotted": (0, (1.2, 2.2))}
Floats = NDArray[np.float64]
Inked = tuple[Shown, str, str]
"""A result, its ink and its style."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A figure of a page: cells side by side, and what explains them."""

    cells: list[dict[str, Any]]
    name: str = ""
    text: str = ""
    parties: list[Party] = field(default_factory=list)
    """Whose inks they have."""
    styles: dict[str, str] = field(default_factory=dict)
    """What styles of lines mean, by what is told."""
    titled: bool = False
    """Whether the figure itself says which quantity it is of."""
    scale: dict[str, Any] = field(default_factory=dict)
    """The colour bar that all cells share."""


def panels(cast: Cast, uses: Sequence[str]) -> Iterator[Panel]:
    """The panels of all results of some uses that are no numbers, a quantity and its controls in each."""
    found: dict[tuple[str, str, Kind], list[Shown]] = {}
    for each in cast.shown:
        if each.use.name in uses and each.result.kind != "number":
            found.setdefault((each.use.name, each.base, each.result.kind), []).append(each)
    for (*key, kind), items in found.items():
        drawn = PANELS[kind](cast, re.sub(r"\W+", "-", "-".join((*key, kind))), items)
        basic = items[0].basic
        yield replace(drawn, name=capital(basic.name), text=f"{basic.meaning} {drawn.text}".strip())


def plots(cast: Cast, name: str, items: list[Shown]) -> Panel:
    """Curves, distributions of histograms and clouds of points, over each other or in charts that share their axes."""
    first, (facets, styles) = items[0], _facets(cast, items)
    log, labels, twins = first.quantity.log, first.quantity.axes, _twins(cast, first)
    drawn = {id(each): as_curve(each.result, "x" in log) for each in items}
    along = [each.x for each in drawn.values()]
    up = [np.zeros(int(first.result.kind == "histogram"))]  # whose axis begins at 0
    for each in drawn.values():
        up += [part for part in (each.y, each.low, each.high) if part is not None]
    x = axis(along + up * twins, labels[0], log="x" in log, few=not twins)
    y = axis(up + along * twins, labels[1], log="y" in log)
    cells = []
    for at, (title, every) in enumerate(facets.items()):
        some = every[:: -(-len(every) // LINES)]
        crowd = " thin" * (len(some) > CROWD)

        def draw(axes: "Axes", some: list[Inked] = some, crowd: str = crowd) -> None:
            if y.low < 0 < y.high:
                axes.axhline(0, color=ink("quiet"), linewidth=0.8)
            if twins:
                axes.plot([x.low, x.high], [x.low, x.high], color=ink("quiet"), linewidth=0.9)
            for each, colour, style in some:
                _draw(axes, each.result.kind, drawn[id(each)], ink(colour), style + crowd, x)

        size = WIDE if len(facets) < 3 else NARROW
        cells.append({"kind": "svg", "svg": chart(f"{name}-{at}", title, x, y, draw, size)})
    told = _left_out(max(map(len, facets.values())), LINES)
    return Panel(cells, "", told, [] if twins else legend(cast, items), styles, len(facets) == 1 and not twins)


def _twins(cast: Cast, first: Shown) -> bool:
    """Whether both axes are one quantity, of the first and of the second subject of a pair."""
    return isinstance(first.result, Scatter) and first.use.measure.of == "pair" and not cast.grouped


def _facets(cast: Cast, items: list[Shown]) -> tuple[dict[str, list[Inked]], dict[str, str]]:
    """The lines of each chart, by its title, each with its ink and style; and what styles mean."""
    controls = any(each.quantity.control_of for each in items)
    details = {each.detail for each in items}
    apart = len(details) > (1 if controls else FACETS)
    pairs = {each.party: cast.ink(each) for each in items if not cast.grouped and len(each.runs) == 2 and each.party}
    clash = _twins(cast, items[0]) or len(set(pairs.values())) < len(pairs)
    facets: dict[str, list[Inked]] = {}
    styles: dict[str, str] = {}
    for each in items:
        control = each.quantity.name.removeprefix(f"{each.basic.name}, ") if each.quantity.control_of else ""
        told = control or (each.detail if len(details) > 1 and not apart else "")
        if told not in styles:
            noisy = isinstance(each.result, Curve) and len(each.result.x) > NOISY
            used = sum("thin" not in style for style in styles.values())
            dash = STYLES[max(1, len(styles)) % 3 if control else 0 if noisy else used % 3]
            styles[told] = f"{dash} {'thin' if noisy or control else ''}".strip()
        names = cast.parties[each.party].names if clash else ()
        name = "" if apart or clash else capital(each.basic.name)
        title = ", ".join(filter(None, (name, " × ".join(names), each.detail if apart or len(details) == 1 else "")))
        facets.setdefault(title, []).append((each, cast.ink(each), styles[told]))
    return facets, {told or "measured": style for told, style in styles.items()} if len(styles) > 1 else {}


def as_curve(result: Result, log: bool) -> Curve:
    """What is drawn of a result: a curve that is not too long, the shares of a histogram in percent, or some points."""
    name = result.quantity
    if isinstance(result, Histogram):
        found = np.sort(result.values[~np.isnan(result.values)])
        at = np.unique(np.linspace(0, len(found) - 1, min(len(found), 2 * BINS)).astype(int))
        return Curve(name, found[at], 100 * (at + 1) / max(1, len(found)))
    if isinstance(result, Scatter):
        step = -(-len(result.x) // DOTS)
        return Curve(name, result.x[::step], result.y[::step])
    assert isinstance(result, Curve)
    return result if len(result.x) <= BINS else Curve(name, *thinned(result.x, result.y, log=log))


def thinned(x: Floats, y: Floats, bins: int = BINS, *, log: bool = False) -> tuple[Floats, Floats]:
    """The means of points [K] that are neighbours along x: of those in each of `bins`, equally wide, or in log."""
    if len(x) <= bins:
        return x, y
    x, y = (x[x > 0], y[x > 0]) if log else (x, y)
    scaled = np.log(x) if log else x
    places = np.searchsorted(np.linspace(scaled[0], scaled[-1], bins + 1)[1:-1], scaled, side="right")
    count = np.bincount(places)
    middle, mean = (np.bincount(places, each)[count > 0] / count[count > 0] for each in (scaled, y))
    return np.exp(middle) if log else middle, mean


def _draw(axes: "Axes", kind: Kind, drawn: Curve, pen: str, style: str, x: Axis) -> None:
    """One line, its points where these are few or were fitted, hollow where they were not, and its intervals."""
    along, up, thin, steps = drawn.x, drawn.y, "thin" in style, kind == "histogram"
    if kind == "scatter":
        axes.plot(along, up, "o", color=pen, markersize=4, alpha=0.6, markeredgewidth=0)
        return
    if steps:
        finite = np.isfinite(along)
        along, up = np.r_[x.low, along[finite], x.high], np.r_[0.0, up[finite]]
        up = np.r_[up, up[-1]]
    how = {"linestyle": DASHES.get(style.split(" ")[0], "solid"), "drawstyle": "steps-post" if steps else "default"}
    axes.plot(along, up, color=pen, linewidth=1.0 if thin else 1.9, alpha=0.75 if thin else 1.0, **how)
    if drawn.low is not None and drawn.high is not None:
        axes.vlines(along, drawn.low, drawn.high, colors=pen, linewidth=2.0)
    if not steps and (drawn.high is not None or drawn.fitted is not None or len(along) < FEW):
        full = np.ones(len(along), bool) if drawn.fitted is None else drawn.fitted
        for some, face in ((full, pen), (~full, ink("page"))):
            axes.plot(along[some], up[some], "o", color=pen, markerfacecolor=face, markersize=4.6 if thin else 6)


def pictures(cast: Cast, name: str, items: list[Shown]) -> Panel:
    """Maps side by side under one scale, and the land of each beneath it."""
    kept = items[:TABLES]
    cells, scale = maps(cast, kept)
    return Panel(cells, "", _left_out(len(items), TABLES), scale=scale | {"name": name})


def matrices(cast: Cast, name: str, items: list[Shown]) -> Panel:
    """Coloured tables."""
    kept = items[:TABLES]
    cells = [heat(each.result, each.detail) for each in kept if isinstance(each.result, Matrix)]
    return Panel(cells, "", _left_out(len(items), TABLES))


def heat(found: Matrix, title: str = "") -> dict[str, Any]:
    """A matrix as a coloured table: its values in words, and where they lie between the least and the greatest."""
    finite = found.values[np.isfinite(found.values)]
    low, span = (float(finite.min()), float(np.ptp(finite)) or 1.0) if finite.size else (0.0, 1.0)
    rows = [[(number(each, span / 10), (each - low) / span) for each in row] for row in found.values.tolist()]
    return {"kind": "heat", "title": title, "rows": list(zip(found.rows, rows, strict=True)), "columns": found.columns}


def legend(cast: Cast, items: list[Shown]) -> list[Party]:
    """The parties whose inks some results have, where there are several inks."""
    found = dict.fromkeys(each.party for each in items if each.party in cast.parties)
    return [cast.parties[key] for key in found] if len(cast.several(1)) <= MOST else []


def _left_out(count: int, most: int) -> str:
    return f"Of {count}, one in {-(-count // most)} is drawn." if count > most else ""


PANELS: dict[Kind, Callable[[Cast, str, list[Shown]], Panel]] = {
    "curve": plots, "histogram": plots, "scatter": plots, "map": pictures, "matrix": matrices,
}  # fmt: skip
