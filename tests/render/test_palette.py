"""Palettes and equalisers: the colours of values and of ranks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from agents.errors import UserError
from render.palette import MISSING, PALETTES, colour, equaliser, finite_limits, table

fields = arrays(np.int32, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=st.integers(0, 99 * 16))


@pytest.mark.parametrize("name", PALETTES)
def test_palettes_grow_lighter_from_end_to_end(name):
    light = table(name) @ np.array([0.2126, 0.7152, 0.0722])
    assert np.all(np.diff(light) > -1.0)
    assert light[-1] - light[0] > 100


def test_a_table_begins_and_ends_with_the_colours_of_the_catalogue():
    import cmap

    expected = np.rint(255 * np.asarray(cmap.Colormap("inferno")([0.0, 1.0]))[:, :3])
    assert np.array_equal(table("inferno")[[0, -1]], expected)


def test_the_error_for_an_unknown_palette_names_the_nearest():
    with pytest.raises(UserError, match="'infero'; did you mean inferno"):
        colour(np.zeros((2, 2)), "infero")


def test_known_values_have_known_colours():
    colours = table("inferno")
    field = np.array([[0, 99], [49.5, 120]])
    rgb = colour(field, "inferno", (0, 99))
    assert rgb.dtype == np.uint8
    assert np.array_equal(rgb[0, 0], colours[0])
    assert np.array_equal(rgb[0, 1], colours[-1])
    assert np.array_equal(rgb[1, 0], colours[512])
    assert np.array_equal(rgb[1, 1], colours[-1])


def test_values_that_are_not_finite_are_grey_and_do_not_change_limits():
    field = np.array([[0.0, np.nan, 10.0], [np.inf, -np.inf, 5.0]])
    for ranks in (None, equaliser(field)):
        rgb = colour(field, "viridis", equalise=ranks)
        assert (rgb == MISSING).all(-1).tolist() == [[False, True, False], [True, True, False]]
        assert np.array_equal(rgb[0, 2], table("viridis")[-1])
    assert finite_limits(field) == (0.0, 10.0)
    assert finite_limits(np.full((2, 2), np.nan)) == (0.0, 1.0)


def test_a_level_field_has_one_colour():
    assert len(np.unique(colour(np.full((3, 4), 7)).reshape(-1, 3), axis=0)) == 1


def test_limits_that_fall_are_refused():
    with pytest.raises(UserError, match="must rise, got 9 to 1"):
        colour(np.zeros((2, 2)), limits=(9, 1))


@given(fields)
def test_colour_does_not_change_its_input(field):
    before = field.copy()
    ranks = equaliser(field)
    assert np.array_equal(colour(field, equalise=ranks), colour(field, equalise=ranks))
    assert np.array_equal(field, before)


@given(fields)
def test_shares_rise_strictly_with_the_value_from_0_to_1(field):
    ranks = equaliser(field)
    assert np.all(np.diff(ranks.values) > 0)
    assert np.all(np.diff(ranks.shares) > 0)
    if len(ranks.values) > 1:
        assert (ranks.shares[0], ranks.shares[-1]) == (0.0, 1.0)
    assert np.array_equal(ranks.inverse(ranks.shares), ranks.values)


def test_shares_are_mid_ranks_scaled_to_0_and_1():
    # 1 1 1 4 9: mid-ranks 1.5, 3.5, 4.5
    ranks = equaliser(np.array([1, 9, 1, 4, 1]))
    assert ranks(np.array([1, 4, 9])).tolist() == [0.0, 2 / 3, 1.0]
    assert ranks(np.array([2.5])).tolist() == [1 / 3]
    assert ranks(np.array([-5, 50])).tolist() == [0.0, 1.0]


def test_equalised_colours_are_used_evenly():
    skewed = np.random.default_rng(1).exponential(50, (200, 200))
    counts = np.histogram(equaliser(skewed)(skewed), 20, (0, 1))[0]
    assert counts.min() > 0.98 * skewed.size / 20
    assert counts.max() < 1.02 * skewed.size / 20


def test_a_films_equaliser_gives_a_value_one_colour_in_all_frames():
    film = np.random.default_rng(2).integers(0, 50, (4, 8, 8))
    film[:, 0, 0] = 25
    ranks = equaliser(film)
    assert len({tuple(colour(frame, equalise=ranks)[0, 0]) for frame in film}) == 1


def test_an_equaliser_without_finite_values_is_refused():
    with pytest.raises(UserError, match="at least one finite value"):
        equaliser(np.full((2, 2), np.nan))
