"""Empty regions: one distribution has 1 % of its points there, planted gaps have theirs, and intervals cover."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.randomness import generator
from sim.statistics import bootstrap
from sim.statistics.neighbours import Sparsity, empty_share, kth_distance, principal_axes, sparsity


def normal(at, *shape):
    return generator(at, "test/neighbours").standard_normal(shape)


@given(st.integers(1, 12), st.integers(1, 4), st.integers(1, 15), st.integers(0, 99))
def test_the_distance_is_that_of_a_sorted_list(count, dimensions, k, seed):
    points, places = normal(seed, count, dimensions), normal(seed + 100, 3, 2, dimensions)
    every = np.sort(np.linalg.norm(places[..., None, :] - points, axis=-1), axis=-1)
    assert kth_distance(places, points, k) == pytest.approx(every[..., min(k, count) - 1])


def test_one_distribution_has_one_percent_in_empty_regions():
    reference, held_out, of = normal(0, 4000, 5), normal(1, 60, 100, 5), normal(2, 60, 100, 5)
    found = empty_share("q", [sparsity(reference, held_out, of, 10)], seed=0)
    assert found.value == pytest.approx(1, abs=0.4)
    assert found.low < 1 < found.high
    assert found.sample == 60


@pytest.mark.parametrize("planted", [0.1, 0.4])
def test_points_between_two_modes_are_found(planted):
    """Modes at -1 and 1 with a standard deviation of 0.05; a planted share of the others lies at 0."""
    modes = [np.sign(normal(at, 50, 80, 1)) + 0.05 * normal(at + 10, 50, 80, 4) for at in range(3)]
    reference, held_out, others = modes
    others[: int(50 * planted)] = 0.05 * normal(20, int(50 * planted), 80, 4)
    found = empty_share("q", [sparsity(reference, held_out, others, 10)], seed=0)
    assert found.value == pytest.approx(100 * planted + 1 * (1 - planted), abs=0.7)
    assert found.low < 100 * planted < found.high


def test_a_mean_over_references_and_a_difference():
    one, other = (Sparsity(normal(at, 9, 70), normal(at + 5, 6, 70) + at) for at in range(2))
    shares = [100 * each.empty().mean() for each in (one, other)]
    assert empty_share("q", [one, other], seed=0).value == pytest.approx(np.mean(shares))
    assert empty_share("q", [other], minus=[one], seed=0).value == pytest.approx(shares[1] - shares[0])
    same = empty_share("q", [one], minus=[one], seed=0)
    assert (same.value, same.low, same.high) == (0, 0, 0)


def test_intervals_cover_the_null_where_episodes_differ(monkeypatch):
    """Points of an episode share half of their variance, so episodes, not points, are the sample."""
    monkeypatch.setattr(bootstrap, "RESAMPLES", 200)
    covered = 0
    for at in range(40):
        held_out, of = (normal(at, 2, 40, 1, 3) + normal(at + 100, 2, 40, 25, 3)) * 0.7
        found = empty_share("q", [sparsity(normal(7, 1500, 3), held_out, of, 10)], seed=at)
        covered += found.low <= 1 <= found.high
    assert covered >= 33


def test_an_interval_has_its_seed():
    one = Sparsity(normal(0, 9, 40), normal(1, 9, 40))
    first, again, other = (empty_share("q", [one], seed=seed) for seed in (3, 3, 4))
    assert first == again
    assert first.interval != other.interval


def test_principal_axes_are_those_of_a_stretched_cloud():
    points = normal(0, 500, 3) * [1, 5, 0.1] + [1, 2, 3]
    mean, axes = principal_axes(points)
    assert mean == pytest.approx(points.mean(axis=0))
    assert np.abs(axes).round(1).tolist() == [[0, 1], [1, 0], [0, 0]]
    assert (axes[np.abs(axes).argmax(axis=0), [0, 1]] > 0).all()
    assert axes.T @ axes == pytest.approx(np.eye(2))


def test_missing_axes_are_zeros():
    assert principal_axes(np.ones((4, 1)), 2)[1][:, 1].tolist() == [0]
