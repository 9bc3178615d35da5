"""The division of the GPU engine rounds right for every mantissa, from every guess that the hardware may give."""

import numpy as np

from agents.engine import exact
from agents.engine.errorfree import two_sum

GUESSES = 4  # largest error of a guess here, in units in the last place; PTX promises 2 smaller units


def add_up(a, b, c):
    """a b + c rounded up, float32."""
    nearest = exact.fma(a, b, c)
    product, addend = a.astype(np.float64) * b, c.astype(np.float64)
    total, error = two_sum(product, addend)
    below = (total - nearest) + error > 0
    return np.where(below, np.nextafter(nearest, np.float32(np.inf)), nearest)


def reciprocal(x, guess):
    """The number that `agents.engine.blocks.RECIPROCAL` computes from a guess."""
    one = np.ones_like(x)
    guess = add_up(exact.fma(-x, guess, one), guess, guess)
    return exact.fma(exact.fma(-x, guess, one), guess, guess)


def wrong(x, off):
    """How many reciprocals of x are not 1/x rounded to nearest, from guesses that are `off` units wrong."""
    correct = np.float32(1) / x
    guess = (correct.view(np.int32) + off.astype(np.int32)).view(np.float32)
    return int((reciprocal(x, guess) != correct).sum())


def test_a_reciprocal_is_rounded_to_nearest_for_every_fraction():
    fractions = np.arange(127 << 23, 128 << 23, dtype=np.int32).view(np.float32)
    rng = np.random.default_rng(0)
    for x in np.split(fractions, 32):
        assert wrong(x, rng.integers(-GUESSES, GUESSES, x.size, endpoint=True)) == 0


def test_a_reciprocal_is_rounded_to_nearest_from_every_guess_where_it_is_hardest():
    fractions = np.arange(127 << 23, 128 << 23, dtype=np.int32).view(np.float32)
    hard = np.concatenate([fractions[: 1 << 14], fractions[-(1 << 14) :], fractions[:: 1 << 9]])
    for off in range(-GUESSES, GUESSES + 1):
        assert wrong(hard, np.full(hard.size, off)) == 0


def test_the_upward_step_is_needed():
    last = np.array([2 - 2**-23], np.float32)
    guess = np.float32(1) / last - np.float32(2**-24)
    step = exact.fma(exact.fma(-last, guess, np.ones_like(last)), guess, guess)
    assert exact.fma(exact.fma(-last, step, np.ones_like(last)), step, step) != np.float32(1) / last
    assert reciprocal(last, guess) == np.float32(1) / last
