"""Extrema of known persistence; another library's and a slow count of the same; trees whose lines do not cross."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import label

from agents.errors import UserError
from sim.landscape.persistence import merge_tree

Y, X = np.mgrid[-1.5:1.5:61j, -2:2:81j]
FIELDS = arrays(np.int32, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 9))


def pairs(tree):
    """The heights of all extrema but the first, and of their passes."""
    return sorted(zip(tree.births[1:].tolist(), tree.deaths[1:].tolist(), strict=True))


def test_a_double_well_has_one_pair_of_persistence_1():
    tree = merge_tree((X**2 - 1) ** 2 + Y**2, "basins")
    assert tree.persistence.tolist() == pytest.approx([11.25, 1])
    assert X[tuple(tree.extrema.T)] == pytest.approx([-1, 1])
    assert Y[tuple(tree.extrema.T)] == pytest.approx([0, 0], abs=1e-12)
    assert X[tuple(tree.passes[1])] == pytest.approx(0, abs=1e-12)
    assert tree.parents.tolist() == [0, 0]


def test_basins_are_the_peaks_of_the_field_upside_down():
    field = np.random.default_rng(1).normal(size=(20, 30))
    below, above = merge_tree(field, "basins"), merge_tree(-field)
    assert np.array_equal(below.extrema, above.extrema)
    assert np.array_equal(below.passes, above.passes)
    assert np.array_equal(below.persistence, above.persistence)


def test_pixels_of_equal_height_are_one_extremum():
    field = np.array([[5, 5, 1, 4, 4], [5, 2, 2, 1, 4], [0, 5, 1, 1, 4]])
    tree = merge_tree(field)  # the 5s touch at corners; the 2s touch the 4s at a corner, and are the pass
    assert pairs(tree) == [(4.0, 2.0)]
    assert (tree.births[0], tree.deaths[0]) == (5, 0)


@pytest.mark.parametrize("field", [np.zeros((4, 5)), [[3.0]], np.arange(6.0)[None]])
def test_a_field_without_a_second_peak_has_one_extremum(field):
    tree = merge_tree(field)
    assert tree.persistence.tolist() == [np.ptp(field)]
    assert tree.places(5).tolist() == [0]


@given(field=FIELDS)
def test_sets_join_where_a_count_at_every_level_finds_them_joined(field):
    tree = merge_tree(field)
    for level in range(10):
        _, count = label(field >= level, np.ones((3, 3)))
        # a set for each extremum at or above the level that has not joined another by then
        alive = (tree.births >= level) & ((tree.deaths < level) | (np.arange(len(tree.births)) == 0))
        assert alive.sum() == count


@given(field=FIELDS, sign=st.sampled_from([1, -1]))
def test_another_library_finds_the_same(field, sign):
    gudhi = pytest.importorskip("gudhi", reason="gudhi, the oracle of persistence, is not installed")
    cells = gudhi.CubicalComplex(top_dimensional_cells=sign * field.astype(np.float64))
    found = [(sign * birth, sign * death) for at, (birth, death) in cells.persistence(2, 0) if at == 0]
    assert pairs(merge_tree(field, "basins" if sign > 0 else "peaks")) == sorted(
        pair for pair in found if np.isfinite(pair).all()
    )


@given(field=FIELDS)
def test_an_extremum_joins_one_that_is_higher_and_joins_later(field):
    tree = merge_tree(field)
    assert (np.diff(tree.persistence) <= 0).all()
    assert (tree.parents[1:] < np.arange(1, len(tree.parents))).all()
    assert (tree.births[tree.parents] >= tree.births).all()
    assert (tree.deaths[tree.parents] <= tree.deaths).all()
    assert np.array_equal(field[tuple(tree.extrema.T)], tree.births)
    assert np.array_equal(field[tuple(tree.passes.T)], tree.deaths)


@given(seed=st.integers(0, 999), most=st.integers(1, 20))
def test_the_lines_of_a_drawn_tree_do_not_cross(seed, most):
    tree = merge_tree(np.random.default_rng(seed).random((12, 12)))
    x = tree.places(most)
    count = len(x)
    assert sorted(x) == list(range(count))
    assert x[0] == 0
    for one, other in [*combinations(range(count), 2), *((b, a) for a, b in combinations(range(count), 2))]:
        across = sorted((x[one], x[tree.parents[one]]))
        if one and across[0] < x[other] < across[1]:  # the line to the parent passes beneath what stands between
            assert tree.deaths[one] <= tree.deaths[other]


def test_what_is_no_field_is_refused():
    for wrong in (np.zeros(3), np.zeros((0, 2)), [[1.0, np.nan]]):
        with pytest.raises(UserError, match="a field"):
            merge_tree(wrong)
