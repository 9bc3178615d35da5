"""The similarity of champions' responses to the same observations. S episodes of observations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.network.response import respond
from agents.network.similarity import linear_cka
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.observations import observe
from sim.evaluation.subject import Subject
from sim.measures import GroupMeasure, Quantity, bootstrap_over, define, setting
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Findings, Matrix


@dataclass(frozen=True, slots=True)
class ResponseSimilarity(GroupMeasure):
    """CKA of outputs and of hidden states on what all champions sense in their own episodes."""

    recorded: int = setting(16, 1)
    """Episodes of each champion whose observations all champions respond to."""

    quantities = define(
        cka_outputs=Quantity(
            "similarity of outputs",
            "Linear centered kernel alignment (CKA; Kornblith et al. 2019; biased estimator) of the outputs of the "
            "first champion and another one for the same observations, those of all champions' episodes; 1 means equal "
            "up to rotation and scale.",
            "", "episodes", bootstrap_over("episodes"),
        ),
        cka_hidden=Quantity(
            "similarity of hidden states", "The same for their hidden units.",
            "", "episodes", bootstrap_over("episodes"),
        ),
        cka_of_all=Quantity(
            "similarity of outputs, all pairs", "Linear CKA of the outputs of every two champions.", kind="matrix"
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count the bootstrap of CKA, which takes as long as about 8,000 episodes for each recorded one."""
        return 8e3 * self.recorded

    def compute(self, subjects: Sequence[Subject], evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Record all champions' observations, and let every champion respond to them."""
        genomes, layout, seed = np.stack([each.genome for each in subjects]), subjects[0].layout, evaluation_set.seed
        senses = observe(genomes, layout, evaluation_set.mazes(self.recorded), evaluation_set.world, machine)
        responses = [respond(genome, layout, senses) for genome in genomes]
        findings: Findings = {}
        for at, other in enumerate(responses[1:], start=1):
            detail = f"{subjects[0].name} | {subjects[at].name}"
            for kind in ("outputs", "hidden"):
                both = np.concatenate([getattr(each, kind) for each in (responses[0], other)], axis=2)
                note = "" if np.isfinite(_cka(both)) else "the responses of one champion are constant"
                name = f"cka_{kind}"
                findings[f"{name}_{at}"] = resampled(name, both, _cka, seed=seed, detail=detail, note=note)
        if len(subjects) > 2:
            names, outputs = tuple(subject.name for subject in subjects), [each.outputs for each in responses]
            values = np.array([[_cka(np.concatenate([a, b], axis=2)) for b in outputs] for a in outputs])
            if np.isfinite(values).all():
                findings["cka_of_all"] = Matrix("cka_of_all", values, names, names)
        return findings


def _cka(both: NDArray[Any]) -> float:
    """CKA of two champions' responses, side by side [S, T, 2 p]; NaN if the responses of one are constant."""
    flat = both.reshape(-1, both.shape[2])
    one, other = flat[:, : flat.shape[1] // 2], flat[:, flat.shape[1] // 2 :]
    if any((responses == responses[0]).all() for responses in (one, other)):
        return float("nan")
    return linear_cka(one, other)
