"""Surroundings of a champion: a plane through it, and a third direction, out of that plane.

P weights. Sweeps, the explorer and films all take them from here, so that they show the same landscape.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.errors import UserError
from agents.layout import Layout
from sim.landscape.plane import Plane, directions
from sim.landscape.vectors import length, vector


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """A plane through a champion, and a third direction [P] out of it; None if the genome has too few weights."""

    plane: Plane
    third: NDArray[np.float64] | None

    def moved(self, along: float = 0.0, turn: float = 0.0) -> Plane:
        """The plane, moved by `along` lengths of the third direction, and turned about v: u by `turn` degrees to it."""
        if not along and not turn:
            return self.plane
        if self.third is None:
            raise UserError("the genome has too few weights for a third direction: stay in the plane")
        origin, u, angle = self.plane.origin, self.plane.u, math.radians(turn)
        moved = origin + along * self.third if along else origin
        turned = math.cos(angle) * u + math.sin(angle) * self.third if turn else u
        return Plane(moved, turned, self.plane.v, origin)


def around(genome: ArrayLike, layout: Layout | None, seed: int) -> Surroundings:
    """The surroundings of a genome [P] along its first three random `directions`."""
    u, v = directions(genome, layout, 2, seed)
    return Surroundings(Plane(vector(genome, "the genome"), u, v), _third(genome, layout, seed))


def out_of(plane: Plane, genome: ArrayLike, layout: Layout | None, seed: int) -> Surroundings:
    """The surroundings of a genome [P] along a given plane, and a random direction out of it.

    The third direction is orthogonal to u and v (Gram-Schmidt) and as long as u. The plane's u and v must be orthogonal
    to each other, as in all planes of `sim.landscape.plane`.
    """
    third = _third(genome, layout, seed)
    if third is None:
        return Surroundings(plane, None)
    for along in (plane.u, plane.v) * 2:  # twice is enough (Giraud et al. 2005)
        # BLAS adds in an order that depends on the machine; fsum rounds once
        third -= along * (math.fsum((third * along).tolist()) / length(along) ** 2)
    third *= length(plane.u) / length(third)
    return Surroundings(plane, third)


def _third(genome: ArrayLike, layout: Layout | None, seed: int) -> NDArray[np.float64] | None:
    """The third random direction [P] of a genome; None if it has too few weights."""
    try:
        third: NDArray[np.float64] = directions(genome, layout, 3, seed)[2]
    except UserError:  # a genome that has no directions at all is refused when the plane is made
        return None
    return third
