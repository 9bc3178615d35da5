"""Uniform, normal and Gumbel variates from random words, with the same bits on every machine and with every numpy.

They use only + - * / and the square root of numpy. Each of these rounds once, as IEEE 754 says, so the results do not
depend on the mathematical library of a CPU.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PART = 1 << 14  # words that are transformed at once: so many stay in a core's cache
LN2 = 0.6931471805599453
ROOT_HALF = 0.7071067811865476
ODD = tuple(2 / (2 * power + 1) for power in range(11, -1, -1))  # log((1 + s) / (1 - s)) / s in powers of s^2

# Wichura (1988), AS 241, PPND16: numerator and denominator for the middle and for two tails, by rising powers.
MIDDLE = (
    (3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
     4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3),
    (1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
     2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3),
)  # fmt: skip
NEAR = (
    (1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
     1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4),
    (1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9),
)  # fmt: skip
FAR = (
    (6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
     2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7),
    (1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15),
)  # fmt: skip


def uniform(words: NDArray[np.uint64]) -> Floats:
    """Uniform variates, one for each of `words` [...]: the middle of one of 2^52 equal parts of (0, 1)."""
    return np.asarray(((words >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52)


def gumbel(words: NDArray[np.uint64]) -> Floats:
    """Standard Gumbel variates, one for each of `words` [...]: -log(-log(u)) of uniform u."""
    return np.asarray(-log(-log(uniform(words))))


def normal(words: NDArray[np.uint64]) -> Floats:
    """Standard normal variates, one for each of `words` [...]: the quantile of uniform u; error about 1e-15 of it."""
    flat = words.ravel()
    parts = [_normal(uniform(flat[start : start + PART])) for start in range(0, flat.size, PART)]
    return np.concatenate([np.empty(0), *parts]).reshape(words.shape)


def _normal(u: Floats) -> Floats:
    """The normal quantiles of u in (0, 1), [N]."""
    q = u - 0.5
    variates = q * _ratio(MIDDLE, 0.180625 - q * q)
    tails = np.flatnonzero(np.abs(q) > 0.425)
    r: Floats = np.sqrt(-log(np.minimum(u[tails], 1 - u[tails])))
    distance = np.where(r <= 5, _ratio(NEAR, r - 1.6), _ratio(FAR, r - 5))
    variates[tails] = np.copysign(distance, q[tails])
    return np.asarray(variates)


def log(x: Floats) -> Floats:
    """The natural logarithm of positive normal numbers; its error is at most 3 ulp."""
    mantissa, exponent = np.frexp(x)
    small = mantissa < ROOT_HALF
    mantissa, exponent = np.where(small, 2 * mantissa, mantissa), exponent - small
    s: NDArray[Any] = (mantissa - 1) / (mantissa + 1)
    square = s * s
    total: NDArray[Any] = np.full_like(s, ODD[0])
    for coefficient in ODD[1:]:
        total = total * square + coefficient
    result: Floats = s * total + exponent * LN2
    return result


def _ratio(powers: tuple[Sequence[float], Sequence[float]], x: Floats) -> Floats:
    """A rational function of x: one polynomial over another, both given by rising powers."""
    numerator, denominator = (np.full_like(x, coefficients[-1]) for coefficients in powers)
    for a, b in zip(powers[0][-2::-1], powers[1][-2::-1], strict=True):
        numerator *= x
        numerator += a
        denominator *= x
        denominator += b
    numerator /= denominator
    return numerator
