"""Boundaries of known dimension."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.errors import UserError
from sim.known_measures import find
from sim.measures import boundary as measure
from sim.measures.boundary import above, boundary_dimension, box_dimension, line_dimension
from sim.rollout.machine import Machine
from sim.statistics.scaling import differing
from tests.sim.statistics.synthesis import brownian_surface, koch_island, quadratic_island, sierpinski_carpet

N = 256
SHARES = {"every change": None, "lower quartile": 0.25, "median": 0.5, "upper quartile": 0.75}
Y, X = np.mgrid[:N, :N] / (N - 1) - 0.5


@settings(max_examples=20)
@given(angle=st.floats(0, math.pi), away=st.floats(-0.15, 0.15))
def test_a_straight_edge_has_dimension_1_at_every_scale_and_angle(angle, away):
    edge = X * math.cos(angle) + Y * math.sin(angle) > away
    found = boundary_dimension(edge)
    local = np.diff(np.log(found.values)) / np.diff(np.log(found.scales))
    # larger boxes reach over the rim more often: of 1500 edges the worst were 0.013, 0.022, 0.041, 0.078
    assert (abs(local[:4] - 1) < [0.02, 0.03, 0.06, 0.11]).all()
    assert found.estimate == pytest.approx(1, abs=0.12)
    assert line_dimension(edge).estimate == pytest.approx(0, abs=0.06)


def test_a_disc():
    disc = np.hypot(X, Y) < 0.3
    assert boundary_dimension(disc).estimate == pytest.approx(1, abs=0.01)
    assert line_dimension(disc).estimate == pytest.approx(0, abs=0.02)


def test_a_filled_square_fills_the_plane():
    found = box_dimension(np.ones((N, N)))
    assert found.estimate == pytest.approx(2)
    assert found.interval == pytest.approx((2, 2))


def test_koch_curve():
    known, island = math.log(4) / math.log(3), koch_island(512, turn=0.1)
    boxes, lines = boundary_dimension(island), line_dimension(island)
    assert boxes.estimate == pytest.approx(known, abs=0.04)
    assert boxes.interval[0] < known < boxes.interval[1]
    assert 1 + lines.estimate == pytest.approx(known, abs=0.03)
    assert lines.interval[0] < known - 1 < lines.interval[1]


def test_boxes_of_a_rough_curve_read_low_and_their_interval_includes_what_pixels_hide():
    """Koch's quadratic curve of type 2 has dimension 3/2."""
    found = boundary_dimension(quadratic_island(256, turn=0.1))
    assert 1.35 < found.estimate < 1.48
    assert found.interval[0] < 1.5 < found.interval[1]


@pytest.mark.parametrize("island", [koch_island, quadratic_island])
@pytest.mark.parametrize("size", [64, 96, 128, 192, 256, 384])
def test_intervals_hold_the_dimensions_of_koch_curves_at_every_size_and_angle(island, size):
    known = {koch_island: math.log(4) / math.log(3), quadratic_island: 1.5}[island]
    for turn in np.arange(0, 12, 1 if size < 384 else 3) / 48:  # large curves take long, and vary little
        curve = island(size, turn=turn)
        boxes, lines = boundary_dimension(curve), line_dimension(curve)
        assert boxes.interval[0] < known < boxes.interval[1], turn
        assert lines.interval[0] < known - 1 < lines.interval[1], turn


@pytest.mark.parametrize("island", [koch_island, quadratic_island])
def test_intervals_of_many_windows_on_a_koch_curve_hold_its_dimension(island):
    known = {koch_island: math.log(4) / math.log(3), quadratic_island: 1.5}[island]
    curves = np.stack([island(256, turn=turn) for turn in np.arange(12) / 48])
    boxes, lines = boundary_dimension(curves), line_dimension(curves)
    assert boxes.interval[0] < known < boxes.interval[1]
    assert lines.interval[0] < known - 1 < lines.interval[1]


def stripes(period, share=0.2):
    """Bands of ones that fill a share of the plane."""
    return np.tile(np.arange(512) % period < share * period, (512, 1))


@pytest.mark.parametrize("period", [100, 50, 30, 20, 10])
def test_the_edges_of_stripes_are_smooth_or_known_to_be_saturated(period):
    """Of these stripes, 16 % of random pairs of a row or column differ: at half of this share the fit must end."""
    found = line_dimension(stripes(period))
    assert found.saturated or found.estimate == pytest.approx(0, abs=0.03)
    assert not (found.saturated and period >= 50)


def test_the_ceiling_is_the_share_of_random_pairs_that_differ():
    """Pixels of three outcomes in the shares 1/2, 1/4, 1/4, in no order: 1 - sum p^2 = 5/8 of pairs differ."""
    noise = np.random.default_rng(3).choice([0, 7, 9], p=[0.5, 0.25, 0.25], size=(N, N))
    assert differing(noise[None]) == pytest.approx(5 / 8, abs=0.005)
    assert differing(np.tile(np.arange(64) % 2, (1, 64, 1))) == 0.5
    assert differing(np.zeros((2, 64, 64))) == 0


def cantor(points):
    """The depth of the gap of Cantor's set that each point [n] of the unit interval lies in."""
    x, depth, inside = (np.arange(points) + 0.5) / points, np.zeros(points, np.int64), np.ones(points, np.bool_)
    for _ in range(20):
        digit = np.floor(3 * x)
        inside &= digit != 1
        depth += inside
        x = 3 * x - digit
    return depth


@pytest.mark.parametrize("points", [512, 600, 729, 1000])
def test_the_interval_of_cantor_stripes_holds_their_dimension(points):
    """All rows are alike, so a bootstrap alone finds no error; the slope changes with the scale."""
    depth, known = np.tile(cantor(points), (64, 1)), math.log(2) / math.log(3)
    for field in (np.tile(depth, (points // 64 + 1, 1))[:points], np.tile(depth % 2, (points // 64 + 1, 1))[:points]):
        found = line_dimension(field)
        assert found.interval[0] < known < found.interval[1]
        assert found.estimate == pytest.approx(known, abs=0.1)


def test_the_points_of_pascals_triangle_are_too_thin_for_pairs_of_pixels():
    """C(i + j, i) mod 2: each of its points is alone, and most lags that could be fitted are beyond its gaps."""
    i = np.arange(512)
    assert line_dimension((i[:, None] & i) == 0).saturated


def test_intervals_hold_the_dimension_of_brownian_level_lines():
    held = [0, 0]
    for trial in range(10):
        surfaces = np.stack([brownian_surface(128, 0.5, seed=100 * trial + at) for at in range(4)])
        boxes, lines = boundary_dimension(surfaces, 0.5), line_dimension(surfaces, 0.5)
        held[0] += boxes.interval[0] < 1.5 < boxes.interval[1]
        held[1] += lines.interval[0] < 0.5 < lines.interval[1]
    assert min(held) >= 9


def test_sierpinski_carpet():
    assert box_dimension(sierpinski_carpet(6)).estimate == pytest.approx(math.log(8) / math.log(3), abs=0.03)


@pytest.mark.parametrize("exponent", [0.3, 0.5, 0.7])
def test_level_lines_of_brownian_surfaces(exponent):
    surfaces = np.stack([brownian_surface(N, exponent, seed=seed) for seed in range(8)])
    found = line_dimension(surfaces, 0.5)
    assert found.estimate == pytest.approx(1 - exponent, abs=0.08)
    assert found.interval[0] < 1 - exponent < found.interval[1]


def test_white_noise_fills_the_plane():
    noise = np.random.default_rng(0).random((N, N))
    for name, share in SHARES.items():
        assert boundary_dimension(noise, share).estimate == pytest.approx(2, abs=0.005), name
        assert line_dimension(noise, share).estimate == pytest.approx(1, abs=0.005), name


def test_a_bowl_has_smooth_levels_and_too_many_levels_saturate():
    bowl = (X - 0.03) ** 2 + (Y + 0.02) ** 2
    for share in (0.25, 0.5):
        assert boundary_dimension(bowl, share).estimate == pytest.approx(1, abs=0.06)
    few, many = np.floor(bowl * 8), np.floor(bowl * 20_000)
    assert boundary_dimension(few).estimate == pytest.approx(1, abs=0.1)
    assert not boundary_dimension(few).saturated
    assert boundary_dimension(many).saturated


def test_boxes_are_counted_on_every_grid():
    cells = np.random.default_rng(5).random((63, 70)) < 0.02
    found = box_dimension(cells)
    assert found.scales.tolist() == [1, 2, 4, 8, 16]
    for size, share in zip((1, 2, 4, 8, 16), found.values, strict=True):
        # at every offset at which the largest box fits
        hits = [
            cells[row : row + size, column : column + size].any() for row in range(63 - 15) for column in range(70 - 15)
        ]
        assert share == pytest.approx(np.mean(hits), rel=1e-12)


def test_lines_count_the_changes_of_subsampled_lines():
    field = np.random.default_rng(6).integers(2, size=(64, 64)).cumsum(axis=0).cumsum(axis=1) // 40
    found = line_dimension(field)
    assert found.scales.tolist() == [1, 2, 4, 8]
    for lag, share in zip((1, 2, 4, 8), found.values, strict=True):
        counts = []
        for line in [*field, *field.T]:
            # the grids of all offsets, as far as the longest lag allows
            steps = [line[start] != line[start + lag] for start in range(64 - 8)]
            counts.append(np.mean(steps))
        assert share == pytest.approx(np.mean(counts), rel=1e-12)


@given(seed=st.integers(0, 99), share=st.sampled_from([None, 0.25, 0.5, 0.9]))
def test_a_boundary_crosses_the_cells_whose_corners_differ(seed, share):
    field = np.random.default_rng(seed).integers(4, size=(6, 7))
    labels = field if share is None else field > np.sort(field, axis=None)[int(share * (field.size - 1))]
    expected = [[len(set(labels[i : i + 2, j : j + 2].ravel().tolist())) > 1 for j in range(6)] for i in range(5)]
    assert measure.boundary(field, share).tolist() == expected


def test_planes_are_pooled_and_each_has_its_own_level():
    edges = np.stack([X + shift for shift in (0, 10, -10)])
    assert above(edges, 0.5).mean(axis=(1, 2)).tolist() == [0.5] * 3
    pooled = boundary_dimension(edges, 0.5)
    assert pooled.estimate == pytest.approx(1, abs=0.01)
    assert pooled.samples == 3 * 64


def test_a_flat_field_has_no_boundary():
    assert math.isnan(boundary_dimension(np.ones((64, 64))).estimate)
    assert math.isnan(line_dimension(np.ones((64, 64)), 0.5).estimate)


@pytest.mark.parametrize("share", [0, 1, -0.5, math.nan])
def test_a_level_that_no_pixel_or_every_pixel_is_below_is_refused(share):
    with pytest.raises(UserError, match="between 0 and 1"):
        measure.boundary(np.zeros((3, 3)), share)


def test_a_champion_and_its_bowl_are_told_apart_in_small_windows(subject, evaluation_set):
    """The bowl beside it has dimension 1, which it had not where every change of outcome counted."""
    found = find("boundary")(windows=10, side=256, mazes=10).compute(subject, evaluation_set, Machine())
    assert found["boundary_bowl"].value == pytest.approx(1, abs=0.03)
    assert found["lines_bowl"].value == pytest.approx(0, abs=0.03)
    assert found["lines"].value > found["lines_bowl"].value + 0.02
