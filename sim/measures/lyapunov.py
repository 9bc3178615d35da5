"""The largest Lyapunov exponent of a champion's network. B episodes, T steps, I senses, H hidden units."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.layout import Layout
from agents.network.cells import PlainNetwork
from agents.randomness import generator
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.observations import observe
from sim.evaluation.subject import Subject
from sim.landscape.rays import centre
from sim.measures import Quantity, RunMeasure, bootstrap_over, define, setting
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Findings, by_quantity

DISTANCE = 1e-7  # of the two trajectories: small, and far above float64's rounding


@dataclass(frozen=True, slots=True)
class LyapunovExponent(RunMeasure):
    """How fast a small difference of hidden states grows in the champion's network."""

    recorded: int = setting(8, 1)
    """Episodes on which it is measured."""

    version = 2
    quantities = define(
        lyapunov=Quantity(
            "Lyapunov exponent",
            "Mean logarithmic growth per step of a small difference of hidden states, driven by what the champion "
            "senses in its own episodes (Benettin et al. 1976). It describes the network alone: below 0, differences "
            "die out inside the network, and fine structure of the landscape comes from foragers that acted "
            "differently once and then sense different things. With an exponent lambda above 0, episodes of T steps "
            "would leave no structure finer than about exp(-lambda T).",
            "1/step", "episodes", bootstrap_over("episodes"),
        )
    )  # fmt: skip

    def episodes(self) -> float:
        """Count a plain Python episode as about 200,000 compiled ones."""
        return 2e5 * self.recorded

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Record the champion's senses, and drive two nearby networks with them."""
        mazes, seed = evaluation_set.mazes(self.recorded), evaluation_set.draws(subject)
        senses = observe(subject.genome[None], subject.layout, mazes, evaluation_set.world, machine)
        growth = lyapunov(subject.genome, subject.layout, senses, seed=seed)
        return by_quantity(resampled("lyapunov", growth, seed=seed, note=f"{senses.shape[1]} steps"))


def lyapunov(genome: ArrayLike, layout: Layout, senses: ArrayLike, *, seed: int) -> NDArray[np.float64]:
    """Mean log growth per step of the distance of two nearby hidden states, in each episode [B].

    After Benettin et al. (1976). Both networks are driven by the same senses [B, T, I], and their distance is reset
    after every step. Two foragers in a maze would sense different things once they act differently. In float64; an
    episode of 200 steps takes about two seconds.
    """
    weights, rng = centre(genome, layout), generator(seed, "measure/lyapunov")
    return np.array([_growth(weights, layout, episode, rng) for episode in np.asarray(senses, np.float64)])


def _growth(
    weights: NDArray[np.float64], layout: Layout, episode: NDArray[np.float64], rng: np.random.Generator
) -> float:
    """The mean log growth over one episode [T, I]."""
    one, other = PlainNetwork(layout, weights), PlainNetwork(layout, weights)
    one.forward(episode[0])
    _place(one, other, rng.standard_normal((2, layout.hidden)) * [[1], [float(layout.cell == "lstm")]])
    total = 0.0
    for senses in episode[1:]:
        one.forward(senses)
        other.forward(senses)
        difference = np.stack([other.hidden - one.hidden, other.cell_state - one.cell_state])
        length = math.sqrt(float((difference**2).sum()))
        if length == 0:
            return -math.inf
        total += math.log(length / DISTANCE)
        _place(one, other, difference)
    return total / max(1, len(episode) - 1)


def _place(one: PlainNetwork, other: PlainNetwork, direction: NDArray[np.float64]) -> None:
    """Put the other network's state at DISTANCE from the first's, in a direction [2, H] of hidden and cell states."""
    step = direction * (DISTANCE / math.sqrt(float((direction**2).sum())))
    other.hidden, other.cell_state = one.hidden + step[0], one.cell_state + step[1]
