"""The pellets that a champion eats, with and without memory, and how it moves.

M mazes, R repetitions of sampled play.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.measures import Quantity, RunMeasure, bootstrap_over, define, setting
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.rollout.trace import revisits, trace
from sim.statistics.bootstrap import iqm, resampled
from sim.statistics.results import Findings, Histogram
from sim.world.maze import Mazes

TRACED = 64  # mazes that are traced at once
OVER_MAZES = bootstrap_over("mazes")
FAILED = 50.0  # percent of a maze's pellets, below which an episode counts as a failure
GREEDY = (
    "of the pellets of a maze that the champion eats in one episode of greedy play (it always takes its best action), "
    "in validation mazes that no champion was chosen on."
)
SAMPLED = (
    "The same for sampled play: actions are drawn from the softmax of the outputs, with noise that is the same for all "
    "champions; mean of several episodes in each maze."
)


@dataclass(frozen=True, slots=True)
class PelletsEaten(RunMeasure):
    """Pellets of greedy and sampled play and without memory; how often the champion revisits cells or hits walls."""

    mazes: int = setting(512, 2)
    """Validation mazes that no champion was chosen on."""
    repetitions: int = setting(8, 1, 4096)
    """Sampled episodes in each of them."""

    version = 2
    quantities = define(
        mean_share=Quantity(
            "mean share of pellets", f"Mean share {GREEDY}", "%", "mazes", OVER_MAZES,
            sentence="In mazes that are new to it, {who} eats {value} of the pellets",
        ),
        failures=Quantity(
            "mazes that fail",
            "Share of the mazes in which the champion eats less than half of the pellets in one episode of greedy "
            "play. A trimmed mean leaves them out.",
            "%", "mazes", OVER_MAZES,
        ),
        share=Quantity(
            "trimmed mean share",
            f"Interquartile mean over mazes (Agarwal et al. 2021), which leaves out the best and the worst quarter of "
            f"them, of the share {GREEDY}",
            "%", "mazes", OVER_MAZES, read_with=("mean_share", "failures"),
        ),
        share_sampled=Quantity(
            "trimmed mean share, sampled", SAMPLED, "%", "mazes", OVER_MAZES, read_with=("mean_share_sampled",)
        ),
        mean_share_sampled=Quantity(
            "mean share, sampled",
            f"{SAMPLED} It depends on how sharp the softmax is. Evolution learns by greedy play, and nothing selects "
            "that sharpness.",
            "%", "mazes", OVER_MAZES,
        ),
        mean_share_ablated=Quantity(
            "mean share, without memory",
            "Mean share of pellets in greedy play if the hidden state is set to zero before every step.",
            "%", "mazes", OVER_MAZES,
        ),
        share_lost=Quantity(
            "share lost without memory",
            "Mean share of pellets minus that without memory, in percentage points.",
            "points", "mazes", OVER_MAZES,
        ),
        pellets=Quantity(
            "mean pellets", "Mean pellets eaten in an episode of greedy play.", "pellets", "mazes", OVER_MAZES
        ),
        pellets_sampled=Quantity(
            "mean pellets, sampled", "Mean pellets eaten in an episode of sampled play.", "pellets", "mazes", OVER_MAZES
        ),
        revisits=Quantity(
            "revisits", "Share of an episode's steps that enter a cell visited before; greedy play.",
            "%", "mazes", OVER_MAZES,
        ),
        bumps=Quantity(
            "bumps", "Share of an episode's steps that a wall stops; greedy play.", "%", "mazes", OVER_MAZES
        ),
        ablation=Quantity(
            "pellets lost without memory",
            "Mean difference, in the same mazes, between the pellets of greedy play with memory and with the hidden "
            "state set to zero before every step.",
            "pellets", "mazes", OVER_MAZES,
            sentence="Without its memory, {who} eats {value} pellets fewer",
        ),
        by_maze=Quantity(
            "pellets by maze", "Share of the mazes in which the champion eats at most this many pellets.", "pellets",
            kind="histogram", axes=("pellets eaten in a maze", "mazes with at most so many, %"),
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count greedy, ablated, traced and sampled episodes."""
        return (3.3 + self.repetitions) * self.mazes

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Play every maze greedily, by sampling and without memory."""
        mazes, seed = evaluation_set.mazes(self.mazes), evaluation_set.seed
        played = (subject.genome[None], subject.layout, mazes, subject.world)
        greedy, ablated = (
            play(*played, ablate=ablate, machine=machine)[0].astype(np.float64) for ablate in (False, True)
        )
        sampled = sampled_pellets(subject, mazes, self.repetitions, machine)
        shares, without, drawn = (100 * pellets / mazes.pellet_counts for pellets in (greedy, ablated, sampled))
        revisited, bumps = _revisits_and_bumps(subject, mazes, machine)
        values = {
            "mean_share": shares,
            "failures": 100.0 * (shares < FAILED),
            "mean_share_sampled": drawn,
            "mean_share_ablated": without,
            "share_lost": shares - without,
            "pellets": greedy,
            "pellets_sampled": sampled,
            "revisits": 100 * revisited,
            "bumps": 100 * bumps,
            "ablation": greedy - ablated,
        }
        means = {name: resampled(name, by_maze, seed=seed) for name, by_maze in values.items()}
        return {
            "mean_share": means.pop("mean_share"),
            "failures": means.pop("failures"),
            "share": resampled("share", shares, iqm, seed=seed),
            "mean_share_sampled": means.pop("mean_share_sampled"),
            "share_sampled": resampled("share_sampled", drawn, iqm, seed=seed),
            **means,
            "by_maze": Histogram("by_maze", greedy, "greedy"),
            "by_maze_sampled": Histogram("by_maze", sampled, "sampled"),
            "by_maze_ablated": Histogram("by_maze", ablated, "without memory"),
        }


def sampled_pellets(subject: Subject, mazes: Mazes, repetitions: int, machine: Machine) -> NDArray[np.float64]:
    """Pellets eaten by sampled play in each maze [M], the mean of several repetitions."""
    played = (subject.genome[None], subject.layout, mazes, subject.world)
    episodes = [play(*played, policy="sampled", repetition=at, machine=machine)[0] for at in range(repetitions)]
    return np.asarray(np.mean(episodes, axis=0))


def _revisits_and_bumps(
    subject: Subject, mazes: Mazes, machine: Machine
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The shares of steps that enter a visited cell [M], and that a wall stops [M]."""
    shares = []
    for first in range(0, mazes.count, TRACED):
        some = mazes.take(np.arange(first, min(first + TRACED, mazes.count)))
        episodes = trace(subject.genome[None], subject.layout, some, subject.world, machine=machine)
        shares.append(np.array([share[0] for share in revisits(episodes)]))
    revisited, bumps = np.concatenate(shares, axis=1)
    return revisited, bumps
