"""Seek: a centre for a zoom where there is something to see at every depth.

n x n pixels of a coarse look.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.landscape.objective import AnyObjective
from sim.landscape.plane import Plane, Window
from sim.landscape.sampling import sample
from sim.rollout.machine import CPU, Machine

LOOK = 32  # n
OCTAVES = 16  # depth: as far as float32 tells the pixels of the last look apart
BEAM = 4  # places that are followed at once
BRANCHES = 2  # places that a look proposes, at least APART pixels from each other
APART = LOOK // 5
REACH = 3  # pixels around one that count as its neighbours
WANTED = 0.4  # distinct heights among a pixel and its neighbours, as a share: neither a plain edge nor dust


def seek(
    objective: AnyObjective, plane: Plane, window: Window, machine: Machine = CPU, octaves: int = OCTAVES
) -> Window:
    """The window, moved to a point with much to see in a coarse look at every octave.

    A beam search: each look is centred on an earlier find and half as wide, so all finds lie within the first window.
    """
    beam = [(0.0, window.x, window.y)]
    for octave in range(octaves):
        found = []
        for cost, x, y in beam:
            look = replace(window, x=x, y=y, radius=window.radius / 2**octave, shape=(LOOK, LOOK))
            heights = sample(objective, plane, look, machine)
            rows, columns = look.axes()
            for further, row, column in _richest(heights if heights.ndim == 2 else heights[-1]):
                found.append((cost + further**2, float(columns[column]), float(rows[row])))
        beam = sorted(found)[:BEAM]
    return replace(window, x=beam[0][1], y=beam[0][2])


def _richest(heights: NDArray[np.generic]) -> list[tuple[float, int, int]]:
    """Cost, row, column of the pixels in the middle half of [n, n] with nearest to the wanted heights around them."""
    margin = len(heights) // 4
    span = np.arange(margin, len(heights) - margin)
    reach = range(-REACH, REACH + 1)
    around = np.sort([heights[np.ix_(span + i, span + j)] for i in reach for j in reach], axis=0)
    distinct = np.mean(around[1:] != around[:-1], axis=0)
    offset = np.abs(span - (len(heights) - 1) / 2) / len(heights)
    cost = np.abs(distinct - WANTED) + 0.01 * np.add.outer(offset, offset)
    found = []
    for _ in range(BRANCHES):
        row, column = divmod(int(cost.argmin()), len(span))
        found.append((float(cost[row, column]), int(span[row]), int(span[column])))
        cost[max(0, row - APART) : row + APART, max(0, column - APART) : column + APART] = np.inf
    return found
