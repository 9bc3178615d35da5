"""Painter: colours the heights of the explorer's landscape, in a thread, so that the window never waits for it.

H and W rows and columns of a view, K colours of a lookup table.
"""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from render.legend import Frame
from render.palette import PALETTES, Equaliser, equaliser, finite_limits, table
from render.picture import fit, lit
from render.window.explore.place import Terrain
from render.window.explore.tiles import Grid, crop, interpolate, mosaic
from render.window.explore.view import View

LEVELS = 4096  # K
ENOUGH = 3000  # once so many pixels are known, the colours of a level stay fixed
GUESSED = (64, 156, 190)  # tint of interpolated pixels
BLANK = (17, 18, 24)  # colour of pixels whose height is not finite
AGAIN, HURRY = 0.12, 0.02  # seconds between two paintings of one view; HURRY applies while few pixels are known
COARSE = 200  # few pixels are known while there are more than so many pixels for each known one


@dataclass(frozen=True, slots=True, eq=False)
class ColourScale:
    """Which height, in pellets per maze, has which colour. Stays fixed once `settled`, until the zoom level changes."""

    limits: tuple[float, float]
    ranks: Equaliser
    terrain: Terrain
    level: int
    settled: bool


@dataclass(frozen=True, slots=True)
class ColourSettings:
    """How heights become colours."""

    palette: str = PALETTES[0]
    equalise: bool = True  # colour by rank instead of by height
    relief: bool = True  # shade slopes
    tint: bool = False  # tint interpolated pixels


@dataclass(frozen=True, slots=True, eq=False)
class Painting:
    """A coloured view uint8 [H, W, 3], its heights per maze float32 [H, W], and whether each is known, bool [H, W]."""

    frame: Frame
    heights: NDArray[np.float32]
    known: NDArray[np.bool_]
    view: View
    terrain: Terrain
    scale: ColourScale
    colours: ColourSettings


class Painter:
    """Paints the newest request; `painting` is the last finished one."""

    def __init__(self) -> None:
        """Start an idle thread."""
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="painter")
        self._future: Future[Painting] | None = None
        self._requested: tuple[Terrain, View, ColourSettings, int] | None = None
        self._started, self._coarse = 0.0, True
        self.painting: Painting | None = None

    @property
    def busy(self) -> bool:
        """Whether a painting is being made."""
        return self._future is not None

    def request(self, grid: Grid, terrain: Terrain, view: View, colours: ColourSettings, revision: int) -> None:
        """Take over a finished painting, and start the requested one unless it was requested last time, too.

        `revision` counts the changes of the tiles.
        """
        if self._future is not None and self._future.done():
            self.painting, self._future = self._future.result(), None
            self._coarse = int(np.count_nonzero(self.painting.known)) * COARSE < self.painting.known.size
        if self.painting is None and not any(tile.stored for row in grid for tile in row):
            return
        request = (terrain, view, colours, revision)
        before = self._requested
        if self._future is None and request != before:
            now = time.perf_counter()
            new = before is None or request[:3] != before[:3]
            if new or now - self._started >= (HURRY if self._coarse else AGAIN):
                self._requested, self._started = request, now
                self._future = self._pool.submit(paint, grid, terrain, view, colours, self.painting)

    def close(self) -> None:
        """Stop after the painting that is being made."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def paint(grid: Grid, terrain: Terrain, view: View, colours: ColourSettings, before: Painting | None) -> Painting:
    """Paint a view. Unknown heights are interpolated, or else taken from the painting `before`."""
    whole = mosaic(grid)
    known: NDArray[np.bool_] = crop(~np.isnan(whole), view)
    heights = np.asarray(crop(interpolate(whole), view) / terrain.mazes, np.float32)
    count, blank = int(np.count_nonzero(known)), np.isnan(heights)
    if before is not None and blank.any():
        heights = np.where(blank, warped(before.heights, before.view, view), heights)
    scale = _scale(heights, known, terrain, view, None if before is None else before.scale)
    if count * COARSE < known.size and min(view.shape) > 1:  # no detail is known yet: paint a quarter of the pixels
        frame = fit(coloured(heights[::2, ::2], known[::2, ::2], scale, colours), view.shape)
    else:
        frame = coloured(heights, known, scale, colours)
    return Painting(frame, heights, known, view, terrain, scale, colours)


def _scale(
    heights: NDArray[np.float32], known: NDArray[np.bool_], terrain: Terrain, view: View, old: ColourScale | None
) -> ColourScale:
    """The colour scale of a view: the old one while it is settled, or while too few pixels are known for a new one."""
    same = old is not None and (old.terrain, old.level) == (terrain, view.level)
    if old is not None and same and old.settled:
        return old
    count = int(np.count_nonzero(known))
    if old is not None and count < ENOUGH // 8 and count < known.size:
        return old if same else replace(old, terrain=terrain, level=view.level, settled=False)
    values = heights[known & np.isfinite(heights)]
    values = values if values.size else np.zeros(1, np.float32)
    settled = count >= min(ENOUGH, known.size)
    return ColourScale(finite_limits(values), equaliser(values), terrain, view.level, settled)


def coloured(
    heights: NDArray[np.float32], known: NDArray[np.bool_] | None, scale: ColourScale, colours: ColourSettings
) -> Frame:
    """Colour heights per maze [H, W]; returns uint8 [H, W, 3]. Heights that are not finite become dark."""
    low, high = scale.limits
    values = np.linspace(low, high, LEVELS)
    ranks = scale.ranks(values) if colours.equalise else np.linspace(0, 1, LEVELS)
    palette = table(colours.palette)
    lookup = palette[np.clip(ranks * (len(palette) - 1) + 0.5, 0, len(palette) - 1).astype(np.intp)]
    blank = ~np.isfinite(heights)
    filled = np.where(blank, np.float32(low), heights) if blank.any() else heights
    places = (filled - np.float32(low)) * np.float32((LEVELS - 1) / (high - low) if high > low else 0.0)
    frame: Frame = lookup.take(np.clip(places + np.float32(0.5), 0, LEVELS - 1).astype(np.uint16), axis=0)
    if colours.relief:
        frame = lit(frame, filled, scale.limits)
    if blank.any():
        frame[blank] = BLANK
    if colours.tint and known is not None:
        tint = np.asarray(GUESSED, np.uint16)
        frame[~known] = ((frame[~known].astype(np.uint16) + tint) // 2).astype(np.uint8)
    return frame


def warped(heights: NDArray[np.float32], old: View, new: View) -> NDArray[np.float32]:
    """The heights [H, W] of an old view, resampled for a new one: nearest neighbours, nan outside the old view."""
    left, top, scale = new.offset(old)
    axes = []
    for side, length, start in zip(new.shape, heights.shape, (top, left), strict=True):
        at = np.floor((np.arange(side) + 0.5 - start) / scale)
        axes.append((np.clip(at, 0, length - 1).astype(np.intp), (at < 0) | (at >= length)))
    (rows, above), (columns, aside) = axes
    resampled: NDArray[np.float32] = heights[rows[:, None], columns]
    resampled[above] = np.nan
    resampled[:, aside] = np.nan
    return resampled
