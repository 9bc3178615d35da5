"""How sharp the imitation loss is at a champion, through the first steps of life. E episodes, T steps, P weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from agents.checks import between
from agents.errors import UserError
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.imitation.teacher import Demonstrations
from sim.landscape.curvature import hessian, top_eigenvalue, trace
from sim.measures import Quantity, RunMeasure
from sim.measures.generalisation import BY_ERRORS, NORMAL
from sim.rollout.machine import Machine
from sim.statistics.results import Curve, Findings, Number, number

AXES = ("steps of life that the loss sees", "curvature, nats / weight²")


@dataclass(frozen=True, slots=True)
class LossCurvature(RunMeasure):
    """Top eigenvalue and trace of the imitation loss's Hessian."""

    horizons: tuple[int, ...] = (20, 50, 200)
    """Steps of life that the loss sees; longer than the lifetime is as long."""
    demonstrations: int = 64
    """Validation episodes of the loss."""
    probes: int = 100
    """Random vectors for the trace."""
    products: int = 100
    """The most products with the Hessian for the top eigenvalue."""

    quantities: ClassVar[Mapping[str, Quantity]] = {
        "hessian_top": Quantity(
            "top curvature of the loss",
            "Eigenvalue of largest magnitude of the imitation loss's Hessian, a squared unit of weight, by the "
            "Lanczos method on products by two derivatives (Pearlmutter 1994), in float64, through the first steps of "
            "life. Through many steps it tells of the chaos of the recurrence more than of the loss. Below 0 where "
            "the loss bends down more sharply than up. An eigenvalue lies within residual times itself.",
            "nats / weight²", "episodes", "It is one number of one bank of episodes, and has no interval.",
        ),
        "hessian_trace": Quantity(
            "curvature of the loss, trace", "Trace of the same Hessian by random signs (Hutchinson 1989).",
            "nats / weight²", "random vectors", f"{BY_ERRORS} The bank of episodes is fixed.",
        ),
        "by_horizon": Quantity(
            "curvature of the imitation loss", "Both, seen through more and more steps of life.",
            "nats / weight²", kind="curve", axes=AXES, log="xy",
        ),
    }  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        if not self.horizons:
            raise UserError("horizons must name one number of steps or more, got none")
        for steps in self.horizons:
            between("horizons", steps, 1, 10**6)
        between("probes", self.probes, 2, 65536)
        between("demonstrations", self.demonstrations, 1, 65536)
        between("products", self.products, 1, 65536)

    def episodes(self) -> float:
        """A product takes about 60 episodes a demonstration of 200 steps."""
        steps = sum(min(each, 200) for each in self.horizons) / 200
        return 60 * self.demonstrations * (self.probes + self.products) * steps

    def compute(self, subject: Subject, ground: EvaluationSet, machine: Machine) -> Findings:
        """Differentiate the loss twice at each horizon."""
        shown = ground.demonstrations(ground.mazes(self.demonstrations))
        found: Findings = {}
        horizons = sorted({min(steps, ground.world.lifetime) for steps in self.horizons})
        numbers: dict[str, list[Number]] = {"top": [], "trace": []}
        for steps in horizons:
            for kind, value in self._at(subject, shown, steps, ground.seed).items():
                found[f"hessian_{kind}_{steps}"] = value
                numbers[kind].append(value)
        if len(horizons) > 1:
            for kind, several in numbers.items():
                found[f"by_horizon_{kind}"] = _by_horizon(horizons, several, kind)
        return found

    def _at(self, subject: Subject, shown: Demonstrations, steps: int, seed: int) -> dict[str, Number]:
        """The top eigenvalue and the trace through the first steps of life."""
        from agents.network.threads import one_thread
        from sim.imitation.gradient import cross_entropy

        weights = subject.genome.astype(np.float64)
        early = Demonstrations(shown.senses[:, :steps], shown.labels[:, :steps], shown.identity)
        with one_thread():
            product = hessian(cross_entropy(subject.layout, early), weights)
            top = top_eigenvalue(product, weights.size, seed=seed, most=self.products)
            whole = trace(product, weights.size, probes=self.probes, seed=seed)
        note = f"{top.products} products, residual {top.residual:.2g}{', not settled' * (not top.settled)}"
        detail, bounds = f"first {steps} steps", (-NORMAL * whole.error, NORMAL * whole.error)
        return {
            "top": number(
                "hessian_top", top.value, sample=self.demonstrations, detail=detail, note=note, doubtful=not top.settled
            ),
            "trace": number(
                "hessian_trace", whole.value, [whole.value + each for each in bounds],
                sample=self.probes, detail=detail, note=f"{self.demonstrations} episodes",
            ),
        }  # fmt: skip


def _by_horizon(horizons: list[int], several: list[Number], kind: str) -> Curve:
    values, low, high = (
        np.array([np.nan if each is None else each for each in column], np.float64)
        for column in zip(*((each.value, each.low, each.high) for each in several), strict=True)
    )
    x = np.array(horizons, np.float64)
    if kind == "trace":
        return Curve("by_horizon", x, values, low, high, detail="trace")
    return Curve("by_horizon", x, values, detail="top eigenvalue")
