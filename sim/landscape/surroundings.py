"""Surroundings of a champion: the plane that is laid through it, and a direction out of that plane.

P weights. Sweeps, the explorer and films begin here, so that they show one landscape.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.errors import UserError
from agents.layout import Layout
from sim.landscape.plane import Plane, directions, length, vector


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """A `plane` through a champion and a `third` direction [P] out of it; None where the genome has no room for one."""

    plane: Plane
    third: NDArray[np.float64] | None

    def moved(self, along: float = 0.0, turn: float = 0.0) -> Plane:
        """The plane, moved along the third direction and turned about v by `turn` degrees, u towards the third."""
        if not along and not turn:
            return self.plane
        if self.third is None:
            raise UserError("the genome has too few weights for a third direction: stay in the plane")
        origin, u, angle = self.plane.origin, self.plane.u, math.radians(turn)
        moved = origin + along * self.third if along else origin
        turned = math.cos(angle) * u + math.sin(angle) * self.third if turn else u
        return Plane(moved, turned, self.plane.v)


def around(genome: ArrayLike, layout: Layout | None, seed: int) -> Surroundings:
    """The random plane through a genome [P] and the third of its random `directions`."""
    u, v = directions(genome, layout, 2, seed)
    return Surroundings(Plane(vector(genome, "the genome"), u, v), _third(genome, layout, seed))


def out_of(plane: Plane, genome: ArrayLike, layout: Layout | None, seed: int) -> Surroundings:
    """A plane, and a random direction out of it: at right angles to u and v (Gram-Schmidt), and as long as u.

    The plane's own u and v are at right angles, as in all planes of `sim.landscape.plane`.
    """
    third = _third(genome, layout, seed)
    if third is None:
        return Surroundings(plane, None)
    for along in (plane.u, plane.v) * 2:  # twice is enough (Giraud et al. 2005)
        # BLAS sums in an order that depends on the machine; fsum rounds once
        third -= along * (math.fsum((third * along).tolist()) / length(along) ** 2)
    third *= length(plane.u) / length(third)
    return Surroundings(plane, third)


def _third(genome: ArrayLike, layout: Layout | None, seed: int) -> NDArray[np.float64] | None:
    try:
        third: NDArray[np.float64] = directions(genome, layout, 3, seed)[2]
    except UserError:  # its rows leave no room, or it gives no directions at all, which the plane's would tell
        return None
    return third
