"""Sampling: evaluating an objective at the points of a plane, in batches that fit in memory.

N points or genomes of P weights, K layers, H and W rows and columns.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from sim.landscape.field import Field
from sim.landscape.function import Function, FunctionObjective
from sim.landscape.landscape import Landscape
from sim.landscape.objective import AnyObjective
from sim.landscape.plane import Plane, Window
from sim.landscape.several import only, separate
from sim.landscape.tour import Tour
from sim.rollout.machine import CPU, Machine

Progress = Callable[[int, int], None]
BATCH_BYTES = 1 << 26  # of the genomes in one call of the objective


def sample(
    objective: AnyObjective,
    plane: Plane,
    window: Window,
    machine: Machine = CPU,
    dtype: str = "auto",
    progress: Progress | None = None,
) -> NDArray[Any]:
    """The heights of one window, [H, W], or [K, H, W] with layers, with the same bits as in a sweep.

    `dtype` is the arithmetic: float32, float64, or auto, which lets the window choose. The heights are int32, float32
    or float64. `progress` is called with the pixels that are done, and all.
    """
    chosen = window.dtype if dtype == "auto" else dtype
    return heights_at(objective, plane, window.points(), machine, chosen, progress)


def sample_function(function: Function, plane: Plane, window: Window) -> NDArray[Any]:
    """The heights of one window by a function, like `sample`; as nothing is stored, the function needs no name."""
    return sample(FunctionObjective("", function=function), plane, window)


def sample_field(landscape: Landscape, machine: Machine = CPU, progress: Progress | None = None) -> Field:
    """The field in memory of a landscape of one view, with the same bits as a sweep; its first quantity.

    `progress` as in `sample`.
    """
    return sample_fields(only(landscape, None), machine, progress)[landscape.objective.quantity]


def sample_fields(landscape: Landscape, machine: Machine = CPU, progress: Progress | None = None) -> dict[str, Field]:
    """The fields in memory of all quantities of a landscape of one view, by name, from one rollout.

    `progress` as in `sample`.
    """
    tour = landscape.tour
    if len(tour.windows) != 1:
        raise UserError(f"one view is sampled in memory, got a tour of {len(tour.windows)}; sweep it")
    points, dtype = tour.windows[0].points(), tour.dtype(0)
    fields = {}
    for name, heights in all_heights_at(landscape.objective, tour.plane(0), points, machine, dtype, progress).items():
        layers = heights if heights.ndim == 3 else heights[None]
        check_layers(tour, len(layers))
        fields[name] = Field(only(landscape, name), layers)
    return fields


def check_layers(tour: Tour, count: int) -> None:
    """Raise UserError unless an objective returns as many layers of a genome as a tour shows."""
    wanted = len(tour) if tour.layers else 1
    if count != wanted:
        raise UserError(f"the objective returns {count} layers, the tour has {wanted}; choose another tour")


def heights_at(
    objective: AnyObjective,
    plane: Plane,
    points: NDArray[np.float64],
    machine: Machine,
    dtype: str,
    progress: Progress | None = None,
) -> NDArray[Any]:
    """The heights [...], or [K, ...] with layers, at points [..., 2] of a plane; of several quantities, the first.

    `progress` as in `sample`.

    Raises UserError if the objective returns values of a wrong shape or type.
    """
    first = separate(objective)[objective.quantity]
    return all_heights_at(first, plane, points, machine, dtype, progress)[objective.quantity]


def all_heights_at(
    objective: AnyObjective,
    plane: Plane,
    points: NDArray[np.float64],
    machine: Machine,
    dtype: str,
    progress: Progress | None = None,
) -> dict[str, NDArray[Any]]:
    """Like `heights_at`, for each quantity of the objective, by name."""
    flat, parts = points.reshape(-1, 2), []
    batch = max(1, BATCH_BYTES // (plane.origin.size * np.dtype(dtype).itemsize))
    for start in range(0, len(flat), batch):
        parts.append(objective.all_on_plane(plane, flat[start : start + batch], dtype, machine))
        if progress is not None:
            progress(min(start + batch, len(flat)), len(flat))
    copy = True if isinstance(objective, FunctionObjective) else None  # it may return the same array, and write to it
    heights = {}
    for name in parts[0]:
        values = [storable(part[name]) for part in parts]
        layers = (values[0] if len(values) == 1 else np.concatenate(values)).T
        heights[name] = np.array(layers.reshape(*layers.shape[:-1], *points.shape[:-1]), order="C", copy=copy)
    return heights


def storable(values: NDArray[Any]) -> NDArray[Any]:
    """Convert values to a type that fields store: integers to int32, floats to float32 or float64."""
    if values.dtype in (np.int32, np.float32, np.float64):
        return values
    if values.dtype.kind in "biu":
        if values.size and not -(2**31) <= int(values.min()) <= int(values.max()) < 2**31:
            raise UserError(f"the objective returned integers beyond 32 bits, up to {values.max()}; return floats")
        return values.astype(np.int32)
    return values.astype(np.float32 if values.dtype.itemsize <= 4 else np.float64)
