"""The curvature of the imitation loss at a champion, over the first steps of episodes. T steps, P weights."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.imitation.teacher import Demonstrations
from sim.landscape.curvature import hessian, top_eigenvalue, trace
from sim.measures import BY_ERRORS, NO_INTERVAL, Quantity, RunMeasure, define, setting
from sim.rollout.machine import Machine
from sim.statistics.results import Curve, Findings, Number, number, with_error


@dataclass(frozen=True, slots=True)
class LossCurvature(RunMeasure):
    """Top eigenvalue and trace of the imitation loss's Hessian."""

    horizons: tuple[int, ...] = setting((20, 50, 200), 1, 10**6)
    """How many first steps of an episode the loss includes; at most the lifetime."""
    demonstrations: int = setting(64, 1)
    """Validation episodes of the loss."""
    probes: int = setting(100, 2)
    """Random vectors for the trace."""
    products: int = setting(100, 1)
    """The largest number of products with the Hessian for the top eigenvalue."""

    version = 2
    quantities = define(
        hessian_top=Quantity(
            "top curvature of the loss",
            "Eigenvalue of largest magnitude of the imitation loss's Hessian, by the Lanczos method on exact products "
            "with it (Pearlmutter 1994), in float64, over the first steps of episodes. Over many steps it depends more "
            "on the chaos of the recurrence than on the loss. It is negative if the loss bends down more sharply than "
            "up. Some eigenvalue differs from it by at most the residual times its magnitude.",
            "nats / weight²", "episodes", NO_INTERVAL,
        ),
        hessian_trace=Quantity(
            "curvature of the loss, trace",
            "Trace of the same Hessian, estimated by random signs (Hutchinson 1989), which differ between runs.",
            "nats / weight²", "random vectors", BY_ERRORS,
        ),
        by_horizon=Quantity(
            "curvature of the imitation loss", "Both, over more and more steps of the episodes.", "nats / weight²",
            kind="curve", axes=("steps of the episode in the loss", "curvature, nats / weight²"), log="xy",
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count each product as about 150 episodes a demonstration of 200 steps."""
        steps = sum(min(horizon, 200) for horizon in self.horizons) / 200
        return 150 * self.demonstrations * (self.probes + self.products) * steps

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Differentiate the loss twice at each horizon."""
        demonstrations = evaluation_set.demonstrations(evaluation_set.mazes(self.demonstrations))
        horizons = sorted({min(steps, evaluation_set.world.lifetime) for steps in self.horizons})
        both = [self._curvature(subject, demonstrations, steps, evaluation_set.seed) for steps in horizons]
        findings: Findings = {}
        for steps, (top, whole) in zip(horizons, both, strict=True):
            findings |= {f"hessian_top_{steps}": top, f"hessian_trace_{steps}": whole}
        if len(horizons) > 1:
            x, (tops, traces) = np.array(horizons, np.float64), zip(*both, strict=True)
            findings["by_horizon_top"] = Curve("by_horizon", x, _values(tops, "value"), detail="top eigenvalue")
            y, low, high = (_values(traces, name) for name in ("value", "low", "high"))
            findings["by_horizon_trace"] = Curve("by_horizon", x, y, low, high, detail="trace")
        return findings

    def _curvature(
        self, subject: Subject, demonstrations: Demonstrations, steps: int, seed: int
    ) -> tuple[Number, Number]:
        """The top eigenvalue and the trace over the first steps."""
        from agents.network.threads import one_thread
        from sim.imitation.gradient import cross_entropy

        weights = subject.genome.astype(np.float64)
        with one_thread():
            product = hessian(cross_entropy(subject.layout, demonstrations.first_steps(steps)), weights)
            top = top_eigenvalue(product, weights.size, seed=seed, most=self.products)
            whole = trace(product, weights.size, probes=self.probes, seed=seed, of=subject.stream)
        detail = f"first {steps} steps"
        return (
            number(
                "hessian_top", top.value,
                sample=self.demonstrations, detail=detail, note=top.note, doubtful=not top.settled,
            ),
            with_error(
                "hessian_trace", whole.value, whole.error,
                sample=self.probes, detail=detail, note=f"{self.demonstrations} episodes",
            ),
        )  # fmt: skip


def _values(numbers: Iterable[Number], name: str) -> NDArray[np.float64]:
    """The values or bounds of numbers; NaN where there is none."""
    return np.array([getattr(each, name) for each in numbers], np.float64)
