"""How far from a genome, in random directions, half of what it eats is lost.

D directions, K radii, P weights. The landscape goes up and down at every scale, so no bisection is right: one grid of
radii is looked at in all directions, and what counts is the first radius of it at which the value is below half of the
centre's. The value fell between that radius and the one before it, if nothing finer than the grid was missed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.checks import between
from agents.errors import UserError
from agents.layout import Layout
from agents.randomness import words
from sim.evaluation.evaluation_set import EvaluationSet, mean
from sim.evaluation.subject import Subject
from sim.landscape.function import Function
from sim.landscape.plane import directions
from sim.measures import FunctionMeasure, Quantity
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Findings, Histogram, number

OVER_DIRECTIONS = "The interval is a 95 % bootstrap over directions; other seeds of the method are not in it."
QUARTILES = {"half_radius_lower": 0.25, "half_radius": 0.5, "half_radius_upper": 0.75}
RADII = np.geomspace(2**-10, 4, 97)  # norms: eight to an octave


@dataclass(frozen=True, slots=True)
class HalfFitnessRadius(FunctionMeasure):
    """Quartiles over random directions of the distance at which half of the pellets are lost."""

    directions: int = 200
    """Random directions along which half of the fitness is lost."""
    mazes: int = 16
    """Mazes that every genome sees."""

    quantities: ClassVar[Mapping[str, Quantity]] = {
        "half_radius_lower": Quantity(
            "radius of half fitness, lower quartile",
            "Within this distance a quarter of random directions first fall below half of the champion's pellets, on "
            "a grid of eight radii an octave.",
            "norms", "directions", OVER_DIRECTIONS,
        ),
        "half_radius": Quantity(
            "radius of half fitness",
            "Median distance at which a random direction first falls below half of the champion's pellets, on a grid "
            "of eight radii an octave; 4 where most directions fall nowhere below half. Each unit's weights are moved "
            "in proportion to their norm, in norms of the champion.",
            "norms", "directions", OVER_DIRECTIONS,
        ),
        "half_radius_upper": Quantity(
            "radius of half fitness, upper quartile",
            "Within this distance three quarters of random directions first fall below half of the champion's "
            "pellets, on a grid of eight radii an octave.",
            "norms", "directions", OVER_DIRECTIONS,
        ),
        "half_radius_weights": Quantity(
            "absolute radius of half fitness",
            "The median distance, not as a share of the champion's norm: which method stands on the broader hill may "
            "depend on the unit.",
            "weights", "directions", OVER_DIRECTIONS,
        ),
        "censored": Quantity(
            "never below half",
            "Share of the directions that nowhere fall below half, as far as was looked.",
            "%", "directions", OVER_DIRECTIONS,
        ),
        "half_radii": Quantity(
            "where half of the fitness is lost",
            "The share of random directions along which a champion has fallen below half of its pellets within a "
            "distance.",
            "norms", kind="histogram",
            axes=("distance from the champion, ‖g‖", "directions below half by then, %"),
        ),
    }  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        between("directions", self.directions, 1, 65536)
        between("mazes", self.mazes, 1, 65536)

    def episodes(self) -> float:
        """Those of all radii in all directions."""
        return self.directions * RADII.size * self.mazes

    def compute(self, subject: Subject, ground: EvaluationSet, machine: Machine) -> Findings:
        """Look along random directions."""
        objective = mean(ground.pellets(subject.layout, ground.mazes(self.mazes), machine))
        return self.around(objective, subject.genome, subject.layout, ground.seed)

    def around(self, function: Function, genome: NDArray[Any], layout: Layout | None, seed: int) -> Findings:
        """Look along random directions."""
        count = self.directions
        if function(genome[None])[0] <= 0:
            lost = partial(number, sample=count, note="its own value is not above 0, so none is half of it")
            names = (*QUARTILES, "half_radius_weights", "censored")
            return {name: lost(name, float("nan")) for name in names}
        half = half_radius(function, genome, layout, count=count, seed=seed)
        found: Findings = {}
        reach = np.minimum(half.radii, half.furthest)
        for name, share in QUARTILES.items():
            quantile = partial(np.quantile, q=share, method="inverted_cdf")
            note = "" if np.isfinite(quantile(half.radii)) else f"beyond {half.furthest:g} norms"
            found[name] = resampled(name, reach, quantile, seed=seed, note=note, doubtful=bool(note))
        norm, median = float(np.linalg.norm(genome.astype(np.float64))), found["half_radius"]
        weights = partial(np.quantile, q=0.5, method="inverted_cdf")
        found["half_radius_weights"] = resampled(
            "half_radius_weights", norm * reach, weights, seed=seed, note=median.note
        )
        beyond, note = 100.0 * np.isinf(half.radii), f"looked up to {half.furthest:g} norms"
        found["censored"] = resampled("censored", beyond, seed=seed, note=note)
        return {**found, "half_radii": Histogram("half_radii", half.radii)}


@dataclass(frozen=True, slots=True, eq=False)
class HalfRadius:
    """`radii` [D], in norms, at which each direction is first below half of the `centre`'s value; infinite where none.

    `ratio` is that of two neighbouring radii of the grid, `furthest` its last.
    """

    centre: float
    radii: NDArray[np.float64]
    ratio: float
    furthest: float

    @property
    def censored(self) -> int:
        """How many directions are nowhere below half, as far as was looked."""
        return int(np.isinf(self.radii).sum())

    def quantiles(self, shares: Sequence[float] = (0.1, 0.25, 0.5, 0.75, 0.9)) -> NDArray[np.float64]:
        """The radii [S] within which these shares [S] of the directions fell below half; infinite beyond the grid."""
        return np.quantile(self.radii, shares, method="inverted_cdf")


def half_radius(
    objective: Function,
    genome: NDArray[Any],
    layout: Layout | None,
    *,
    count: int = 200,
    radii: ArrayLike = RADII,
    seed: int = 0,
) -> HalfRadius:
    """The radius of half fitness of a genome [P] along `count` random directions, one objective call to all D K points.

    A direction is as `plane.directions` makes the first one of a plane: every unit's weights as long as the genome's.
    """
    grid, centre = np.asarray(radii, np.float64), float(objective(genome[None])[0])
    if count < 1 or grid.ndim != 1 or not grid.size or grid[0] <= 0 or (np.diff(grid) <= 0).any():
        raise UserError(f"radii must be positive and rise, along 1 direction or more, got {count} and {grid.tolist()}")
    if centre <= 0:
        raise UserError(f"half of {centre:g} is no loss: choose a genome of a value above 0")
    seeds = words(count, seed, "landscape/half-radius").tolist()
    steps = np.concatenate([directions(genome, layout, 1, each) for each in seeds])
    moved = np.asarray(genome, np.float64) + grid[:, None] * steps[:, None, :]
    values = np.asarray(objective(moved.astype(genome.dtype).reshape(-1, genome.size)), np.float64)
    below = values.reshape(count, grid.size) < centre / 2
    first = np.where(below.any(axis=1), grid[below.argmax(axis=1)], np.inf)
    ratio = float((grid[1:] / grid[:-1]).max()) if grid.size > 1 else np.inf
    return HalfRadius(centre, first, ratio, float(grid[-1]))
