"""Paths between two champions: the straight line, and curves that are trained to avoid the barrier on it.

K points of a path, M mazes or episodes, N genomes, P weights.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.network.alignment import nearest_twin
from agents.optimisers.openai_es import OpenAIESConfig
from sim.evaluation.evaluation_set import EvaluationSet, Outcomes
from sim.evaluation.subject import Subject
from sim.landscape.path import STATIONS, Curve, evolve_curve, mode_connectivity, straight, train_curve
from sim.measures import NO_INTERVAL, PairMeasure, Quantity, bootstrap_over, define, setting
from sim.measures.line_barrier import ALONG, barrier, barrier_at
from sim.rollout.machine import Machine
from sim.statistics import results
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Findings, by_quantity, number

PATHS = {
    "line": "straight line",
    "curve_pellets": "curve trained for pellets",
    "curve_imitation": "curve trained for the loss",
}


@dataclass(frozen=True, slots=True)
class ModeConnectivity(PairMeasure):
    """Barriers on the line and on two trained curves, in pellets and in imitation loss, and mode connectivity."""

    aligned: bool = False
    """True to align the hidden units of the second champion to the first's before."""
    starts: int = setting(256, 1)
    """Starts of the search for the nearest twin."""
    points: int = setting(61, 5, step=4)
    """Genomes along a path."""
    mazes: int = setting(256, 2)
    """Validation mazes, or episodes of the teacher, in which they are evaluated."""
    generations: int = setting(500, 1)
    """Generations of the evolution strategy that trains a curve for pellets."""
    population: int = setting(128, 2, step=2)
    """Curves in each of its generations."""
    rollouts: int = setting(16, 1)
    """Fresh training mazes in each of its generations."""
    steps: int = setting(300, 1)
    """Steps of Adam that train a curve for the imitation loss."""
    demonstrations: int = setting(64, 1)
    """Training episodes of that loss."""

    quantities = define(
        pellets_barrier=Quantity(
            "barrier in pellets",
            "Largest shortfall on the path: by how many percent of all pellets its genomes eat less than the linear "
            "interpolation between its ends (Garipov et al. 2018), greedy play; 0 if they never do.",
            "%", "mazes", bootstrap_over("mazes"),
        ),
        imitation_barrier=Quantity(
            "barrier in imitation loss",
            "Largest excess of the imitation loss on the path over the linear interpolation between the losses of its "
            "ends (Garipov et al. 2018).",
            "nats", "episodes", bootstrap_over("episodes"),
        ),
        barrier_at=Quantity(
            "position of the barrier", "Where on the path the barrier is, from 0 to 1.",
            "t", "mazes", bootstrap_over("mazes"),
        ),
        detour=Quantity(
            "detour",
            "Distance of the trained curve's middle from the straight line, as a fraction of the distance between its "
            "ends. The curve is a quadratic Bezier curve; only its control point is trained (Garipov et al. 2018).",
            "", "curves", NO_INTERVAL,
        ),
        mode_connectivity=Quantity(
            "mode connectivity",
            "On the curve trained for pellets: mean error of the ends minus the error that differs most from it, among "
            "t = 0, 1/4, 1/2, 3/4, 1; the error is the percentage of pellets not eaten. Below 0: a barrier; near 0: "
            "connected; above 0: the ends are not optima (Yang et al. 2021).",
            "%", "mazes", bootstrap_over("mazes"),
        ),
        mode_connectivity_inside=Quantity(
            "mode connectivity, inner points",
            "The same among t = 1/4, 1/2, 3/4 only. If the ends differ from each other by more than the points between "
            "them, mode connectivity is half of that difference, and its sign has no meaning.",
            "%", "mazes", bootstrap_over("mazes"),
        ),
        share=Quantity(
            "pellets along the path", "Mean share of pellets eaten along each path.", "%", kind="curve", axes=ALONG
        ),
        loss=Quantity(
            "imitation loss along the path", "Mean imitation loss along each path.",
            "nats", kind="curve", axes=(ALONG[0], "imitation loss, nats"),
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count those that train the curves, and those along three paths; a backward pass counts as many."""
        training = 8 * self.generations * self.population * self.rollouts + 60 * self.steps * self.demonstrations
        return training + 6 * self.points * self.mazes

    def compute(self, first: Subject, second: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Train both curves, then measure along all three paths."""
        a, b, layout, seed = first.genome, second.genome, first.layout, evaluation_set.seed
        if self.aligned:
            b = nearest_twin(a, b, layout, starts=self.starts, seed=seed)
        curve = self._evolved(first, a, b, evaluation_set, machine)
        paths = [straight(a, b), curve, self._trained(first, a, b, evaluation_set)]
        mazes = evaluation_set.mazes(self.mazes)
        share = evaluation_set.shares(layout, mazes, machine)
        loss = evaluation_set.losses(layout, evaluation_set.demonstrations(mazes), machine)
        findings: Findings = {}
        for name, path in zip(PATHS, paths, strict=True):
            findings |= self._along(name, path, share, loss, seed)
        return findings | _connectivity(curve, share, seed)

    def _along(self, name: str, path: Curve, share: Outcomes, loss: Outcomes, seed: int) -> Findings:
        """Both curves of values, the detour, and the barriers: of the line in both, of a curve in what it minimises."""
        t, detail = np.linspace(0, 1, self.points), PATHS[name]
        shares, losses = (np.asarray(values(path.at(t)), np.float64).T for values in (share, loss))
        findings: Findings = {
            f"{name}.share": results.Curve("share", t, shares.mean(axis=0), detail=detail),
            f"{name}.loss": results.Curve("loss", t, losses.mean(axis=0), detail=detail),
        }
        for kind, values in {"pellets": shares, "imitation": -losses}.items():
            if name == "line":
                slot, place = f"line_{kind}", f"{detail}, {kind}"
            elif name == f"curve_{kind}":
                slot, place = name, detail
            else:
                continue
            findings[f"{slot}_barrier"] = resampled(f"{kind}_barrier", values, barrier, seed=seed, detail=detail)
            findings[f"{slot}_barrier_at"] = resampled("barrier_at", values, barrier_at, seed=seed, detail=place)
        if name != "line":
            detour = path.detour if (path.a != path.b).any() else 0.0
            findings[f"{name}_detour"] = number("detour", detour, detail=detail)
        return findings

    def _evolved(
        self, subject: Subject, a: NDArray[Any], b: NDArray[Any], evaluation_set: EvaluationSet, machine: Machine
    ) -> Curve:
        """The curve that is trained for pellets, in fresh training mazes."""
        objectives = evaluation_set.fresh_pellets(subject.layout, self.rollouts, machine)
        strategy = OpenAIESConfig(population=self.population)
        return evolve_curve(objectives, a, b, strategy, generations=self.generations, seed=evaluation_set.seed)

    def _trained(self, subject: Subject, a: NDArray[Any], b: NDArray[Any], evaluation_set: EvaluationSet) -> Curve:
        """The curve that is trained for a low imitation loss, on the teacher's episodes in training mazes."""
        from agents.network.threads import one_thread
        from sim.imitation.gradient import cross_entropy

        mazes = evaluation_set.mazes(self.demonstrations, split="train")
        with one_thread():
            loss = cross_entropy(subject.layout, evaluation_set.demonstrations(mazes), first_order=True)
            return train_curve(loss, a, b, steps=self.steps, seed=evaluation_set.seed)


def _connectivity(path: Curve, share: Outcomes, seed: int) -> Findings:
    """Mode connectivity as it is defined, and among the inner points alone."""
    errors = 100 - np.asarray(share(path.at(STATIONS)), np.float64).T

    def inside(resample: NDArray[Any]) -> float:
        start, *inner, end = resample.mean(axis=0)
        return float(max(((start + end) / 2 - each for each in inner), key=abs))

    at = mode_connectivity(errors.mean(axis=0)).at
    ends = at in (0, 1)
    note = f"at t = {at:g}" + ": the ends differ by more than the points between them" * ends
    return by_quantity(
        resampled(
            "mode_connectivity",
            errors,
            lambda resample: mode_connectivity(resample.mean(axis=0)).value,
            seed=seed,
            note=note,
            doubtful=ends,
        ),
        resampled("mode_connectivity_inside", errors, inside, seed=seed),
    )
