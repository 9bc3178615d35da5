"""The distance from a genome, in random directions, at which half of its pellets are lost.

D directions, K radii, P weights. Fitness rises and falls at every scale, so bisection would find any of many crossings.
Instead, one grid of radii is evaluated in all directions, and the first radius of the grid counts at which the value is
below half of the centre's.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.layout import Layout
from sim.landscape.function import Function
from sim.landscape.plane import random_directions
from sim.measures import FunctionMeasure, Quantity, bootstrap_over, define, setting
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Findings, Histogram, Number, number

OVER_DIRECTIONS = bootstrap_over("directions")
QUARTILES = {"half_radius_lower": 0.25, "half_radius": 0.5, "half_radius_upper": 0.75}
RADII = np.geomspace(2**-10, 4, 97)  # fractions of the genome's norm: eight to an octave


@dataclass(frozen=True, slots=True)
class HalfFitnessRadius(FunctionMeasure):
    """Quartiles, over random directions, of the distance at which half of the pellets are lost."""

    directions: int = setting(200, 1)
    """Random directions."""
    mazes: int = setting(16, 1)
    """Mazes in which every genome is evaluated."""

    version = 2
    quantities = define(
        half_radius_lower=Quantity(
            "half-fitness radius, lower quartile",
            "Distance within which a quarter of the random directions fall below half of the champion's pellets.",
            "‖g‖", "directions", OVER_DIRECTIONS,
        ),
        half_radius=Quantity(
            "half-fitness radius",
            "Median distance at which a random direction first falls below half of the champion's pellets, on a grid "
            "of eight radii an octave up to 4, as a fraction of the norm of the champion's genome. A direction changes "
            "each unit's weights in proportion to their norm (Li et al. 2018).",
            "‖g‖", "directions", OVER_DIRECTIONS,
            sentence="Moved in a random direction, {who} has lost half of its pellets after {value} of its "
            "genome's length",
        ),
        half_radius_upper=Quantity(
            "half-fitness radius, upper quartile",
            "Distance within which three quarters of the random directions fall below half of the champion's pellets.",
            "‖g‖", "directions", OVER_DIRECTIONS,
        ),
        half_radius_weights=Quantity(
            "half-fitness radius, absolute",
            "The median distance in units of the weights. Relative and absolute radii may disagree about which of two "
            "champions has the wider peak.",
            "weights", "directions", OVER_DIRECTIONS,
        ),
        censored=Quantity(
            "never below half", "Share of the directions that fall below half at no radius of the grid.",
            "%", "directions", OVER_DIRECTIONS,
        ),
        half_radii=Quantity(
            "half-fitness radii",
            "Share of the random directions that have fallen below half of the champion's pellets within a distance.",
            "‖g‖", kind="histogram", axes=("distance from the champion, ‖g‖", "directions below half, %"),
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count those at all radii in all directions."""
        return self.directions * RADII.size * self.mazes

    def around(self, function: Function, genome: NDArray[Any], layout: Layout | None, seed: int) -> Findings:
        """Evaluate genomes along random directions."""
        furthest = RADII[-1]
        if function(genome[None])[0] <= 0:
            lost = partial(number, value=np.nan, sample=self.directions, note="the genome's own value is not above 0")
            return {name: lost(name) for name in (*QUARTILES, "half_radius_weights", "censored")}
        radii = half_radii(function, genome, layout, count=self.directions, seed=seed)
        findings: Findings = {
            name: quantile_of_places(name, radii, share, furthest, seed=seed) for name, share in QUARTILES.items()
        }
        norm, name = float(np.linalg.norm(genome.astype(np.float64))), "half_radius_weights"
        reached, median = norm * np.minimum(radii, furthest), partial(np.quantile, q=0.5, method="inverted_cdf")
        findings[name] = resampled(name, reached, median, seed=seed, note=findings["half_radius"].note)
        note = f"radii up to {furthest:g} ‖g‖"
        findings["censored"] = resampled("censored", 100.0 * np.isinf(radii), seed=seed, note=note)
        return findings | {"half_radii": Histogram("half_radii", radii)}


def half_radii(
    objective: Function, genome: NDArray[Any], layout: Layout | None, *, count: int, seed: int
) -> NDArray[np.float64]:
    """The first of RADII at which each of `count` random directions is below half of the genome's value, inf if none.

    Returns [D]. All D K genomes are evaluated in one call of the objective. A direction is the first one that
    `plane.directions` makes: the genome [P] and the direction have the same norm in every unit's weights.
    """
    half = float(objective(genome[None])[0]) / 2
    steps = random_directions(genome, layout, count, seed, "landscape/half-radius")
    moved = np.asarray(genome, np.float64) + RADII[:, None] * steps[:, None, :]
    values = np.asarray(objective(moved.astype(genome.dtype).reshape(-1, genome.size)), np.float64)
    return first_place(values.reshape(count, RADII.size) < half, RADII)


def quantile_of_places(
    quantity: str, places: NDArray[np.float64], share: float, furthest: float, *, seed: int, note: str = ""
) -> Number:
    """The quantile of places [D] with its interval; doubtful if it is beyond the furthest place, where it is inf."""
    quantile = partial(np.quantile, q=share, method="inverted_cdf")
    beyond = bool(np.isinf(quantile(places)))
    note = note or f"beyond {furthest:g} ‖g‖" * beyond
    return resampled(quantity, np.minimum(places, furthest), quantile, seed=seed, note=note, doubtful=beyond)


def first_place(holds: NDArray[np.bool_], grid: NDArray[np.float64]) -> NDArray[np.float64]:
    """The first place of the grid [K] at which each row of `holds` [D, K] is true; inf if it is nowhere."""
    return np.where(holds.any(axis=1), grid[holds.argmax(axis=1)], np.inf)
