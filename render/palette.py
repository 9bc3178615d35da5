"""Turn numbers into colours, by their value or by their rank.

[H, W] the values of a field, [K] its distinct values, [N] the entries of a palette's table.
"""

import difflib
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from render.categories import CATEGORIES, CHROMA, LIGHTNESS, hues

# Perceptually uniform, lightness rises, readable with any colour vision. Sources:
# van der Walt & Smith (2015), Crameri (2018), Waskom (2021), Nuñez et al. (2018).
PALETTES = ("inferno", "lipari", "magma", "lajolla", "batlow", "mako", "navia", "viridis", "cividis")
TABLE_SIZE = 1024
HUES = "hues of "  # before the name of a palette: its hues, equally light
GREYS = "greys"  # from dark to light
MISSING = (96, 96, 96)
PART = 1 << 16  # values that are coloured at once: their shares take more memory than the values


@cache
def table(palette: str) -> NDArray[np.uint8]:
    """The colours of a palette, uint8 [N, 3], dark to light, read-only.

    Besides the names in PALETTES, any name of cmap's catalogue will do ("crameri:tokyo", "inferno_r"). Raises UserError
    for others. CATEGORIES, GREYS and HUES with a palette are tables of our own, which are not chosen by name.
    """
    if palette in (CATEGORIES, GREYS) or palette.startswith(HUES):
        entries = _own(palette)
        entries.flags.writeable = False
        return entries
    import cmap

    try:
        colours = cmap.Colormap(palette)
    except (ValueError, TypeError) as error:
        near = difflib.get_close_matches(palette, PALETTES, 3, 0.4) or PALETTES[:3]
        raise UserError(f"no palette is named {palette!r}; did you mean {', '.join(near)}?") from error
    # Many palettes are lists of 256 colours. cmap would take the nearest of them; here they are interpolated.
    at = np.linspace(0.0, 1.0, 256)
    stops = np.asarray(colours(at), np.float64)[:, :3]
    fine = np.linspace(0.0, 1.0, TABLE_SIZE)
    entries = np.stack([np.rint(255 * np.interp(fine, at, channel)) for channel in stops.T], -1).astype(np.uint8)
    entries.flags.writeable = False
    return entries


def _own(palette: str) -> NDArray[np.uint8]:
    """The table of a palette of our own."""
    from render.oklab import lab_of, rgb_of

    if palette == CATEGORIES:
        return hues(TABLE_SIZE)
    if palette == GREYS:
        return rgb_of(np.linspace([0.22, 0, 0], [0.93, 0, 0], TABLE_SIZE))
    lab = lab_of(table(palette.removeprefix(HUES)))
    # Near black and white a palette has hardly a hue, so colours of little chroma take the hue of the nearest others.
    coloured = np.flatnonzero(np.hypot(lab[:, 1], lab[:, 2]) > 0.03)
    if not len(coloured):
        raise UserError(f"the palette {palette.removeprefix(HUES)} has no hues; choose another one for two quantities")
    angles = np.unwrap(np.arctan2(lab[coloured, 2], lab[coloured, 1]))
    at = np.interp(np.linspace(coloured[0], coloured[-1], TABLE_SIZE), coloured, angles)
    return rgb_of(np.stack([np.full(TABLE_SIZE, LIGHTNESS), CHROMA * np.cos(at), CHROMA * np.sin(at)], axis=-1))


@dataclass(frozen=True, slots=True, eq=False)
class Equaliser:
    """A table from value to share: distinct `values` [K], rising, and their `shares` [K], rising from 0 to 1.

    The share of a value is its mid-rank among all counted values, scaled so that the least has 0 and the greatest 1.
    """

    values: NDArray[np.float64]
    shares: NDArray[np.float64]

    def __call__(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Shares [...] in [0, 1] of values [...], interpolated between values of the table; nan stays nan."""
        return np.asarray(np.interp(values, self.values, self.shares), np.float64)

    def inverse(self, shares: NDArray[Any]) -> NDArray[np.float64]:
        """For each share [...], the value of the table whose share is nearest."""
        after = np.clip(np.searchsorted(self.shares, shares), 0, len(self.shares) - 1)
        before = np.maximum(after - 1, 0)
        nearer = np.abs(self.shares[before] - shares) <= np.abs(self.shares[after] - shares)
        return self.values[np.where(nearer, before, after)]


def equaliser(values: NDArray[Any]) -> Equaliser:
    """The equaliser of all finite `values` [...]. Colours stay fixed through a film if these are the whole film's.

    Raises UserError if no value is finite.
    """
    flat = np.asarray(values).ravel()
    if flat.dtype.kind == "f":
        flat = flat[np.isfinite(flat)]
    if flat.size == 0:
        raise UserError("a rank-equalised palette needs at least one finite value, got none; check the field")
    return ranked(*np.unique(flat, return_counts=True))


def ranked(distinct: NDArray[Any], counts: NDArray[np.int64]) -> Equaliser:
    """The equaliser of counted values: `distinct` [K], finite and rising, of which each occurs `counts` [K] times."""
    ranks = np.cumsum(counts) - 0.5 * counts
    spread = ranks[-1] - ranks[0]
    shares = (ranks - ranks[0]) / spread if spread > 0 else np.full(1, 0.5)
    return Equaliser(distinct.astype(np.float64), shares)


def finite_limits(values: NDArray[Any]) -> tuple[float, float]:
    """The least and greatest finite value; (0, 1) if no value is finite."""
    finite = np.asarray(values)[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def colour(
    values: NDArray[Any],
    palette: str = PALETTES[0],
    limits: tuple[float, float] | None = None,
    equalise: Equaliser | None = None,
) -> NDArray[np.uint8]:
    """The colours, uint8 [H, W, 3], of values [H, W]; grey where a value is not finite.

    `limits` are the values of the first and last colour, by default the field's least and greatest. With `equalise`,
    colour goes by rank instead.
    """
    from render.painting_kernel import paint  # compiled with numba, which the command line does not import

    colours, values = table(palette), np.asarray(values)
    if equalise is None:
        low, high = limits if limits is not None else finite_limits(values)
        if not low <= high:
            raise UserError(f"colour limits must rise, got {low:g} to {high:g}; swap them")
        step = 1.0 / (high - low) if high > low else 0.0
    flat, rgb = values.ravel(), np.empty((values.size, 3), np.uint8)
    for start in range(0, flat.size, PART):
        part = flat[start : start + PART]
        shares = equalise(part) if equalise is not None else (part.astype(np.float64) - low) * step
        known = np.isfinite(part)
        paint(np.where(known, shares, np.nan), colours, rgb[start : start + PART], MISSING)
    return rgb.reshape(*values.shape, 3)
