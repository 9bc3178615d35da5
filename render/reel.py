"""A reel: a field made ready for looking, frame by frame, with colours that stay fixed through it.

T frames of H x W pixels.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.palette import Equaliser, equaliser, finite_limits
from sim.goal import goal_of
from sim.landscape.field import open_frames
from sim.landscape.tour import Tour
from sim.survey import maze_counts

SAMPLED = 24  # frames whose values fix the colours of a film


@dataclass(frozen=True, slots=True, eq=False)
class Reel:
    """`heights(t)` float32 [H, W] per maze for frame t of T; `limits` and `ranks` are the whole film's."""

    tour: Tour
    provenance: dict[str, Any]
    heights: Callable[[int], NDArray[np.float32]]
    limits: tuple[float, float]
    ranks: Equaliser

    def __len__(self) -> int:
        """T."""
        return len(self.tour)

    @property
    def unit(self) -> str:
        """What heights are, in a few words."""
        return goal_of(self.provenance)[0].label

    @property
    def mazes(self) -> int:
        """How many mazes the last frame is averaged over."""
        return int(maze_counts(self.provenance, self.tour)[-1])


def open_reel(path: Path) -> Reel:
    """The finished field at `path`; frames are read when they are asked for. Raises UserError like `open_frames`."""
    field, read = open_frames(path)
    tour, provenance = field.tour, field.provenance
    counts = maze_counts(provenance, tour)

    @lru_cache(maxsize=8)
    def heights(frame: int) -> NDArray[np.float32]:
        return np.asarray(read(frame) / counts[frame], np.float32)

    seen = np.unique(np.linspace(0, len(tour) - 1, SAMPLED).astype(int))
    values = np.concatenate([heights(int(frame)).ravel() for frame in seen])
    return Reel(tour, provenance, heights, finite_limits(values), equaliser(values))
