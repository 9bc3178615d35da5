"""Hidden states on the training mazes and on unseen mazes: how many unseen ones fall where training leads to none.

E episodes, T steps, H hidden units. A state lies in an empty region if its density among the states of a reference is
below that of 99 % of held-out states on the training mazes.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.states import ACTIONS, record_states
from sim.evaluation.subject import Subject
from sim.evaluation.training_set import training_episodes, training_set
from sim.measures import Quantity, RunMeasure, bootstrap_over, define, setting
from sim.rollout.machine import Machine
from sim.statistics.neighbours import QUANTILE, Sparsity, empty_share, kth_distance, principal_axes, sparsity
from sim.statistics.results import Findings, Number, Scatter, by_quantity, number
from sim.world.maze import Mazes
from sim.world.policy import Policy

Floats = NDArray[np.float64]
FEWEST = 6  # training mazes that can be split into two halves
DRAWN = 400  # points of a scatter
GRID = 64  # points along each side of the shade
CLASSES = (*ACTIONS, "empty region")
AXES = ("first principal axis", "second principal axis")


@dataclass(frozen=True, slots=True)
class HiddenStates(RunMeasure):
    """The share of hidden states on unseen mazes that fall where training mazes lead to almost no states."""

    recorded: int = setting(192, 6, step=3)
    """Sampled episodes on training mazes, in three parts, and as many on unseen ones."""
    every: int = setting(4, 1)
    """Of so many steps of an episode, one state is taken."""
    neighbours: int = setting(10, 1)
    """k: the density is judged by the distance to the k-th nearest state."""
    others: int = setting(4, 1)
    """Sets of unseen mazes that stand in for the training mazes."""

    version = 2
    quantities = define(
        dead_share=Quantity(
            "unseen states in empty regions",
            "Share of the hidden states on unseen mazes whose density is below that of 99 % of held-out states on the "
            "training mazes: they fall between the modes of activations. The density is judged by the distance to the "
            "k-th nearest state of other episodes on the training mazes (Loftsgaarden, Quesenberry 1965). Episodes are "
            "sampled, so that a maze of a small pool gives several.",
            "%", "mazes", bootstrap_over("unseen mazes"), "If unseen mazes are like training mazes: 1 %.",
        ),
        dead_share_pool=Quantity(
            "unseen states in empty regions, training",
            "Control: the same share of further held-out states on the training mazes; it should be 1 %.",
            "%", "mazes", bootstrap_over("training mazes"), control_of="dead_share",
        ),
        dead_share_other=Quantity(
            "unseen states in empty regions, other mazes",
            "Control: the same share where as many other unseen mazes take the place of the training mazes. A few "
            "mazes do not show all that a forager may meet, and so it can be above 1 % without any learning.",
            "%", "mazes", bootstrap_over("unseen mazes"), control_of="dead_share",
        ),
        excess=Quantity(
            "unseen states in empty regions, in excess",
            "The share for the training mazes minus that for other mazes: what learning in these mazes adds.",
            "points", "mazes", bootstrap_over("unseen mazes"), "If the run learned nothing of these mazes alone: 0.",
        ),
        dead_share_greedy=Quantity(
            "unseen states in empty regions, greedy",
            "The same share in greedy play. Half of the training mazes give the reference, and the other half the "
            f"held-out states, so there are none for fewer than {FEWEST} training mazes.",
            "%", "mazes", bootstrap_over("unseen mazes"), "If unseen mazes are like training mazes: 1 %.",
        ),
        states=Quantity(
            "hidden states",
            "Along the first two principal axes of the states on training mazes, by the action taken; unseen states in "
            "empty regions have a colour of their own. Shaded: the regions that are empty along these two axes alone; "
            "a state outside them can still lie in an empty region of the whole space.",
            kind="scatter", axes=AXES,
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count the search for neighbours, which takes almost all of the time."""
        return 900.0 * self.recorded * (2 + self.others / 2) * 4 / self.every

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Record states in sampled and in greedy play, and compare their densities."""
        seed, mazes = evaluation_set.seed, evaluation_set.mazes(self.recorded)
        pool, rounds = training_episodes(subject, self.recorded // 3)
        known, actions = self._thirds(subject, pool, rounds, machine)
        unseen, chosen = self._states(subject, mazes, machine, "sampled", 0)
        turns = [(known[at], known[at - 2], known[at - 1]) for at in range(3)]  # each part is once the reference
        trained = [self._sparsity(reference, held_out, unseen) for reference, held_out, _ in turns]
        other = self._around_others(subject, evaluation_set, unseen, len(np.unique(pool.indices)), machine)
        shade = shade_of(known[0], known[1], unseen, self.neighbours)
        kinds = np.where(trained[0].empty(), len(ACTIONS), chosen)
        return by_quantity(
            empty_share("dead_share", trained, seed=seed),
            empty_share("dead_share_pool", [self._sparsity(*turn) for turn in turns], seed=seed),
            empty_share("dead_share_other", other, seed=seed),
            empty_share("excess", trained, minus=other, seed=seed),
            self._greedy(subject, evaluation_set, machine),
        ) | {
            "states": _scatter(shade, known[0], actions, "training mazes"),
            "states_unseen": _scatter(shade, unseen, kinds, "unseen mazes"),
        }  # fmt: skip

    def _states(
        self, subject: Subject, mazes: Mazes, machine: Machine, policy: Policy, repetition: Any
    ) -> tuple[Floats, NDArray[np.int8]]:
        """Some hidden states [E, T', H] of one episode in each maze, and the actions taken there [E, T']."""
        states = record_states(subject, mazes, machine, policy=policy, repetition=repetition)
        at = slice(min(self.every, states.hidden.shape[1]) - 1, None, self.every)
        return states.hidden[:, at].astype(np.float64), states.actions[:, at]

    def _thirds(
        self, subject: Subject, mazes: Mazes, rounds: NDArray[np.intp], machine: Machine
    ) -> tuple[list[Floats], NDArray[np.int8]]:
        """States of three samples of episodes in the same mazes, and the actions of the first."""
        parts = [self._states(subject, mazes, machine, "sampled", 3 * rounds + at) for at in range(3)]
        return [states for states, _ in parts], parts[0][1]

    def _sparsity(self, reference: Floats, held_out: Floats, of: Floats) -> Sparsity:
        """The sparsity of a reference around held-out and other states, all [E, T, H]."""
        return sparsity(reference, held_out, of, self.neighbours)

    def _around_others(
        self, subject: Subject, evaluation_set: EvaluationSet, unseen: Floats, mazes: int, machine: Machine
    ) -> list[Sparsity]:
        """The sparsity around unseen states where other mazes, as many, take the place of the training mazes."""
        found, places = [], np.arange(self.recorded // 3)
        for at in range(self.others):
            some = evaluation_set.mazes(mazes, skip=self.recorded + at * mazes).take(places % mazes)
            known, _ = self._thirds(subject, some, places // mazes, machine)
            found.append(self._sparsity(known[0], known[1], unseen))
        return found

    def _greedy(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Number:
        """The share of unseen states in empty regions in greedy play, if there are enough training mazes."""
        pool = training_set(subject, self.recorded)
        if pool.count < FEWEST:
            return number("dead_share_greedy", np.nan, sample=0, note=f"training mazes: {pool.count}")
        known, _ = self._states(subject, pool.take(np.arange(pool.count // 2 * 2)), machine, "greedy", 0)
        unseen, _ = self._states(subject, evaluation_set.mazes(self.recorded), machine, "greedy", 0)
        turns = [self._sparsity(known[at::2], known[1 - at :: 2], unseen) for at in range(2)]
        return empty_share("dead_share_greedy", turns, seed=evaluation_set.seed)


@dataclass(frozen=True, slots=True, eq=False)
class Shade:
    """The plane of two principal axes [H, 2] through a mean [H], and where it is empty: `heights` above 0."""

    mean: Floats
    axes: Floats
    heights: Floats
    extent: tuple[float, float, float, float]

    def project(self, states: Floats) -> Floats:
        """States [..., H] as points of the plane [..., 2]."""
        return np.asarray((states - self.mean) @ self.axes)


def shade_of(reference: Floats, held_out: Floats, unseen: Floats, k: int) -> Shade:
    """The empty regions in the plane of the reference's principal axes, as far as the states [E, T, H] reach."""
    points = reference.reshape(-1, reference.shape[-1])
    mean, axes = principal_axes(points)
    flat, held, shown = ((each - mean) @ axes for each in (points, held_out, unseen))
    seen = np.concatenate([flat, shown.reshape(-1, 2)])
    low, high = seen.min(axis=0), seen.max(axis=0)
    most = float(np.quantile(kth_distance(held, flat, k), QUANTILE))
    room = np.maximum(0.06 * (high - low), 1.05 * most) + 1e-6  # so far from all states, every edge is empty
    x, y = np.linspace(low - room, high + room, GRID).T
    heights = kth_distance(np.stack(np.meshgrid(x, y), axis=-1), flat, k) - most
    return Shade(mean, axes, heights, (float(x[0]), float(x[-1]), float(y[0]), float(y[-1])))


def _scatter(shade: Shade, states: Floats, of: NDArray[Any], detail: str) -> Scatter:
    """States [E, T, H] in the plane of a shade, in classes [E, T]."""
    flat, kinds = shade.project(states).reshape(-1, 2), of.ravel().astype(np.intp)
    step = -(-len(flat) // DRAWN)
    x, y = np.ascontiguousarray(flat[::step].T)
    return Scatter("states", x, y, detail, classes=CLASSES, of=kinds[::step], shade=shade.heights, extent=shade.extent)
