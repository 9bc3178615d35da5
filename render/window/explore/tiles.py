"""Tiles: the heights of terrains that are known so far, and the picture that they make.

A tile is a square of S x S neighbouring lattice points of one level (see `render.window.explore.view`); H and W are
rows and columns of a grid of tiles. Only computed heights are stored; an unknown pixel is nan. Sums of pellets and
numbers of categories are whole numbers below 2^24, which float32 holds exactly.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.window.explore.pace import COARSEST
from render.window.explore.place import Terrain
from render.window.explore.view import View

SIDE = 64  # S
UNKNOWN = np.float32(np.nan)
LOWEST = np.float32(-np.inf)  # stored where a function returns nan, since nan means unknown here
MOST = 6000  # tiles in the cache, of 16 KiB each
EVEN = np.s_[::2, ::2]
HALVES = slice(0, SIDE // 2), slice(SIDE // 2, SIDE)
QUARTERS = tuple(tuple((down, right) for right in HALVES) for down in HALVES)


@dataclass(slots=True, eq=False)
class Tile:
    """Heights float32 [S, S] of the lattice points from (S*row, S*column) of a level; `stored` counts the writes."""

    level: int
    row: int
    column: int
    heights: NDArray[np.float32] = field(default_factory=lambda: np.full((SIDE, SIDE), UNKNOWN))
    stored: int = 0
    copied: dict[tuple[int, int, int], int] = field(default_factory=dict)  # `stored` of other tiles when last copied

    def store(self, pixels: NDArray[np.intp], heights: NDArray[Any]) -> None:
        """Store the computed heights [N] of pixels [N, 2] (row, column)."""
        self.heights[pixels[:, 0], pixels[:, 1]] = np.where(np.isnan(heights), LOWEST, heights)
        self.stored += 1

    def missing(self, stride: int) -> NDArray[np.intp]:
        """The pixels [N, 2] (row, column) still unknown, among the lattice's every stride-th row and column."""
        if self.row * SIDE % stride or self.column * SIDE % stride:  # with a stride beyond S, most tiles have no pixel
            return np.empty((0, 2), np.intp)
        return np.argwhere(np.isnan(self.heights[::stride, ::stride])) * stride

    def points(self, pixels: NDArray[np.intp]) -> NDArray[np.float64]:
        """The coordinates [N, 2] on the plane of pixels [N, 2] (row, column), as fractions of the genome's norm."""
        corner = np.array([SIDE * float(self.column), SIDE * float(self.row)])
        lattice: NDArray[np.float64] = pixels[:, ::-1] + corner
        return lattice * (2.0**-self.level, -(2.0**-self.level)) + 0.0  # no negative zeros


Key = tuple[int, int, int, int]
"""The number of a terrain, a level, and the row and column of a tile."""
Grid = list[list[Tile]]


class TileCache:
    """The tiles of all terrains; drops those that were used least recently. Safe to use from several threads."""

    def __init__(self) -> None:
        """Start empty."""
        self._tiles: OrderedDict[Key, Tile] = OrderedDict()
        self._numbers: dict[Terrain, int] = {}  # whole numbers are looked up much faster than terrains
        self._lock = Lock()

    def grid(self, terrain: Terrain, view: View) -> Grid:
        """The tiles under a view. Creates missing ones, and copies pixels known at the levels above and below."""
        rows = range(view.top // SIDE, (view.top + view.height - 1) // SIDE + 1)
        columns = range(view.left // SIDE, (view.left + view.width - 1) // SIDE + 1)
        levels = arithmetic(view.level - 1) == view.window.dtype, arithmetic(view.level + 1) == view.window.dtype
        with self._lock:
            number = self._numbers.setdefault(terrain, len(self._numbers))
            grid = [[self._tile((number, view.level, row, column), levels) for column in columns] for row in rows]
            while len(self._tiles) > max(MOST, len(rows) * len(columns)):
                self._tiles.popitem(last=False)
        return grid

    def _tile(self, key: Key, levels: tuple[bool, bool]) -> Tile:
        tile = self._tiles.get(key)
        if tile is None:
            tile = self._tiles[key] = Tile(*key[1:])
        else:
            self._tiles.move_to_end(key)
        self._inherit(key[0], tile, levels)
        return tile

    def _inherit(self, terrain: int, tile: Tile, levels: tuple[bool, bool]) -> None:
        """Copy known pixels from the levels above and below; `levels` says which of them use the same arithmetic."""
        level, row, column = tile.level, tile.row, tile.column
        if levels[0]:
            parent = self._tiles.get((terrain, level - 1, row // 2, column // 2))
            if parent is not None:
                _copy(tile, EVEN, parent, QUARTERS[row % 2][column % 2])
        if levels[1]:
            for down in (0, 1):
                for right in (0, 1):
                    child = self._tiles.get((terrain, level + 1, 2 * row + down, 2 * column + right))
                    if child is not None:
                        _copy(tile, QUARTERS[down][right], child, EVEN)


def arithmetic(level: int) -> str:
    """The dtype in which the genomes of a level are computed: that of any window with pixels of this level."""
    return View(level, 0, 0, 2, 2).window.dtype


def _copy(tile: Tile, to: tuple[slice, slice], other: Tile, known: tuple[slice, slice]) -> None:
    """Copy another tile's pixels into unknown ones, unless the other has not changed since the last copy."""
    name = other.level, other.row, other.column
    if tile.copied.get(name, 0) == other.stored:
        return
    heights, new = tile.heights[to], other.heights[known]
    if tile.stored:
        np.copyto(heights, new, where=np.isnan(heights))
    else:
        heights[:] = new
    tile.copied[name] = other.stored
    tile.stored += 1


def mosaic(grid: Grid) -> NDArray[np.float32]:
    """Join a grid of tiles into one array of heights [H, W]; H and W are multiples of S."""
    heights = np.empty((len(grid), SIDE, len(grid[0]), SIDE), np.float32)
    for row, tiles in enumerate(grid):
        for column, tile in enumerate(tiles):
            heights[row, :, column] = tile.heights
    return heights.reshape(len(grid) * SIDE, -1)


def crop(pixels: NDArray[Any], view: View) -> NDArray[Any]:
    """The part of the pixels [H, W] of a view's grid of tiles that lies in the view."""
    top, left = view.top % SIDE, view.left % SIDE
    return pixels[top : top + view.height, left : left + view.width]


def interpolate(
    heights: NDArray[np.float32], spacing: int = 1, corner: tuple[int, int] = (0, 0), *, categorical: bool = False
) -> NDArray[np.float32]:
    """Fill unknown heights from known ones of coarser passes; nan stays where no known pixel is near.

    Between two known heights lies their mean, but that of two categories would be a third one: there it is the first.

    `heights` [H, W] are those of a grid of tiles, and `corner` is the row and column of its first tile, where the
    strides of passes beyond S depend on it. Returns every `spacing`-th row and column of the filled heights, where
    `spacing` is a power of two up to S.
    """
    if not np.isnan(heights).any():
        return heights[::spacing, ::spacing]
    doubled = _repeated if categorical else _doubled
    filled, stride = _between_tiles(heights[::SIDE, ::SIDE], corner, doubled), SIDE
    while stride > spacing:
        stride //= 2
        fine = heights[::stride, ::stride]
        filled = np.where(np.isnan(fine), doubled(filled), fine)
    return filled


def _between_tiles(
    corners: NDArray[np.float32],
    corner: tuple[int, int],
    doubled: Callable[[NDArray[np.float32]], NDArray[np.float32]],
) -> NDArray[np.float32]:
    """Fill unknown heights of the tiles' first pixels, a row and a column for each tile, from strides beyond S."""
    times = COARSEST // SIDE
    (rows, columns), (above, aside) = corners.shape, (at % times for at in corner)
    padding = (above, -(above + rows) % times), (aside, -(aside + columns) % times)
    whole = np.pad(corners, padding, constant_values=UNKNOWN)
    filled = whole[::times, ::times]
    while times > 1:
        times //= 2
        fine = whole[::times, ::times]
        filled = np.where(np.isnan(fine), doubled(filled), fine)
    return filled[above : above + rows, aside : aside + columns]


def _doubled(heights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Heights [2H, 2W], linearly interpolated from [H, W]; beyond the last row and column they stay constant."""
    rows = np.empty((2 * len(heights), heights.shape[1]), np.float32)
    rows[::2], rows[-1] = heights, heights[-1]
    rows[1:-1:2] = _middle(heights[1:], heights[:-1])
    both = np.empty((len(rows), 2 * heights.shape[1]), np.float32)
    both[:, ::2], both[:, -1] = rows, rows[:, -1]
    both[:, 1:-1:2] = _middle(rows[:, 1:], rows[:, :-1])
    return both


def _repeated(heights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Heights [2H, 2W], each of [H, W] in two rows and two columns."""
    return heights.repeat(2, axis=0).repeat(2, axis=1)


def _middle(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of two arrays; where one of them is unknown, the other."""
    mean = np.float32(0.5) * (one + other)
    unknown = np.isnan(mean)
    if unknown.any():
        mean[unknown] = np.where(np.isnan(one), other, one)[unknown]
    return mean
