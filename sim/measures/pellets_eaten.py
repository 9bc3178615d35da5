"""What a champion eats, how it goes about it, and what memory is worth to it.

M mazes, R repetitions of sampled play.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.checks import between
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.measures import Quantity, RunMeasure
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.rollout.trace import revisits, trace
from sim.statistics.bootstrap import iqm, resampled
from sim.statistics.results import Findings, Histogram
from sim.world.maze import Mazes

PART = 64  # mazes that are traced at once
OVER_MAZES = (
    "The interval is a 95 % bootstrap over mazes (Efron 1979): it says how sure the number is for this champion, and "
    "nothing of what other seeds of the method would find."
)
GREEDY = (
    "of the pellets of a maze that the champion eats in one episode, always taking its best action, in validation "
    "mazes that no champion was chosen on."
)
SAMPLED = (
    "The same where actions are drawn from the softmax of the outputs, by noise that is the same for all champions; "
    "the mean of several episodes in each maze."
)
ABLATED = "The same, greedily, where the hidden state is zeroed before every step."
PELLETS = ("pellets eaten in a maze", "mazes with at most so many, %")


@dataclass(frozen=True, slots=True)
class PelletsEaten(RunMeasure):
    """What the champion eats, greedily, sampled and without memory; how often it goes back or bumps into walls."""

    mazes: int = 512
    """Validation mazes that no champion was chosen on."""
    repetitions: int = 8
    """Sampled episodes in each of them."""

    quantities: ClassVar[Mapping[str, Quantity]] = {
        "share": Quantity(
            "pellets eaten",
            f"Interquartile mean over mazes (Agarwal et al. 2021) of the share {GREEDY}",
            "%", "mazes", OVER_MAZES,
        ),
        "share_sampled": Quantity("pellets eaten, sampled", SAMPLED, "%", "mazes", OVER_MAZES),
        "mean_share": Quantity("mean share of pellets", f"Mean share {GREEDY}", "%", "mazes", OVER_MAZES),
        "mean_share_sampled": Quantity(
            "mean share, sampled",
            f"{SAMPLED} How sharp that softmax is matters here alone, and a run that learns by greedy play, as "
            "evolution does, never had a reason to choose it.",
            "%", "mazes", OVER_MAZES,
        ),
        "mean_share_ablated": Quantity("mean share, without memory", ABLATED, "%", "mazes", OVER_MAZES),
        "share_lost": Quantity(
            "share lost without memory",
            "Mean share of pellets eaten less that without memory, in points of all pellets.",
            "points", "mazes", OVER_MAZES,
        ),
        "pellets": Quantity(
            "mean pellets", "Mean pellets eaten in an episode of greedy play.", "pellets", "mazes", OVER_MAZES
        ),
        "pellets_sampled": Quantity(
            "mean pellets, sampled", "Mean pellets eaten in an episode of sampled play.", "pellets", "mazes", OVER_MAZES
        ),
        "revisits": Quantity(
            "revisits", "Share of an episode's steps that enter a cell visited before; greedy play.",
            "%", "mazes", OVER_MAZES,
        ),
        "bumps": Quantity(
            "bumps", "Share of an episode's steps that a wall stops; greedy play.", "%", "mazes", OVER_MAZES
        ),
        "ablation": Quantity(
            "lost without memory",
            "Pellets that a greedy episode loses where the hidden state is zeroed before every step: the mean "
            "difference in the same mazes.",
            "pellets", "mazes", OVER_MAZES,
        ),
        "by_maze": Quantity(
            "pellets by maze", "The share of mazes in which the champion eats at most so many pellets.",
            "pellets", kind="histogram", axes=PELLETS,
        ),
    }  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        between("mazes", self.mazes, 2, 65536)
        between("repetitions", self.repetitions, 1, 4096)

    def episodes(self) -> float:
        """Greedy, ablated, traced and sampled ones."""
        return (3.3 + self.repetitions) * self.mazes

    def compute(self, subject: Subject, ground: EvaluationSet, machine: Machine) -> Findings:
        """Play every maze greedily, by sampling and without memory."""
        mazes = ground.mazes(self.mazes)
        there, seed = mazes.pellet_counts, ground.seed
        greedy, sampled, ablated = self._play(subject, mazes, machine)
        known, bumps = _wasted(subject, mazes, machine)

        shares, without, drawn = (100 * eaten / there for eaten in (greedy, ablated, sampled))
        values = {
            "mean_share": shares,
            "mean_share_sampled": drawn,
            "mean_share_ablated": without,
            "share_lost": shares - without,
            "pellets": greedy,
            "pellets_sampled": sampled,
            "revisits": 100 * known,
            "bumps": 100 * bumps,
            "ablation": greedy - ablated,
        }
        return {
            "share": resampled("share", shares, iqm, seed=seed),
            "share_sampled": resampled("share_sampled", drawn, iqm, seed=seed),
            **{name: resampled(name, each, seed=seed) for name, each in values.items()},
            "by_maze": Histogram("by_maze", greedy, "greedy"),
            "by_maze_sampled": Histogram("by_maze", sampled, "sampled"),
            "by_maze_ablated": Histogram("by_maze", ablated, "without memory"),
        }

    def _play(self, subject: Subject, mazes: Mazes, machine: Machine) -> tuple[NDArray[np.float64], ...]:
        """Pellets eaten [M] greedily, by sampled play (a mean of R), and without memory."""
        setting = (subject.genome[None], subject.layout, mazes, subject.world)
        greedy, ablated = (play(*setting, ablate=ablate, machine=machine)[0] for ablate in (False, True))
        sampled = sampled_pellets(subject, mazes, self.repetitions, machine)
        return greedy.astype(np.float64), sampled, ablated.astype(np.float64)


def sampled_pellets(subject: Subject, mazes: Mazes, repetitions: int, machine: Machine) -> NDArray[np.float64]:
    """Pellets eaten by sampled play in each maze, the mean [M] of several repetitions."""
    setting = (subject.genome[None], subject.layout, mazes, subject.world)
    every = [
        play(*setting, policy="sampled", repetition=repetition, machine=machine)[0] for repetition in range(repetitions)
    ]
    return np.asarray(np.mean(every, axis=0))


def _wasted(subject: Subject, mazes: Mazes, machine: Machine) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The shares of steps that revisit a cell, and that a wall stops, [M] each."""
    found = []
    for first in range(0, mazes.count, PART):
        part = mazes.take(np.arange(first, min(first + PART, mazes.count)))
        episodes = trace(subject.genome[None], subject.layout, part, subject.world, machine=machine)
        found.append([share[0] for share in revisits(episodes)])
    known, bumps = (np.concatenate(shares) for shares in zip(*found, strict=True))
    return known, bumps
