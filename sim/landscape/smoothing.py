"""Smoothed landscapes: J_s(g) = E J(g + s e), e normal, and the curvature of what has none of its own.

N genomes, P weights, K antithetic pairs e, -e. Pellets are flat almost everywhere; evolution strategies climb J_s
(Lehman et al. 2018). All genomes see the same e (common random numbers), so a smoothed field is a function of its
coordinate. J_s has a Hessian, E[J(g + s e)(e e' - I)] / s^2, and its trace is 2 dJ_s / d(s^2), as for heat.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from agents.randomness import generator, words
from agents.variates import normal
from sim.landscape.curvature import Estimate, Product, mean, top_eigenvalue
from sim.landscape.function import Function

BATCH = 4096  # genomes handed to the function at once
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SmoothCurvature:
    """The Hessian of J_s at one genome, sampled; in the function's unit per squared unit of weight.

    `value` is J_s. `trace` follows the definition; `trace_by_blur` is the mean trace over variances from s^2/2 to
    3 s^2/2, and many times less noisy. `top` is the eigenvalue of the sampled Hessian that is largest in magnitude, and
    `noise` what the same sample gives once its values are shuffled: a top no larger than that shows nothing. `held_out`
    is the curvature that one half of the sample has along the direction found in the other: unbiased for that
    direction, and so on average no larger in magnitude than the true top eigenvalue.
    """

    value: Estimate
    trace: Estimate
    top: float
    noise: float
    held_out: Estimate


def smooth(function: Function, genomes: NDArray[Any], sigma: float, samples: int, seed: int = 0) -> Floats:
    """J_s of genomes [N, P], float64 [N]: the mean over `samples` genomes about each, `sigma` a weight, two to a pair.

    Where the function returns [N, M], each of the M values is smoothed.
    """
    check_smoothing(sigma, samples)
    total: Any = 0.0
    for pair in _pairs(function, genomes, sigma, samples // 2, seed):
        total = total + pair  # one by one: the order of numpy's own sum depends on N
    values: Floats = total / (samples // 2)
    return values


def estimate(function: Function, genome: NDArray[Any], sigma: float, samples: int, seed: int = 0) -> Estimate:
    """J_s of one genome [P], as `smooth` has it, with its standard error over the pairs."""
    check_smoothing(sigma, samples)
    return mean(np.array([pair[0] for pair in _pairs(function, genome[None], sigma, samples // 2, seed)]))


def smooth_curvature(
    function: Function, genome: NDArray[Any], sigma: float, samples: int, seed: int = 0
) -> SmoothCurvature:
    """The curvature of J_s at a genome [P], from `samples` genomes about it and as many again at two other radii."""
    check_smoothing(sigma, samples)
    pairs, size = samples // 2, genome.size
    e = _draw(size, seed, range(pairs))
    values, narrow, wide = (
        np.array([pair[0] for pair in _pairs(function, genome[None], radius, pairs, seed, e)])
        for radius in (sigma, sigma * math.sqrt(0.5), sigma * math.sqrt(1.5))
    )
    shuffled = generator(seed, "landscape/shuffle").permutation(values)
    halves = [(values[part], e[part]) for part in (slice(0, None, 2), slice(1, None, 2))]
    (one, other), (back, forth) = halves, halves[::-1]
    found = [_held_out(*one, *other, sigma), _held_out(*back, *forth, sigma)]
    return SmoothCurvature(
        value=mean(values),
        trace=mean(2 * (wide - narrow) / sigma**2),
        top=top_eigenvalue(_product(values, e, sigma), size).value,
        noise=abs(top_eigenvalue(_product(shuffled, e, sigma), size).value),
        held_out=Estimate((found[0].value + found[1].value) / 2, math.hypot(found[0].error, found[1].error) / 2),
    )


def _held_out(values: Floats, e: Floats, new_values: Floats, new_e: Floats, sigma: float) -> Estimate:
    """The curvature in new pairs along the top direction of others."""
    direction = top_eigenvalue(_product(values, e, sigma), e.shape[1]).vector
    return mean(_centred(new_values) * ((new_e @ direction) ** 2 - 1) / sigma**2)


def _product(values: Floats, e: Floats, sigma: float) -> Product:
    """Products with the Hessian that the means `values` [K] of pairs along e [K, P] give."""
    weights = _centred(values) / (len(values) * sigma**2)
    total = weights.sum()
    return lambda v: np.asarray((weights * (e @ v)) @ e - total * v)


def _centred(values: Floats) -> Floats:
    """Each value less the mean of the others, which leaves an estimate unbiased and takes most of its noise."""
    return np.asarray((values - values.mean()) * (len(values) / (len(values) - 1)))


def _pairs(
    function: Function, genomes: NDArray[Any], sigma: float, pairs: int, seed: int, drawn: Floats | None = None
) -> Iterator[Any]:
    """The mean value of each antithetic pair about every genome, K arrays [N]; e is drawn unless it was, [K, P]."""
    centre, count = np.asarray(genomes, np.float64), len(genomes)
    batch = max(1, BATCH // (2 * count))
    for first in range(0, pairs, batch):
        some = range(first, min(first + batch, pairs))
        e = _draw(centre.shape[1], seed, some) if drawn is None else drawn[some.start : some.stop]
        steps = sigma * np.stack([e, -e], axis=1)[:, :, None, :]
        moved = (centre + steps).reshape(-1, centre.shape[1]).astype(genomes.dtype)
        values = np.asarray(function(moved), np.float64)
        yield from values.reshape(len(e), 2, count, *values.shape[1:]).sum(axis=1) / 2


def _draw(size: int, seed: int, pairs: range) -> Floats:
    """The e of some pairs [K, P]."""
    return normal(np.stack([words(size, seed, "landscape/smooth", pair) for pair in pairs]))


def check_smoothing(sigma: float, samples: int) -> None:
    """Refuse, with UserError, a radius and a number of samples that cannot be."""
    if not 0 < sigma < math.inf:
        raise UserError(f"the radius of smoothing must be a number above 0, got {sigma}")
    if samples < 4 or samples % 2:
        raise UserError(f"samples come in antithetic pairs, so take an even number from 4 on, got {samples}")
