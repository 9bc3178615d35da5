"""How alike champions answer the same observations. S sequences of observations, C champions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.checks import between
from agents.network.response import respond
from agents.network.similarity import linear_cka
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.observations import observe
from sim.evaluation.subject import Subject
from sim.measures import GroupMeasure, Quantity
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import bootstrap
from sim.statistics.results import Findings, Matrix, Number, number

OVER_SEQUENCES = "The interval is a 95 % bootstrap over episodes."


@dataclass(frozen=True, slots=True)
class ResponseSimilarity(GroupMeasure):
    """CKA of outputs and of hidden states on what all champions sense in their own episodes."""

    recorded: int = 16
    """Episodes of each champion whose observations all champions answer."""

    quantities: ClassVar[Mapping[str, Quantity]] = {
        "cka_outputs": Quantity(
            "likeness of outputs",
            "Linear CKA (Kornblith et al. 2019; biased) of what the first champion and another one answer to the same "
            "observations, those of all champions' episodes; 1 is alike up to rotation and scale.",
            "", "episodes", OVER_SEQUENCES,
        ),
        "cka_hidden": Quantity(
            "likeness of hidden states", "The same of their hidden units.", "", "episodes", OVER_SEQUENCES
        ),
        "cka_of_all": Quantity(
            "likeness of outputs, all pairs", "Linear CKA of the outputs of every two champions.", kind="matrix"
        ),
    }  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        between("recorded", self.recorded, 1, 65536)

    def episodes(self) -> float:
        """Plain Python steps take about as long as so many of a rollout."""
        return 2e4 * self.recorded

    def compute(self, subjects: Sequence[Subject], ground: EvaluationSet, machine: Machine) -> Findings:
        """Record all champions' observations, and ask every champion."""
        genomes = np.stack([each.genome for each in subjects])
        layout, seed = subjects[0].layout, ground.seed
        seen = observe(genomes, layout, ground.mazes(self.recorded), ground.world)
        answers = [respond(genome, layout, seen) for genome in genomes]
        first, found = answers[0], dict[str, Any]()
        for at, other in enumerate(answers[1:], start=1):
            name = subjects[at].name
            for kind in ("outputs", "hidden"):
                both = getattr(first, kind), getattr(other, kind)
                found[f"cka_{kind}_{at}"] = _similarity(f"cka_{kind}", *both, seed, f"{subjects[0].name} | {name}")
        names = tuple(each.name for each in subjects)
        flat = [answer.outputs.reshape(-1, answer.outputs.shape[-1]) for answer in answers]
        if len(subjects) > 2 and not any((each == each[0]).all() for each in flat):
            values = np.array([[linear_cka(one, other) for other in flat] for one in flat])
            found["cka_of_all"] = Matrix("cka_of_all", values, names, names)
        return found


def _similarity(quantity: str, one: NDArray[Any], other: NDArray[Any], seed: int, detail: str) -> Number:
    """CKA of answers [S, T, p] and [S, T, q], resampled over whole sequences."""

    def found(index: NDArray[np.intp]) -> float:
        some = [answers[index].reshape(-1, answers.shape[-1]) for answers in (one, other)]
        if any((answers == answers[0]).all() for answers in some):
            return float("nan")  # CKA asks how answers change together
        return linear_cka(*some)

    value, note = found(np.arange(len(one))), "one of them always answers the same"
    if np.isnan(value):
        return number(quantity, value, sample=len(one), detail=detail, note=note)
    return number(quantity, value, bootstrap(found, len(one), seed=seed), sample=len(one), detail=detail)
