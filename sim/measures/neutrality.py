"""Neutrality: the share of neighbours with the same outcome, and the length of neutral walks.

W walks, P weights. A step is a random direction of a given length, relative to the norm of the genome; the result
depends on it. Walks begin at a distance `radius` from the genome, relative to its norm.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.layout import Layout
from agents.randomness import generator
from sim.landscape.function import Function
from sim.landscape.rays import centre, rays
from sim.measures import FunctionMeasure, Quantity, bootstrap_over, define, positive, setting
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Findings

NEIGHBOURS = 16  # random neighbours at every step


@dataclass(frozen=True, slots=True)
class NeutralNeighbours(FunctionMeasure):
    """The share of neighbours that eat the same, and the length of neutral walks, at several distances."""

    radii: tuple[float, ...] = setting((0.05, 0.3, 0.7), 0, 1e6)
    """Distances from the champion at which walks begin, as fractions of the genome's norm."""
    step: float = positive(0.001)
    """The distance of neighbours, as a fraction of the genome's norm."""
    walks: int = setting(128, 2)
    """Walks, and base points whose neighbours are evaluated."""
    longest: int = setting(64, 1)
    """Steps after which a walk is stopped; 1 evaluates neighbours only."""
    mazes: int = setting(16, 1)
    """Mazes in which every genome is evaluated."""

    version = 2
    quantities = define(
        neutrality=Quantity(
            "neutrality", "Share of random neighbours, one step away, that eat exactly as many pellets.",
            "%", "base points", bootstrap_over("base points"),
        ),
        neutral_walk=Quantity(
            "neutral walk",
            "Mean number of steps of walks that move away from their start without a change of pellets, and end where "
            "none of 16 random neighbours allows that (after Huynen, Stadler, Fontana 1996).",
            "steps", "walks", bootstrap_over("walks"),
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count sixteen neighbours at every step of every walk."""
        return len(self.radii) * self.walks * NEIGHBOURS * self.longest * self.mazes

    def around(self, function: Function, genome: NDArray[Any], layout: Layout | None, seed: int) -> Findings:
        """Walk at every distance."""
        findings: Findings = {}
        for radius in self.radii:
            shares, lengths, _ = neutral_walks(
                function, genome, layout,
                step=self.step, radius=radius, seed=seed, walks=self.walks, longest=self.longest,
            )  # fmt: skip
            detail, stopped = f"radius {radius:g}, steps of {self.step:g}", 100 * (lengths == self.longest).mean()
            findings[f"neutrality_{radius:g}"] = resampled("neutrality", 100 * shares, seed=seed, detail=detail)
            if self.longest > 1:
                note = f"{stopped:.0f} % stopped at {self.longest} steps" if stopped else ""
                walk = resampled("neutral_walk", lengths, seed=seed, detail=detail, note=note)
                findings[f"neutral_walk_{radius:g}"] = walk
        return findings


def neutral_walks(
    objective: Function,
    genome: ArrayLike,
    layout: Layout | None,
    *,
    step: float,
    radius: float,
    seed: int,
    walks: int,
    longest: int,
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """Neutral walks (after Huynen, Stadler, Fontana 1996).

    Each step goes to the first of NEIGHBOURS random neighbours that has the same outcome and lies farther from the
    walk's start. A walk ends where there is none, or after the `longest` steps. Returns the share of the start's
    neighbours that have the same outcome [W], the steps of each walk [W], and its distance from the start [W], relative
    to the norm of the genome.
    """
    home, rng = centre(genome, layout), generator(seed, "measure/neutral")
    start = (home + radius * rays(home, layout, walks, rng)).astype(np.float32)
    outcome = np.asarray(objective(start), np.float64)
    here, lengths, distances = start.copy(), np.zeros(walks, np.int64), np.zeros(walks)
    walking, shares = np.arange(walks), np.zeros(walks)
    for turn in range(longest):
        around = rays(home, layout, walking.size * NEIGHBOURS, rng).reshape(walking.size, NEIGHBOURS, -1)
        tried = (here[walking, None] + step * around).astype(np.float32)
        values = np.asarray(objective(tried.reshape(-1, home.size)), np.float64)
        same = values.reshape(walking.size, NEIGHBOURS) == outcome[walking, None]
        if turn == 0:
            shares = same.mean(axis=1)
        reached = np.sqrt(((tried - start[walking, None]).astype(np.float64) ** 2).sum(axis=2))
        farther = same & (reached > distances[walking, None])
        moved = np.flatnonzero(farther.any(axis=1))
        choice = farther[moved].argmax(axis=1)
        walking = walking[moved]
        here[walking], distances[walking] = tried[moved, choice], reached[moved, choice]
        lengths[walking] += 1
        if not walking.size:
            break
    return shares, lengths, distances / float(np.sqrt((home**2).sum()))
