"""Persistence: the peaks or basins of a field, and the passes at which the sets beyond a level join (merge trees).

H and W rows and columns, N = H W pixels, K extrema. Lower a level through a field: each peak begins a set of pixels
above it, and two sets join at a pass. The peak that is lower is then no longer one of its own; its persistence is its
height above that pass (Edelsbrunner, Letscher, Zomorodian 2002). Basins are the same from below. Pixels that share a
side or a corner are neighbours, and neighbours of equal height are one extremum.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.engine.arithmetic import kernel
from agents.errors import UserError

Extrema = Literal["peaks", "basins"]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class MergeTree:
    """The extrema of a field, those of the largest persistence first.

    extrema int [K, 2], passes int [K, 2]: rows and columns. births [K], deaths [K]: heights of both. parents int [K]:
    the extremum whose set each one joins at its pass. The first is the highest peak (lowest basin) of the field, which
    joins no other: it is its own parent, and its pass is the last pixel that its set reaches.
    """

    extrema: Ints
    passes: Ints
    births: Floats
    deaths: Floats
    parents: Ints

    @property
    def persistence(self) -> Floats:
        """The differences [K] of height between the extrema and their passes; of the first, the range of the field."""
        return np.abs(self.births - self.deaths)

    def places(self, most: int) -> Ints:
        """Places [K'] from left to right for the first `most` extrema, so that no lines of the drawn tree cross.

        The first stands at the left. To the right of each extremum follow those that join it, nearest pass first, each
        with all that joined it before.
        """
        count = min(most, len(self.births))
        joined: list[list[int]] = [[] for _ in range(count)]
        for at in range(1, count):
            joined[self.parents[at]].append(at)  # a parent persists for longer than what joins it, and comes before it
        places, waiting = np.empty(count, np.int64), [0]
        for place in range(count):
            at = waiting.pop()
            places[at] = place
            waiting += sorted(joined[at], key=lambda each: -abs(self.deaths[each] - self.births[at]))
        return places


def merge_tree(field: ArrayLike, of: Extrema = "peaks") -> MergeTree:
    """The merge tree of a field [H, W] of finite numbers: of the sets above a level, or of those below it."""
    heights = np.asarray(field)
    if heights.ndim != 2 or not heights.size or not np.isfinite(heights).all():
        raise UserError(f"a merge tree is of a field [H, W] of finite numbers, got shape {list(heights.shape)}")
    flat = heights.astype(np.float64).ravel()
    order = np.argsort(-flat if of == "peaks" else flat, kind="stable")
    merged = _joins(flat, order, heights.shape[1])
    extrema, passes, elders = np.vstack([[order[0], order[-1], order[0]], merged]).T
    ranks = np.empty(flat.size, np.int64)
    ranks[order] = np.arange(flat.size)
    sort = np.lexsort([ranks[extrema], -np.abs(flat[extrema] - flat[passes])])
    extrema, passes, elders = extrema[sort], passes[sort], elders[sort]
    numbers = np.empty(flat.size, np.int64)
    numbers[extrema] = np.arange(len(extrema))
    spots, joints = (np.column_stack(np.divmod(pixels, heights.shape[1])) for pixels in (extrema, passes))
    return MergeTree(spots, joints, flat[extrema], flat[passes], numbers[elders])


@kernel
def _joins(heights, order, width):  # type: ignore[no-untyped-def]
    """The joins [K - 1, 3] of sets when pixels are added in this order: extremum, pass, and extremum of the other set.

    Union-find, in which the root of a set is its first pixel. Sets that begin and join at one height are not listed.
    """
    size = order.size
    roots, ranks = np.full(size, -1), np.empty(size, np.int64)
    joins = np.empty((size, 3), np.int64)
    count = 0
    for rank in range(size):
        pixel = order[rank]
        roots[pixel], ranks[pixel] = pixel, rank
        row, column = pixel // width, pixel % width
        for up in range(max(0, row - 1), min(size // width, row + 2)):
            for right in range(max(0, column - 1), min(width, column + 2)):
                other, mine = up * width + right, pixel
                if roots[other] < 0:
                    continue
                while roots[other] != other:
                    roots[other] = roots[roots[other]]
                    other = roots[other]
                while roots[mine] != mine:
                    roots[mine] = roots[roots[mine]]
                    mine = roots[mine]
                if other == mine:
                    continue
                elder, younger = (other, mine) if ranks[other] < ranks[mine] else (mine, other)
                roots[younger] = elder
                if heights[younger] != heights[pixel]:
                    joins[count] = younger, pixel, elder
                    count += 1
    return joins[:count]
