"""Smooth bowls that have the heights of another landscape: controls for measures of roughness.

What a measure finds in such a bowl is due to the heights alone, not to their arrangement. H and W rows and columns, N
genomes, P weights, M outcomes.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.layout import Layout
from agents.randomness import generator
from sim.landscape.function import Function
from sim.landscape.rays import centre, outcomes, rays


def null_field(field: ArrayLike) -> NDArray[Any]:
    """Rearrange the heights of a field [H, W] to a quadratic bowl [H, W], upside down: highest near the middle.

    Its level sets are ellipses, whose dimension is 1. A measure that says more responds to the heights, not to a
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
    """A quadratic bowl in genome space with the outcomes of a function at a radius, each about as often.

    `radius` is a fraction of the genome's norm; the outcomes are those of so many `samples` there. The bottom of the
    bowl is one norm away from the genome, in a random direction. The bowl is smooth: its uncertainty exponent is 1.
    """
    middle = centre(genome, layout)
    rng = generator(seed, "measure/null")
    bottom = middle + rays(middle, layout, 1, rng)[0]
    points = (middle + radius * rays(middle, layout, samples, rng)).astype(np.float32)
    levels = np.sort(outcomes(function, points), axis=0)[::-1]

    def heights(genomes: NDArray[Any]) -> NDArray[np.float64]:
        away = genomes.astype(np.float64) - bottom
        return np.asarray(np.einsum("np,np->n", away, away))

    thresholds = np.sort(heights(points))

    def bowl(genomes: NDArray[Any]) -> NDArray[Any]:
        return levels[np.minimum(np.searchsorted(thresholds, heights(genomes)), samples - 1)]

    return bowl
