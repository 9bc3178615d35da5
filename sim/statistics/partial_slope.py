"""The slope of one quantity against another at equal values of a third. S resamples, C strata of G points each."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DEGENERATE = 1e-12
"""The least share of the variance of x that z leaves free; below it, x is a linear function of z."""


def partial_slopes(strata: Sequence[tuple[Floats, Floats, Floats]]) -> tuple[Floats, Floats]:
    """The slopes b and c [...] of y = a + b x + c z by least squares, with an own a in each stratum.

    A stratum is x [G], y [..., G], z [..., G]. The slopes are NaN where x, or z, or both together do not vary within
    strata. That b is the slope of y against x at equal z, and also that of y - z: to subtract z changes c alone
    (Frisch and Waugh 1933).
    """
    centred = [tuple(each - each.mean(axis=-1, keepdims=True) for each in one) for one in strata]
    x, y, z = (np.concatenate([np.broadcast_to(one[at], one[2].shape) for one in centred], axis=-1) for at in range(3))
    xx, xz, zz, xy, zy = ((a * b).sum(axis=-1) for a, b in ((x, x), (x, z), (z, z), (x, y), (z, y)))
    free = xx * zz - xz**2
    free = np.where(free > DEGENERATE * xx * zz, free, np.nan)
    return np.asarray((xy * zz - zy * xz) / free), np.asarray((zy * xx - xy * xz) / free)
