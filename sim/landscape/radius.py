"""The radius of half fitness: how far from a genome, in random directions, until half of what it eats is lost.

D directions, K radii, P weights. The landscape goes up and down at every scale, so no bisection is right: one grid of
radii is looked at in all directions, and what counts is the first radius of it at which the value is below half of the
centre's. The value fell between that radius and the one before it, if nothing finer than the grid was missed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.errors import UserError
from agents.layout import Layout
from agents.randomness import words
from sim.landscape.function import Function
from sim.landscape.plane import directions

RADII = np.geomspace(2**-10, 4, 97)  # norms: eight to an octave


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
    function: Function,
    genome: NDArray[Any],
    layout: Layout | None,
    *,
    count: int = 200,
    radii: ArrayLike = RADII,
    seed: int = 0,
) -> HalfRadius:
    """The radius of half fitness of a genome [P] along `count` random directions.

    The function is called once for the genome, and once for all D K points around it.
    A direction is as `plane.directions` makes the first one of a plane: every unit's weights as long as the genome's.
    """
    grid, centre = np.asarray(radii, np.float64), float(function(genome[None])[0])
    if count < 1 or grid.ndim != 1 or not grid.size or grid[0] <= 0 or (np.diff(grid) <= 0).any():
        raise UserError(f"radii must be positive and rise, along 1 direction or more, got {count} and {grid.tolist()}")
    if centre <= 0:
        raise UserError(f"half of {centre:g} is no loss: choose a genome of a value above 0")
    seeds = words(count, seed, "landscape/half-radius").tolist()
    steps = np.concatenate([directions(genome, layout, 1, each) for each in seeds])
    moved = np.asarray(genome, np.float64) + grid[:, None] * steps[:, None, :]
    values = np.asarray(function(moved.astype(genome.dtype).reshape(-1, genome.size)), np.float64)
    below = values.reshape(count, grid.size) < centre / 2
    first = np.where(below.any(axis=1), grid[below.argmax(axis=1)], np.inf)
    ratio = float((grid[1:] / grid[:-1]).max()) if grid.size > 1 else np.inf
    return HalfRadius(centre, first, ratio, float(grid[-1]))
