"""Vectors of genome space: checked copies, norms and scalar products with the same bits on every machine.

P weights.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.errors import UserError
from agents.layout import Layout


def vector(values: ArrayLike, what: str) -> NDArray[np.float64]:
    """A read-only float64 copy [P] of a genome or direction. Raises UserError if it is no vector, or not finite.

    `what` names it in the error.
    """
    copy = np.array(values, np.float64)
    if copy.ndim != 1 or not copy.size:
        raise UserError(f"{what} must be one vector of weights, got an array of shape {list(copy.shape)}")
    if not np.isfinite(copy).all():
        raise UserError(f"{what} has weights that are not finite: check the file it came from")
    copy.flags.writeable = False
    return copy


def genome_vector(genome: ArrayLike, layout: Layout | None) -> NDArray[np.float64]:
    """A read-only float64 copy [P] of a genome. Raises UserError if it does not have the weights of its layout."""
    copy = vector(genome, "the genome")
    if layout is not None and copy.size != layout.size:
        raise UserError(f"a genome of {layout.describe()} has {layout.size} weights, got {copy.size}")
    return copy


def dot(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """The scalar product of two vectors [P]. BLAS adds in an order that depends on the machine; fsum rounds once."""
    return math.fsum((a * b).tolist())


def length(a: NDArray[np.float64]) -> float:
    """The Euclidean norm of a vector [P]."""
    return math.sqrt(dot(a, a))


def orthogonal_part(a: NDArray[np.float64], others: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """The part of a vector [P] that is orthogonal to others, which are orthogonal to each other (Gram-Schmidt)."""
    for other in others * 2:  # twice is enough (Giraud et al. 2005)
        square = dot(other, other)
        if square > 0:
            a = a - other * (dot(other, a) / square)
    return a
