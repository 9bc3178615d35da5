"""Sums and products with their rounding errors, of float64 arrays of any library: what a fused multiply-add is made of.

`lib` is the arrays' library, numpy or torch: where, maximum, isfinite, int64 and float64 are the same in both. Each
operation rounds once, as IEEE 754 says.
"""

from typing import Any

Float = Any  # a float64 array of `lib`


def two_sum(x: Float, y: Float) -> tuple[Float, Float]:
    """The sum x + y and its rounding error, exactly (Knuth 1969)."""
    total = x + y
    part = total - x
    return total, (x - (total - part)) + (y - part)


def two_product(a: Float, b: Float) -> tuple[Float, Float]:
    """The product a b and its rounding error, exactly (Veltkamp, Dekker 1971); not near overflow or underflow."""
    product = a * b
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    return product, a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)


def add_to_odd(x: Float, y: Float, lib: Any) -> Float:
    """x + y, rounded to odd, so that one more rounding to fewer bits is correct (Boldo, Melquiond 2008)."""
    total, error = two_sum(x, y)
    bits = total.view(lib.int64)
    inexact = (error != 0) & lib.isfinite(error) & (bits & 1 == 0)
    towards = lib.where((error > 0) == (total > 0), 1, -1)
    return lib.where(inexact, bits + towards, bits).view(lib.float64)


def fused(a: Float, b: Float, c: Float, lib: Any) -> tuple[Float, Any]:
    """a b + c, rounded once, and where it is not to be trusted: near overflow or underflow, and where one is NaN."""
    product, product_error = two_product(a, b)
    sum_high, sum_low = two_sum(c, product_error)
    high, low = two_sum(product, sum_high)
    zero = (a == 0) | (b == 0)  # the sum of errors would lose the sign of such a product
    result = lib.where(zero, product + c, high + add_to_odd(low, sum_low, lib))
    largest = lib.maximum(lib.maximum(abs(a), abs(b)), lib.maximum(abs(product), abs(c)))  # NaN if one is
    return result, ~(largest < 1e290) | ((abs(product) < 1e-250) & ~zero)


def _halves(a: Float) -> tuple[Float, Float]:
    scaled = a * 134217729.0
    high = scaled - (scaled - a)
    return high, a - high
