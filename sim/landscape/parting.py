"""Parting: where and when two foragers begin to differ, and neighbouring pixels whose foragers part within a life.

H and W rows and columns of a field, P weights of a genome, M mazes, N pairs of pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from sim.landscape.landscape import Landscape
from sim.landscape.objective import Objective
from sim.landscape.score import Pellets
from sim.rollout.machine import CPU, Machine
from sim.rollout.trace import trace
from sim.world.life import Episode, play_episode
from sim.world.maze import Mazes

MARGIN = 0.12  # the share of a side, at each edge, in which no pair is sought
PAIRS = 64  # N, the pairs that are played in all mazes: those with the greatest differences
TRIES = 12  # the pairs, each in one maze, whose episodes are compared step by step
AT_ONCE = 16  # mazes that are played before looking whether two foragers differ in one of them
EARLY, LATE = 0.12, 0.4  # the shares of a life between which foragers should part

Pixel = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Parting:
    """Two neighbouring pixels (row, column), and what their foragers do in one maze, a batch of its own.

    `step`, counted from 1, is the first in which they act or move differently; None if they never do.
    """

    pixels: tuple[Pixel, Pixel]
    mazes: Mazes
    episodes: tuple[Episode, Episode]
    step: int | None


def divergence(first: Episode, second: Episode) -> int | None:
    """The first step, counted from 1, in which two foragers act or move differently; None if they never do."""
    differ = (first.actions != second.actions) | (first.places[1:] != second.places[1:])
    return int(differ.argmax()) + 1 if differ.any() else None


def first_maze(genomes: Sequence[NDArray[Any]], objective: Objective, machine: Machine) -> int | None:
    """The first maze of an objective, counted from 0, in which two genomes [P] act or move differently; None if none.

    The two may be of different types, as pixels of different zoom levels are.
    """
    mazes = objective.mazes.carve()
    for begin in range(0, mazes.count, AT_ONCE):
        batch = mazes.take(list(range(begin, min(begin + AT_ONCE, mazes.count))))
        first, second = (
            trace(genome[None], objective.layout, batch, objective.world, machine=machine) for genome in genomes
        )
        differ = (first.actions != second.actions) | (first.places[..., 1:] != second.places[..., 1:])
        apart = differ[0].any(axis=-1)
        if apart.any():
            return begin + int(apart.argmax())
    return None


def find_parting(landscape: Landscape, view: int, heights: NDArray[Any], machine: Machine = CPU) -> Parting:
    """Find a pair in a view of a landscape, whose heights [H, W] are known, and play its episodes.

    Of the steepest pairs it takes the one that differs most in a single maze and parts when EARLY to LATE of its life
    is over; if none does, the one that parts nearest to that. The same landscape gives the same pair. Raises UserError
    if the landscape is not of pellets, or has fewer than two pixels beside each other.
    """
    objective = landscape.objective
    if not isinstance(objective, Objective) or not isinstance(objective.score, Pellets):
        raise UserError("neighbouring foragers are compared on a landscape of pellets, this one shows something else")
    pairs = _steepest(heights)
    window, plane, dtype = landscape.tour.windows[view], landscape.tour.plane(view), landscape.tour.dtype(view)
    places = pairs.reshape(-1, 2)
    points = np.concatenate([window.points(slice(r, r + 1), slice(c, c + 1))[0] for r, c in places.tolist()])
    genomes = plane.at(points, dtype)
    eaten = objective.outcomes(genomes, machine).reshape(len(pairs), 2, -1)
    gain = np.abs(eaten[:, 0].astype(np.int64) - eaten[:, 1])
    order = np.argsort(-gain.ravel(), kind="stable")[:TRIES]
    carved, life = objective.mazes.carve(), objective.world.lifetime
    best: tuple[float, Parting] | None = None
    for pair, maze in (divmod(int(at), gain.shape[1]) for at in order):
        mazes = carved.take([maze])
        one, two = (
            play_episode(genome, objective.layout, mazes, 0, objective.world)
            for genome in genomes[2 * pair : 2 * pair + 2]
        )
        step = divergence(one, two)
        share = (step or life) / life
        away = max(EARLY - share, share - LATE, 0.0)
        if best is None or away < best[0]:
            (r, c), (s, d) = pairs[pair].tolist()
            best = away, Parting(((r, c), (s, d)), mazes, (one, two), step)
        if not away:
            break
    assert best is not None
    return best[1]


def _steepest(heights: NDArray[Any]) -> NDArray[np.intp]:
    """The pairs of neighbours away from the edges with the greatest differences, [N, 2, 2]: pixels, row and column."""
    top, left = (int(MARGIN * side) for side in heights.shape)
    inner = np.asarray(heights[top : heights.shape[0] - top, left : heights.shape[1] - left], np.float64)
    if max(inner.shape) < 2:
        raise UserError(
            f"a field of {heights.shape[1]} x {heights.shape[0]} pixels has no neighbours; take more pixels"
        )
    across = np.abs(np.diff(inner, axis=1, append=inner[:, -1:]))
    down = np.abs(np.diff(inner, axis=0, append=inner[-1:]))
    steps = np.stack([across, down])
    steps[~np.isfinite(steps)] = 0
    order = np.argsort(-steps.ravel(), kind="stable")[:PAIRS]
    way, row, column = np.unravel_index(order, steps.shape)
    first = np.stack([row, column], -1)
    second = first + np.stack([way == 1, way == 0], -1)
    second = np.minimum(second, np.array(inner.shape) - 1)  # of pairs beyond the edge, whose difference is 0
    return np.asarray(np.stack([first, second], axis=1) + np.array([top, left]), np.intp)
