"""View: what the explorer sees of a land, on a lattice.

H and W rows and columns of the view. At level k the pixels of all views are points of one lattice: whole multiples of
2^-k norms. So a pan meets the very pixels that are known, every other pixel of a zoom by two too, and all their
coordinates are exact in float64.
"""

import math
from dataclasses import dataclass, replace

from sim.landscape.plane import Plane, Window

LOWEST = 1  # a pixel of half a norm: any wider is dust
FARTHEST = 2**51  # lattice points from the middle, so that halves of pixels are still exact


@dataclass(frozen=True, slots=True)
class View:
    """Pixels of 2^-level norms; the one at the left and top is number (left, top) of the lattice, y downwards."""

    level: int
    left: int
    top: int
    height: int
    width: int

    @classmethod
    def of(cls, x: float, y: float, radius: float, shape: tuple[int, int]) -> "View":
        """The view nearest to a centre and a radius in norms, at H, W; a view's own lead back to it."""
        height, width = shape
        level = max(LOWEST, round(-math.log2(2 * radius / min(shape))))
        left, top = (middle * 2.0**level - (side - 1) / 2 for middle, side in ((x, width), (-y, height)))
        return cls(level, round(left), round(top), height, width)

    @property
    def pixel(self) -> float:
        """The spacing of the pixels, in norms."""
        return 2.0**-self.level

    @property
    def window(self) -> Window:
        """The same as a window of a plane; the coordinates of its points are the lattice's, to the last bit."""
        x, y = self.left + (self.width - 1) / 2, self.top + (self.height - 1) / 2
        return Window(x * self.pixel, 0.0 - y * self.pixel, min(self.shape) * self.pixel / 2, self.shape)

    @property
    def shape(self) -> tuple[int, int]:
        """H, W."""
        return self.height, self.width

    def point(self, x: int, y: int) -> tuple[float, float]:
        """The coordinates in norms of the pixel in column x and row y."""
        return (self.left + x) * self.pixel, 0.0 - (self.top + y) * self.pixel

    def moved(self, right: int, down: int) -> "View":
        """The view so many pixels further."""
        return replace(self, left=self.left + right, top=self.top + down)

    def resized(self, shape: tuple[int, int]) -> "View":
        """The view with another H, W, the left and upper edge staying."""
        return replace(self, height=shape[0], width=shape[1])

    def zoomed(self, turns: int, x: int, y: int) -> "View":
        """The view 2^turns times as close, what is seen in column x and row y staying there."""
        column, row = self.left + x, self.top + y
        column, row = (place << turns if turns > 0 else place >> -turns for place in (column, row))
        return replace(self, level=self.level + turns, left=column - x, top=row - y)

    def centred(self, x: float, y: float) -> "View":
        """The view of this level around a point in norms."""
        return View.of(x, y, self.window.radius, self.shape)

    def offset(self, other: "View") -> tuple[float, float, float]:
        """Where another view's left upper pixel lies here, x and y in pixels, and how many pixels wide its are."""
        scale = 2.0 ** (self.level - other.level)
        return other.left * scale - self.left, other.top * scale - self.top, scale


def deepest(plane: Plane, view: View) -> int:
    """The greatest level at which float64 tells the pixels around a view apart."""
    window = view.window
    middle = max(abs(window.x), abs(window.y), view.pixel)
    return min(math.floor(-math.log2(2 * plane.finest(window.x, window.y))), math.floor(math.log2(FARTHEST / middle)))
