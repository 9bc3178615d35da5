"""The volume of the region around a genome where a loss is low (Scherlis, Belrose 2025). K directions, P weights.

The region is taken as star-shaped: along each direction it ends where the loss first exceeds the threshold. Directions
are those of unit vectors z, transformed by a preconditioner A [P, P]: with r(z) the distance along A z at which the
region ends, in lengths of A z, the volume is |det A| times that of the unit ball times the mean of r^P over z.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.randomness import generator

DOUBLINGS, HALVINGS = 60, 20
SMALLEST = 1e-6  # the first distance, as a share of the largest
Floats = NDArray[np.float64]
Losses = Callable[[Floats], NDArray[Any]]
"""genomes [K, P] -> losses [K]."""


@dataclass(frozen=True, slots=True)
class Volume:
    """The natural logarithm of a volume, its standard error, and the effective number of directions.

    `typical` is the logarithm with the geometric mean of the radii: a lower bound (Jensen), with its error. It is known
    well where the volume itself rests on few directions.
    """

    log: float
    error: float
    effective: float
    typical: float
    typical_error: float


def local_volume(
    losses: Losses, genome: Floats, rise: float, transform: Floats, *, radius: float, directions: int, seed: int
) -> Volume:
    """The volume around a genome [P] where the loss is at most `rise` above that of the genome.

    `transform` is the preconditioner, symmetric and positive; of a quadratic loss with Hessian H, H^(-1/2) leaves no
    variance. The region ends at the distance `radius` at the latest, or flat directions would make it infinite.
    """
    from agents.network.threads import one_blas_thread

    size = genome.size
    drawn = generator(seed, "landscape/volume").standard_normal((directions, size))
    with one_blas_thread():
        rays = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)) @ transform
        _, log_determinant = np.linalg.slogdet(transform)
    ends = radius / np.linalg.norm(rays, axis=1)
    r = first_crossings(losses, genome, rays, ends, float(losses(genome[None])[0]) + rise)
    powers = size * np.log(r)
    weights = np.exp(powers - powers.max())
    mean = float(weights.mean())
    error = float(weights.std(ddof=1)) / math.sqrt(directions) / mean if directions > 1 else math.inf
    unit = log_ball(size) + float(log_determinant)
    return Volume(
        log=unit + float(powers.max()) + math.log(mean),
        error=error,
        effective=float(weights.sum() ** 2 / (weights**2).sum()),
        typical=unit + float(powers.mean()),
        typical_error=float(powers.std(ddof=1)) / math.sqrt(directions) if directions > 1 else math.inf,
    )


def first_crossings(losses: Losses, genome: Floats, rays: Floats, ends: Floats, threshold: float) -> Floats:
    """How far along each ray [K, P] the loss first exceeds the threshold, in lengths of the ray; at most `ends` [K].

    The distance is doubled until the loss exceeds the threshold, then halved between the last two distances.
    """
    high, low = ends * SMALLEST, np.zeros(len(rays))
    for _ in range(DOUBLINGS):
        inside = (np.asarray(losses(genome + high[:, None] * rays)) <= threshold) & (high < ends)
        if not inside.any():
            break
        low, high = np.where(inside, high, low), np.where(inside, np.minimum(2 * high, ends), high)
    beyond = np.asarray(losses(genome + high[:, None] * rays)) > threshold
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        inside = np.asarray(losses(genome + middle[:, None] * rays)) <= threshold
        low, high = np.where(beyond & inside, middle, low), np.where(beyond & ~inside, middle, high)
    return np.where(beyond, (low + high) / 2, ends)


def log_ball(size: int) -> float:
    """The natural logarithm of the volume of the unit ball in `size` dimensions."""
    return size / 2 * math.log(math.pi) - math.lgamma(size / 2 + 1)
