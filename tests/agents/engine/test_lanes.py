"""The fast engine computes the bits of the readable engine."""

import numpy as np
import pytest

from agents.engine import exact
from agents.engine.arithmetic import horner, kernel, polynomials, sigmoid, tanh
from agents.engine.lanes import Engine
from agents.engine.tile import INDEX, LANES, emitter

KINDS = (np.float32, np.float64)


@emitter
def evaluate_row(builder, row, a, b, c, results):
    x, y, z = a[row], b[row], c[row]
    values = (
        tanh(x, Engine),
        sigmoid(x, Engine),
        Engine.fma(x, y, z),
        1.0 / x,
        x * y - z,
        Engine.copysign(abs(x), y),
        Engine.select(x < y, x, z),
        Engine.select(x > y, -x, 0.5),
    )
    for index, value in enumerate(values):
        results[builder.add(builder.mul(row, INDEX(8)), INDEX(index))] = value


@kernel
def evaluate(a, b, c, results):
    for row in range(len(a)):
        evaluate_row(row, a, b, c, results)


def expected(x, y, z):
    with np.errstate(all="ignore"):
        values = (
            tanh(x, exact),
            sigmoid(x, exact),
            exact.fma(x, y, z),
            1 / x,
            x * y - z,
            exact.copysign(abs(x), y),
            exact.select(x < y, x, z),
            exact.select(x > y, -x, 0.5),
        )
    return np.stack(values, axis=1)


def bits(x):
    """The bits of an array, with the same bits for every NaN."""
    return np.where(np.isnan(x), x.dtype.type(np.nan), x).view(f"u{x.dtype.itemsize}")


def assert_engines_agree(a, b, c):
    a, b, c = (np.resize(x, (-(-x.size // LANES), LANES)) for x in (a, b, c))
    results = np.empty((8 * len(a), LANES), a.dtype)
    evaluate(a, b, c, results)
    np.testing.assert_array_equal(bits(results.reshape(-1, 8, LANES)), bits(expected(a, b, c)))


@pytest.mark.parametrize(("kind", "count"), [(np.float32, 1_000_000), (np.float64, 300_000)])
def test_engines_agree_on_ordinary_numbers(kind, count):
    rng = np.random.default_rng(0)
    a = np.ldexp(rng.uniform(-2, 2, count), rng.integers(-12, 5, count)).astype(kind)
    b, c = rng.standard_normal((2, count)).astype(kind)
    assert_engines_agree(a, b, c)
    assert_engines_agree(a, b, -a * b)


def test_engines_agree_on_any_float32():
    x = np.random.default_rng(1).integers(0, 2**32, (3, 400_000), np.uint32).view(np.float32)
    assert_engines_agree(*x)


def test_engines_agree_on_any_float64():
    x = np.random.default_rng(2).integers(0, 2**64, (3, 10_000), np.uint64).view(np.float64)
    assert_engines_agree(*x)


@pytest.mark.parametrize("kind", KINDS)
def test_engines_agree_on_special_numbers(kind):
    info = np.finfo(kind)
    numbers = [0, info.smallest_subnormal, info.tiny, info.eps, 0.625, 1, 1 + info.eps, 9.02, 19.1, info.max, np.inf]
    numbers = np.array([*numbers, np.nan], kind)
    numbers = np.concatenate([numbers, -numbers])
    assert_engines_agree(*(axis.ravel() for axis in np.meshgrid(numbers, numbers, numbers)))


LISTS = [((0.5, -0.25), (1.5, 0.1, 0.2, -0.3, 0.7)), ((0.1, 0.2, 0.3), (1.1, -0.4, 0.6), (0.3, 0.5, 0.7, 1.3))]


@emitter
def polynomials_rows(builder, x, results):
    rows = iter(range(5))
    for lists in LISTS:
        pairs = [(coefficients, x[INDEX(number)]) for number, coefficients in enumerate(lists)]
        for value in polynomials(pairs, Engine):
            results[INDEX(next(rows))] = value


@kernel
def evaluate_polynomials(x, results):
    polynomials_rows(x, results)


@pytest.mark.parametrize("kind", KINDS)
def test_polynomials_in_turns_are_those_one_by_one(kind):
    x, results = np.random.default_rng(3).standard_normal((3, LANES)).astype(kind), np.zeros((5, LANES), kind)
    evaluate_polynomials(x, results)
    expected = [horner(list(each), x[number], exact) for lists in LISTS for number, each in enumerate(lists)]
    np.testing.assert_array_equal(results, expected)


@emitter
def exp2_row(builder, x):
    x[INDEX(0)] = Engine.exp2_shifted(x[INDEX(0)])


@kernel
def exp2_in_place(x):
    exp2_row(x)


@pytest.mark.parametrize("kind", KINDS)
def test_engines_agree_on_powers_of_two(kind):
    for first in range(-56, 56, LANES):
        whole = np.arange(first, first + LANES, dtype=kind)
        shifted = (whole + kind(exact.CONSTANTS[np.dtype(kind).name].shifter))[None]
        expected = exact.exp2_shifted(shifted)
        exp2_in_place(shifted)
        np.testing.assert_array_equal(shifted, expected)


@emitter
def integers_row(builder, number, integers, floats):
    x = integers[INDEX(0)]
    values = (
        x.splat(number) - x,
        1 - x,
        -x,
        (x + 3) * x,
        (x & 12) | 1,
        x >> 2,
        Engine.select(x.equals(5), 7, x),
        Engine.select(x > 5, 1, Engine.select(x < 3, 2, x.like(0))),
    )
    for row, value in enumerate(values, start=1):
        integers[INDEX(row)] = value
    floats[INDEX(0)] = x.to_float(floats[INDEX(0)])


@kernel
def integers_in_place(number, integers, floats):
    integers_row(number, integers, floats)


@pytest.mark.parametrize("kind", KINDS)
def test_integer_lanes_are_integers(kind):
    x = np.arange(LANES)
    integers = np.zeros((9, LANES), np.int32 if kind is np.float32 else np.int64)
    floats = np.zeros((1, LANES), kind)
    integers[0] = x
    integers_in_place(100, integers, floats)
    np.testing.assert_array_equal(floats[0], x)
    rows = [x, 100 - x, 1 - x, -x, (x + 3) * x, (x & 12) | 1, x >> 2]
    rows += [np.where(x == 5, 7, x), np.where(x > 5, 1, np.where(x < 3, 2, 0))]
    np.testing.assert_array_equal(integers, rows)
