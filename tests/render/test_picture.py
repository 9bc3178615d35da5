"""Pictures of fields: layout, colours, light, ticks and bars."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UserError
from render.legend import BRIGHT, put_colour_bar, put_scale_bar
from render.palette import MISSING, equaliser, table
from render.picture import Style, fit, picture
from render.picture_layout import Told, picture_layout
from render.ticks import nice, short_number, ticks

PLAIN = Style("inferno", equalise=False, relief=False)
UNTITLED = Told(1, (("", ""),))


def steps(shape=(64, 64)):
    """A field of four level quarters: 0 and 30 in the north, 60 and 90 in the south."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    return 30 * (columns * 2 // shape[1]) + 60 * (rows * 2 // shape[0])


@pytest.mark.parametrize("size", [(720, 1280), (180, 320), (640, 360), (480, 480)])
@pytest.mark.parametrize("shape", [(64, 64), (45, 80), (90, 30)])
@pytest.mark.parametrize("relief", [False, True])
def test_known_values_have_known_colours_at_known_places(size, shape, relief):
    style = Style("inferno", equalise=False, relief=relief, size=size)
    frame = picture(steps(shape), 0.5, style, limits=(0, 90))
    left, top, width, height = picture_layout(shape, size, UNTITLED).field
    assert frame.shape == (*size, 3)
    overlaid = picture_layout(shape, size).overlaid  # the legend dims the southern quarters of the field
    for row, column, share in ((0, 0, 0), (0, 1, 341)) if overlaid else ((0, 1, 341), (1, 0, 682), (1, 1, 1023)):
        pixel = frame[top + height * (1 + 2 * row) // 4, left + width * (1 + 2 * column) // 4]
        assert np.array_equal(pixel, table("inferno")[share])


@pytest.mark.parametrize("size", [(720, 1280), (120, 160), (1280, 720), (721, 333)])
@pytest.mark.parametrize("shape", [(64, 64), (45, 80), (80, 45), (3, 50)])
def test_pixels_are_square_and_inside_the_frame(size, shape):
    layout = picture_layout(shape, size)
    left, top, width, height = layout.field
    assert 0 <= left < left + width <= size[1]
    assert 0 <= top < top + height <= size[0]
    assert abs(width / shape[1] * shape[0] - height) <= 1 + 0.02 * height * layout.overlaid


def test_a_field_of_the_frames_shape_fills_it():
    assert picture_layout((360, 640), (720, 1280)).field == (0, 0, 1280, 720)


def test_every_picture_has_a_colour_bar():
    wanted = table("viridis")[::128].astype(int)
    for size in ((720, 1280), (640, 360), (120, 160)):
        frame = picture(np.zeros((20, 20)), 1.0, Style("viridis", size=size, relief=False))
        seen = np.unique(frame.reshape(-1, 3), axis=0).astype(int)
        assert np.abs(wanted[:, None] - seen).max(-1).min(1).max() <= 4


def test_missing_values_are_grey():
    field = steps().astype(float)
    field[:32, :32] = np.nan
    frame = picture(field, 0.5, PLAIN)
    left, top, width, height = picture_layout(field.shape, PLAIN.size, UNTITLED).field
    assert tuple(frame[top + height // 4, left + width // 4]) == MISSING


def test_limits_and_ranks_keep_colours_fixed_over_a_film():
    one, other = steps(), np.minimum(steps(), 60)
    left, top, width, height = picture_layout(one.shape, PLAIN.size, UNTITLED).field
    at = top + height // 4, left + 3 * width // 4
    ranks = equaliser(np.stack([one, other]))
    for style, fixed in ((PLAIN, {"limits": (0, 90)}), (Style(relief=False), {"equalise": ranks})):
        assert np.array_equal(picture(one, 1, style, **fixed)[at], picture(other, 1, style, **fixed)[at])
    assert not np.array_equal(picture(one, 1, PLAIN)[at], picture(other, 1, PLAIN)[at])


def test_a_slope_to_the_north_west_is_brighter_in_relief():
    rows, columns = np.mgrid[:64, :64]
    ridge = 60.0 - np.abs(rows + columns - 63)
    frame = picture(ridge, 1, Style("inferno", equalise=False, size=(480, 900)))
    left, top, width, height = picture_layout(ridge.shape, (480, 900), UNTITLED).field
    lit, dark = (frame[top + height * k // 10, left + width * k // 10].astype(int).sum() for k in (4, 6))
    assert lit > dark + 30


def test_pictures_depend_on_their_arguments_alone():
    field = np.random.default_rng(1).integers(0, 99, (36, 64))
    before = field.copy()
    size = (180, 320)
    first, second = (picture(field, 0.1, Style(size=size), "Title", "A caption.") for _ in "ab")
    assert np.array_equal(first, second)
    assert np.array_equal(field, before)
    assert not np.array_equal(first, picture(field, 0.1, Style(size=size), "Other", "A caption."))


def test_fit_makes_squares_or_interpolates_or_averages():
    checks = (np.indices((8, 8)).sum(0) % 2 * 200).astype(np.uint8)[..., None].repeat(3, -1)
    assert np.array_equal(fit(checks, (24, 24), smooth=False), checks.repeat(3, 0).repeat(3, 1))
    assert len(np.unique(fit(checks, (24, 24), smooth=True))) > 2
    assert np.all(fit(checks, (4, 4)) == 100)


@given(st.floats(1e-12, 1e9))
def test_nice_numbers_are_1_2_or_5_times_a_power_of_ten(value):
    step = nice(value)
    assert step <= value * (1 + 1e-6) < 2.51 * step
    mantissa = step / 10 ** math.floor(math.log10(step) + 1e-9)
    assert min(abs(mantissa - digit) for digit in (1, 2, 5)) < 1e-6


def test_numbers_are_short():
    values = (0, 0.05, 20, 12.25, 2e-7, -3e8)
    assert [short_number(value) for value in values] == ["0", "0.05", "20", "12.25", "2e-7", "-3e8"]


def test_linear_ticks_are_even_and_in_their_places():
    assert ticks((0, 100)) == [(0, 0.0), (20, 0.2), (40, 0.4), (60, 0.6), (80, 0.8), (100, 1.0)]
    assert [value for value, _ in ticks((3, 17))] == pytest.approx([4, 6, 8, 10, 12, 14, 16])
    assert ticks((5, 5)) == [(5, 0.0)]


@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
def test_linear_ticks_are_few_and_lie_within_the_bar(low, extent):
    places = [place for _, place in ticks((low, low + extent))]
    assert 2 <= len(places) <= 12
    assert -1e-6 <= places[0] <= places[-1] <= 1 + 1e-6


def test_rank_ticks_stand_at_the_shares_of_their_values():
    field = np.random.default_rng(3).geometric(0.05, (60, 60))
    ranks = equaliser(field)
    marks = ticks((0, 1), ranks)
    assert len(marks) >= 4
    assert [place for _, place in marks] == [float(ranks(np.array(value))) for value, _ in marks]
    places = np.diff([value for value, _ in marks])
    assert places[-1] > 3 * places[0]  # a long tail: even in rank is uneven in value


def test_the_colour_bar_runs_through_the_palette_and_marks_its_ticks():
    frame = np.zeros((100, 400, 3), np.uint8)
    put_colour_bar(frame, (50, 40), 301, (0, 100), "viridis", None, "", 14)
    assert np.array_equal(frame[42, 50], table("viridis")[0])
    assert np.array_equal(frame[42, 200], table("viridis")[511])
    assert np.array_equal(frame[42, 350], table("viridis")[-1])
    marks = np.nonzero(frame[51].any(-1))[0]
    assert marks.tolist() == [50, 110, 170, 230, 290, 350]


def test_the_label_of_a_bar_says_by_rank():
    plain, ranked = np.zeros((2, 100, 600, 3), np.uint8)
    for frame, ranks in ((plain, None), (ranked, equaliser(np.arange(101)))):
        put_colour_bar(frame, (50, 40), 301, (0, 100), "inferno", ranks, "pellets", 14)
    plain, ranked = plain[:36], ranked[:36]
    wide = [np.nonzero(label.any((0, 2)))[0].max() for label in (plain, ranked)]
    assert wide[1] > wide[0] + 50
    assert np.array_equal(plain[:, : wide[0]], ranked[:, : wide[0]])


def test_the_scale_bar_is_as_long_as_it_says():
    frame = np.zeros((60, 300, 3), np.uint8)
    put_scale_bar(frame, (20, 40), 150, 0.001, 14)  # at most 0.15 norms: 0.1
    line = np.nonzero((frame[40] == BRIGHT).all(-1))[0]
    assert (line[0], line[-1]) == (20, 119)
    assert frame[:40].any()


@pytest.mark.parametrize("radius", [0.0, -1.0, math.nan, math.inf])
def test_a_radius_out_of_range_is_refused(radius):
    with pytest.raises(UserError, match="a finite number above 0"):
        picture(steps(), radius)


def test_wrong_shapes_sizes_and_palettes_are_refused():
    with pytest.raises(UserError, match="two dimensions, got shape"):
        picture(np.zeros((2, 3, 4)), 1.0)
    with pytest.raises(UserError, match="at least 160 x 120"):
        Style(size=(20, 20))
    with pytest.raises(UserError, match="did you mean"):
        Style("virdis")
