"""Search for the centre of a zoom: a point around which the landscape shows structure at every depth.

A look is a coarse sample of n x n pixels.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.landscape.objective import AnyObjective
from sim.landscape.plane import Plane, Window
from sim.landscape.sampling import sample
from sim.rollout.machine import CPU, Machine

LOOK = 32  # n
OCTAVES = 16  # how often the window is halved: float32 can still tell the pixels of the last look apart
BEAM = 4  # candidates that are kept after each octave
BRANCHES = 2  # candidates that a look proposes
APART = LOOK // 5  # pixels between two candidates of a look, at least
REACH = 3  # pixels up to this distance are neighbours
WANTED = 0.4  # best share of distinct heights among a pixel and its neighbours: fewer at a plain edge, more in noise


def seek(
    objective: AnyObjective, plane: Plane, window: Window, machine: Machine = CPU, octaves: int = OCTAVES
) -> Window:
    """Move the window to a point around which a look of every octave shows structure.

    This is a beam search. Each look is centred on a candidate of the octave before and half as wide, so all candidates
    lie within the window.
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
    """The best pixels in the middle half of a look [n, n], as (cost, row, column).

    The cost is how far the share of distinct heights around a pixel is from WANTED; near the middle it is a bit lower.
    """
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
