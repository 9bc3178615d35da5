"""Modes of a density: peaks and saddles are exact on graphs that are known, and chance makes few modes."""

import numpy as np
import pytest
from scipy.signal import find_peaks, peak_prominences

from agents.randomness import generator
from sim.statistics.density_modes import dimension, find_modes, log_density, merge_peaks, nearest


def path(count):
    """The neighbours [N, 2] on a path, whose ends have one neighbour, twice."""
    places = np.arange(count)
    return np.stack([np.abs(places - 1), np.where(places == count - 1, count - 2, places + 1)], axis=1)


def test_nearest_groups_are_those_of_a_search_through_all():
    points = generator(0, "test/nearest").standard_normal((20, 3, 4))
    flat = points.reshape(60, 4)
    distances, neighbours = nearest(points, 5)
    for at in range(60):
        every = np.linalg.norm(points - flat[at], axis=2)
        every[at // 3] = np.inf
        groups = np.argsort(every.min(axis=1))[:5]
        assert neighbours[at].tolist() == [3 * group + every[group].argmin() for group in groups]
        assert distances[at] == pytest.approx(every[groups].min(axis=1))


def test_too_few_groups_are_refused():
    with pytest.raises(ValueError, match="5 groups of points are too few for k = 5"):
        nearest(np.zeros((5, 9, 2)), 5)


@pytest.mark.parametrize("dimensions", [1, 2, 4])
def test_the_dimension_is_that_of_the_region_that_the_points_fill(dimensions):
    rng = generator(1, "test/dimension", dimensions)
    points = rng.random((2000, dimensions)) @ rng.standard_normal((dimensions, 9))
    distances, _ = nearest(points[:, None], 12)
    assert dimension(distances) == pytest.approx(dimensions, rel=0.12)
    assert dimension(np.zeros((5, 12)), 1e-6) == 1


def test_log_densities_of_a_uniform_density_differ_by_the_known_error():
    """The variance of the logarithm is about 1 / k, in any dimension."""
    for dimensions in (1, 2, 3):
        points = generator(2, "test/density", dimensions).random((3000, dimensions))
        heights, _ = log_density(points[:, None], 20)
        inside = (np.abs(points - 0.5) < 0.3).all(axis=1)
        assert heights[inside].std() == pytest.approx(20**-0.5, rel=0.2)


def test_persistence_on_a_path_is_the_prominence_of_peaks():
    """Scipy's prominence is an independent implementation; ends that are lowest make both definitions one."""
    heights = np.r_[-9.0, generator(3, "test/path").standard_normal(300), -9.0]
    prominence = peak_prominences(heights, find_peaks(heights)[0])[0]
    persistence, of = merge_peaks(heights, path(302), least=np.inf)
    assert persistence == pytest.approx(np.sort(prominence)[::-1][1:])  # that of the highest peak is no persistence
    assert set(of) == {heights.argmax()}


def test_peaks_up_to_the_least_persistence_are_merged():
    heights = np.array([0.0, 3.0, 1.0, 2.0, -1.0, 5.0, 0.0])  # persistence 1 of the peak 2, and 4 of the peak 3
    for least, of in ((0.9, [1, 1, 1, 3, 5, 5, 5]), (1.0, [1, 1, 1, 1, 5, 5, 5]), (4.0, [5] * 7)):
        persistence, found = merge_peaks(heights, path(7), least=least)
        assert found.tolist() == of
        assert np.isinf(persistence).sum() == len(set(of)) - 1
    assert persistence.tolist() == [4, 1]


def test_parts_that_no_neighbours_join_stay_apart():
    neighbours = np.array([[1, 2], [0, 2], [0, 1], [4, 5], [3, 5], [3, 4]])
    persistence, of = merge_peaks(np.array([0.0, 2, 1, 5, 3, 4]), neighbours, least=np.inf)
    assert persistence.tolist() == [np.inf]
    assert of.tolist() == [1, 1, 1, 3, 3, 3]


@pytest.mark.parametrize("kind", ["standard_normal", "random"])
def test_chance_makes_two_modes_about_as_seldom_as_it_says(kind):
    """With 4 references, in at most 1 of 5 samples of a Gaussian or of a uniform density: here of 30, up to 12."""
    rng = generator(4, "test/chance")
    found = [find_modes(getattr(rng, kind)((150, 1, 3)), 8, seed=at, references=4) for at in range(30)]
    assert sum(of.max() > 0 for of in found) <= 12


def test_modes_are_numbered_by_their_size():
    rng = generator(5, "test/size")
    planted = np.repeat([2, 0, 1], [60, 150, 90])
    points = rng.standard_normal((300, 3)) + 20 * planted[:, None]
    assert np.array_equal(find_modes(points[:, None], 8, seed=0, references=3)[:, 0], planted)


def test_one_group_makes_no_mode_alone():
    """Five episodes of ten equal states, among others that spread widely; as episodes of their own they are a mode."""
    points = generator(6, "test/group").standard_normal((60, 10, 2))
    points[:5] = 2.2
    assert find_modes(points, 10, seed=0, references=5).max() == 0
    assert find_modes(points.reshape(600, 1, 2), 10, seed=0, references=5).max() == 1
