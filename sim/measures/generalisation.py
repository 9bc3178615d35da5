"""Whether what was learned holds in mazes that the run never met. M mazes."""

import math
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
from sim.statistics.results import Findings, Number, number
from sim.world.maze import Mazes, Split, carve

BY_ERRORS = "The interval is 1.96 standard errors of the estimate on either side."
OTHERS = f"{BY_ERRORS} Other seeds of the method are not in it."
NORMAL = 1.96


@dataclass(frozen=True, slots=True)
class Generalisation(RunMeasure):
    """The champion in mazes that it learned in, that it was chosen on, and that its run never met."""

    mazes: int = 512
    """Mazes of each kind, where there are so many."""

    quantities: ClassVar[Mapping[str, Quantity]] = {
        "generalisation_gap": Quantity(
            "generalisation gap",
            "Mean share of pellets, in percent, that the champion eats in the newest mazes that its run learned in, "
            "less that in as many or more mazes that the run never met; greedy play in both. Where learning meets "
            "fresh mazes all the time, a gap near 0 is to be expected.",
            "points", "mazes", OTHERS,
        ),
        "selection_bias": Quantity(
            "selection bias",
            "The same of the validation mazes that the champion was chosen by, less that in mazes that the run never "
            "met: what choosing the best of many adds to the share on record.",
            "points", "mazes", OTHERS,
        ),
    }  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        between("mazes", self.mazes, 2, 65536)

    def episodes(self) -> float:
        """In three kinds of mazes."""
        return 3 * self.mazes

    def compute(self, subject: Subject, ground: EvaluationSet, machine: Machine) -> Findings:
        """Play the champion in all three kinds of mazes."""
        record = subject.record
        met = min(record.mazes, record.pool or record.mazes)
        learned = _own(subject, "train", met - self.mazes, met)
        chosen = _own(subject, "validation", 0, min(record.validation, self.mazes))
        inside, before, elsewhere = (
            _shares(subject, mazes, machine) for mazes in (learned, chosen, ground.mazes(self.mazes))
        )
        return {
            "generalisation_gap": _gap("generalisation_gap", inside, elsewhere),
            "selection_bias": _gap("selection_bias", before, elsewhere),
        }


def _own(subject: Subject, split: Split, first: int, stop: int) -> Mazes:
    """Mazes of the run's own stream, from `first`, or 0 where that is less, to before `stop`."""
    first = max(0, first)
    return carve(subject.world.maze, stop - first, seed=subject.seed, split=split, first=first)


def _shares(subject: Subject, mazes: Mazes, machine: Machine) -> NDArray[np.float64]:
    """The share of each maze's pellets [M] that the champion eats greedily, in percent."""
    pellets = play(subject.genome[None], subject.layout, mazes, subject.world, machine=machine)[0]
    return np.asarray(100 * pellets / mazes.pellet_counts)


def _gap(quantity: str, some: NDArray[np.float64], others: NDArray[np.float64]) -> Number:
    """The mean of some shares less that of others, of other mazes, with 1.96 standard errors on either side."""
    gap = float(some.mean() - others.mean())
    if min(some.size, others.size) < 2:
        return number(quantity, gap, sample=some.size, note="too few mazes for an interval")
    error = NORMAL * math.sqrt(some.var(ddof=1) / some.size + others.var(ddof=1) / others.size)
    return number(quantity, gap, (gap - error, gap + error), sample=some.size)
