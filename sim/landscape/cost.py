"""The cost of a sweep, estimated before it begins."""

import itertools
import math
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.landscape.landscape import Landscape
from sim.landscape.plane import Plane
from sim.landscape.sampling import storable
from sim.landscape.tour import Tour
from sim.rollout.machine import CPU, Machine

GOLDEN = 0.6180339887498949  # the golden ratio less 1: multiples of it, modulo 1, spread evenly


@dataclass(frozen=True, slots=True)
class Cost:
    """What a sweep takes: evaluations, bytes of heights before compression, and seconds."""

    evaluations: int
    bytes: int
    seconds: float


def cost(landscape: Landscape, machine: Machine = CPU, seconds: float = 1.0) -> Cost:
    """Estimate the cost of a sweep: time its objective on pixels from all over the tour, for about `seconds`.

    The first call of the objective is not timed, because it may compile.
    """
    tour, objective = landscape.tour, landscape.objective
    pixels = math.prod(tour.shape)
    batch, timed, genomes, spent = min(16, pixels), 0, 0, 0.0
    told = objective.all_on_plane(*_scattered(tour, 0, batch), machine)
    begin = time.perf_counter()
    for index in itertools.count(1):
        if batch > timed:  # a larger batch takes less time for each genome, so only the largest counts
            timed, genomes, spent = batch, 0, 0.0
        start = time.perf_counter()
        objective.all_on_plane(*_scattered(tour, index, batch), machine)
        now = time.perf_counter()
        genomes, spent, batch = genomes + batch, spent + now - start, min(2 * batch, pixels, 4096)
        if now - begin >= seconds:
            break
    evaluations = len(tour.windows) * pixels
    itemsize = sum(storable(values).itemsize for values in told.values())
    return Cost(evaluations, len(tour) * pixels * itemsize, spent / genomes * evaluations)


def _scattered(tour: Tour, index: int, count: int) -> tuple[Plane, NDArray[np.float64], str]:
    """The plane of a view, `count` points [N, 2] of pixels from all over it, and its arithmetic.

    `index` counts the calls; steps of the golden ratio spread views and pixels evenly.
    """
    view = int(index * GOLDEN % 1 * len(tour.windows))
    height, width = tour.shape
    at = (((index + np.arange(count)) * GOLDEN) % 1 * height * width).astype(np.int64)
    return tour.plane(view), tour.windows[view].at(at // width, at % width), tour.dtype(view)
