"""Rays: many random directions of genome space at once. N directions of P weights.

Where `sim.landscape.plane.directions` makes a few that are orthogonal, these are independent. Both are laid out as the
genome is: each row (a filter in Li et al. 2018) of a direction has the norm of the genome's row, so that a
direction is as long as the genome, and a step along it is counted in norms.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.errors import UserError
from agents.layout import Layout
from sim.landscape.plane import rows, vector


def rays(
    genome: NDArray[np.float64], layout: Layout | None, count: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Random directions [N, P], Gaussian in each row before the row is given the norm of the genome's."""
    return like(rng.standard_normal((count, genome.size)), genome, layout)


def like(offsets: NDArray[np.float64], genome: NDArray[np.float64], layout: Layout | None) -> NDArray[np.float64]:
    """Offsets [N, P], each row scaled to the norm of the genome's row."""
    found = np.empty_like(offsets)
    for row in rows(layout, genome.size):
        lengths = np.sqrt((offsets[:, row] ** 2).sum(axis=1, keepdims=True))
        found[:, row] = offsets[:, row] * (np.sqrt((genome[row] ** 2).sum()) / lengths)
    return found


def centre(genome: ArrayLike, layout: Layout | None) -> NDArray[np.float64]:
    """The genome [P] as float64; refuses one of another layout, or all zero, which gives no unit of length."""
    found = vector(genome, "the genome")
    if layout is not None and found.size != layout.size:
        raise UserError(f"a genome of {layout.describe()} has {layout.size} weights, got {found.size}")
    if not found.any():
        raise UserError("the genome is all zero and gives no unit of length: choose a trained or an initial one")
    return found


def outcomes(objective: Callable[[NDArray[Any]], NDArray[Any]], genomes: NDArray[Any]) -> NDArray[Any]:
    """What an objective says of genomes [N, P], as [N, M] also where it says [N]."""
    return np.asarray(objective(genomes)).reshape(len(genomes), -1)


def refuse_unless(holds: bool, what: str, got: Any) -> None:
    """Raise UserError that says what a setting must be and what was got."""
    if not holds:
        raise UserError(f"{what}, got {got}")
