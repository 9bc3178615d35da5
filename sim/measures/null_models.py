"""Controls: what a measure says where there is nothing to find, and whether rounding makes what it finds.

H and W rows and columns, N genomes, P weights, M outcomes.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.layout import Layout
from agents.randomness import generator
from sim.landscape.function import Function
from sim.landscape.rays import centre, rays, refuse_unless
from sim.measures.boundary import boundary
from sim.measures.uncertainty import outcomes
from sim.statistics.scaling import bootstrap


@dataclass(frozen=True, slots=True)
class Share:
    """A share of N genomes with its 95 % bootstrap interval."""

    estimate: float
    interval: tuple[float, float]
    samples: int
    seed: int


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


def last_place(function: Function, genomes: NDArray[Any], *, seed: int) -> Share:
    """The share of genomes [N, P] whose outcome flips when each weight moves by one unit in the last place."""
    refuse_unless(
        genomes.ndim == 2 and len(genomes) > 0, "the last-place check takes genomes [N, P]", list(genomes.shape)
    )
    up = generator(seed, "measure/last-place").integers(2, size=genomes.shape, dtype=np.bool_)
    towards = np.where(up, np.inf, -np.inf).astype(genomes.dtype)
    moved = outcomes(function, np.nextafter(genomes, towards))
    flipped = (moved != outcomes(function, genomes)).any(axis=1)
    low, high = bootstrap(lambda index: flipped[index].mean(), 1, len(flipped), seed)
    return Share(float(flipped.mean()), (float(low), float(high)), len(flipped), seed)


def boundary_pixels(field: ArrayLike) -> NDArray[np.bool_]:
    """The pixels [H, W] that touch a change of outcome: the corners of boundary cells."""
    cells = boundary(field)
    touched = np.zeros(np.shape(field), np.bool_)
    for i in (0, 1):
        for j in (0, 1):
            touched[i : i + cells.shape[0], j : j + cells.shape[1]] |= cells
    return touched
