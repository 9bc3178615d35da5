"""Rays: many independent random directions of genome space, for measures. N directions of P weights.

`sim.landscape.plane.directions` makes a few that are orthogonal. In both, each row (a filter in Li et al. 2018) of a
direction has the norm of the genome's row. So a direction is as long as the genome, and a step along it is a relative
perturbation: a fraction of the genome's norm.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.errors import UserError
from agents.layout import Layout
from sim.landscape.plane import rows
from sim.landscape.vectors import genome_vector


def rays(
    genome: NDArray[np.float64], layout: Layout | None, count: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Random directions [N, P]: normal random numbers, each row scaled to the norm of the genome's row."""
    return like(rng.standard_normal((count, genome.size)), genome, layout)


def like(offsets: NDArray[np.float64], genome: NDArray[np.float64], layout: Layout | None) -> NDArray[np.float64]:
    """Scale offsets [N, P], row by row, to the norms of the genome's rows."""
    scaled = np.empty_like(offsets)
    for row in rows(layout, genome.size):
        lengths = np.sqrt((offsets[:, row] ** 2).sum(axis=1, keepdims=True))
        scaled[:, row] = offsets[:, row] * (np.sqrt((genome[row] ** 2).sum()) / lengths)
    return scaled


def centre(genome: ArrayLike, layout: Layout | None) -> NDArray[np.float64]:
    """A float64 copy of a genome [P]. Raises UserError if it does not fit the layout, or is all zero."""
    copy = genome_vector(genome, layout)
    if not copy.any():
        raise UserError("the genome is all zero and gives no unit of length: choose a trained or an initial one")
    return copy


def outcomes(objective: Callable[[NDArray[Any]], NDArray[Any]], genomes: NDArray[Any]) -> NDArray[Any]:
    """The values of genomes [N, P] by an objective, as [N, M] even if it returns [N]."""
    return np.asarray(objective(genomes)).reshape(len(genomes), -1)
