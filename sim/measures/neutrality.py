"""Where outcomes do not change: how much of the neighbourhood is alike, and how far neutral walks lead.

W walks, P weights. A step is a random ray of a length that is given in norms of the genome, and the measure means
nothing without it. Walks begin at `radius` norms from the genome.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from agents.checks import between, positive
from agents.layout import Layout
from agents.randomness import generator
from sim.evaluation.evaluation_set import EvaluationSet, mean
from sim.evaluation.subject import Subject
from sim.landscape.function import Function
from sim.landscape.rays import centre, rays, refuse_unless
from sim.measures import FunctionMeasure, Quantity
from sim.measures.ruggedness import OVER_WALKS, values_of
from sim.measures.uncertainty import OVER_PAIRS
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import bootstrap
from sim.statistics.results import Findings, number


@dataclass(frozen=True, slots=True)
class NeutralNeighbours(FunctionMeasure):
    """The share of neighbours that eat the same, and the length of neutral walks, at some distances."""

    radii: tuple[float, ...] = (0.05, 0.3, 0.7)
    """Distances from the champion, in norms, at which walks begin."""
    step: float = 0.001
    """How far neighbours are, in norms."""
    walks: int = 128
    """Walks, and base points whose neighbours are looked at."""
    longest: int = 64
    """Steps at which a walk is stopped; 1 looks at neighbours alone."""
    mazes: int = 16
    """Mazes that every genome sees."""

    quantities: ClassVar[Mapping[str, Quantity]] = {
        "neutrality": Quantity(
            "neutrality", "Share of random neighbours, one step away, that eat exactly as many pellets.",
            "%", "base points", OVER_PAIRS,
        ),
        "neutral_walk": Quantity(
            "neutral walk",
            "Mean steps of walks that go ever farther without a change of pellets, until none of 16 random neighbours "
            "will do (after Huynen, Stadler, Fontana 1996).",
            "steps", "walks", OVER_WALKS,
        ),
    }  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        for radius in self.radii:
            between("radii", radius, 0, 1e6)
        positive("step", self.step)
        between("walks", self.walks, 2, 65536)
        between("longest", self.longest, 1, 65536)
        between("mazes", self.mazes, 1, 65536)

    def episodes(self) -> float:
        """Sixteen neighbours of every base point, and of some steps of its walk."""
        return len(self.radii) * self.walks * 16 * self.mazes * (1 + 0.2 * (self.longest - 1))

    def compute(self, subject: Subject, ground: EvaluationSet, machine: Machine) -> Findings:
        """Walk at every distance."""
        objective = mean(ground.pellets(subject.layout, ground.mazes(self.mazes), machine))
        return self.around(objective, subject.genome, subject.layout, ground.seed)

    def around(self, function: Function, genome: NDArray[Any], layout: Layout | None, seed: int) -> Findings:
        """Walk at every distance."""
        found: Findings = {}
        for radius in self.radii:
            alike = neutrality(
                function, genome, layout,
                step=self.step, radius=radius, seed=seed, walks=self.walks, longest=self.longest,
            )  # fmt: skip
            detail = f"{radius:g} norms out, steps of {self.step:g}"
            bounds = [100 * bound for bound in alike.interval]
            found[f"neutrality_{radius:g}"] = number(
                "neutrality", 100 * alike.share, bounds, sample=self.walks, detail=detail
            )
            if self.longest > 1:
                stopped = f"{100 * alike.stopped:.0f} % stopped at {self.longest} steps" if alike.stopped else ""
                found[f"neutral_walk_{radius:g}"] = number(
                    "neutral_walk", alike.length, alike.length_interval,
                    sample=self.walks, detail=detail, note=stopped,
                )  # fmt: skip
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Neutrality:
    """How much of the neighbourhood is alike.

    lengths [W], distances [W]: the steps of each neutral walk, and how far it led, in norms
    """

    share: float
    """Share of the neighbours one step away with the same outcome."""
    interval: tuple[float, float]
    """Of the share: 95 % bootstrap over base points."""
    length: float
    """Mean steps of a neutral walk: at least this, where walks were stopped at `longest`."""
    length_interval: tuple[float, float]
    stopped: float
    """Share of the walks that were stopped at the longest that was allowed, and were not at an end."""
    lengths: NDArray[np.int64]
    distances: NDArray[np.float64]
    step: float
    radius: float
    neighbours: int
    seed: int


def neutrality(
    objective: Function,
    genome: ArrayLike,
    layout: Layout | None,
    *,
    step: float,
    radius: float,
    seed: int,
    walks: int = 256,
    neighbours: int = 16,
    longest: int = 256,
    dtype: DTypeLike = np.float32,
) -> Neutrality:
    """Share of like neighbours, and neutral walks (after Huynen, Stadler, Fontana 1996).

    Each step of a walk goes to a like neighbour that is farther from the walk's start; it ends where none of so many
    random `neighbours` will do.
    """
    home = centre(genome, layout)
    refuse_unless(step > 0 and math.isfinite(step), "a step must be a number of norms above 0", step)
    refuse_unless(radius >= 0 and math.isfinite(radius), "the radius must be a number of norms, 0 or more", radius)
    refuse_unless(
        min(walks, neighbours, longest) >= 1,
        "walks, neighbours and the longest walk must be 1 or more",
        (walks, neighbours, longest),
    )
    rng = generator(seed, "measure/neutral")
    start = (home + radius * rays(home, layout, walks, rng)).astype(dtype)
    outcome = values_of(objective, start)
    here, lengths, distances = start.copy(), np.zeros(walks, np.int64), np.zeros(walks)
    going, alike = np.arange(walks), np.zeros((walks, neighbours), np.bool_)
    for turn in range(longest):
        around = rays(home, layout, going.size * neighbours, rng).reshape(going.size, neighbours, -1)
        tried = (here[going, None] + step * around).astype(dtype)
        same = (
            values_of(objective, tried.reshape(-1, home.size)).reshape(going.size, neighbours) == outcome[going, None]
        )
        if turn == 0:
            alike = same
        reached = np.sqrt(((tried - start[going, None]).astype(np.float64) ** 2).sum(axis=2))
        suits = same & (reached > distances[going, None])
        moved = np.flatnonzero(suits.any(axis=1))
        choice = suits[moved].argmax(axis=1)
        going = going[moved]
        here[going], distances[going] = tried[moved, choice], reached[moved, choice]
        lengths[going] += 1
        if not going.size:
            break
    shares = alike.mean(axis=1)
    both = np.stack([shares, lengths], axis=1)
    (low, shortest), (high, furthest) = bootstrap(lambda index: both[index].mean(axis=0), walks, seed=seed)
    norm = math.sqrt(float((home**2).sum()))
    return Neutrality(
        float(shares.mean()),
        (float(low), float(high)),
        float(lengths.mean()),
        (float(shortest), float(furthest)),
        float((lengths == longest).mean()),
        lengths,
        distances / norm,
        step,
        radius,
        neighbours,
        seed,
    )
