"""The readable engine: its fused multiply-add rounds once, for all numbers."""

import math
import sys
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.engine import exact

KINDS = (np.float32, np.float64)


def rounded(value, kind):
    """A Fraction other than 0, rounded to nearest, ties to even, by its definition."""
    info, sign = np.finfo(kind), 1 if value > 0 else -1
    exponent = abs(value.numerator).bit_length() - value.denominator.bit_length()
    if abs(value) < Fraction(2) ** exponent:
        exponent -= 1
    unit = Fraction(2) ** max(exponent - info.nmant, info.minexp - info.nmant)
    nearest = round(value / unit) * unit  # Python rounds a tie between Fractions to even
    if abs(nearest) > Fraction(float(info.max)):
        return sign * math.inf
    return math.copysign(float(nearest), sign)


def fused(a, b, c, kind):
    """a b + c of Python floats, by the rules of IEEE 754."""
    if not (math.isfinite(a) and math.isfinite(b)):
        return a * b + c
    if not math.isfinite(c):
        return c
    value = Fraction(a) * Fraction(b) + Fraction(c)
    if value:
        return rounded(value, kind)
    negative = math.copysign(1, a) * math.copysign(1, b) < 0 and math.copysign(1, c) < 0
    return -0.0 if negative and (a == 0 or b == 0) else 0.0


def bits(x):
    """The bits of an array, with the same bits for every NaN."""
    return np.where(np.isnan(x), x.dtype.type(np.nan), x).view(f"u{x.dtype.itemsize}")


def check(triples, kind):
    a, b, c = np.array(triples, kind).T
    expected = [fused(*triple, kind) for triple in zip(a.tolist(), b.tolist(), c.tolist(), strict=True)]
    result = exact.fma(a, b, c)
    assert result.dtype == kind
    np.testing.assert_array_equal(bits(result), bits(np.array(expected, kind)))


def specials(kind):
    info = np.finfo(kind)
    edges = [info.smallest_subnormal, info.tiny, np.nextafter(info.tiny, kind(0)), info.eps, 1, 1 + info.eps, 3]
    numbers = [0, *map(float, edges), 1 - float(info.epsneg), float(info.max) / 2, float(info.max), math.inf]
    return [sign * number for sign in (1.0, -1.0) for number in numbers] + [math.nan]


@pytest.mark.parametrize("kind", KINDS)
def test_fma_of_special_numbers(kind):
    check(list(product(specials(kind), repeat=3)), kind)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_fma_of_any_numbers(kind, data):
    number = st.floats(width=32 if kind is np.float32 else 64)
    check(data.draw(st.lists(st.tuples(number, number, number), min_size=1, max_size=20)), kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("spread", [2, 60, 140, 1000])
def test_fma_of_terms_that_cancel_or_tie(kind, spread):
    rng = np.random.default_rng(spread)
    info = np.finfo(kind)
    mantissas = rng.integers(-(2 ** (info.nmant + 1)), 2 ** (info.nmant + 1), (3, 3000)).astype(kind)
    few = rng.integers(0, info.nmant, (3, 3000))  # many trailing zeros make exact ties likely
    mantissas = np.where(rng.random((3, 3000)) < 0.5, mantissas, np.trunc(np.ldexp(mantissas, -few)))
    reach = min(spread, info.maxexp - info.nmant - 2)
    a, b, c = np.ldexp(mantissas, rng.integers(-reach, reach, (3, 3000))).astype(kind)
    with np.errstate(over="ignore"):
        near = a * b
    lost = [fused(*triple, np.float64) for triple in zip(a.tolist(), b.tolist(), (-near).tolist(), strict=True)]
    check(np.stack([a, b, c], axis=1), kind)
    check(np.stack([a, b, -near], axis=1), kind)
    check(np.stack([a, b, np.array(lost).astype(kind)], axis=1), kind)


@pytest.mark.skipif(sys.version_info < (3, 13), reason="math.fma came with Python 3.13")
def test_fma_equals_that_of_the_standard_library():
    rng = np.random.default_rng(0)
    a, b, c = np.ldexp(rng.standard_normal((3, 2000)), rng.integers(-300, 300, (3, 2000)))
    expected = [math.fma(*triple) for triple in zip(a.tolist(), b.tolist(), c.tolist(), strict=True)]
    np.testing.assert_array_equal(exact.fma(a, b, c), expected)


@pytest.mark.parametrize("kind", KINDS)
def test_fma_rounds_once(kind):
    e = np.finfo(kind).eps
    one = np.array([1], kind)
    assert exact.fma(one + e, one - e, -one) == -(e * e)
    assert (one + e) * (one - e) - one == 0


@pytest.mark.parametrize("kind", KINDS)
def test_fma_keeps_the_type_of_arrays_and_broadcasts(kind):
    x = np.arange(3, dtype=kind)
    assert exact.fma(x, 0.1, 1.0).dtype == kind
    np.testing.assert_array_equal(exact.fma(x[:, None], x, x), x[:, None] * x + x)


@pytest.mark.parametrize("kind", KINDS)
def test_select_copysign_and_exp2(kind):
    x = np.array([-2, -0.0, 0, np.nan, 3], kind)
    np.testing.assert_array_equal(exact.select(x < 1, x, 1.0), np.array([-2, 0, 0, 1, 1], kind))
    assert exact.select(x < 1, x, 1.0).dtype == kind
    np.testing.assert_array_equal(np.signbit(exact.copysign(abs(x), x)), [True, True, False, False, False])
    whole = np.arange(-40, 41).astype(kind)
    powers = exact.exp2_shifted(whole + kind(exact.constants(x).shifter))
    assert powers.dtype == kind
    assert powers.tolist() == [2.0**n for n in range(-40, 41)]
