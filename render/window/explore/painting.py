"""Painting: the heights of the explorer's landscape that are known so far, as a picture.

H and W rows and columns of a view, K colours of a lookup table.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from agents.engine.arithmetic import kernel
from render.legend import Frame
from render.looks import category_limits
from render.palette import PALETTES, Equaliser, equaliser, finite_limits, table
from render.picture import lit
from render.window.explore.fading import faded
from render.window.explore.magnify import magnified, repeated
from render.window.explore.place import Terrain
from render.window.explore.tiles import SIDE, Grid, crop, interpolate, mosaic
from render.window.explore.view import View

LEVELS = 4096  # K
HALF_STEP = np.float32(0.5)
ENOUGH = 3000  # once so many pixels are known, the colours of a level stay fixed
GUESSED = (64, 156, 190)  # tint of interpolated pixels
BLANK = (17, 18, 24)  # colour of pixels whose height is not finite
# Every 4th or every 2nd row and column is drawn while there are more than so many pixels for each known one. HURRIED
# takes the place of HALF in the first painting of a view, which must come soon.
QUARTER, HALF, HURRIED = 64, 16, 3
MOST_RECOLOURED = 1_000_000  # pixels; so many take about 30 ms
Current = Callable[[], bool]
"""whether a painting is still wanted"""


@dataclass(frozen=True, slots=True, eq=False)
class ColourScale:
    """Which height, per maze, has which colour. Stays fixed once `settled`, until the zoom level changes."""

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


def paint(
    grid: Grid,
    terrain: Terrain,
    view: View,
    colours: ColourSettings,
    before: Painting | None,
    *,
    hurried: bool = False,
    current: Current = lambda: True,
) -> Painting | None:
    """Paint a view. Unknown heights are interpolated, or else taken from the painting `before`.

    While few pixels are known, only every 2nd or 4th row and column is drawn, and the picture enlarged; `hurried`
    says that this is the first painting of the view. Returns None once the painting is not `current` any more, and
    where nothing was painted before and the few heights that are known are equal: one colour is no landscape.
    """
    if before is not None and before.terrain.quantity != terrain.quantity:
        before = None
    whole = mosaic(grid)
    exact = crop(whole, view)
    known: NDArray[np.bool_] = ~np.isnan(exact)
    count = int(np.count_nonzero(known))
    if before is None and count < min(ENOUGH, known.size) and np.unique(exact[known]).size < 2:
        return None
    spacing = 4 if count * QUARTER < known.size else 2 if count * (HURRIED if hurried else HALF) < known.size else 1
    drawn, heights = _heights(grid, whole, terrain, view, spacing)
    blank = np.isnan(heights)
    if before is not None and blank.any():
        heights = np.where(blank, warped(before.heights, before.view, drawn), heights)
    if not current():
        return None
    scale = _scale(exact, known, count, terrain, view, None if before is None else before.scale)
    if spacing == 1:
        frame = coloured(heights, known, scale, colours)
    else:
        frame = coloured(heights, ~np.isnan(whole[::spacing, ::spacing]), scale, colours)
        where = spacing, (view.top % SIDE, view.left % SIDE), view.shape
        frame, heights = magnified(frame, *where), repeated(heights, *where)
        np.copyto(heights, exact / np.float32(terrain.summed), where=known)
    return Painting(frame, heights, known, view, terrain, scale, colours) if current() else None


def recoloured(painting: Painting, scale: ColourScale, colours: ColourSettings) -> Painting:
    """A painting in the colours of another one, so that no edge is visible where both lie side by side.

    A large one keeps only every 2nd or 4th row and column, which must be soon done: it is a background that moves.
    """
    if (painting.scale, painting.colours) == (scale, colours):
        return painting
    view, spacing = painting.view, 1
    while painting.known.size > MOST_RECOLOURED * spacing * spacing:
        spacing *= 2
    top, left = -view.top % spacing, -view.left % spacing  # so that the first point is one of the coarser lattice
    heights = np.ascontiguousarray(painting.heights[top::spacing, left::spacing])
    known = painting.known[top::spacing, left::spacing]
    level = view.level - spacing.bit_length() + 1
    coarse = View(level, (view.left + left) // spacing, (view.top + top) // spacing, *known.shape)
    frame = coloured(heights, None if known.all() else known, scale, colours)
    return Painting(frame, heights, known, coarse, painting.terrain, scale, colours)


def _heights(
    grid: Grid, whole: NDArray[np.float32], terrain: Terrain, view: View, spacing: int
) -> tuple[View, NDArray[np.float32]]:
    """The interpolated heights per maze, and the view that they fill: the given one, or all tiles at a spacing."""
    row, column = grid[0][0].row, grid[0][0].column
    filled = interpolate(whole, spacing, (row, column), categorical=terrain.categorical)
    heights = filled / np.float32(terrain.summed)
    if spacing == 1:
        return view, crop(heights, view)
    return View(
        view.level - spacing.bit_length() + 1, column * SIDE // spacing, row * SIDE // spacing, *heights.shape
    ), heights


def _scale(
    exact: NDArray[np.float32],
    known: NDArray[np.bool_],
    count: int,
    terrain: Terrain,
    view: View,
    old: ColourScale | None,
) -> ColourScale:
    """The colour scale of a view: the old one while it is settled, or while too few pixels are known for a new one.

    `exact` are the sums over mazes, of which `count` are `known`.
    """
    if terrain.categorical:
        return ColourScale(category_limits(), equaliser(np.zeros(1)), terrain, view.level, True)
    same = old is not None and (old.terrain, old.level) == (terrain, view.level)
    if old is not None and same and old.settled:
        return old
    if old is not None and count < ENOUGH // 8 and count < known.size:
        return old if same else replace(old, terrain=terrain, level=view.level, settled=False)
    values = exact[known] / np.float32(terrain.summed)
    values = values[np.isfinite(values)]
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
    if not high > low:
        ranks = np.full(LEVELS, 0.5)  # a plateau has the colour in the middle, not the darkest one
    palette = table(colours.palette)
    lookup = palette[np.clip(ranks * (len(palette) - 1) + 0.5, 0, len(palette) - 1).astype(np.intp)]
    blank = ~np.isfinite(heights)
    filled = np.where(blank, np.float32(low), heights) if blank.any() else np.ascontiguousarray(heights)
    frame = np.empty((*heights.shape, 3), np.uint8)
    step = np.float32((LEVELS - 1) / (high - low) if high > low else 0.0)
    _look_up(filled, np.float32(low), step, lookup, frame)
    if colours.relief:
        relief = lit(frame, filled, scale.limits)
        frame = relief if known is None else faded(frame, relief, known)
    if blank.any():
        frame[blank] = BLANK
    if colours.tint and known is not None:
        tint = np.asarray(GUESSED, np.uint16)
        frame[~known] = ((frame[~known].astype(np.uint16) + tint) // 2).astype(np.uint8)
    return frame


@kernel
def _look_up(heights, low, step, lookup, rgb):  # type: ignore[no-untyped-def]
    """Give each height the nearest colour of the table [K, 3], whose entries are 1 / `step` apart from `low` on."""
    last = np.float32(LEVELS - 1)
    for y in range(heights.shape[0]):
        for x in range(heights.shape[1]):
            place = (heights[y, x] - low) * step + HALF_STEP
            entry = int(min(max(place, np.float32(0.0)), last))
            for channel in range(3):
                rgb[y, x, channel] = lookup[entry, channel]


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
