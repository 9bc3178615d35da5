"""Paths between two champions: the line, and curves that are trained to go around what lies between.

K points of a path, M mazes or episodes, N genomes, P weights.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.checks import between
from agents.errors import UserError
from agents.network.alignment import align
from agents.network.symmetry import twin
from agents.optimisers.openai_es import OpenAIESConfig
from sim.evaluation.evaluation_set import EvaluationSet, Outcomes, mean
from sim.evaluation.subject import Subject
from sim.landscape.path import STATIONS, Curve, evolve_curve, mode_connectivity, straight, train_curve
from sim.measures import PairMeasure, Quantity
from sim.measures.genome_distance import ALONE
from sim.measures.line_barrier import ALONG, barrier, barrier_at, pellet_shares
from sim.measures.pellets_eaten import OVER_MAZES
from sim.rollout.machine import Machine
from sim.statistics import results
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Findings, number

ROUTES = {
    "line": "straight line",
    "curve_pellets": "curve trained for pellets",
    "curve_imitation": "curve trained for the loss",
}


@dataclass(frozen=True, slots=True)
class ModeConnectivity(PairMeasure):
    """Barriers on the line and on two trained curves, in pellets and in imitation loss, and mode connectivity."""

    aligned: bool = False
    """Whether the hidden units of the other champion are aligned to the first's before."""
    starts: int = 256
    """Starts of the search for the nearest twin."""
    points: int = 61
    """Genomes along a path: one more than a multiple of 4."""
    mazes: int = 256
    """Validation mazes, or episodes, that they are measured on."""
    generations: int = 500
    """Generations of the evolution strategy that bends a curve for pellets."""
    population: int = 128
    """Its curves in a generation."""
    rollouts: int = 16
    """Fresh training mazes in a generation."""
    steps: int = 300
    """Steps of Adam that bend a curve for the imitation loss."""
    demonstrations: int = 64
    """Training episodes of that loss."""

    quantities: ClassVar[Mapping[str, Quantity]] = {
        "pellets_barrier": Quantity(
            "barrier in pellets",
            "The most by which the path falls below the straight line between its ends' values, in percent of the "
            "pellets there are (Garipov et al. 2018), greedy play; 0 where it never does.",
            "%", "mazes", OVER_MAZES,
        ),
        "imitation_barrier": Quantity(
            "barrier in imitation loss",
            "The most by which the loss on the path exceeds the straight line between its ends' losses (Garipov et "
            "al. 2018).",
            "nats", "episodes", OVER_MAZES,
        ),
        "barrier_at": Quantity(
            "barrier at", "Where on the path the barrier is, from 0 to 1.", "t", "mazes", OVER_MAZES
        ),
        "detour": Quantity(
            "detour",
            "How far the trained curve leaves the line at its middle, as a share of the distance between its ends. "
            "The curve is a quadratic Bezier, of which only the middle point is trained (Garipov et al. 2018).",
            "", "curves", ALONE,
        ),
        "mode_connectivity": Quantity(
            "mode connectivity",
            "On the curve trained for pellets: mean error of the ends less the error where it differs most from that, "
            "among t = 0, 1/4, 1/2, 3/4, 1; the error is the percentage of pellets left. Below 0 is a barrier, near "
            "0 connected, above 0 poor ends (Yang et al. 2021).",
            "%", "mazes", OVER_MAZES,
        ),
        "mode_connectivity_inside": Quantity(
            "mode connectivity, inside",
            "The same among t = 1/4, 1/2, 3/4 alone. Where the ends differ by more than what lies between, the other "
            "number is half their difference, and its sign says nothing.",
            "%", "mazes", OVER_MAZES,
        ),
        "share": Quantity(
            "pellets along the path", "Mean share of pellets eaten along each path.", "%", kind="curve", axes=ALONG
        ),
        "loss": Quantity(
            "imitation loss along the path", "Mean imitation loss along each path.",
            "nats", kind="curve", axes=(ALONG[0], "imitation loss, nats"),
        ),
    }  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        if not 5 <= self.points <= 65536 or self.points % 4 != 1:
            raise UserError(f"points must be one more than a multiple of 4, from 5, got {self.points}")
        if self.population % 2:
            raise UserError(f"population must be even, as curves come in pairs, got {self.population}")
        for name in ("starts", "generations", "population", "rollouts", "steps", "demonstrations"):
            between(name, getattr(self, name), 1, 65536)
        between("mazes", self.mazes, 2, 65536)

    def episodes(self) -> float:
        """Those that bend the curves, and those along three paths; a backward pass counts for many."""
        bending = 8 * self.generations * self.population * self.rollouts + 60 * self.steps * self.demonstrations
        return bending + 6 * self.points * self.mazes

    def compute(self, one: Subject, other: Subject, ground: EvaluationSet, machine: Machine) -> Findings:
        """Bend both curves, then measure along all three paths."""
        a, b = one.genome, other.genome
        if self.aligned:
            b = twin(b, one.layout, align(a, b, one.layout, starts=self.starts, seed=ground.seed))
        routes = {
            "line": straight(a, b),
            "curve_pellets": self._evolved(one, a, b, ground, machine),
            "curve_imitation": self._trained(one, a, b, ground),
        }
        share = pellet_shares(ground, one, self.mazes, machine)
        loss = ground.losses(one.layout, ground.demonstrations(ground.mazes(self.mazes)), machine)
        found: Findings = {}
        for name, route in routes.items():
            found |= self._along(name, route, share, loss, ground.seed)
        return found | _connectivity(routes["curve_pellets"], share, ground.seed)

    def _along(self, name: str, route: Curve, share: Outcomes, loss: Outcomes, seed: int) -> Findings:
        """The barriers that a route is there for, its detour, and both curves."""
        t, words = np.linspace(0, 1, self.points), ROUTES[name]
        eaten, lost = (np.asarray(each(route.at(t)), np.float64).T for each in (share, loss))
        found: Findings = {
            f"{name}.share": results.Curve("share", t, eaten.mean(axis=0), detail=words),
            f"{name}.loss": results.Curve("loss", t, lost.mean(axis=0), detail=words),
        }
        kinds = {"pellets": eaten, "imitation": -lost}
        for kind, values in kinds.items():
            if name in ("line", f"curve_{kind}"):
                slot = f"line_{kind}" if name == "line" else name
                about = f"{words}, {kind}" if name == "line" else words
                found[f"{slot}_barrier"] = resampled(f"{kind}_barrier", values, barrier, seed=seed, detail=words)
                found[f"{slot}_barrier_at"] = resampled("barrier_at", values, barrier_at, seed=seed, detail=about)
        if name != "line":
            detour = route.detour if (route.a != route.b).any() else 0.0
            found[f"{name}_detour"] = number("detour", detour, detail=words)
        return found

    def _evolved(
        self, one: Subject, a: NDArray[Any], b: NDArray[Any], ground: EvaluationSet, machine: Machine
    ) -> Curve:
        """The curve that is bent towards pellets, on fresh training mazes."""

        def objectives(generation: int) -> Callable[[NDArray[Any]], NDArray[Any]]:
            mazes = ground.mazes(self.rollouts, skip=generation * self.rollouts, split="train")
            return mean(ground.pellets(one.layout, mazes, machine))

        strategy = OpenAIESConfig(population=self.population)
        return evolve_curve(objectives, a, b, strategy, generations=self.generations, seed=ground.seed)

    def _trained(self, one: Subject, a: NDArray[Any], b: NDArray[Any], ground: EvaluationSet) -> Curve:
        """The curve that is bent towards a low imitation loss, on the teacher's episodes in training mazes."""
        from agents.network.threads import one_thread
        from sim.imitation.gradient import cross_entropy

        shown = ground.demonstrations(ground.mazes(self.demonstrations, split="train"))
        with one_thread():
            loss = cross_entropy(one.layout, shown, first_order=True)
            return train_curve(loss, a, b, steps=self.steps, seed=ground.seed)


def _connectivity(route: Curve, share: Outcomes, seed: int) -> Findings:
    """Mode connectivity as it is defined, and of the inner stations alone, which has a sign also for unequal ends."""
    errors = 100 - np.asarray(share(route.at(STATIONS)), np.float64).T

    def inside(some: NDArray[Any]) -> float:
        first, *inner, last = some.mean(axis=0)
        middle = (first + last) / 2
        return float(max((middle - each for each in inner), key=abs))

    at = mode_connectivity(errors.mean(axis=0)).at
    apart = at in (0, 1)
    note = f"at t = {at:g}" + (": the ends differ by more than what lies between" if apart else "")
    defined = resampled(
        "mode_connectivity",
        errors,
        lambda some: mode_connectivity(some.mean(axis=0)).value,
        seed=seed,
        note=note,
        doubtful=apart,
    )
    inner = resampled("mode_connectivity_inside", errors, inside, seed=seed)
    return {"mode_connectivity": defined, "mode_connectivity_inside": inner}
