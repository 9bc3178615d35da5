"""Modes of activations: how many clusters the hidden states of a champion form, and how tight they are.

E episodes, S states of each, H hidden units. It is measured for every recurrent cell; of an LSTM, the hidden states
count, and not the cell states.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.randomness import generator
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.states import record_states
from sim.evaluation.subject import Subject
from sim.measures import Quantity, RunMeasure, bootstrap_over, define, setting
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import resampled
from sim.statistics.density_modes import find_modes
from sim.statistics.neighbours import principal_axes
from sim.statistics.results import Findings, Number, Scatter, by_quantity, number

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]
SATURATED = 0.99  # activations beyond count as saturated
NAMED = 7  # modes with a colour of their own
OTHERS = "other modes"
DRAWN = 800  # points of a scatter
GIVEN = (
    "The interval is a 95 % bootstrap over mazes for the modes that were found; it does not include the variation of "
    "the modes, nor that between learning runs."
)


@dataclass(frozen=True, slots=True)
class ActivationModes(RunMeasure):
    """The number and the tightness of the clusters of hidden states in greedy episodes on unseen mazes."""

    mazes: int = setting(400, 8, step=2)
    """Unseen mazes, with an episode in each."""
    states: int = setting(5, 1)
    """Steps of an episode whose hidden states are taken, one from each of as many equal parts of it."""
    neighbours: int = setting(20, 3)
    """k: the density is judged by the distance to the k-th nearest other episode; a mode has states of more than k."""
    references: int = setting(19, 1)
    """Samples of one Gaussian, and as many of a uniform density, that decide which peaks are modes."""

    version = 2
    quantities = define(
        modes=Quantity(
            "modes of activations",
            "Clusters of hidden states: peaks of their density that are higher above the saddles to higher peaks than "
            "any in samples of a Gaussian and of a uniform density with the same covariance (Chazal et al. 2013, with "
            "distances to the k-th nearest other episode). More states tell more modes apart.",
            "", "states",
            "It has no interval: a resample repeats states, and a part of the mazes has too few states for some modes.",
            "A mixture of Gaussians that are far apart: their number. One Gaussian, or the uniform density: 1.",
        ),
        modes_half=Quantity(
            "modes of activations, half of the mazes",
            "Control: the mean number of modes in either half of the mazes, from half of the states.",
            "", "states", "It has no interval.", control_of="modes",
        ),
        tightness=Quantity(
            "variance within modes",
            "The mean squared distance of hidden states from the mean of their mode, as a share of that from the mean "
            "of all states: 0 if every mode is a point, 1 if there is one mode.",
            "", "mazes", GIVEN, "Modes with a variance of v around means with a variance of w: v / (v + w).",
        ),
        tightness_senses=Quantity(
            "variance within modes, equal senses",
            "Control: the same share if the states of equal current senses form a mode. If it is as low, then the "
            "modes show what is sensed now.",
            "", "mazes", GIVEN, control_of="tightness",
        ),
        saturated=Quantity(
            "saturated activations", f"Share of the hidden units' activations above {SATURATED} or below −{SATURATED}.",
            "%", "mazes", bootstrap_over("mazes"), "Units that are always at ±1: 100 %.",
        ),
        states_by_mode=Quantity(
            "modes of hidden states",
            "Hidden states along their first two principal axes, coloured by their mode; mode 1 has most states.",
            kind="scatter", axes=("first principal axis", "second principal axis"),
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count the search for neighbours, which takes almost all of the time."""
        return 0.0075 * (2 * self.references + 1) * (self.mazes * self.states) ** 2

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Record hidden states at random steps, and find their modes."""
        seed, mazes = evaluation_set.draws(subject), evaluation_set.mazes(self.mazes)
        states = record_states(subject, mazes, machine)
        at = random_steps(states.hidden.shape[1], self.states, self.mazes, seed)
        hidden = np.take_along_axis(states.hidden, at[..., None], axis=1).astype(np.float64)
        sensed = np.take_along_axis(states.senses, at[..., None], axis=1)
        _, equal = np.unique(sensed.reshape(at.size, -1), axis=0, return_inverse=True)
        return self.among(hidden, seed) | by_quantity(
            tightness("tightness_senses", hidden, equal.reshape(at.shape), seed),
            resampled("saturated", 100.0 * (np.abs(hidden) > SATURATED).mean(axis=(1, 2)), seed=seed),
        )

    def among(self, hidden: Floats, seed: int) -> Findings:
        """The modes of hidden states [E, S, H]."""
        of, size = self._modes(hidden, seed), hidden[..., 0].size
        if of is None:
            note = f"too few mazes for k = {self.neighbours}, or all are equal"
            lost = ("modes", "modes_half", "tightness")
            return by_quantity(*(number(name, np.nan, sample=0, note=note) for name in lost))
        halves = [self._modes(half, seed) for half in (hidden[::2], hidden[1::2])]
        counts = [np.nan if half is None else half.max() + 1 for half in halves]
        return by_quantity(
            number("modes", of.max() + 1, sample=size),
            number("modes_half", np.mean(counts), sample=size // 2),
            tightness("tightness", hidden, of, seed),
            by_mode(hidden, of),
        )

    def _modes(self, hidden: Floats, seed: int) -> Whole | None:
        """The mode [E, S] of each hidden state, or None if there are too few episodes or if all states are equal."""
        if len(hidden) <= self.neighbours or not np.ptp(hidden, axis=(0, 1)).any():
            return None
        return find_modes(hidden, self.neighbours, seed=seed, references=self.references)


def random_steps(length: int, count: int, episodes: int, seed: int) -> Whole:
    """Steps [E, S] of episodes of some length, one from each of `count` equal parts; random, for no step to be even."""
    parts = np.arange(count) + generator(seed, "measure/modes").random((episodes, count))
    return (parts * length / count).astype(np.intp)


def tightness(quantity: str, hidden: Floats, of: Whole, seed: int) -> Number:
    """The share of the variance of hidden states [E, S, H] that is within the modes [E, S]."""
    points, modes = hidden.reshape(-1, hidden.shape[-1]), of.ravel()
    sums = np.zeros((modes.max() + 1, points.shape[1]))
    np.add.at(sums, modes, points)
    means = sums / np.bincount(modes)[:, None]
    centres = (means[modes], points.mean(axis=0))
    squares = [((points - centre) ** 2).sum(axis=1).reshape(of.shape).sum(axis=1) for centre in centres]
    return resampled(quantity, np.stack(squares, axis=1), _ratio, seed=seed)


def _ratio(squares: Floats) -> float:
    """The sum of the first column over the sum of the second; 1 if both are 0."""
    within, total = squares.sum(axis=0)
    return float(within / total) if total > 0 else 1.0


def by_mode(hidden: Floats, of: Whole) -> Scatter:
    """Hidden states [E, S, H] along their principal axes, in classes: the modes [E, S] with the most states."""
    points = hidden.reshape(-1, hidden.shape[-1])
    mean, axes = principal_axes(points)
    step = -(-len(points) // DRAWN)
    x, y = np.ascontiguousarray(((points - mean) @ axes)[::step].T)
    modes = int(of.max()) + 1
    names = tuple(f"mode {at + 1}" for at in range(min(modes, NAMED))) + (OTHERS,) * (modes > NAMED)
    return Scatter("states_by_mode", x, y, classes=names, of=np.minimum(of.ravel()[::step], NAMED))
