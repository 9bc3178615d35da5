"""Colours of two quantities at once: one gives the hue, the other the lightness.

[H, W] are the pixels of a field.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.categories import CATEGORIES
from render.oklab import lab_of, rgb_of
from render.palette import HUES, Equaliser, table

LEVELS = 128  # of lightness
DARK, LIGHT = 0.22, 0.93  # lightness in Oklab of the least and the greatest value
GREY = (96, 96, 96)


@dataclass(frozen=True, slots=True, eq=False)
class Channel:
    """The values [H, W] of a quantity, with what fixes their colours and the label of their colour bar.

    Without `ranks`, colour is linear in the values between the `limits`. `palette` is what its colour bar shows.
    """

    values: NDArray[Any]
    limits: tuple[float, float]
    ranks: Equaliser | None
    unit: str
    palette: str

    @property
    def shares(self) -> NDArray[np.float64]:
        """Where each value lies between the least, 0, and the greatest, 1."""
        if self.ranks is not None:
            return self.ranks(self.values)
        low, high = self.limits
        shares: NDArray[np.float64] = (self.values - low) / ((high - low) or 1.0)
        return np.clip(shares, 0, 1)


def hue_palette(palette: str) -> str:
    """The palette that has the hues of another one, all equally light; that of categories has such hues already."""
    return palette if palette == CATEGORIES else HUES + palette


def mixed(hue: Channel, lightness: Channel) -> NDArray[np.uint8]:
    """The colours uint8 [H, W, 3] of two channels; grey where a value is not finite."""
    colours = _table(hue.palette)
    rows, columns = (
        np.rint(np.nan_to_num(shares) * (size - 1)).astype(np.intp)
        for shares, size in zip((lightness.shares, hue.shares), colours.shape, strict=False)
    )
    rgb: NDArray[np.uint8] = colours[rows, columns]
    rgb[~(np.isfinite(hue.values) & np.isfinite(lightness.values))] = GREY
    return rgb


@cache
def _table(palette: str) -> NDArray[np.uint8]:
    """The colours uint8 [LEVELS, N, 3] of a palette's hues, in rising lightness."""
    lab = lab_of(table(palette)[::2])
    grid = np.broadcast_to(lab, (LEVELS, *lab.shape)).copy()
    grid[..., 0] = np.linspace(DARK, LIGHT, LEVELS)[:, None]
    return rgb_of(grid)
