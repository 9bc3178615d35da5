"""Strips: a panel for each quantity, in it a row for each method, a dot for each run; as SVG.

The interquartile mean is an upright stroke with its value at the right; its 95 % interval is the band behind it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from render.report.chart import Axis, tick
from render.report.style import STYLE
from render.report.words import number as spelled
from sim.comparison.definitions import DEFINITIONS
from sim.comparison.number import Number
from sim.methods.methods import Methods
from sim.methods.pairing import couple_name, couples

WIDTH, COLUMNS = 1000, 3
ROW, HEAD, FOOT, SECTION = 25, 25, 24, 34  # heights: a method's row, a panel's title and ticks, a line of panels' title
VALUE = 54  # the room at the right of a panel for the means
GAP = 18  # between panels
LETTER = 6.6  # about the width of one
DOT = 2.7
STEPS = (0, 1, -1, 2, -2)  # how far dots that would hide each other make room, in radii
LINES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("What champions eat", ("share", "share_sampled", "share_ablated")),
    ("What memory is worth, and how far they came", ("ablation", "norm", "travelled")),
    ("How broad the hill is", ("left_0.1", "half_radius", "half_radius_weights")),
    ("How fractal it is: 1 is smooth", ("uncertainty_0.05", "uncertainty_0.3", "uncertainty_0.7")),
    ("How rough", ("ruggedness", "neutrality", "last_place")),
    ("The loss of imitating a teacher, and its curvature", ("loss", "hessian_top", "hessian_trace")),
    ("From one champion to another: how far", ("distance", "distance_aligned", "distance_stranger")),
    ("From one champion to another: what the straight line loses", ("barrier", "barrier_aligned", "spared")),
)
"""Lines of panels: what each is about, and its quantities."""
SHARED = (LINES[3][1], LINES[6][1], ("barrier", "barrier_aligned"))  # quantities that are read on one axis
FAMILY = 'ui-sans-serif, system-ui, "Helvetica Neue", Helvetica, Arial, sans-serif'
SHAPES = """
.strips text { font-size: 11.5px; }
.strips .about { font-size: 14px; font-weight: 600; }
.strips .head { font-size: 12px; }
.strips .band { stroke-width: 11; opacity: .3; fill: none; }
.strips .mean { stroke-width: 2.6; fill: none; }
.strips .zero { stroke-width: 1; fill: none; }
.strips .run { fill-opacity: .62; }
.strips .value { font-weight: 600; text-anchor: end; font-variant-numeric: tabular-nums; }
"""
INKED = """
.strips .band, .strips .mean { stroke: var(--c); }
.strips .run, .strips .value, .strips .label { fill: var(--c); }
.strips .zero { stroke: var(--quiet); }
"""
"""The inks of the page, light or dark; `paper` has its own."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a panel: its values, one a dot, their number, and its ink."""

    values: list[float]
    number: Number
    ink: str


def called(methods: Sequence[str]) -> dict[str, str]:
    """What methods are called in few letters: without what is in brackets, where that leaves them apart."""
    short = [method.partition(" (")[0] for method in methods]
    return {method: name if short.count(name) == 1 else method for method, name in zip(methods, short, strict=True)}


def inks(methods: Sequence[str]) -> dict[str, str]:
    """The ink of each method."""
    return {method: f"c{at}" for at, method in enumerate(methods)}


def strips(made: Methods) -> str:
    """The figure, with the inks of the page that holds it."""
    body, height = _body(made)
    return _svg(body, height, 0)


def paper(made: Methods, title: str) -> str:
    """The figure as a file of its own, dark on white, with its title."""
    body, height = _body(made)
    light = dict(reversed(re.findall(r"--(\w+): (#[0-9a-f]+)", STYLE)))  # the first of each is the light one
    fills = "".join(
        f".strips .band.{ink}, .strips .mean.{ink} {{ stroke: {colour}; }} "
        f".strips .run.{ink}, .strips .value.{ink}, .strips .label.{ink} {{ fill: {colour}; }}\n"
        for ink, colour in [*((f"c{at}", light[f"c{at}"]) for at in range(6)), ("quiet", light["quiet"])]
    )
    style = (
        f"text {{ font-family: {FAMILY}; fill: {light['ink']}; }}\n.head {{ font-weight: 600; }}\n"
        f".tick {{ fill: {light['quiet']}; }}\n.grid {{ stroke: {light['faint']}; stroke-width: .7; }}\n"
        f".strips .zero {{ stroke: {light['quiet']}; }}\n{SHAPES}{fills}"
    )
    head = (
        f'<style>{style}</style><rect y="-52" width="{WIDTH}" height="{height + 64}" fill="#fff"/>'
        f'<text x="14" y="-22" style="font-size: 19px; font-weight: 600">{escape(title)}</text>'
    )
    return _svg(head + body, height + 12, 52, ' width="1400" xmlns="http://www.w3.org/2000/svg"')


def _svg(body: str, height: float, above: int, more: str = "") -> str:
    return (
        f'<svg class="strips" viewBox="0 {-above} {WIDTH} {height + above:.0f}"{more} role="img" '
        f'aria-label="Every quantity of every run, by method">{body}</svg>'
    )


def _body(made: Methods) -> tuple[str, float]:
    """All lines of panels, and how high they are."""
    methods = list(made.contestants)
    names, ink = called(methods), inks(methods)
    own = [((names[method], ink[method]),) for method in methods]
    crossed = [
        ((names[one], ink[one]), (" × ", "quiet"), (names[other], ink[other])) for one, other in couples(methods)
    ]
    left = 16 + LETTER * max(sum(len(word) for word, _ in label) for label in [*own, *crossed])
    parts, top = [_key(left)], 22.0
    for about, keys in LINES:
        every = [_rows(made, key) for key in keys]
        labels = own if len(every[0]) == len(own) else [*own, *crossed]
        parts.append(f'<text class="about" x="14" y="{top + 22:.0f}">{escape(about)}</text>')
        top += SECTION
        for at, label in enumerate(labels):
            parts.append(_label(label, left - 10, top + HEAD + ROW * (at + 0.5)))
        wide = (WIDTH - left - GAP * (COLUMNS - 1) - 8) / COLUMNS
        rows = dict(zip(keys, every, strict=True))
        for column, key in enumerate(keys):
            together = next((alike for alike in SHARED if key in alike), (key,))
            axis = _axis([row for each in together for row in rows[each]])
            parts.append(_panel(key, rows[key], axis, left + column * (wide + GAP), top, wide))
        top += HEAD + ROW * len(labels) + FOOT
    return "".join(parts), top


def _rows(made: Methods, key: str) -> list[Row]:
    """The rows of a quantity: of methods, and where it is one of pairs, of couples too."""
    numbers, ink = made.numbers, inks(list(made.contestants))
    found = []
    for method, contestants in made.contestants.items():
        pairs = made.within[method].values()
        several = [made.runs[each.name] for each in contestants]
        values = [each[key] for each in (several if key in several[0] else pairs)]
        found.append(Row(values, numbers["methods"][method][key], ink[method]))
    for one, other in couples(list(made.contestants)):
        couple = couple_name(one, other)
        if key in numbers["between"][couple]:
            values = [each[key] for each in made.between[couple].values()]
            found.append(Row(values, numbers["between"][couple][key], "quiet"))
    return found


def _axis(rows: Sequence[Row]) -> Axis:
    """The axis that holds all dots and intervals of some rows."""
    bounds = [bound for row in rows for bound in (row.number.low, row.number.high) if bound is not None]
    return Axis.around([*(row.values for row in rows), bounds], "", room=0.07)


def _digits(rows: Sequence[Row]) -> float | None:
    """Half of a usual interval of some rows, which says to how many digits they are told."""
    bounds = [(row.number.low, row.number.high) for row in rows]
    wide = [high - low for low, high in bounds if low is not None and high is not None]
    return float(np.median(wide)) / 2 if wide else None


def _panel(key: str, rows: Sequence[Row], axis: Axis, left: float, top: float, wide: float) -> str:
    """A quantity: its title, its rows and its ticks."""
    definition, known = DEFINITIONS[f"runs.{key}"], _digits(rows)
    start, floor, span = left + 6, top + HEAD + ROW * len(rows), wide - VALUE - 6
    unit = f' <tspan class="tick" font-weight="400">{escape(definition.unit)}</tspan>' if definition.unit else ""
    parts = [f'<text class="head" x="{left:.1f}" y="{top + 14:.1f}">{escape(definition.name)}{unit}</text>']
    for mark in axis.ticks():
        x = start + span * float(axis.place(mark))
        kind = "zero" if mark == 0 else "grid"
        parts.append(f'<path class="{kind}" d="M{x:.1f} {top + HEAD:.1f}V{floor:.1f}"/>')
        parts.append(f'<text class="tick" x="{x:.1f}" y="{floor + 14:.1f}" text-anchor="middle">{tick(mark)}</text>')
    for at, row in enumerate(rows):
        middle = top + HEAD + ROW * (at + 0.5)
        parts.append(_marks(row, axis, start, span, middle))
        told = escape(spelled(row.number.value, known))
        parts.append(f'<text class="value {row.ink}" x="{left + wide:.1f}" y="{middle + 4:.1f}">{told}</text>')
    return "".join(parts)


def _marks(row: Row, axis: Axis, start: float, span: float, middle: float) -> str:
    """The band, the dots and the mean of one row."""
    parts, number = [], row.number
    if number.low is not None and number.high is not None:
        low, high = (start + span * axis.place([number.low, number.high])).tolist()
        parts.append(f'<path class="band {row.ink}" d="M{low:.1f} {middle:.1f}H{max(high, low + 0.8):.1f}"/>')
    spots = np.sort(start + span * axis.place([value for value in row.values if np.isfinite(value)]))
    for x, up in zip(spots.tolist(), _swarm(spots.tolist()), strict=True):
        parts.append(f'<circle class="run {row.ink}" cx="{x:.1f}" cy="{middle + up:.1f}" r="{DOT}"/>')
    if number.value is not None:
        x = start + span * float(axis.place(number.value))
        parts.append(f'<path class="mean {row.ink}" d="M{x:.1f} {middle - 9:.1f}v18"/>')
    return "".join(parts)


def _swarm(spots: Sequence[float]) -> list[float]:
    """How far each of the spots, rising, goes up or down so as to hide no other, as far as there is room."""
    placed: list[tuple[float, float]] = []
    for x in spots:
        free = [
            step * 1.5 * DOT
            for step in STEPS
            if all((x - a) ** 2 + (step * 1.5 * DOT - b) ** 2 >= (1.45 * DOT) ** 2 for a, b in placed)
        ]
        placed.append((x, free[0] if free else 0.0))
    return [up for _, up in placed]


def _label(label: Sequence[tuple[str, str]], x: float, y: float) -> str:
    words = "".join(f'<tspan class="label {ink}">{escape(text)}</tspan>' for text, ink in label)
    return f'<text font-weight="600" xml:space="preserve" x="{x:.1f}" y="{y + 4:.1f}" text-anchor="end">{words}</text>'


def _key(left: float) -> str:
    """What the marks mean."""
    return (
        f'<g transform="translate(14 8)"><circle class="run quiet" cx="4" cy="0" r="{DOT}"/>'
        '<text class="tick" x="14" y="4">a run, or a pair of runs</text>'
        '<path class="band quiet" d="M176 0H216"/><path class="mean quiet" d="M196 -9v18"/>'
        '<text class="tick" x="226" y="4">interquartile mean, its value at the right, and its 95 % interval over runs'
        "</text></g>"
    )
