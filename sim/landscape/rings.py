"""Rings: pixels on circles around a centre, each a fixed factor smaller than the one before (the exponential map).

One sweep of rings holds all frames of a zoom about a fixed centre, whatever their number and their shape. H rings in an
octave, W pixels on a ring, T octaves, N points. Rings are as far apart as their pixels, so that pixels are nearly
square: pi times the shorter side of a frame on each ring, which is one pixel for each pixel of that frame's edge where
it is nearest. A corner of a 16:9 frame is twice as coarse, its middle finer.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Context, Decimal, localcontext
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from sim.landscape.landscape import Landscape
from sim.landscape.plane import Window, offsets
from sim.landscape.tour import Axis, Precision, Tour

Choice = Literal["never", "auto", "always"]
Read = Callable[[int], NDArray[Any]]
NAME = "rings"  # of the tour
EACH = 2  # frames of an octave, which cost nothing
FINER = 2  # pixels of a frame for one of the rings at its nearest edge: towards its middle the rings are finer
OCTAVES = 16  # octaves that are kept in memory; a frame of 1080 pixels has 12
DIGITS = 40  # of the angles and radii before they are rounded once: so their bits are those of every machine
WIDE = 16 / 9  # the width of a frame over its height, unless told otherwise
CACHED = 8  # circles whose points are kept


@dataclass(frozen=True, slots=True)
class Rings(Window):
    """One octave of rings about (x, y): from just inside the `radius` to just outside half of it, outermost first.

    `shape` is (H, W). Row i is the ring of radius * 2^-((i + 1/2) / H), and column j the angle 2 pi (j + 1/2) / W,
    counted from the right over the top. W is a multiple of 4.
    """

    @property
    def pixel(self) -> float:
        """The distance between the innermost ring and the next, in coordinates of the plane."""
        return self.radius * math.log(2) / (2 * self.shape[0])

    def axes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How many octaves each ring lies within the radius [H], and the angle of each column [W], in radians."""
        count, around = self.shape
        return (np.arange(count) + 0.5) / count, 2 * np.pi * (np.arange(around) + 0.5) / around

    def points(self, rows: slice = slice(None), columns: slice = slice(None)) -> NDArray[np.float64]:
        """The coordinates [H, W, 2] of pixel centres, of all or of given rings and angles."""
        radii = self.radius * shrinking(self.shape[0])[rows]
        return np.array([self.x, self.y]) + radii[:, None, None] * circle(self.shape[1])[columns]

    def at(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[np.float64]:
        """The coordinates [N, 2] of single pixels."""
        radii = self.radius * shrinking(self.shape[0])[rows]
        return np.array([self.x, self.y]) + radii[:, None] * circle(self.shape[1])[columns]


def of_zoom(tour: Tour) -> Tour:
    """The rings that hold all frames of a zoom, one octave a view.

    They begin at the corner of the first frame, and end within half a pixel of the middle of the last one. All are
    computed in the arithmetic of the last frame.
    """
    first, last = tour.windows[0], tour.windows[-1]
    short = min(tour.shape)
    around = 4 * max(1, round(math.pi * short / 4))
    count = max(1, round(around * math.log(2) / (2 * math.pi)))
    radius = first.radius * math.hypot(1, max(tour.shape) / short)
    octaves = max(1, math.ceil(math.log2(radius / (last.pixel / 2))))
    windows = tuple(Rings(first.x, first.y, radius * 2.0**-view, (count, around)) for view in range(octaves))
    axis = Axis("octave", "octaves", np.arange(octaves, dtype=np.float64))
    mix = np.repeat(tour.mix[:1], octaves, axis=0)
    precision: Precision = "float64" if tour.dtype(len(tour) - 1) == "float64" else "float32"
    return replace(tour, name=NAME, axis=axis, mix=mix, windows=windows, precision=precision)


def chosen(tour: Tour, choice: Choice) -> Tour:
    """The zoom, or the rings that hold its frames, as was chosen; the note tells how many pixels each would take."""
    if choice == "never":
        return tour
    rings = of_zoom(tour)
    told = f"rings have {pixels(rings):,} pixels, the frames of the zoom {pixels(tour):,}"
    taken = rings if choice == "always" or pixels(rings) < pixels(tour) else tour
    return replace(taken, note=f"{tour.note}; {told}" if tour.note else told)


def refuse_rings(tour: Tour) -> None:
    """Raise UserError for a tour of rings where pixels of frames are wanted."""
    if tour.name == NAME:
        raise UserError("these heights lie on rings, not in frames; film or draw them, or sweep the frames of the zoom")


def pixels(tour: Tour) -> int:
    """How many pixels a sweep of a tour computes."""
    return len(tour.windows) * math.prod(tour.shape)


def frames(tour: Tour, aspect: float = WIDE, each: int = EACH) -> Tour:
    """The zoom that a tour of rings holds, in frames of a width over height, `each` of them an octave.

    The corners of its first frame are on the outermost ring, and rings reach within half a pixel of the middle of the
    last one. The shorter side has FINER times as many pixels as that of the zoom that the rings were made for.
    """
    rings = tour.windows[0]
    resolved = max(1.0, rings.shape[1] / math.pi)
    short, longer = round(FINER * resolved), round(FINER * resolved * max(aspect, 1 / aspect))
    shape = (short, longer) if aspect >= 1 else (longer, short)
    radius = rings.radius / math.hypot(1, longer / short)
    octaves = len(tour) - math.log2(rings.radius * resolved / radius)
    depths = np.arange(1 + max(0, math.floor(each * octaves + 1e-9))) / each
    windows = tuple(Window(rings.x, rings.y, radius * 2.0**-depth, shape) for depth in depths.tolist())
    mix = np.repeat(tour.mix[:1], len(depths), axis=0)
    return replace(tour, name="zoom", axis=Axis("octave", "octaves", depths), mix=mix, windows=windows)


def nearest(tour: Tour, window: Window) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which pixel of a tour of rings is nearest to each pixel of a window about its centre: ring and column, [h, w].

    Rings are counted from the outermost, through all octaves. The innermost one stands for all that lies within it.
    """
    rings = tour.windows[0]
    rows, around = rings.shape
    up, right = (offset * window.pixel for offset in offsets(window.shape))
    distance = np.hypot(up[:, None], right)
    with np.errstate(divide="ignore"):
        depth = np.log2(rings.radius / distance)
    ring = np.clip(np.floor(depth * rows), 0, len(tour) * rows - 1).astype(np.intp)
    turns = np.arctan2(up[:, None], right) / (2 * np.pi)
    return ring, np.floor(turns * around).astype(np.intp) % around


def unrolled(landscape: Landscape, read: Read, aspect: float = WIDE) -> tuple[Landscape, Read]:
    """The landscape of the frames that a landscape of rings holds, and a function that makes one of them, [h, w].

    `read` returns an octave of rings [H, W]. Each pixel of a frame has the height of the nearest pixel of the rings.
    """
    tour = landscape.tour
    zoom = frames(tour, aspect)

    @lru_cache(OCTAVES)
    def octave(view: int) -> NDArray[Any]:
        return read(view)

    def frame(number: int) -> NDArray[Any]:
        ring, column = nearest(tour, zoom.windows[number])
        rows = tour.shape[0]
        first, last = int(ring.min()) // rows, int(ring.max()) // rows
        strip = np.concatenate([octave(view) for view in range(first, last + 1)])
        return np.asarray(strip[ring - first * rows, column])

    return replace(landscape, tour=zoom), frame


@lru_cache(CACHED)
def shrinking(count: int) -> NDArray[np.float64]:
    """2^-((i + 1/2) / count) of i = 0 to count - 1, each rounded once."""
    with localcontext(Context(prec=DIGITS)):
        step = -Decimal(2).ln() / (2 * count)
        values = np.array([float((step * (2 * i + 1)).exp()) for i in range(count)])
    values.flags.writeable = False
    return values


@lru_cache(CACHED)
def circle(count: int) -> NDArray[np.float64]:
    """The points [count, 2] of the unit circle at the angles 2 pi (j + 1/2) / count, each number rounded once.

    `count` is a multiple of 4. The four quarters mirror each other.
    """
    quarter = count // 4
    with localcontext(Context(prec=DIGITS)):
        sines = np.array([float(_sine(_pi() * (2 * j + 1) / count)) for j in range(quarter)])
    cosines = sines[::-1]
    x = np.concatenate([cosines, -sines, -cosines, sines])
    y = np.concatenate([sines, cosines, -sines, -cosines])
    points = np.stack([x, y], axis=-1)
    points.flags.writeable = False
    return points


def _sine(angle: Decimal) -> Decimal:
    """The sine of an angle from 0 to pi / 2, to DIGITS digits (Taylor's series)."""
    term = total = angle
    n = 1
    while abs(term) > Decimal(10) ** -DIGITS:
        term *= -angle * angle / ((n + 1) * (n + 2))
        total += term
        n += 2
    return total


@lru_cache(1)
def _pi() -> Decimal:
    """Pi to DIGITS digits, by Machin's formula (1706)."""

    def arctangent(inverse: int) -> Decimal:
        power = total = Decimal(1) / inverse
        n = 1
        while abs(power) > Decimal(10) ** -(DIGITS + 2):
            power /= -inverse * inverse
            n += 2
            total += power / n
        return total

    return 16 * arctangent(5) - 4 * arctangent(239)
