"""The readable engine of the arithmetic contract: numpy arrays, with a fused multiply-add that rounds once.

Slow and plain. It is the oracle of every faster engine, and what replays an episode for looking.
"""

from fractions import Fraction
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.arithmetic import CONSTANTS, Constants, unfused

Float = NDArray[Any]  # float32 or float64, any shape


def constants(x: Float) -> Constants:
    """The constants of the type of `x`."""
    return CONSTANTS[x.dtype.name]


def select(condition: NDArray[np.bool_], yes: Any, no: Any) -> Float:
    """`yes` where the condition holds, `no` elsewhere; a plain number takes the type of the other."""
    return np.asarray(np.where(condition, yes, no))


def copysign(magnitude: Float, sign: Float) -> Float:
    """`magnitude` with the sign bit of `sign`."""
    return np.copysign(magnitude, sign)


def exp2_shifted(shifted: Float) -> Float:
    """2^n, where `shifted` is n plus the type's shifter."""
    whole = shifted - shifted.dtype.type(constants(shifted).shifter)
    return np.asarray(np.ldexp(shifted.dtype.type(1), whole.astype(np.int32)))


def fma(a: Any, b: Any, c: Any) -> Float:
    """a b + c, rounded once to the type of the array among them; float32 or float64. Twice in the unfused twin."""
    kind = np.result_type(a, b, c)
    a, b, c = (np.asarray(value, kind) for value in (a, b, c))
    with np.errstate(all="ignore"):
        if unfused():
            return np.asarray(a * b + c)
        if kind == np.float32:  # the product of two float32 is exact in float64, and 53 bits >= 2 * 24 + 2
            return _add_to_odd(a.astype(np.float64) * b, c.astype(np.float64)).astype(np.float32)
        return _fma64(*np.broadcast_arrays(a, b, c))


def _add_to_odd(x: Float, y: Float) -> Float:
    """x + y in float64, rounded to odd, so that one more rounding to fewer bits is correct (Boldo, Melquiond 2008)."""
    total, error = _two_sum(x, y)
    bits = total.view(np.int64)
    inexact = (error != 0) & np.isfinite(error) & (bits & 1 == 0)
    towards = np.where((error > 0) == (total > 0), 1, -1)
    return np.where(inexact, bits + towards, bits).view(np.float64)


def _two_sum(x: Float, y: Float) -> tuple[Float, Float]:
    """The sum x + y and its rounding error, exactly (Knuth 1969)."""
    total = np.asarray(x + y)
    part = total - x
    return total, (x - (total - part)) + (y - part)


def _two_product(a: Float, b: Float) -> tuple[Float, Float]:
    """The product a b and its rounding error, exactly (Veltkamp, Dekker 1971); not near overflow or underflow."""
    product = a * b
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    return product, a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)


def _halves(a: Float) -> tuple[Float, Float]:
    scaled = a * 134217729.0
    high = scaled - (scaled - a)
    return high, a - high


def _fma64(a: Float, b: Float, c: Float) -> Float:
    product, product_error = _two_product(a, b)
    sum_high, sum_low = _two_sum(c, product_error)
    high, low = _two_sum(product, sum_high)
    zero = (a == 0) | (b == 0)  # the sum of errors would lose the sign of such a product
    result = np.where(zero, product + c, high + _add_to_odd(low, sum_low))
    largest = np.maximum(np.maximum(abs(a), abs(b)), np.maximum(abs(product), abs(c)))
    unsafe = ~(largest < 1e290) | ((abs(product) < 1e-250) & ~zero)
    for index in zip(*np.nonzero(unsafe), strict=True):
        result[index] = _fma_by_fractions(float(a[index]), float(b[index]), float(c[index]))
    return result


def _fma_by_fractions(a: float, b: float, c: float) -> float:
    if a == 0 or b == 0 or not (isfinite(a) and isfinite(b)):
        return a * b + c
    if not isfinite(c):
        return c
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    try:
        return float(exact)
    except OverflowError:
        return float("inf") if exact > 0 else float("-inf")
