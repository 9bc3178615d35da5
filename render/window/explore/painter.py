"""Painter: heights become colours for the explorer, in a thread of its own, so that no window waits for it.

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
from render.window.explore.place import Land
from render.window.explore.tiles import Grid, cut, guess, mosaic
from render.window.explore.view import View

LEVELS = 4096  # K
ENOUGH = 3000  # known pixels that fix the colours of a level
GUESSED = (64, 156, 190)  # tint
AGAIN, HURRY = 0.12, 0.02  # seconds between two paintings of one view, the latter while little is known
COARSE = 200  # pixels of a view for each that is known, where that is little


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """Which height has which colour, in pellets a maze; fixed once it is `settled`, until another level is seen."""

    limits: tuple[float, float]
    ranks: Equaliser
    land: Land
    level: int
    settled: bool


@dataclass(frozen=True, slots=True)
class Look:
    """How heights are coloured."""

    palette: str = PALETTES[0]
    equalise: bool = True
    relief: bool = True
    tint: bool = False  # whether guessed pixels show


@dataclass(frozen=True, slots=True, eq=False)
class Painting:
    """Colours uint8 [H, W, 3] of a view, its heights float32 [H, W] a maze, and where they are known, bool."""

    frame: Frame
    heights: NDArray[np.float32]
    known: NDArray[np.bool_]
    view: View
    land: Land
    scale: Scale
    look: Look


class Painter:
    """Paints what is newest; `painting` is the last that is finished."""

    def __init__(self) -> None:
        """A thread that waits."""
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="painter")
        self._future: Future[Painting] | None = None
        self._wanted: tuple[Land, View, Look, int] | None = None
        self._begun, self._coarse = 0.0, True
        self.painting: Painting | None = None

    @property
    def busy(self) -> bool:
        """Whether a painting is on its way."""
        return self._future is not None

    def ask(self, grid: Grid, land: Land, view: View, look: Look, revision: int) -> bool:
        """Paint this, unless it is what was painted last; true when `painting` is another one than before."""
        fresh = self._future is not None and self._future.done()
        if self._future is not None and fresh:
            self.painting, self._future = self._future.result(), None
            self._coarse = int(np.count_nonzero(self.painting.known)) * COARSE < self.painting.known.size
        if self.painting is None and not any(tile.stored for row in grid for tile in row):
            return fresh
        wanted = (land, view, look, revision)
        before = self._wanted
        if self._future is None and wanted != before:
            now = time.perf_counter()
            new = before is None or wanted[:3] != before[:3]
            if new or now - self._begun >= (HURRY if self._coarse else AGAIN):
                self._wanted, self._begun = wanted, now
                self._future = self._pool.submit(paint, grid, land, view, look, self.painting)
        return fresh

    def close(self) -> None:
        """Stop after what is painted now."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def paint(grid: Grid, land: Land, view: View, look: Look, before: Painting | None) -> Painting:
    """Paint what is known under a view; what is not is interpolated, or taken from the painting before."""
    whole = mosaic(grid)
    known: NDArray[np.bool_] = cut(~np.isnan(whole), view)
    heights = np.asarray(cut(guess(whole), view) / land.mazes, np.float32)
    count, blank = int(np.count_nonzero(known)), np.isnan(heights)
    if before is not None and blank.any():
        heights = np.where(blank, warped(before.heights, before.view, view), heights)
    scale = _scale(heights, known, land, view, None if before is None else before.scale)
    if count * COARSE < known.size and min(view.shape) > 1:  # nothing is as fine as the pixels yet: a quarter will do
        frame = fit(coloured(heights[::2, ::2], known[::2, ::2], scale, look), view.shape)
    else:
        frame = coloured(heights, known, scale, look)
    return Painting(frame, heights, known, view, land, scale, look)


def _scale(heights: NDArray[np.float32], known: NDArray[np.bool_], land: Land, view: View, old: Scale | None) -> Scale:
    same = old is not None and (old.land, old.level) == (land, view.level)
    if old is not None and same and old.settled:
        return old
    count = int(np.count_nonzero(known))
    if old is not None and count < ENOUGH // 8 and count < known.size:
        return old if same else replace(old, land=land, level=view.level, settled=False)
    values = heights[known & np.isfinite(heights)]
    values = values if values.size else np.zeros(1, np.float32)
    settled = count >= min(ENOUGH, known.size)
    return Scale(finite_limits(values), equaliser(values), land, view.level, settled)


def coloured(heights: NDArray[np.float32], known: NDArray[np.bool_] | None, scale: Scale, look: Look) -> Frame:
    """The colours uint8 [H, W, 3] of heights [H, W] a maze; what is not finite is dark."""
    low, high = scale.limits
    values = np.linspace(low, high, LEVELS)
    shares = scale.ranks(values) if look.equalise else np.linspace(0, 1, LEVELS)
    colours = table(look.palette)
    lookup = colours[np.clip(shares * (len(colours) - 1) + 0.5, 0, len(colours) - 1).astype(np.intp)]
    blank = ~np.isfinite(heights)
    land = np.where(blank, np.float32(low), heights) if blank.any() else heights
    places = (land - np.float32(low)) * np.float32((LEVELS - 1) / (high - low) if high > low else 0.0)
    frame: Frame = lookup.take(np.clip(places + np.float32(0.5), 0, LEVELS - 1).astype(np.uint16), axis=0)
    if look.relief:
        frame = lit(frame, land, scale.limits)
    if blank.any():
        frame[blank] = (17, 18, 24)
    if look.tint and known is not None:
        tint = np.asarray(GUESSED, np.uint16)
        frame[~known] = ((frame[~known].astype(np.uint16) + tint) // 2).astype(np.uint8)
    return frame


def warped(heights: NDArray[np.float32], old: View, new: View) -> NDArray[np.float32]:
    """Heights [H, W] of an old view as the new view sees them: the nearest ones, and nan where there are none."""
    left, top, scale = new.offset(old)
    axes = []
    for side, length, start in zip(new.shape, heights.shape, (top, left), strict=True):
        at = np.floor((np.arange(side) + 0.5 - start) / scale)
        axes.append((np.clip(at, 0, length - 1).astype(np.intp), (at < 0) | (at >= length)))
    (rows, above), (columns, aside) = axes
    seen: NDArray[np.float32] = heights[rows[:, None], columns]
    seen[above] = np.nan
    seen[:, aside] = np.nan
    return seen
