"""Final-state uncertainty of genomes (Grebogi, McDonald, Ott, Yorke 1983): no picture, but all of genome space.

N pairs, P weights, K distances, M outcomes of a genome. Genomes at a distance e of each other have different outcomes
in a share f(e) of all pairs. Where f ~ e^a, the boundary between outcomes has dimension P - a: a = 1 for a smooth one,
and towards 0 for one that fills space. Distances are in norms of the genome.

f cannot pass 1. A fit across distances where most pairs differ finds a small exponent for any landscape, also for a
smooth one, so those are left out. The sum of many mazes changes when any of them does, and saturates first; an
objective with one outcome a maze, [N, M], is measured as the mean share of outcomes that differ, and reaches further.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from agents.checks import between, positive
from agents.errors import UserError
from agents.layout import Layout
from agents.randomness import generator
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.landscape.bowl import null_objective
from sim.landscape.function import Function
from sim.landscape.plane import FLOAT32_PIXEL
from sim.landscape.rays import centre, outcomes, rays, refuse_unless
from sim.measures import FunctionMeasure, Quantity, with_controls
from sim.rollout.machine import Machine
from sim.statistics.results import Curve, Findings
from sim.statistics.scaling import Scaling, fit, reported

DISTANCES = tuple(np.geomspace(1e-6, 1e-1, 11).tolist())
BATCH = 2048  # genomes that are evaluated at once
FEWEST = 10  # differing pairs that a share is worth fitting from
OVER_PAIRS = "The interval is a 95 % bootstrap over base points; other seeds of the method are not in it."
EXPONENT: dict[str, Quantity] = {
    "uncertainty": Quantity(
        "uncertainty exponent",
        "Pairs of genomes at a distance e eat differently in a share of mazes that grows as e^a (Grebogi, McDonald, "
        "Ott, Yorke 1983); this is a. A smooth boundary has 1; the nearer to 0, the more of space is boundary. It is "
        "measured in all of genome space, base points so many norms from the champion.",
        "", "pairs", OVER_PAIRS, known="A smooth bowl measures 1.",
    ),
    "uncertainty_points": Quantity(
        "uncertain pairs", "The shares that the uncertainty exponent is fitted to.",
        kind="curve", axes=("distance of a pair, norms", "share of differing outcomes"), log="xy",
    ),
}  # fmt: skip
BY_LIFETIME = Quantity(
    "uncertainty exponent by lifetime", "The same where episodes end sooner, at the middle distance.",
    kind="curve", axes=("lifetime, steps", "uncertainty exponent"), log="x",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class UncertaintyExponent(FunctionMeasure):
    """Uncertainty exponents at some distances from the champion, of shorter lifetimes, of a bowl and other mazes."""

    radii: tuple[float, ...] = (0.05, 0.3, 0.7)
    """Distances from the champion, in norms, at which outcomes are compared pair by pair."""
    pairs: int = 6400
    """Pairs of genomes at each distance of each other."""
    mazes: int = 16
    """Mazes that every genome sees."""
    lifetimes: tuple[int, ...] = (25, 50, 100)
    """Shorter lifetimes, in steps, that pairs are compared after too, at the middle distance."""
    controls: bool = True
    """Whether a bowl and other mazes are measured beside, at the middle distance."""

    by_outcome: ClassVar[bool] = True
    quantities: ClassVar[Mapping[str, Quantity]] = {**with_controls(EXPONENT), "by_lifetime": BY_LIFETIME}

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        if not self.radii:
            raise UserError("radii must name one distance or more, got none")
        for radius in self.radii:
            positive("radii", radius)
        for steps in self.lifetimes:
            between("lifetimes", steps, 1, 10**6)
        between("pairs", self.pairs, 1, 1 << 24)
        between("mazes", self.mazes, 1, 65536)

    def episodes(self) -> float:
        """Pairs at eleven distances, and their base points, in every case."""
        cases = len(self.radii) + 2 * self.controls + 0.5 * len(self.lifetimes)
        return cases * self.pairs * (1 + len(DISTANCES)) * self.mazes

    def compute(self, subject: Subject, ground: EvaluationSet, machine: Machine) -> Findings:
        """Compare the outcomes of pairs in some mazes, for a whole life and shorter ones, and in other mazes."""
        genome, layout, seed = subject.genome, subject.layout, ground.seed
        mazes, others = ground.mazes(self.mazes), ground.mazes(self.mazes, skip=self.mazes)
        each = ground.pellets(layout, mazes, machine)
        found, exponent = self._at_radii(each, genome, layout, seed)
        at = {ground.world.lifetime: exponent}
        for steps in sorted(steps for steps in self.lifetimes if steps < ground.world.lifetime):
            sooner = ground.pellets(layout, mazes, machine, steps)
            at[steps] = self._exponent(sooner, genome, layout, self._middle, seed)
            detail = f"{self._middle:g} norms out, episodes of {steps} steps"
            found |= reported("uncertainty", f"uncertainty_{self._middle:g}_{steps}", at[steps], detail)
        if len(at) > 1:
            found["by_lifetime"] = _by_lifetime(at, self._middle)
        if self.controls:
            found |= self._bowl(each, genome, layout, seed)
            found |= self._control("other", ground.pellets(layout, others, machine), genome, layout, seed)
        return found

    def around(self, function: Function, genome: NDArray[Any], layout: Layout | None, seed: int) -> Findings:
        """Compare the outcomes of pairs, and those of a bowl; a function has neither lifetimes nor other mazes."""
        found, _ = self._at_radii(function, genome, layout, seed)
        return found | (self._bowl(function, genome, layout, seed) if self.controls else {})

    @property
    def _middle(self) -> float:
        return self.radii[len(self.radii) // 2]

    def _at_radii(
        self, function: Function, genome: NDArray[Any], layout: Layout | None, seed: int
    ) -> tuple[Findings, Scaling]:
        """The exponents at all distances, and that at the middle one."""
        at = {radius: self._exponent(function, genome, layout, radius, seed) for radius in self.radii}
        found: Findings = {}
        for radius, exponent in at.items():
            found |= reported("uncertainty", f"uncertainty_{radius:g}", exponent, f"{radius:g} norms out")
        return found, at[self._middle]

    def _bowl(self, function: Function, genome: NDArray[Any], layout: Layout | None, seed: int) -> Findings:
        bowl = null_objective(function, genome, layout, radius=self._middle, seed=seed)
        return self._control("bowl", bowl, genome, layout, seed)

    def _control(
        self, control: str, function: Function, genome: NDArray[Any], layout: Layout | None, seed: int
    ) -> Findings:
        name, middle = f"uncertainty_{control}", self._middle
        exponent = self._exponent(function, genome, layout, middle, seed)
        return reported(name, name, exponent, f"{middle:g} norms out")

    def _exponent(
        self, function: Function, genome: NDArray[Any], layout: Layout | None, radius: float, seed: int
    ) -> Scaling:
        return uncertainty(function, genome, layout, radius=radius, seed=seed, pairs=self.pairs)


def _by_lifetime(at: Mapping[int, Scaling], radius: float) -> Curve:
    """The exponents of several lifetimes as a curve."""
    steps = sorted(at)
    x, y = (np.array(values, np.float64) for values in (steps, [at[each].estimate for each in steps]))
    low, high = np.array([at[each].interval for each in steps]).T
    return Curve("by_lifetime", x, y, low, high, detail=f"{radius:g} norms out")


def uncertainty(
    function: Function,
    genome: ArrayLike,
    layout: Layout | None,
    *,
    radius: float,
    seed: int,
    distances: ArrayLike = DISTANCES,
    pairs: int = 6400,
    dtype: DTypeLike | None = None,
) -> Scaling:
    """The uncertainty exponent at `radius` norms from a genome [P]; `function` maps genomes [N, P] to [N] or [N, M].

    dtype is the arithmetic of all genomes: float32, or by default float64 where a distance is below 1e-6.
    """
    differ, scales = disagreements(
        function, genome, layout, radius=radius, seed=seed, distances=distances, pairs=pairs, dtype=dtype
    )
    return _exponent(differ.mean(axis=2), scales, radius, seed, differ.shape[2])


def uncertainty_by_outcome(
    function: Function,
    genome: ArrayLike,
    layout: Layout | None,
    *,
    radius: float,
    seed: int,
    distances: ArrayLike = DISTANCES,
    pairs: int = 6400,
    dtype: DTypeLike | None = None,
) -> tuple[Scaling, ...]:
    """The exponent of each of the M outcomes [N, M] apart: of each maze, or of each step of life (the horizon)."""
    differ, scales = disagreements(
        function, genome, layout, radius=radius, seed=seed, distances=distances, pairs=pairs, dtype=dtype
    )
    return tuple(_exponent(each, scales, radius, seed, 1) for each in differ.transpose(2, 0, 1))


def disagreements(
    function: Function,
    genome: ArrayLike,
    layout: Layout | None,
    *,
    radius: float,
    seed: int,
    distances: ArrayLike = DISTANCES,
    pairs: int = 6400,
    dtype: DTypeLike | None = None,
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which outcomes of which pairs differ, bool [N, K, M], and the distances [K], rising.

    Base points lie `radius` norms away along random rays, their partners along one more ray each, at all distances.
    """
    home, scales = centre(genome, layout), np.sort(np.asarray(distances, np.float64).ravel())
    refuse_unless(radius >= 0 and np.isfinite(radius), "the radius must be a number of norms, 0 or more", radius)
    refuse_unless(pairs >= 1, "an exponent needs 1 or more pairs", pairs)
    refuse_unless(
        scales.size >= 1 and bool((scales > 0).all() and np.isfinite(scales).all()),
        "distances must be numbers of norms above 0",
        scales.tolist(),
    )
    kind = np.dtype(dtype or (np.float32 if scales[0] >= FLOAT32_PIXEL * 0.999 else np.float64))
    found = []
    for batch, first in enumerate(range(0, pairs, BATCH)):
        rng = generator(seed, "measure/pairs", batch)
        # a full batch is drawn always, so that more pairs only add to fewer
        away, along = (rays(home, layout, BATCH, rng)[: pairs - first] for _ in range(2))
        base = home + radius * away
        here = outcomes(function, base.astype(kind))
        there = (outcomes(function, (base + distance * along).astype(kind)) for distance in scales)
        found.append(np.stack([each != here for each in there], axis=1))
    return np.concatenate(found), scales


def _exponent(
    differ: NDArray[Any], scales: NDArray[np.float64], radius: float, seed: int, outcomes_each: int
) -> Scaling:
    """The exponent from the shares of outcomes that differ, [N, K]."""
    what = "outcomes" if outcomes_each == 1 else f"share of {outcomes_each} outcomes"
    return fit(
        f"uncertainty exponent at radius {radius:g}",
        f"a = slope of log(share of pairs whose {what} differ) against log(distance in norms), shares up to 1/2, "
        f"each from {FEWEST} differing pairs or more; 95 % bootstrap over base points",
        float,
        scales,
        differ[None],
        seed=seed,
        least=(FEWEST - 0.5) / (len(differ) * outcomes_each),
    )
