"""Interquartile means are scipy's trimmed means; intervals hold what they should."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import trim_mean

from sim.comparison.statistics import iqm, resampled


@given(arrays(np.float64, st.integers(1, 50), elements=st.floats(-100, 100)))
def test_iqm_is_the_trimmed_mean(values):
    assert iqm(values) == pytest.approx(trim_mean(values, 0.25))


def test_iqm_of_runs_pools_them():
    assert iqm([[0, 100], [4, 6]]) == 5


def test_an_interval_covers_the_mean_as_often_as_it_says():
    rng = np.random.Generator(np.random.Philox(1))
    held = 0
    for seed in range(50):
        found = resampled("pellets", rng.normal(3, 1, 40), seed=seed)
        held += found.low <= 3 <= found.high
    assert 43 <= held <= 50


def test_pairs_stay_pairs():
    easy = np.arange(100.0)  # mazes differ much, champions little
    found = resampled("difference", (easy + 1) - easy, seed=0)
    assert (found.value, found.low, found.high, found.sample) == (1, 1, 1, 100)


def test_runs_are_drawn_whole_with_all_their_mazes():
    runs = np.array([80.0, 90.0])  # what each eats on average: drawn anew in every maze, their mean could be no 80
    found = resampled("method_share", runs, iqm, seed=0)
    assert (found.low, found.value, found.high, found.sample) == (80, 85, 90, 2)
