"""Smoothed landscapes, J_s(g) = E J(g + s e) with normal noise e, and their curvature.

N genomes, P weights, K antithetic pairs e, -e. The pellets J are constant almost everywhere and so have no curvature;
their smoothed landscape J_s, which evolution strategies climb (Lehman et al. 2018), has one. Its Hessian is
E[J(g + s e)(e e' - I)] / s^2, and the trace of that is 2 dJ_s / d(s^2), as in the heat equation. All genomes get the
same e (common random numbers), so the smoothed height at a coordinate does not depend on other coordinates.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents import checks
from agents.randomness import generator, words
from agents.variates import normal
from sim.landscape.curvature import Eigenpair, Estimate, Product, mean, top_eigenvalue
from sim.landscape.function import Function

BATCH = 4096  # genomes in one call of the function
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SmoothCurvature:
    """Estimates of J_s and its Hessian at one genome, in the function's unit per squared unit of weight.

    `value` is J_s. `trace` is the mean trace over variances from s^2/2 to 3 s^2/2, by how J_s changes with the
    variance. `top` is the eigenvalue of the sampled Hessian that is largest in magnitude. `noise` is the same of the
    sample with shuffled values: a `top` that is no larger shows nothing. `held_out` is the curvature of one half of the
    sample along the top direction of the other half. It is unbiased for that direction, and so on average no larger in
    magnitude than the true top eigenvalue.
    """

    value: Estimate
    trace: Estimate
    top: Eigenpair
    noise: Eigenpair
    held_out: Estimate


def smooth(function: Function, genomes: NDArray[Any], sigma: float, samples: int, seed: int = 0) -> Floats:
    """J_s of genomes [N, P], float64 [N]: the mean over `samples` genomes around each, in antithetic pairs.

    `sigma` is the standard deviation of the noise on each weight. If the function returns [N, M], all M are smoothed.
    """
    check_smoothing(sigma, samples)
    total: Any = 0.0
    for pair in _pairs(function, genomes, sigma, samples // 2, seed):
        total = total + pair  # one by one, because the order in which numpy's sum adds depends on N
    values: Floats = total / (samples // 2)
    return values


def estimate(function: Function, genome: NDArray[Any], sigma: float, samples: int, seed: int = 0) -> Estimate:
    """J_s of one genome [P], as in `smooth`, with its standard error over the pairs."""
    check_smoothing(sigma, samples)
    return mean(np.array([pair[0] for pair in _pairs(function, genome[None], sigma, samples // 2, seed)]))


def gradient(
    function: Function, genome: NDArray[Any], sigma: float, samples: int, seed: int = 0, index: int = 0
) -> Floats:
    """An estimate of the gradient of J_s at a genome [P], from `samples` genomes in antithetic pairs.

    It is E[(J(g + s e) - J(g - s e)) e] / 2s (Salimans et al. 2017, eq. 1). Another index gives an independent
    estimate.
    """
    check_smoothing(sigma, samples)
    e = generator(seed, "landscape/gradient", index).standard_normal((samples // 2, genome.size))
    moved = (np.asarray(genome, np.float64) + sigma * np.concatenate([e, -e])).astype(genome.dtype)
    plus, minus = np.split(np.asarray(function(moved), np.float64), 2)
    # not a matrix product, whose bits depend on the processor: a sum over rows adds in order
    return np.asarray(((plus - minus)[:, None] * e).sum(axis=0) / (sigma * samples))


def smooth_curvature(
    function: Function, genome: NDArray[Any], sigma: float, samples: int, seed: int = 0
) -> SmoothCurvature:
    """The curvature of J_s at a genome [P], from `samples` genomes around it at each of three standard deviations."""
    check_smoothing(sigma, samples)
    pairs, size = samples // 2, genome.size
    e = _draw(size, seed, range(pairs))
    values, narrow, wide = (
        np.array([pair[0] for pair in _pairs(function, genome[None], deviation, pairs, seed, e)])
        for deviation in (sigma, sigma * math.sqrt(0.5), sigma * math.sqrt(1.5))
    )
    shuffled = generator(seed, "landscape/shuffle").permutation(values)
    halves = [(values[part], e[part]) for part in (slice(0, None, 2), slice(1, None, 2))]
    (one, other), (back, forth) = halves, halves[::-1]
    found = [_held_out(*one, *other, sigma), _held_out(*back, *forth, sigma)]
    return SmoothCurvature(
        value=mean(values),
        trace=mean(2 * (wide - narrow) / sigma**2),
        top=top_eigenvalue(_product(values, e, sigma), size),
        noise=top_eigenvalue(_product(shuffled, e, sigma), size),
        held_out=Estimate((found[0].value + found[1].value) / 2, math.hypot(found[0].error, found[1].error) / 2),
    )


def _held_out(values: Floats, e: Floats, new_values: Floats, new_e: Floats, sigma: float) -> Estimate:
    """The curvature of the new pairs along the top direction of other pairs."""
    direction = top_eigenvalue(_product(values, e, sigma), e.shape[1]).vector
    return mean(_centred(new_values) * ((new_e @ direction) ** 2 - 1) / sigma**2)


def _product(values: Floats, e: Floats, sigma: float) -> Product:
    """A function that multiplies vectors with the sampled Hessian of pairs along e [K, P] with mean `values` [K]."""
    weights = _centred(values) / (len(values) * sigma**2)
    total = weights.sum()
    return lambda v: np.asarray((weights * (e @ v)) @ e - total * v)


def _centred(values: Floats) -> Floats:
    """Each value minus the mean of the others; the estimate stays unbiased and loses most of its noise."""
    return np.asarray((values - values.mean()) * (len(values) / (len(values) - 1)))


def _pairs(
    function: Function, genomes: NDArray[Any], sigma: float, pairs: int, seed: int, drawn: Floats | None = None
) -> Iterator[Any]:
    """Yield, for each of K antithetic pairs, the mean value of the pair around every genome [N].

    The noise e [K, P] is drawn, unless it is passed as `drawn`.
    """
    centre, count = np.asarray(genomes, np.float64), len(genomes)
    batch = max(1, BATCH // (2 * count))
    for first in range(0, pairs, batch):
        part = range(first, min(first + batch, pairs))
        e = _draw(centre.shape[1], seed, part) if drawn is None else drawn[part.start : part.stop]
        steps = sigma * np.stack([e, -e], axis=1)[:, :, None, :]
        moved = (centre + steps).reshape(-1, centre.shape[1]).astype(genomes.dtype)
        values = np.asarray(function(moved), np.float64)
        yield from values.reshape(len(e), 2, count, *values.shape[1:]).sum(axis=1) / 2


def _draw(size: int, seed: int, pairs: range) -> Floats:
    """The noise e [K, P] of the pairs with these numbers."""
    return normal(np.stack([words(size, seed, "landscape/smooth", pair) for pair in pairs]))


def check_smoothing(sigma: float, samples: int) -> None:
    """Refuse, with UserError, a sigma that is not above 0, and a number of samples that is odd or below 4."""
    checks.positive("sigma", sigma)
    checks.whole("samples", samples, 4, math.inf)
    checks.even("samples", samples, "they come in antithetic pairs")
