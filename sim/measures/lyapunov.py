"""Horizon: how fine the structure of a landscape can be, from how fast a network forgets or amplifies a difference.

B lives of T steps, I senses, H hidden units. A difference of genomes e grows in the hidden state as e exp(lambda t) and
has had its say when it is of order one; so over a lifetime T nothing is finer than about exp(-lambda T).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.checks import between
from agents.layout import Layout
from agents.network.cells import PlainNetwork
from agents.randomness import generator
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.observations import observe
from sim.evaluation.subject import Subject
from sim.landscape.rays import centre, refuse_unless
from sim.measures import Quantity, RunMeasure
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import bootstrap
from sim.statistics.results import Findings, number

APART = 1e-7  # distance of the two trajectories: small, and far above float64's rounding


@dataclass(frozen=True, slots=True)
class LyapunovExponent(RunMeasure):
    """How fast a small difference grows in the champion's network alone."""

    recorded: int = 8
    """Episodes that it is measured on."""

    quantities: ClassVar[Mapping[str, Quantity]] = {
        "lyapunov": Quantity(
            "Lyapunov exponent",
            "Mean log growth a step of a small difference of hidden states, driven by what the champion senses in its "
            "own episodes (Benettin et al. 1976). It is the network's alone: below 0 differences die out there, and "
            "what is fine in the landscape comes of foragers that once acted differently and see other things. Were "
            "it lambda above 0, an episode of T steps would leave nothing finer than about exp(-lambda T).",
            "1/step", "episodes", "The interval is a 95 % bootstrap over episodes.",
        )
    }  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        between("recorded", self.recorded, 1, 65536)

    def episodes(self) -> float:
        """Plain Python steps take about as long as so many of a rollout."""
        return 3e4 * self.recorded

    def compute(self, subject: Subject, ground: EvaluationSet, machine: Machine) -> Findings:
        """Record the champion's senses, and drive two nearby networks by them."""
        seen = observe(subject.genome[None], subject.layout, ground.mazes(self.recorded), ground.world)
        found = lyapunov(subject.genome, subject.layout, seen, seed=ground.seed)
        note = f"{found.steps} steps"
        return {"lyapunov": number("lyapunov", found.estimate, found.interval, sample=found.lives, note=note)}


@dataclass(frozen=True, slots=True)
class Lyapunov:
    """The largest Lyapunov exponent of a network that is driven by given senses, in 1 / steps."""

    estimate: float
    interval: tuple[float, float]
    """95 % bootstrap over lives; nothing to bootstrap in one life."""
    lives: int
    steps: int
    seed: int

    def floor(self, lifetime: int) -> float:
        """Below this, a lifetime leaves no structure, in units of where it is coarsest; 1 where differences die out."""
        return math.exp(-max(self.estimate, 0.0) * lifetime)


def lyapunov(genome: ArrayLike, layout: Layout, senses: ArrayLike, *, seed: int) -> Lyapunov:
    """Mean log growth a step of the distance of nearby hidden states, renormalised each step (Benettin et al. 1976).

    Both see the same `senses` [B, T, I], those of recorded lives. That is the network alone: two foragers that once act
    differently see different things, and part at once. In float64; two seconds or so for a life of 200 steps.
    """
    weights, lives = centre(genome, layout), np.asarray(senses, np.float64)
    refuse_unless(
        lives.ndim == 3 and lives.shape[2] == layout.inputs and min(lives.shape) > 0,
        f"senses must be [lives, steps, {layout.inputs}]",
        list(lives.shape),
    )
    rng = generator(seed, "measure/lyapunov")
    growth = np.array([_growth(weights, layout, life, rng) for life in lives])
    low, high = bootstrap(lambda index: growth[index].mean(), len(growth), seed=seed)
    return Lyapunov(float(growth.mean()), (float(low), float(high)), lives.shape[0], lives.shape[1], seed)


def _growth(weights: NDArray[np.float64], layout: Layout, life: NDArray[np.float64], rng: np.random.Generator) -> float:
    """The mean log growth over one life [T, I]."""
    one, other = PlainNetwork(layout, weights), PlainNetwork(layout, weights)
    one.forward(life[0])
    _place(one, other, rng.standard_normal((2, layout.hidden)) * [[1], [float(layout.cell == "lstm")]])
    total = 0.0
    for seen in life[1:]:
        one.forward(seen)
        other.forward(seen)
        apart = np.stack([other.hidden - one.hidden, other.cell_state - one.cell_state])
        length = math.sqrt(float((apart**2).sum()))
        if length == 0:
            return -math.inf
        total += math.log(length / APART)
        _place(one, other, apart)
    return total / max(1, len(life) - 1)


def _place(one: PlainNetwork, other: PlainNetwork, apart: NDArray[np.float64]) -> None:
    """Put the other network's state APART from the one's, in a direction [2, H] of hidden units and cell states."""
    apart = apart * (APART / math.sqrt(float((apart**2).sum())))
    other.hidden, other.cell_state = one.hidden + apart[0], one.cell_state + apart[1]
