"""Lens: how the explorer's frame shows a view of the lattice, at any magnification and not only at whole octaves.

H and W rows and columns of the frame. Places in the frame are those of its pixels' middles, so the first pixel is at 0.
An index counts lattice points from a view's first one; it may be a fraction.
"""

import math
from dataclasses import dataclass, replace

from render.window.explore.view import LOWEST, View

STEPS = 1024  # magnifications are whole multiples of 1 / STEPS octaves
NEAR = 0.015  # octaves: a wanted radius so near to a whole level is shown at that level

Shift = tuple[float, float, float]
"""x and y of a view's first lattice point in the frame, and how many pixels of the frame its points are apart."""


@dataclass(frozen=True, slots=True)
class Lens:
    """A view that covers a frame of `shape` H, W, at a `zoom`: pixels of the frame are 2^-zoom apart on the plane.

    The view has the level nearest to the zoom, so its points are 0.7 to 1.4 pixels of the frame apart. (x, y) is where
    its first point lies in the frame. At whole zooms the frame's pixels are the lattice's points.
    """

    view: View
    shape: tuple[int, int]
    zoom: float
    x: float = 0.0
    y: float = 0.0

    @classmethod
    def on(cls, view: View) -> "Lens":
        """The lens through which a frame of the view's size shows just the view."""
        return cls(view, view.shape, float(view.level))

    @classmethod
    def of(cls, x: float, y: float, radius: float, shape: tuple[int, int]) -> "Lens":
        """The lens that shows a centre and a radius, as fractions of the genome's norm, in a frame of H, W.

        The centre and the radius of a lens give back that lens, where its zoom is not nearly a whole one.
        """
        zoom = max(float(LOWEST), _rounded(-math.log2(2 * radius / min(shape))))
        zoom = float(round(zoom)) if abs(zoom - round(zoom)) < NEAR else zoom
        level, height, width = round(zoom), *shape
        scale = 2.0 ** (zoom - level)
        columns, rows = (
            (math.floor(middle * 2.0**level), middle * 2.0**level % 1.0 - (side - 1) / 2 / scale)
            for middle, side in ((x, width), (-y, height))
        )
        return _placed(zoom, shape, columns, rows)

    @property
    def scale(self) -> float:
        """Pixels of the frame from one lattice point to the next."""
        return float(2.0 ** (self.zoom - self.view.level))

    @property
    def shift(self) -> Shift:
        """Where the view lies in the frame."""
        return self.x, self.y, self.scale

    @property
    def centre(self) -> tuple[float, float]:
        """The coordinates on the plane of the middle of the frame."""
        column, row = self.index((self.shape[1] - 1) / 2, (self.shape[0] - 1) / 2)
        return (self.view.left + column) * self.view.pixel, 0.0 - (self.view.top + row) * self.view.pixel

    @property
    def radius(self) -> float:
        """Half the shorter side of the frame, as a fraction of the genome's norm."""
        return float(min(self.shape) * 2.0**-self.zoom / 2)

    def index(self, x: float, y: float) -> tuple[float, float]:
        """The indices, column and row, at a place of the frame."""
        return (x - self.x) / self.scale, (y - self.y) / self.scale

    def point_at(self, x: int, y: int) -> tuple[int, int]:
        """Column and row, within the view, of the lattice point that is nearest to a pixel of the frame."""
        column, row = (round(at) for at in self.index(x, y))
        return min(max(column, 0), self.view.width - 1), min(max(row, 0), self.view.height - 1)

    def place_of(self, x: float, y: float) -> tuple[float, float]:
        """Where in the frame a point of the plane lies, whose coordinates are fractions of the genome's norm."""
        column, row = x / self.view.pixel - self.view.left, -y / self.view.pixel - self.view.top
        return self.x + column * self.scale, self.y + row * self.scale

    def contains(self, x: int, y: int) -> bool:
        """Whether a place lies in the frame."""
        return 0 <= x < self.shape[1] and 0 <= y < self.shape[0]

    def zoomed(self, octaves: float, x: int, y: int) -> "Lens":
        """The lens that enlarges by 2^octaves; the point of the plane at x, y of the frame stays there."""
        zoom = _rounded(self.zoom + octaves)
        finer, scale = round(zoom) - self.view.level, 2.0 ** (zoom - round(zoom))
        columns, rows = (
            _refined(first, index, finer, -at / scale)
            for first, index, at in zip((self.view.left, self.view.top), self.index(x, y), (x, y), strict=True)
        )
        return _placed(zoom, self.shape, columns, rows)

    def moved(self, right: float, down: float) -> "Lens":
        """The lens moved by pixels of the frame."""
        column, row = self.index(right, down)
        return _placed(self.zoom, self.shape, (self.view.left, column), (self.view.top, row))


def resized(lens: Lens, shape: tuple[int, int]) -> Lens:
    """A lens for another frame; what the upper left pixel shows stays."""
    return replace(lens, shape=shape).moved(0.0, 0.0)


def shift_of(view: View, other: View, shift: Shift) -> Shift:
    """The shift of a view, where another view has the given shift in the same frame."""
    left, top, ratio = other.offset(view)
    return shift[0] + left * shift[2], shift[1] + top * shift[2], ratio * shift[2]


def _rounded(zoom: float) -> float:
    return round(zoom * STEPS) / STEPS


def _refined(first: int, index: float, finer: int, more: float) -> tuple[int, float]:
    """A lattice point and an index from it, at a level `finer` than that of `first` and `index`; `more` is added."""
    if finer >= 0:
        return first << finer, index * 2.0**finer + more
    whole, rest = divmod(first, 1 << -finer)
    return whole, (rest + index) * 2.0**finer + more


def _placed(zoom: float, shape: tuple[int, int], columns: tuple[int, float], rows: tuple[int, float]) -> Lens:
    """The lens whose first pixel shows the index of each axis, given as a lattice point and an index from it."""
    level = round(zoom)
    scale = float(2.0 ** (zoom - level))
    places, sides, starts = [], [], []
    for (point, index), side in zip((rows, columns), shape, strict=True):
        whole = round(index) if zoom == level else math.floor(index)
        start = 0.0 if zoom == level else (whole - index) * scale
        places.append(point + whole)
        starts.append(start)
        sides.append(math.ceil((side - 1 - start) / scale) + 1)
    return Lens(View(level, places[1], places[0], *sides), shape, zoom, starts[1], starts[0])
