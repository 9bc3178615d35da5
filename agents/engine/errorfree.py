"""Error-free sums and products of float64 arrays of numpy or torch, and a fused multiply-add built from them.

`lib` is the library of the arrays, numpy or torch: where, maximum, isfinite, int64 and float64 are the same in both.
Each operation rounds once, as IEEE 754 says.
"""

from typing import Any

Float = Any  # a float64 array of `lib`


def two_sum(x: Float, y: Float) -> tuple[Float, Float]:
    """The sum x + y and its exact rounding error (Knuth 1969)."""
    total = x + y
    part = total - x
    return total, (x - (total - part)) + (y - part)


def two_product(a: Float, b: Float) -> tuple[Float, Float]:
    """The product a b and its exact rounding error (Veltkamp, Dekker 1971); not valid near overflow or underflow."""
    product = a * b
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    return product, a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)


def add_to_odd(x: Float, y: Float, lib: Any) -> Float:
    """x + y rounded to odd, so that a second rounding to fewer bits is correct (Boldo, Melquiond 2008)."""
    total, error = two_sum(x, y)
    bits = total.view(lib.int64)
    inexact = (error != 0) & lib.isfinite(error) & (bits & 1 == 0)
    towards = lib.where((error > 0) == (total > 0), 1, -1)
    return lib.where(inexact, bits + towards, bits).view(lib.float64)


def fused(a: Float, b: Float, c: Float, lib: Any) -> tuple[Float, Any]:
    """a b + c rounded once, and a mask of where that may be wrong: near overflow or underflow, and at NaNs."""
    product, product_error = two_product(a, b)
    sum_high, sum_low = two_sum(c, product_error)
    high, low = two_sum(product, sum_high)
    zero = (a == 0) | (b == 0)  # the sum of the errors would lose the sign of a product that is zero
    result = lib.where(zero, product + c, high + add_to_odd(low, sum_low, lib))
    largest = lib.maximum(lib.maximum(abs(a), abs(b)), lib.maximum(abs(product), abs(c)))  # NaN if any is NaN
    return result, ~(largest < 1e290) | ((abs(product) < 1e-250) & ~zero)


def _halves(a: Float) -> tuple[Float, Float]:
    """Two numbers of 26 bits whose sum is a (Veltkamp)."""
    scaled = a * 134217729.0
    high = scaled - (scaled - a)
    return high, a - high
