"""Tiles: the heights that are known of the lands, and the picture they make with what can be guessed between them.

A tile is S x S neighbours of the lattice of one level (see `render.window.explore.view`); H and W rows and columns of a
grid of tiles. Only computed heights are stored: an unknown pixel is nan. Sums of pellets
are whole numbers below 2^24, which float32 holds exactly.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.window.explore.place import Land
from render.window.explore.view import View

SIDE = 64  # S
COARSEST = 32  # the first pass computes every so-many-th pixel of a tile
UNKNOWN = np.float32(np.nan)
LOWEST = np.float32(-np.inf)  # stands for values of a function that are no numbers: they are known, too
MOST = 6000  # tiles that are kept, of 16 KiB


@dataclass(slots=True, eq=False)
class Tile:
    """Heights float32 [S, S] of the lattice points from (S*row, S*column) of a level; `stored` counts the writes."""

    level: int
    row: int
    column: int
    heights: NDArray[np.float32] = field(default_factory=lambda: np.full((SIDE, SIDE), UNKNOWN))
    stored: int = 0
    heard: dict[tuple[int, int, int], int] = field(default_factory=dict)  # writes of other tiles when last copied

    def store(self, pixels: NDArray[np.intp], heights: NDArray[Any]) -> None:
        """Keep the computed heights [N] of pixels [N, 2]."""
        self.heights[pixels[:, 0], pixels[:, 1]] = np.where(np.isnan(heights), LOWEST, heights)
        self.stored += 1

    def missing(self, stride: int) -> NDArray[np.intp]:
        """Rows and columns [N, 2] of every stride-th pixel that is not known yet."""
        return np.argwhere(np.isnan(self.heights[::stride, ::stride])) * stride

    def points(self, pixels: NDArray[np.intp]) -> NDArray[np.float64]:
        """The coordinates [N, 2] in norms of pixels [N, 2] (row, column)."""
        corner = np.array([SIDE * float(self.column), SIDE * float(self.row)])
        lattice: NDArray[np.float64] = pixels[:, ::-1] + corner
        return lattice * (2.0**-self.level, -(2.0**-self.level)) + 0.0  # no negative zeros


Key = tuple[Land, int, int, int]
Grid = list[list[Tile]]


class Tiles:
    """All tiles that are known, those used last kept; safe to use from several threads."""

    def __init__(self, most: int = MOST) -> None:
        """Nothing is known."""
        self._tiles: OrderedDict[Key, Tile] = OrderedDict()
        self._most, self._lock = most, Lock()

    def __len__(self) -> int:
        """How many tiles there are."""
        return len(self._tiles)

    def grid(self, land: Land, view: View) -> Grid:
        """The tiles under a view, made where they are missing, knowing what the levels above and below know."""
        rows = range(view.top // SIDE, (view.top + view.height - 1) // SIDE + 1)
        columns = range(view.left // SIDE, (view.left + view.width - 1) // SIDE + 1)
        levels = arithmetic(view.level - 1) == view.window.dtype, arithmetic(view.level + 1) == view.window.dtype
        with self._lock:
            grid = [[self._tile(land, view, levels, row, column) for column in columns] for row in rows]
            while len(self._tiles) > max(self._most, len(rows) * len(columns)):
                self._tiles.popitem(last=False)
        return grid

    def _tile(self, land: Land, view: View, levels: tuple[bool, bool], row: int, column: int) -> Tile:
        key = (land, view.level, row, column)
        tile = self._tiles.get(key)
        if tile is None:
            tile = self._tiles[key] = Tile(view.level, row, column)
        else:
            self._tiles.move_to_end(key)
        self._inherit(land, tile, levels)
        return tile

    def _inherit(self, land: Land, tile: Tile, levels: tuple[bool, bool]) -> None:
        """Take over what is known at the levels above and below, where they are `levels` of the same arithmetic."""
        half, level = SIDE // 2, tile.level
        if levels[0]:
            parent = self._tiles.get((land, level - 1, tile.row // 2, tile.column // 2))
            row, column = half * (tile.row % 2), half * (tile.column % 2)
            if parent is not None:
                _copy(tile, np.s_[::2, ::2], parent, np.s_[row : row + half, column : column + half])
        if levels[1]:
            for down, right in np.ndindex(2, 2):
                child = self._tiles.get((land, level + 1, 2 * tile.row + down, 2 * tile.column + right))
                row, column = half * down, half * right
                if child is not None:
                    _copy(tile, np.s_[row : row + half, column : column + half], child, np.s_[::2, ::2])


def arithmetic(level: int) -> str:
    """The arithmetic of a level, as of any window with its pixels."""
    return View(level, 0, 0, 2, 2).window.dtype


def _copy(tile: Tile, to: tuple[slice, slice], other: Tile, known: tuple[slice, slice]) -> None:
    """Take over what another tile knows, unless it has learnt nothing since."""
    name = other.level, other.row, other.column
    if tile.heard.get(name, 0) == other.stored:
        return
    heights = tile.heights[to]
    tile.heard[name] = other.stored
    np.copyto(heights, other.heights[known], where=np.isnan(heights))
    tile.stored += 1


def mosaic(grid: Grid) -> NDArray[np.float32]:
    """The heights [H, W] of a grid of tiles, H and W multiples of S."""
    heights = np.empty((len(grid), SIDE, len(grid[0]), SIDE), np.float32)
    for row, tiles in enumerate(grid):
        for column, tile in enumerate(tiles):
            heights[row, :, column] = tile.heights
    return heights.reshape(len(grid) * SIDE, -1)


def cut(pixels: NDArray[Any], view: View) -> NDArray[Any]:
    """What a view sees of the pixels [H, W] of its grid of tiles."""
    top, left = view.top % SIDE, view.left % SIDE
    return pixels[top : top + view.height, left : left + view.width]


def guess(heights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Heights [H, W] in which the unknown is interpolated, pass by pass; nan where nothing is near."""
    if not np.isnan(heights).any():
        return heights
    stride = COARSEST
    guessed = heights[::stride, ::stride]
    while stride > 1:
        stride //= 2
        fine = heights[::stride, ::stride]
        guessed = np.where(np.isnan(fine), _doubled(guessed), fine)
    return guessed


def _doubled(heights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Heights [2H, 2W] that interpolate [H, W] linearly; beyond the last row and column they stay level."""
    rows = np.empty((2 * len(heights), heights.shape[1]), np.float32)
    rows[::2], rows[-1] = heights, heights[-1]
    rows[1:-1:2] = np.float32(0.5) * (heights[1:] + heights[:-1])
    both = np.empty((len(rows), 2 * heights.shape[1]), np.float32)
    both[:, ::2], both[:, -1] = rows, rows[:, -1]
    both[:, 1:-1:2] = np.float32(0.5) * (rows[:, 1:] + rows[:, :-1])
    return both
