"""Hidden states on the training mazes and on unseen mazes: where the states of unseen mazes fall among the others.

E episodes, T steps, H hidden units, N states. The density of states at a point is judged by the distance to the k-th
nearest of N reference states, which are those of a third of the episodes on training mazes (Loftsgaarden, Quesenberry
1965). Episodes are sampled from the softmax of the outputs, so that a maze of a small pool gives several.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.network.response import respond
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.evaluation.training_set import training_episodes
from sim.measures import Quantity, RunMeasure, bootstrap_over, define, setting
from sim.rollout.machine import Machine
from sim.rollout.trace import senses, trace
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Findings, Scatter, by_quantity
from sim.world.maze import Mazes

Floats = NDArray[np.float64]
ACTIONS = ("ahead", "right", "behind", "left")
QUANTILE = 0.99  # of the distances of held-out states, beyond which a region counts as empty
DRAWN = 300  # points of a scatter
AXES = ("first principal axis", "second principal axis")


@dataclass(frozen=True, slots=True)
class HiddenStates(RunMeasure):
    """The share of hidden states on unseen mazes that fall where training mazes lead to almost no states."""

    recorded: int = setting(96, 6, step=3)
    """Sampled episodes on training mazes, and as many on unseen ones."""
    every: int = setting(4, 1)
    """Of so many steps of an episode, one state is taken."""
    neighbours: int = setting(10, 1)
    """k: the density is judged by the distance to the k-th nearest state."""

    quantities = define(
        dead_share=Quantity(
            "unseen states in empty regions",
            "Share of the hidden states on unseen mazes whose density is below that of 99 % of held-out states on the "
            "training mazes: they fall between the modes of activations. If unseen mazes are like training mazes, it "
            "is 1 %.",
            "%", "episodes", bootstrap_over("episodes"), "States of one distribution: 1 %.",
        ),
        dead_share_pool=Quantity(
            "training states in empty regions",
            "Control: the same share of further held-out states on the training mazes.",
            "%", "episodes", bootstrap_over("episodes"), control_of="dead_share",
        ),
        states=Quantity(
            "hidden states", "Along the first two principal axes of the states on training mazes, by the action taken.",
            kind="scatter", axes=AXES,
        ),
        states_dead=Quantity(
            "hidden states in empty regions", "The states on unseen mazes along the same axes.",
            kind="scatter", axes=AXES,
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count two kinds of episodes, and the distances between states."""
        return 2 * self.recorded * (1 + 5 * self.recorded / self.every)

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Record the states of sampled episodes, and compare their densities."""
        pool, repetitions = training_episodes(subject, self.recorded)
        known, actions = self._states(subject, pool, repetitions, machine)
        unseen, chosen = self._states(subject, evaluation_set.mazes(self.recorded), np.zeros(self.recorded), machine)
        reference, held_out, control = (known[at::3] for at in range(3))
        near = reference.reshape(-1, reference.shape[-1])
        most = float(np.quantile(kth_distance(held_out, near, self.neighbours), QUANTILE))
        empty = kth_distance(unseen, near, self.neighbours) > most
        also = kth_distance(control, near, self.neighbours) > most
        axes, dead = _principal(near), ("as in training", "empty region")
        seed = evaluation_set.seed
        return by_quantity(
            resampled("dead_share", 100.0 * empty.mean(axis=1), seed=seed),
            resampled("dead_share_pool", 100.0 * also.mean(axis=1), seed=seed),
        ) | {
            "states_training": _scatter("states", axes, known, actions, ACTIONS, "training mazes"),
            "states_unseen": _scatter("states", axes, unseen, chosen, ACTIONS, "unseen mazes"),
            "states_dead": _scatter("states_dead", axes, unseen, empty.astype(np.intp), dead),
        }  # fmt: skip

    def _states(
        self, subject: Subject, mazes: Mazes, repetitions: NDArray[Any], machine: Machine
    ) -> tuple[Floats, NDArray[np.intp]]:
        """Hidden states [E, T', H] and the actions taken there [E, T'], of one sampled episode in each maze."""
        genome, layout, world = subject.genome, subject.layout, subject.world
        played = trace(
            genome[None], layout, mazes, world, policy="sampled", repetition=repetitions.astype(int), machine=machine
        )
        hidden = respond(genome, layout, senses(played, mazes, world)[0]).hidden
        at = slice(self.every - 1, None, self.every)
        return hidden[:, at].astype(np.float64), played.actions[0][:, at].astype(np.intp)


def kth_distance(states: Floats, reference: Floats, k: int) -> Floats:
    """The distance from each of the states [E, T, H] to the k-th nearest of the reference states [N, H], [E, T]."""
    from scipy.spatial import cKDTree

    distance, _ = cKDTree(reference).query(states.reshape(-1, states.shape[-1]), k=[min(k, len(reference))])
    return np.asarray(distance[:, 0].reshape(states.shape[:2]))


def _principal(states: Floats) -> tuple[Floats, Floats]:
    """The mean [H] of states [N, H] and their first two principal axes [H, 2], with the largest weight positive."""
    mean = states.mean(axis=0)
    _, _, rows = np.linalg.svd(states - mean, full_matrices=False)
    axes = np.zeros((states.shape[1], 2))
    axes[:, : min(2, len(rows))] = rows[:2].T
    signs = np.sign(axes[np.abs(axes).argmax(axis=0), [0, 1]])
    return mean, axes * np.where(signs == 0, 1, signs)


def _scatter(
    quantity: str, axes: tuple[Floats, Floats], states: Floats, of: NDArray[np.intp], names: tuple[str, ...],
    detail: str = "",
) -> Scatter:  # fmt: skip
    """States [E, T, H] along two axes, in classes [E, T]."""
    mean, directions = axes
    flat, kinds = states.reshape(-1, states.shape[-1]), of.ravel()
    step = -(-len(flat) // DRAWN)
    x, y = ((flat[::step] - mean) @ directions).T
    return Scatter(quantity, x, y, detail, classes=names, of=kinds[::step])
