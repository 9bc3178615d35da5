"""A reel: a field made ready for looking, frame by frame, with colours that stay fixed through it.

T frames of H x W pixels.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from render import objective_labels as labels
from render.palette import Equaliser, equaliser, finite_limits, ranked
from sim.landscape.field import open_frames
from sim.landscape.landscape import Landscape
from sim.landscape.objective import AnyObjective
from sim.landscape.tour import Tour

SAMPLED = 24  # frames whose values fix the colours of a film
KEPT = 1 << 26  # bytes of frames that are kept for the next look


@dataclass(frozen=True, slots=True, eq=False)
class Reel:
    """`heights(t)` float32 [H, W] per maze for frame t of T; `limits` and `ranks` are the whole film's."""

    landscape: Landscape
    heights: Callable[[int], NDArray[np.float32]]
    limits: tuple[float, float]
    ranks: Equaliser

    def __len__(self) -> int:
        """T."""
        return len(self.tour)

    @property
    def tour(self) -> Tour:
        """Where one looks."""
        return self.landscape.tour

    @property
    def objective(self) -> AnyObjective:
        """What is measured there."""
        return self.landscape.objective

    @property
    def unit(self) -> str:
        """What heights are, in a few words."""
        return labels.bar(self.objective)

    @property
    def mazes(self) -> int:
        """How many mazes the last frame is averaged over."""
        return int(self.landscape.counts[-1])


def open_reel(path: Path) -> Reel:
    """The finished field at `path`; frames are read when they are asked for. Raises UserError like `open_frames`."""
    field, read = open_frames(path)
    tour, counts = field.tour, field.counts

    @lru_cache(maxsize=kept(4 * math.prod(tour.shape)))
    def heights(frame: int) -> NDArray[np.float32]:
        return np.asarray(read(frame) / counts[frame], np.float32)

    seen = np.unique(np.linspace(0, len(tour) - 1, SAMPLED).astype(int))
    limits, ranks = _colours(heights(int(frame)) for frame in seen)
    return Reel(field.landscape, heights, limits, ranks)


def kept(size: int) -> int:
    """How many frames of so many bytes are kept: what two neighbours are drawn from, and more of small ones."""
    return max(4, min(8, KEPT // size))


def _colours(frames: Iterable[NDArray[np.float32]]) -> tuple[tuple[float, float], Equaliser]:
    """The limits and ranks of all frames, which are counted one by one: together they may be large."""
    counted = [np.unique(frame[np.isfinite(frame)], return_counts=True) for frame in frames]
    values, counts = (np.concatenate(each) for each in zip(*counted, strict=True))
    del counted
    if not values.size:
        return finite_limits(values), equaliser(values)
    order = np.argsort(values, kind="stable")
    values, counts = values[order], counts[order]
    first = np.flatnonzero(np.diff(values, prepend=np.float32(-np.inf)))
    return (float(values[0]), float(values[-1])), ranked(values[first], np.add.reduceat(counts, first))
