"""View: the rectangle of pixels that the explorer sees, on a lattice that all views of a zoom level share.

H and W rows and columns of the view. At level k the pixels of every view are points of one lattice, whole multiples of
2^-k of the genome's norm. A pan therefore reuses the pixels that are known, a zoom by two reuses every other pixel, and
all coordinates are exact in float64.
"""

import math
from dataclasses import dataclass, replace

from sim.landscape.plane import Plane, Window

LOWEST = 1  # the widest level: a pixel is half the genome's norm
FARTHEST = 2**51  # lattice points from the middle; up to here half a pixel is still exact in float64


@dataclass(frozen=True, slots=True)
class View:
    """A rectangle of pixels with spacing 2^-level; its upper left pixel is lattice point (left, top), y downwards."""

    level: int
    left: int
    top: int
    height: int
    width: int

    @classmethod
    def of(cls, x: float, y: float, radius: float, shape: tuple[int, int]) -> "View":
        """The view of H, W pixels that is nearest to a centre and a radius, as fractions of the genome's norm.

        The centre and the radius of a view's own window give back that view.
        """
        height, width = shape
        level = max(LOWEST, round(-math.log2(2 * radius / min(shape))))
        left, top = (middle * 2.0**level - (side - 1) / 2 for middle, side in ((x, width), (-y, height)))
        return cls(level, round(left), round(top), height, width)

    @property
    def pixel(self) -> float:
        """The spacing of the pixels, as a fraction of the genome's norm."""
        return 2.0**-self.level

    @property
    def window(self) -> Window:
        """The view as a window of a plane; the coordinates of its points equal the lattice's, to the last bit."""
        x, y = self.left + (self.width - 1) / 2, self.top + (self.height - 1) / 2
        return Window(x * self.pixel, 0.0 - y * self.pixel, min(self.shape) * self.pixel / 2, self.shape)

    @property
    def shape(self) -> tuple[int, int]:
        """H and W."""
        return self.height, self.width

    def contains(self, x: int, y: int) -> bool:
        """Whether column x and row y lie in the view."""
        return 0 <= x < self.width and 0 <= y < self.height

    def point(self, x: int, y: int) -> tuple[float, float]:
        """The coordinates on the plane of the pixel in column x and row y, as fractions of the genome's norm."""
        return (self.left + x) * self.pixel, 0.0 - (self.top + y) * self.pixel

    def moved(self, right: int, down: int) -> "View":
        """The view moved by whole pixels."""
        return replace(self, left=self.left + right, top=self.top + down)

    def resized(self, shape: tuple[int, int]) -> "View":
        """The view with another H, W; its upper left corner stays."""
        return replace(self, height=shape[0], width=shape[1])

    def zoomed(self, turns: int, x: int, y: int) -> "View":
        """The view enlarged by 2^turns; the point in column x and row y stays there."""
        column, row = self.left + x, self.top + y
        column, row = (place << turns if turns > 0 else place >> -turns for place in (column, row))
        return replace(self, level=self.level + turns, left=column - x, top=row - y)

    def offset(self, other: "View") -> tuple[float, float, float]:
        """Where another view's upper left pixel lies in this one, as x and y in pixels, and how wide its pixels are."""
        scale = 2.0 ** (self.level - other.level)
        return other.left * scale - self.left, other.top * scale - self.top, scale


def deepest(plane: Plane, view: View) -> int:
    """The greatest level at which neighbouring pixels around a view still differ in float64."""
    window = view.window
    middle = max(abs(window.x), abs(window.y), view.pixel)
    return min(math.floor(-math.log2(2 * plane.finest(window.x, window.y))), math.floor(math.log2(FARTHEST / middle)))
