"""Checks of the arrays that optimisers get. N genomes in a population, S genomes to start from, P weights."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.errors import Remedy, UserError

MOST = 100_000  # genomes in a population


def start_genomes(start: NDArray[Any]) -> NDArray[np.float32]:
    """A copy of the genomes to start from, [S, P] or one [P], as float32 [S, P]. Raises UserError unless finite."""
    genomes = np.array(start, np.float32, ndmin=2)
    if genomes.ndim != 2 or not genomes.size:
        raise UserError(
            f"an optimiser starts from genomes [S, P] or one [P], got an array of shape {list(start.shape)}"
        )
    if not np.isfinite(genomes).all():
        raise UserError("an optimiser starts from finite genomes, got NaN or infinite weights; choose another start")
    return genomes


def checked_values(values: ArrayLike, count: int) -> NDArray[np.float64]:
    """The values [N] of a population as float64. Raises UserError unless there are `count`, all finite."""
    array = np.asarray(values, np.float64)
    if array.shape != (count,):
        raise UserError(
            f"a population of {count} genomes needs {count} values, got an array of shape {list(array.shape)}"
        )
    broken = np.flatnonzero(~np.isfinite(array))
    if broken.size:
        raise UserError(f"values must be finite, got {array[broken[0]]} for genome {broken[0]}; correct the objective")
    return array


def saved(state: Mapping[str, NDArray[Any]], name: str, *shape: int) -> NDArray[Any]:
    """A copy of one array of a saved state. Raises UserError unless it has this shape and is finite."""
    if name not in state:
        raise UserError(f"the saved state has no {name!r}, so another optimiser saved it", Remedy.START_OVER)
    array = np.array(state[name])
    if array.shape != shape:
        got = f"expected shape {list(shape)}, got {list(array.shape)}"
        raise UserError(f"{name!r} of the saved optimiser has another configuration: {got}", Remedy.START_OVER)
    if array.dtype.kind not in "biuf" or not np.isfinite(array).all():
        raise UserError(f"{name!r} of the saved optimiser is not finite; go back to an earlier checkpoint")
    return array
