"""Arrays that optimisers are given. N genomes in a population, S to start from, P parameters."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.errors import Remedy, UserError

MOST = 100_000  # genomes in a population


def start_genomes(start: NDArray[Any]) -> NDArray[np.float32]:
    """A copy of the genomes to start from, [S, P] or one [P], as float32 [S, P]."""
    genomes = np.array(start, np.float32, ndmin=2)
    if genomes.ndim != 2 or not genomes.size:
        raise UserError(
            f"an optimiser starts from genomes [S, P] or one [P], got an array of shape {list(start.shape)}"
        )
    if not np.isfinite(genomes).all():
        raise UserError("an optimiser starts from finite genomes, got NaN or infinite weights; choose another start")
    return genomes


def told_values(values: ArrayLike, count: int) -> NDArray[np.float64]:
    """The values [N] of the genomes that were asked, as float64."""
    array = np.asarray(values, np.float64)
    if array.shape != (count,):
        raise UserError(
            f"{count} genomes were asked, so tell {count} values, got an array of shape {list(array.shape)}"
        )
    broken = np.flatnonzero(~np.isfinite(array))
    if broken.size:
        raise UserError(f"values must be finite, got {array[broken[0]]} for genome {broken[0]}; mend the objective")
    return array


def saved(state: Mapping[str, NDArray[Any]], name: str, *shape: int) -> NDArray[Any]:
    """A copy of one array of a saved state, of the shape that this optimiser has."""
    if name not in state:
        raise UserError(f"the saved optimiser has no {name!r}, so that it is from another optimiser", Remedy.START_OVER)
    array = np.array(state[name])
    if array.shape != shape:
        got = f"expected shape {list(shape)}, got {list(array.shape)}"
        raise UserError(f"{name!r} of the saved optimiser is of another configuration: {got}", Remedy.START_OVER)
    if not np.isfinite(array).all():
        raise UserError(f"{name!r} of the saved optimiser is not finite; go back to an earlier checkpoint")
    return array
