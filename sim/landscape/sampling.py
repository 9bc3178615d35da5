"""Sampling: the heights of an objective at the points of a plane, in batches that fit in memory.

N points or genomes of P weights, K layers, H and W rows and columns.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from sim.landscape.function import Function, FunctionObjective
from sim.landscape.objective import AnyObjective
from sim.landscape.plane import Plane, Window
from sim.rollout.machine import CPU, Machine

BATCH_BYTES = 1 << 26  # of genomes handed to the objective at once


def sample(
    objective: AnyObjective, plane: Plane, window: Window, machine: Machine = CPU, dtype: str = "auto"
) -> NDArray[Any]:
    """The heights [H, W], or [K, H, W], of one window in memory, with the same bits as a sweep.

    `dtype` is float32, float64, or the window's own choice. The heights are int32, float32 or float64.
    """
    chosen = window.dtype if dtype == "auto" else dtype
    return heights_at(objective, plane, window.points(), machine, chosen)


def sample_function(function: Function, plane: Plane, window: Window) -> NDArray[Any]:
    """What `sample` returns for a function of genomes that needs no name, as nothing is stored."""
    return sample(FunctionObjective("", function=function), plane, window)


def heights_at(
    objective: AnyObjective, plane: Plane, points: NDArray[np.float64], machine: Machine, dtype: str
) -> NDArray[Any]:
    """The heights [...], or [K, ...], at points [..., 2] of a plane. Raises UserError for values of another kind."""
    flat, parts = points.reshape(-1, 2), []
    batch = max(1, BATCH_BYTES // (plane.origin.size * np.dtype(dtype).itemsize))
    for some in (flat[start : start + batch] for start in range(0, len(flat), batch)):
        values = np.asarray(objective.on_plane(plane, some, dtype, machine))
        if values.ndim not in (1, 2) or len(values) != len(some):
            raise UserError(
                f"the objective returned values {list(values.shape)} for {len(some)} genomes; return one of each, [N]"
            )
        parts.append(storable(values))
    layers = np.concatenate(parts).T
    return np.ascontiguousarray(layers.reshape(*layers.shape[:-1], *points.shape[:-1]))


def storable(values: NDArray[Any]) -> NDArray[Any]:
    """Values as a field stores them: integers as int32, floats as float32 or float64."""
    if values.dtype.kind in "biu":
        if values.size and not -(2**31) <= int(values.min()) <= int(values.max()) < 2**31:
            raise UserError(f"the objective returned integers beyond 32 bits, up to {values.max()}; return floats")
        return values.astype(np.int32)
    if values.dtype.kind != "f":
        raise UserError(f"the objective must return integers or floats, got {values.dtype}; convert them")
    return values.astype(np.float32 if values.dtype.itemsize <= 4 else np.float64)
