"""Measure how much a picture of a landscape shows: its boundary, its distinct heights, and whether it is only stripes.

H and W rows and columns.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FEWEST = 6  # distinct heights: a picture with fewer is flat, a plain edge, or two edges that cross
PARALLEL = 0.8  # the coherence from which a picture shows only stripes: parallel, or crossing at less than 40 degrees


@dataclass(frozen=True, slots=True)
class Detail:
    """What a picture shows.

    `boundary` is the share of pixels whose height differs from that of the pixel to the right or below. `distinct` is
    the number of distinct heights. `coherence` says how much all slopes share one direction, whether steep or not: 0 if
    they point to all sides alike, 1 for parallel stripes (the structure tensor of Förstner & Gülch 1987).
    """

    boundary: float
    distinct: int
    coherence: float

    @property
    def ends(self) -> str:
        """Why a zoom that comes here should end, or "" if there is still something to see."""
        if self.distinct < FEWEST:
            return "one height only" if self.distinct == 1 else f"{self.distinct} distinct heights"
        return "only parallel stripes" if self.coherence > PARALLEL else ""


def detail(heights: NDArray[Any]) -> Detail:
    """The detail of a picture [H, W] of 2 x 2 pixels or more."""
    tensor = slopes(heights).sum(axis=(1, 2))
    return Detail(boundary_share(heights), len(np.unique(heights)), float(coherence(tensor)))


def boundary_share(heights: NDArray[Any]) -> float:
    """The share of pixels of a picture [H, W] whose height differs from the next one's, to the right or below."""
    here = heights[:-1, :-1]
    return float(np.mean((here != heights[:-1, 1:]) | (here != heights[1:, :-1])))


def slopes(heights: NDArray[Any]) -> NDArray[np.float64]:
    """The structure tensor of each pixel, [3, H, W]: squares of the slopes across and down, and their product.

    Each slope has the length 1, or 0 where the land is level, as small and large steps are equally seen.
    """
    steps = np.unique(heights, return_inverse=True)[1].reshape(heights.shape).astype(np.float64)
    z = np.pad(steps, 1, mode="edge")
    columns, rows = z[:-2] + 2 * z[1:-1] + z[2:], z[:, :-2] + 2 * z[:, 1:-1] + z[:, 2:]
    across, down = columns[:, 2:] - columns[:, :-2], rows[2:] - rows[:-2]
    square = across * across + down * down
    return np.stack([across * across, down * down, across * down]) / np.where(square > 0, square, 1.0)


def coherence(tensor: NDArray[np.float64]) -> NDArray[np.float64]:
    """The coherence [...], 0 to 1, of structure tensors [3, ...]; 0 where there is no slope at all."""
    across, down, both = tensor
    total = across + down
    return np.asarray(np.hypot(across - down, 2 * both) / np.where(total > 0, total, 1.0))
