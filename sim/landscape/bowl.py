"""Bowls: smooth landscapes with the heights of another one, to see what a measure says where there is nothing rough.

H and W rows and columns, N genomes, P weights, M outcomes.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.layout import Layout
from agents.randomness import generator
from sim.landscape.function import Function
from sim.landscape.rays import centre, outcomes, rays


def null_field(field: ArrayLike) -> NDArray[Any]:
    """A quadratic bowl [H, W] with exactly the heights of a field [H, W], so as many levels, as often.

    Its level sets are ellipses, of dimension 1; what a measure says beyond that comes of the levels, not of their
    shape.
    """
    heights = np.asarray(field)
    y, x = (np.linspace(0, 1, side) - off for side, off in zip(heights.shape, (0.53, 0.46), strict=True))
    order = np.argsort((y[:, None] ** 2 + x**2).ravel(), kind="stable")[::-1]
    bowl = np.empty_like(heights).ravel()
    bowl[order] = np.sort(heights, axis=None)
    return bowl.reshape(heights.shape)


def null_objective(
    function: Function, genome: ArrayLike, layout: Layout | None, *, radius: float, seed: int, samples: int = 4096
) -> Function:
    """A quadratic bowl in genome space with the outcomes that the objective has at a radius, as many, as often.

    The bowl's bottom is one norm from the genome along a ray, and smooth: its uncertainty exponent is 1.
    """
    home = centre(genome, layout)
    rng = generator(seed, "measure/null")
    bottom = home + rays(home, layout, 1, rng)[0]
    points = (home + radius * rays(home, layout, samples, rng)).astype(np.float32)
    levels = np.sort(outcomes(function, points), axis=0)[::-1]

    def heights(genomes: NDArray[Any]) -> NDArray[np.float64]:
        away = genomes.astype(np.float64) - bottom
        return np.asarray(np.einsum("np,np->n", away, away))

    cuts = np.sort(heights(points))

    def bowl(genomes: NDArray[Any]) -> NDArray[Any]:
        return levels[np.minimum(np.searchsorted(cuts, heights(genomes)), samples - 1)]

    return bowl
