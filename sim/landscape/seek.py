"""Seek: a centre for a zoom where there is something to see at every depth.

n x n pixels of a coarse look.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.landscape.plane import Plane, Window
from sim.landscape.sweep import Objective, sample

LOOK = 40  # n
OCTAVES = 16  # looks: as deep as float32 tells the pixels of the last apart
REACH = 3  # pixels around one that count as its neighbours
WANTED = 0.4  # distinct heights among a pixel and its neighbours, as a share: neither a plain edge nor dust


def seek(objective: Objective, plane: Plane, window: Window, octaves: int = OCTAVES) -> Window:
    """The window, moved to a point with much to see in a coarse look at every octave.

    Each look is centred on the last find and half as wide, so the find stays within the first window.
    """
    look = replace(window, shape=(LOOK, LOOK))
    for _ in range(max(1, octaves)):
        heights = sample(objective, plane, look)
        row, column = _richest(heights if heights.ndim == 2 else heights[-1])
        y, x = look.axes()
        look = replace(look, x=float(x[column]), y=float(y[row]), radius=look.radius / 2)
    return replace(window, x=look.x, y=look.y)


def _richest(heights: NDArray[np.generic]) -> tuple[int, int]:
    """The pixel in the middle half of [n, n] around which the number of heights is nearest to the wanted."""
    margin = len(heights) // 4
    span = np.arange(margin, len(heights) - margin)
    reach = range(-REACH, REACH + 1)
    around = np.sort([heights[np.ix_(span + i, span + j)] for i in reach for j in reach], axis=0)
    distinct = np.mean(around[1:] != around[:-1], axis=0)
    offset = np.abs(span - (len(heights) - 1) / 2) / len(heights)
    cost = np.abs(distinct - WANTED) + 0.01 * np.add.outer(offset, offset)
    row, column = np.unravel_index(int(cost.argmin()), cost.shape)
    return int(span[row]), int(span[column])
