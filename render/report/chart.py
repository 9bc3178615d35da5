"""Charts: lines, dots and intervals on linear or logarithmic axes, as SVG whose inks are those of the page's style.

K points of a line. An ink is a class of the style sheet: c0, c1, ... for contestants, "plain" or "quiet".
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import ArrayLike, NDArray

from render.legend import nice
from render.report.words import number, raised

LEFT, RIGHT, TOP, BOTTOM = 56, 14, 26, 40  # of a chart's margins, in its own units
TICKS = 5
WIDE, NARROW = (460, 310), (320, 250)  # of a chart in a row of two, and of three


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to `high`, which differ; where `log`, both are above 0."""

    low: float
    high: float
    label: str
    log: bool = False

    @classmethod
    def around(
        cls, values: Sequence[ArrayLike], label: str, *, log: bool = False, low: float | None = None, room: float = 0.04
    ) -> "Axis":
        """The axis that holds all finite values (above 0 where `log`) with some room, and `low` if given."""
        seen = np.concatenate([np.ravel(np.asarray(each, np.float64)) for each in values] or [np.empty(0)])
        seen = seen[np.isfinite(seen) & ((seen > 0) | (not log))]
        if low is not None:
            seen = np.append(seen, low)
        if not seen.size:
            seen = np.array([1.0])
        scaled = np.log10(seen) if log else seen
        least, most = float(scaled.min()), float(scaled.max())
        more = room * (most - least) or (0.5 if log else 0.5 * abs(most) or 1.0)
        start = least - (0 if low is not None and least == low and most > least else more)
        stop = most + more
        return cls(10**start, 10**stop, label, True) if log else cls(start, stop, label)

    def place(self, values: ArrayLike) -> NDArray[np.float64]:
        """Where values are along the axis, 0 to 1; nan where they have no place."""
        found = np.asarray(values, np.float64)
        low, high = self.low, self.high
        if self.log:
            found = np.log10(np.where(found > 0, found, np.nan))
            low, high = math.log10(low), math.log10(high)
        return np.asarray((found - low) / (high - low))

    def ticks(self) -> list[float]:
        """Round values to name."""
        if not self.log:
            step = nice((self.high - self.low) / TICKS)
            if (self.high - self.low) / step > 1.5 * TICKS:
                step *= 2
            first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
            return [index * step for index in range(first, last + 1)]
        low, high = math.log10(self.low), math.log10(self.high)
        steps = (1, 2, 3, 5, 7) if high - low < 1.1 else (1, 2, 5) if high - low < 1.6 else (1,)
        apart = max(1, round((high - low) / 4))
        powers = range(math.floor(low), math.ceil(high) + 1)
        named = [step * 10.0**power for power in powers if not power % apart for step in steps]
        return [value for value in named if self.low * (1 - 1e-9) <= value <= self.high * (1 + 1e-9)]

    def name(self, value: float) -> str:
        """A tick's number: a power of ten where the axis spans several."""
        if self.log and self.high > 1e3 * self.low:
            return f"10{raised(round(math.log10(value)))}"
        return tick(value)


class Chart:
    """A chart that is drawn on mark by mark; what lies outside its axes is cut off."""

    def __init__(self, x: Axis, y: Axis, title: str, size: tuple[int, int] = WIDE, left: int = LEFT) -> None:
        """An empty chart; `size` is its width and height in its own units, of which small print is 12."""
        self.x, self.y, self.title = x, y, title
        self.width, self.height = size
        self.left = left
        self.marks: list[str] = []

    def at(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """Positions [K, 2] in the chart's units."""
        across, up = np.broadcast_arrays(self.x.place(x), self.y.place(y))
        spots = np.stack(
            [
                self.left + across * (self.width - self.left - RIGHT),
                self.height - BOTTOM - up * (self.height - TOP - BOTTOM),
            ],
            axis=-1,
        )
        return np.atleast_2d(spots)

    def line(self, x: ArrayLike, y: ArrayLike, ink: str, style: str = "") -> None:
        """A line through points [K], broken where one has no place; `style` is "", dashed, dotted or thin."""
        spots = self.at(x, y)
        pen, path = "M", []
        for across, down in spots.tolist():
            if not (math.isfinite(across) and math.isfinite(down)):
                pen = "M"
                continue
            path.append(f"{pen}{across:.1f} {down:.1f}")
            pen = "L"
        self.marks.append(f'<path class="line {ink} {style}" d="{"".join(path)}"/>')

    def steps(self, values: ArrayLike, ink: str, style: str = "") -> None:
        """The empirical distribution of values [K]: the share, in percent, that is at most x."""
        found = np.sort(np.ravel(np.asarray(values, np.float64)))
        share = 100 * np.arange(1, found.size + 1) / found.size
        x = np.repeat(np.concatenate([[self.x.low], found, [self.x.high]]), 2)[1:-1]
        self.line(x, np.repeat(np.concatenate([[0.0], share]), 2), ink, style)

    def dots(self, x: ArrayLike, y: ArrayLike, ink: str, filled: ArrayLike = True, radius: float = 3.2) -> None:
        """Dots at points [K]; hollow where not `filled` [K]."""
        spots = self.at(x, y)
        for (across, down), full in zip(spots.tolist(), np.broadcast_to(filled, len(spots)).tolist(), strict=True):
            if math.isfinite(across) and math.isfinite(down):
                kind = "dot" if full else "ring"
                self.marks.append(f'<circle class="{kind} {ink}" cx="{across:.1f}" cy="{down:.1f}" r="{radius:g}"/>')

    def interval(self, x: ArrayLike, y: ArrayLike, ink: str) -> None:
        """A bar between two points."""
        (a, b), (c, d) = self.at(x, y).tolist()
        if all(map(math.isfinite, (a, b, c, d))):
            self.marks.append(f'<path class="bar {ink}" d="M{a:.1f} {b:.1f}L{c:.1f} {d:.1f}"/>')

    def words(self, x: float, y: float, text: str, ink: str = "quiet", anchor: str = "start") -> None:
        """A line of text that begins, ends or has its middle at a point."""
        (across, down) = self.at(x, y)[0].tolist()
        self.marks.append(
            f'<text class="{ink}" x="{across:.1f}" y="{down:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
        )

    def svg(self, rows: Sequence[tuple[float, str]] = ()) -> str:
        """The finished chart; `rows` name places along y instead of its ticks."""
        left, right, top, floor = self.left, self.width - RIGHT, TOP, self.height - BOTTOM
        parts = [
            f'<svg class="chart" viewBox="0 0 {self.width} {self.height}" role="img" '
            f'aria-label="{escape(self.title)}">',
            f'<text class="head" x="{min(left, LEFT)}" y="15">{escape(self.title)}</text>',
        ]
        for value in self.x.ticks():
            across = self.at(value, self.y.low)[0, 0]
            parts.append(f'<path class="grid" d="M{across:.1f} {top}V{floor}"/>')
            parts.append(
                f'<text class="tick" x="{across:.1f}" y="{floor + 15}" text-anchor="middle">{self.x.name(value)}</text>'
            )
        for value, name in rows or [(value, self.y.name(value)) for value in self.y.ticks()]:
            down = self.at(self.x.low, value)[0, 1]
            if not rows:
                parts.append(f'<path class="grid" d="M{left} {down:.1f}H{right}"/>')
            parts.append(
                f'<text class="tick" x="{left - 7}" y="{down + 4:.1f}" text-anchor="end">{escape(name)}</text>'
            )
        name = f"clip{hash_of(self.title, *self.marks)}"
        parts += [
            f'<clipPath id="{name}"><rect x="{left - 4}" y="{top - 4}" width="{right - left + 8}" '
            f'height="{floor - top + 8}"/></clipPath>',
            f'<g clip-path="url(#{name})">{"".join(self.marks)}</g>',
            f'<path class="axis" d="M{left} {top}V{floor}H{right}"/>',
            f'<text class="tick" x="{(left + right) / 2:.0f}" y="{self.height - 6}" text-anchor="middle">'
            f"{escape(self.x.label)}</text>",
        ]
        if self.y.label:
            middle = (top + floor) / 2
            parts.append(
                f'<text class="tick" transform="translate(13 {middle:.0f}) rotate(-90)" text-anchor="middle">'
                f"{escape(self.y.label)}</text>"
            )
        return "".join([*parts, "</svg>"])


def tick(value: float) -> str:
    """A tick's number in few letters."""
    return number(float(f"{value:.6g}"))


def hash_of(*texts: str) -> int:
    """A number that names some texts."""
    import zlib

    return zlib.crc32("\n".join(texts).encode())
