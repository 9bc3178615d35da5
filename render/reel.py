"""Open a field for drawing: read its frames one by one, and fix the colours of the whole film.

T frames of H x W pixels.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render import objective_labels as labels
from render.looks import category_limits, shown
from render.palette import Equaliser, equaliser, finite_limits, ranked
from sim.landscape.field import Field, open_frames
from sim.landscape.landscape import Landscape
from sim.landscape.objective import AnyObjective
from sim.landscape.rings import NAME as RINGS
from sim.landscape.rings import WIDE, unrolled
from sim.landscape.tour import Tour

SAMPLED = 24  # frames, evenly spaced, whose values fix the colours of a film
CACHED = 1 << 26  # bytes of frames that are cached


@dataclass(frozen=True, slots=True, eq=False)
class Reel:
    """The frames of a landscape, ready to be drawn.

    `heights(t)` returns frame t of T, float32 [H, W]: means over mazes, or numbers of categories. `limits` are the
    least and greatest height, and `ranks` the equaliser, of the whole film. With the reel of another quantity of the
    same landscape as its `lightness`, colours show both: this one gives the hue.
    """

    landscape: Landscape
    heights: Callable[[int], NDArray[np.float32]]
    limits: tuple[float, float]
    ranks: Equaliser
    lightness: "Reel | None" = None

    def __len__(self) -> int:
        """T, the number of frames."""
        return len(self.tour)

    @property
    def tour(self) -> Tour:
        """The tour, which says what each frame shows."""
        return self.landscape.tour

    @property
    def objective(self) -> AnyObjective:
        """The objective, whose values are the heights."""
        return self.landscape.objective

    @property
    def unit(self) -> str:
        """The label of the heights' colour bar."""
        return labels.bar(self.objective)

    @property
    def mazes(self) -> int:
        """How many mazes the last frame is a mean over."""
        return int(self.landscape.counts[-1])


def open_reel(path: Path, quantity: str | None = None, lightness: str | None = None, aspect: float = WIDE) -> Reel:
    """Open one quantity of the finished field at `path`, by default its first; a frame is read when it is drawn.

    With `lightness`, a second quantity of the field is opened too. `aspect` as in `make_reel`. Raises UserError as
    `open_frames` does.
    """
    field, read = open_frames(path, quantity)
    second = None if lightness is None else open_reel(path, lightness, None, aspect)
    return replace(make_reel(field.landscape, read, aspect), lightness=second)


def field_reel(field: Field) -> Reel:
    """The reel of a field whose heights are in memory."""
    return make_reel(field.landscape, lambda frame: np.asarray(field.heights[frame]))


def make_reel(landscape: Landscape, read: Callable[[int], NDArray[Any]], aspect: float = WIDE) -> Reel:
    """The reel of a landscape whose frames [H, W], as they are stored, a function reads.

    Of rings, it is the reel of the frames that they hold, whose width over height is `aspect`.
    """
    if landscape.tour.name == RINGS:
        landscape, read = unrolled(landscape, read, aspect)
    tour, counts = landscape.tour, landscape.counts

    @lru_cache(maxsize=frames_to_cache(4 * math.prod(tour.shape)))
    def heights(frame: int) -> NDArray[np.float32]:
        return shown(landscape.objective, read(frame), counts[frame])

    if landscape.objective.categorical:
        return Reel(landscape, heights, category_limits(), ranked(np.zeros(1), np.ones(1, np.int64)))
    seen = np.unique(np.linspace(0, len(tour) - 1, SAMPLED).astype(int))
    limits, ranks = _colours(heights(int(frame)) for frame in seen)
    return Reel(landscape, heights, limits, ranks)


def heights_at(reel: Reel, at: float) -> NDArray[np.float32]:
    """The heights [H, W] of a reel at a place, 0 to T - 1, between two frames; from T - 1 to T those of a loop.

    Numbers are mixed from two frames. Categories are those of the nearer one, as a mixture would be another category.
    """
    before, share = math.floor(at), at - math.floor(at)
    if not share:
        return reel.heights(before)
    after = (before + 1) % len(reel) if reel.tour.loop else min(before + 1, len(reel) - 1)
    if reel.objective.categorical:
        return reel.heights(before if share < 0.5 else after)
    return (1 - share) * reel.heights(before) + share * reel.heights(after)


def frames_to_cache(size: int) -> int:
    """How many frames of `size` bytes to keep in memory: as many as fit into CACHED, but at least 4 and at most 8."""
    return max(4, min(8, CACHED // size))


def _colours(frames: Iterable[NDArray[np.float32]]) -> tuple[tuple[float, float], Equaliser]:
    """The limits and ranks of all frames. Values are counted frame by frame, as all frames may not fit into memory."""
    counted = [np.unique(frame[np.isfinite(frame)], return_counts=True) for frame in frames]
    values, counts = (np.concatenate(arrays) for arrays in zip(*counted, strict=True))
    del counted
    if not values.size:
        return finite_limits(values), equaliser(values)
    order = np.argsort(values, kind="stable")
    values, counts = values[order], counts[order]
    first = np.flatnonzero(np.diff(values, prepend=np.float32(-np.inf)))
    return (float(values[0]), float(values[-1])), ranked(values[first], np.add.reduceat(counts, first))
