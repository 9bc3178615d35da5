"""The similarity of a cell's runs: mean CKA of their champions' outputs, as in the taxonomy of Yang et al. (2021).

R runs, S sequences of T observations of I senses, A actions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.network.response import respond
from agents.network.similarity import linear_cka
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.observations import observe
from sim.evaluation.subject import Subject
from sim.measures import GroupMeasure, Quantity, define, setting
from sim.rollout.machine import Machine
from sim.statistics.groups import FEWEST
from sim.statistics.jackknife import jackknife
from sim.statistics.results import Findings, by_quantity, number


@dataclass(frozen=True, slots=True)
class CkaMean(GroupMeasure):
    """Mean linear CKA, over pairs of runs, of the softmax of their outputs on one bank of observations."""

    recorded: int = setting(4, 1)
    """Unseen mazes in which all champions' observations are recorded, to which all respond."""

    quantities = define(
        cka_mean=Quantity(
            "mean similarity of outputs",
            "Linear CKA (Kornblith et al. 2019) of the softmax of two champions' outputs on one bank of observations, "
            "those of all champions in the same mazes; mean over all pairs of runs (Yang et al. 2021).",
            "", "runs",
            "The interval is a 95 % jackknife over runs (Arvesen 1969); there is none below 4 runs.",
            "Equal networks have 1, and outputs without any correlation 0.",
        )
    )  # fmt: skip

    def episodes(self) -> float:
        """Count the recording, and the share of the responses that falls to one run."""
        return 300 * self.recorded

    def compute(self, subjects: Sequence[Subject], evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Compare the responses of every two champions."""
        every = cka_of_runs(subjects, evaluation_set, self.recorded, machine)
        whole, count = mean_of_pairs(every), len(every)
        bounds = None
        if count >= FEWEST:
            kept = [np.delete(np.arange(count), at) for at in range(count)]
            bounds = jackknife(whole, np.array([mean_of_pairs(every[np.ix_(some, some)]) for some in kept]))
            bounds = bounds and (max(0.0, bounds[0]), min(1.0, bounds[1]))
        note = "" if np.isfinite(whole) else "the outputs of one champion never change"
        return by_quantity(number("cka_mean", whole, bounds, sample=count, note=note))


def cka_of_runs(
    subjects: Sequence[Subject], evaluation_set: EvaluationSet, recorded: int, machine: Machine
) -> NDArray[np.float64]:
    """The CKA [R, R] of every two champions' softmax outputs; all NaN if one of them never changes."""
    layout, world, mazes = subjects[0].layout, evaluation_set.world, evaluation_set.mazes(recorded)
    genomes = np.stack([each.genome for each in subjects])
    bank = observe(genomes, layout, mazes, world, machine)
    answers = [_softmax(respond(each, layout, bank).outputs).reshape(-1, layout.outputs) for each in genomes]
    found = np.full((len(answers), len(answers)), np.nan)
    if any((each == each[0]).all() for each in answers):
        return found
    np.fill_diagonal(found, 1.0)
    for (i, one), (j, other) in combinations(enumerate(answers), 2):
        found[i, j] = found[j, i] = linear_cka(one, other)
    return found


def mean_of_pairs(every: NDArray[np.float64]) -> float:
    """The mean of a symmetric matrix [R, R] over all pairs of two different runs."""
    return float(every[np.triu_indices(len(every), 1)].mean())


def _softmax(outputs: NDArray[Any]) -> NDArray[np.float64]:
    from scipy.special import softmax

    return np.asarray(softmax(outputs.astype(np.float64), axis=-1))
