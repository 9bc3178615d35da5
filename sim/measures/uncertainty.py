"""Uncertainty exponents of genomes (Grebogi, McDonald, Ott, Yorke 1983), measured in all of genome space.

N pairs, P weights, K distances, M outcomes of a genome. A share f(e) of all pairs of genomes at a distance e have
different outcomes. If f ~ e^a, the boundary between outcomes has dimension P - a: a is 1 for a smooth boundary, and
near 0 for one that fills space. Distances are relative to the norm of the genome.

f cannot exceed the share of outcomes that differ far apart, 1 - sum p^2 of the shares p of the outcomes. A fit over
distances at which f comes near it finds a small exponent for any landscape, also for a smooth one. In mazes where one
outcome is common, and others lie close together at the edge, f bends long before: with shares up to 1/2 the bowls of
three champions at a radius of 0.05 measured 0.88 to 0.99, with shares up to CROWDED of that ceiling 0.95 to 1.01. So
larger shares are left out, and so are distances that are not well below the radius, which reach another landscape. The
sum over many mazes changes when any of them does, and saturates first.
An objective with one outcome per maze, [N, M], is measured by the mean share of outcomes that differ, and saturates at
larger distances.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from agents.layout import Layout
from agents.randomness import generator
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.landscape.bowl import null_objective
from sim.landscape.function import Function
from sim.landscape.rays import centre, outcomes, rays
from sim.measures import FunctionMeasure, Quantity, bootstrap_over, define, positive, setting, with_controls
from sim.rollout.machine import Machine
from sim.statistics.results import Curve, Findings
from sim.statistics.scaling import Scaling, differing, fit, reported

DISTANCES = np.geomspace(1e-6, 1e-1, 11)
BATCH = 2048  # genomes that are evaluated at once
NEAR = 0.2  # of the radius, beyond which pairs are not fitted: they reach places where the landscape is another one
CROWDED = 1 / 8  # of the share that differs far apart, above which a share is not fitted
FEWEST = 10  # differing pairs, below which a share is not fitted
EXPONENT = define(
    uncertainty=Quantity(
        "uncertainty exponent",
        "The share of mazes in which two genomes at a distance e eat differently grows as e^a (Grebogi, McDonald, Ott, "
        "Yorke 1983); this is a. It is 1 for a smooth boundary between outcomes, and closer to 0 the more of the space "
        "is boundary. It is measured in all of genome space, around base points at a given radius from the champion: a "
        "distance relative to the norm of its genome.",
        "", "pairs", bootstrap_over("base points"), known="A smooth bowl measures 1.", smooth=1.0,
    ),
    uncertainty_points=Quantity(
        "uncertain pairs", "The shares to which the uncertainty exponent is fitted.",
        kind="curve", axes=("distance of a pair, ‖g‖", "share of outcomes that differ"), log="xy",
    ),
)  # fmt: skip
BY_LIFETIME = Quantity(
    "uncertainty exponent by lifetime", "The same for shorter episodes, at the middle radius.",
    kind="curve", axes=("lifetime, steps", "uncertainty exponent"), log="x",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class UncertaintyExponent(FunctionMeasure):
    """Uncertainty exponents at several distances from the champion, for shorter lifetimes, and two controls.

    A bowl is measured at every radius: where it does not come out smooth, nothing is shown about the champion.
    """

    radii: tuple[float, ...] = positive((0.05, 0.3, 0.7))
    """Distances of the base points from the champion, as fractions of the genome's norm."""
    pairs: int = setting(6400, 1, 1 << 24)
    """Pairs of genomes at each distance between the two."""
    mazes: int = setting(16, 1)
    """Mazes in which every genome is evaluated."""
    lifetimes: tuple[int, ...] = setting((25, 50, 100), 1, 10**6, empty=True)
    """Shorter lifetimes, in steps, that are measured at the middle radius."""
    others: bool = True
    """True to measure in other mazes as well, at the middle radius."""
    initial: bool = False
    """True to measure around the genome that learning began with, in place of the champion."""
    ablated: bool = False
    """True to switch the memory of all genomes off."""

    by_outcome: ClassVar[bool] = True
    version = 4
    quantities = define(**with_controls(EXPONENT), by_lifetime=BY_LIFETIME)

    def episodes(self) -> float:
        """Count pairs at eleven distances, and their base points, in every case."""
        cases = len(self.radii) + self.others + 0.5 * len(self.lifetimes)
        return cases * self.pairs * (1 + len(DISTANCES)) * self.mazes

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Compare the outcomes of pairs in two sets of mazes, and in the first one also for shorter lifetimes."""
        genome, layout, seed = subject.genome, subject.layout, evaluation_set.draws(subject)
        genome = subject.record.initial.astype(np.float32) if self.initial else genome
        mazes, lifetime = evaluation_set.mazes(self.mazes), evaluation_set.world.lifetime
        pellets = evaluation_set.pellets(layout, mazes, machine, ablate=self.ablated)
        exponent = partial(uncertainty, genome=genome, layout=layout, seed=seed, pairs=self.pairs)
        by_radius = {radius: exponent(pellets, radius=radius) for radius in self.radii}
        findings, by_lifetime = _at_radii(by_radius), {lifetime: by_radius[self._middle]}
        for steps in sorted(steps for steps in self.lifetimes if steps < lifetime):
            shorter = evaluation_set.pellets(layout, mazes, machine, steps, ablate=self.ablated)
            by_lifetime[steps] = exponent(shorter, radius=self._middle)
            detail = f"radius {self._middle:g}, episodes of {steps} steps"
            findings |= reported("uncertainty", f"uncertainty_{self._middle:g}_{steps}", by_lifetime[steps], detail)
        if len(by_lifetime) > 1:
            findings["by_lifetime"] = _curve(by_lifetime, self._middle)
        findings |= self._bowls(pellets, genome, layout, seed)
        if self.others:
            elsewhere = evaluation_set.mazes(self.mazes, skip=self.mazes)
            others = evaluation_set.pellets(layout, elsewhere, machine, ablate=self.ablated)
            name, elsewhere_exponent = "uncertainty_other", exponent(others, radius=self._middle)
            findings |= reported(name, name, elsewhere_exponent, f"radius {self._middle:g}")
        return findings

    def around(self, function: Function, genome: NDArray[Any], layout: Layout | None, seed: int) -> Findings:
        """Compare the outcomes of pairs, and those of pairs on a bowl."""
        exponent = partial(uncertainty, genome=genome, layout=layout, seed=seed, pairs=self.pairs)
        findings = _at_radii({radius: exponent(function, radius=radius) for radius in self.radii})
        return findings | self._bowls(function, genome, layout, seed)

    @property
    def _middle(self) -> float:
        return self.radii[len(self.radii) // 2]

    def _bowls(self, function: Function, genome: NDArray[Any], layout: Layout | None, seed: int) -> Findings:
        """The exponents of bowls: uncertainty_bowl at the middle radius, uncertainty_bowl_RADIUS at the others."""
        findings: Findings = {}
        for radius in self.radii:
            bowl = null_objective(function, genome, layout, radius=radius, seed=seed)
            slot = "uncertainty_bowl" + ("" if radius == self._middle else f"_{radius:g}")
            scaling = uncertainty(bowl, genome, layout, radius=radius, seed=seed, pairs=self.pairs)
            findings |= reported("uncertainty_bowl", slot, scaling, f"radius {radius:g}")
        return findings


def _at_radii(by_radius: Mapping[float, Scaling]) -> Findings:
    """The exponents at several radii as results."""
    findings: Findings = {}
    for radius, scaling in by_radius.items():
        findings |= reported("uncertainty", f"uncertainty_{radius:g}", scaling, f"radius {radius:g}")
    return findings


def _curve(by_lifetime: Mapping[int, Scaling], radius: float) -> Curve:
    """The exponents of several lifetimes as a curve."""
    points = sorted((steps, each.estimate, *each.interval) for steps, each in by_lifetime.items())
    steps, exponents, low, high = np.array(points, np.float64).T
    return Curve("by_lifetime", steps, exponents, low, high, detail=f"radius {radius:g}")


def uncertainty(
    function: Function,
    genome: ArrayLike,
    layout: Layout | None,
    *,
    radius: float,
    seed: int,
    pairs: int,
    dtype: DTypeLike = np.float32,
) -> Scaling:
    """The uncertainty exponent at a `radius` from a genome [P]; `function` maps genomes [N, P] to [N] or [N, M].

    It is the slope of log(share of outcomes that differ) against log(distance), of distances up to NEAR times the
    radius, and of shares up to CROWDED times the share that differs far apart, and that rest on FEWEST differing pairs
    or more; shares weigh by how many these are. The interval is a bootstrap over base points. `dtype` is that of the
    genomes.
    """
    differ, most = disagreements(function, genome, layout, radius=radius, seed=seed, pairs=pairs, dtype=dtype)
    counted = len(differ) * differ.shape[2]
    near = int(np.searchsorted(DISTANCES, NEAR * radius * (1 + 1e-9), side="right"))
    least, shares = (FEWEST - 0.5) / counted, differ.mean(axis=2)[None]
    ceiling = CROWDED * most
    return fit(float, DISTANCES, shares, seed=seed, least=least, last=near, counted=counted, ceiling=ceiling)


def disagreements(
    function: Function,
    genome: ArrayLike,
    layout: Layout | None,
    *,
    radius: float,
    seed: int,
    pairs: int,
    dtype: DTypeLike = np.float32,
) -> tuple[NDArray[np.bool_], float]:
    """Which outcomes of the pairs differ at each of DISTANCES, bool [N, K, M]; and the share that do far apart.

    Base points lie at `radius` from the genome in random directions, and their partners at all distances in one more
    random direction each.
    """
    home, parts, bases = centre(genome, layout), [], []
    for batch, first in enumerate(range(0, pairs, BATCH)):
        rng = generator(seed, "measure/pairs", batch)
        # always a full batch, so that the first pairs do not depend on how many there are
        away, along = (rays(home, layout, BATCH, rng)[: pairs - first] for _ in range(2))
        base = home + radius * away
        here = outcomes(function, base.astype(dtype))
        there = (outcomes(function, (base + distance * along).astype(dtype)) for distance in DISTANCES)
        parts.append(np.stack([each != here for each in there], axis=1))
        bases.append(here)
    return np.concatenate(parts), differing(np.concatenate(bases).T)
