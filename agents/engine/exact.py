"""The readable engine of the arithmetic contract: numpy arrays, with a fused multiply-add that rounds once.

It is slow. The tests compare every faster engine with it, and windows and films replay episodes with it.
"""

from fractions import Fraction
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.engine.arithmetic import CONSTANTS, Constants
from agents.engine.errorfree import add_to_odd, fused
from agents.engine.modes import unfused

Float = NDArray[Any]  # float32 or float64, any shape


def constants(x: Float) -> Constants:
    """The constants of the type of `x`."""
    return CONSTANTS[x.dtype.name]


def select(condition: NDArray[np.bool_], yes: Any, no: Any) -> Float:
    """`yes` where the condition is true, `no` elsewhere; a Python number gets the type of the other argument."""
    return np.asarray(np.where(condition, yes, no))


def copysign(magnitude: Float, sign: Float) -> Float:
    """`magnitude` with the sign bit of `sign`."""
    return np.copysign(magnitude, sign)


def exp2_shifted(shifted: Float) -> Float:
    """2^n, where `shifted` is n plus the shifter of its type."""
    whole = shifted - shifted.dtype.type(constants(shifted).shifter)
    return np.asarray(np.ldexp(shifted.dtype.type(1), whole.astype(np.int32)))


def fma(a: Any, b: Any, c: Any) -> Float:
    """a b + c, rounded once to the type of the arrays among them, float32 or float64; twice in the unfused twin."""
    kind = np.result_type(a, b, c)
    a, b, c = (np.asarray(value, kind) for value in (a, b, c))
    with np.errstate(all="ignore"):
        if unfused():
            return np.asarray(a * b + c)
        if kind == np.float32:  # the product of two float32 is exact in float64, and 53 bits >= 2 * 24 + 2
            return np.asarray(add_to_odd(a.astype(np.float64) * b, c.astype(np.float64), np), np.float32)
        return _fma64(*np.broadcast_arrays(a, b, c))


def _fma64(a: Float, b: Float, c: Float) -> Float:
    """a b + c rounded once, float64."""
    result, unsafe = fused(a, b, c, np)
    for index in zip(*np.nonzero(unsafe), strict=True):
        result[index] = _fma_by_fractions(float(a[index]), float(b[index]), float(c[index]))
    return np.asarray(result)


def _fma_by_fractions(a: float, b: float, c: float) -> float:
    """a b + c rounded once, computed exactly with Python's fractions."""
    if a == 0 or b == 0 or not (isfinite(a) and isfinite(b)):
        return a * b + c
    if not isfinite(c):
        return c
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    try:
        return float(exact)
    except OverflowError:
        return float("inf") if exact > 0 else float("-inf")
