"""Planes hold the genomes that they are laid through; directions and windows have the sizes that they name."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UserError
from agents.layout import Layout, initial
from sim.landscape.plane import Plane, Window, directions, line, principal, random_plane, through

LAYOUT = Layout(hidden=3)
GENOME = initial(LAYOUT, 1, np.random.default_rng(7))[0]
coordinate = st.floats(-3, 3, allow_nan=False)


@given(x=coordinate, y=coordinate, seed=st.integers(0, 9))
def test_at_is_what_plain_floats_compute(x, y, seed):
    plane = random_plane(GENOME, LAYOUT, seed)
    parts = zip(plane.origin.tolist(), plane.u.tolist(), plane.v.tolist(), strict=True)
    exact = [(o + x * u) + y * v for o, u, v in parts]
    assert plane.at((x, y), np.float64).tolist() == exact
    assert plane.at((x, y)).tobytes() == np.array([np.float32(value) for value in exact]).tobytes()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_at_does_not_depend_on_the_shape_of_the_batch(dtype):
    plane = random_plane(GENOME, LAYOUT, 1)
    xy = np.random.default_rng(0).normal(size=(3, 701, 2))
    genomes = plane.at(xy, dtype)
    assert genomes.shape == (*xy.shape[:-1], LAYOUT.size)
    assert genomes.dtype == dtype
    assert plane.at(xy[:, ::-3], dtype).tobytes() == genomes[:, ::-3].tobytes()
    for i, j in [(0, 0), (1, 77), (2, xy.shape[1] - 1)]:
        assert plane.at(xy[i, j], dtype).tobytes() == genomes[i, j].tobytes()
    assert plane.at(np.empty((0, 2)), dtype).shape == (0, LAYOUT.size)


@given(cell=st.sampled_from(["elman", "gru", "lstm"]), hidden=st.integers(2, 5), seed=st.integers(0, 99))
def test_directions_are_orthogonal_and_have_the_norms_of_the_genomes_rows(cell, hidden, seed):
    layout = Layout(cell, hidden)
    genome = initial(layout, 1, np.random.default_rng(seed))[0].astype(float)
    found = directions(genome, layout, 3, seed)
    size = genome @ genome
    np.testing.assert_allclose(found @ found.T, size * np.eye(3), rtol=1e-12, atol=1e-12 * size)
    for row in layout.rows():
        square = genome[row] @ genome[row]
        np.testing.assert_allclose(found[:, row] @ found[:, row].T, square * np.eye(3), rtol=1e-9, atol=1e-9)


def test_a_direction_depends_on_seed_and_index_alone():
    assert directions(GENOME, LAYOUT, 3, 5)[:1].tobytes() == directions(GENOME, LAYOUT, 1, 5).tobytes()
    assert (directions(GENOME, LAYOUT, 2, 5) != directions(GENOME, LAYOUT, 2, 6)).any(axis=1).all()


def test_a_row_of_zeros_stays_zero_and_a_short_row_is_zero_in_later_directions():
    rows = [slice(0, 1), slice(1, 5), slice(5, 9)]
    layout = SimpleNamespace(size=9, rows=lambda: iter(rows), describe=lambda: "three rows")
    genome = np.array([2.0, 0, 0, 0, 0, 1, 2, 3, 4])
    found = directions(genome, layout, 3, 0)
    assert found[0, 0] != 0
    assert not found[1:, 0].any()
    assert not found[:, 1:5].any()
    np.testing.assert_allclose(found @ found.T, genome @ genome * np.eye(3), atol=1e-12 * 34)
    with pytest.raises(UserError, match="no room"):
        directions(np.array([2.0, 0, 0, 0, 0, 0, 0, 0, 0]), layout, 2, 0)


def test_a_plane_through_three_genomes_holds_them():
    rng = np.random.default_rng(3)
    a, b, c = rng.normal(size=(3, 50))
    plane = through(a, b, c)
    xy, distance = plane.locate([a, b, c])
    np.testing.assert_allclose(xy[:2], [(0, 0), (1, 0)], atol=1e-12)
    np.testing.assert_allclose(plane.at(xy[2], np.float64), c, atol=1e-12)
    np.testing.assert_allclose(distance, 0, atol=1e-12)
    assert xy[2, 1] > 0
    assert abs(plane.u @ plane.v) < 1e-12 * (plane.u @ plane.u)
    assert plane.v @ plane.v == pytest.approx(plane.u @ plane.u)


def test_locate_measures_the_distance_from_the_plane():
    plane = Plane([1, 0, 0, 0], [0, 2, 0, 0], [0, 0, 2, 0])
    xy, distance = plane.locate([1, 3, -1, 4])
    assert xy.tolist() == [1.5, -0.5]
    assert distance == 2


def test_a_plane_along_a_line_holds_both_genomes_and_v_has_row_norms_in_proportion():
    b = GENOME[::-1]
    plane = line(GENOME, b, LAYOUT, 2)
    assert plane.at((0, 0)).tobytes() == GENOME.tobytes()
    np.testing.assert_allclose(plane.at((1, 0)), b, atol=1e-7)
    assert plane.v @ plane.v == pytest.approx(plane.u @ plane.u)
    ratios = [np.linalg.norm(plane.v[row]) / np.linalg.norm(GENOME[row]) for row in LAYOUT.rows()]
    np.testing.assert_allclose(ratios, ratios[0])
    np.testing.assert_allclose([plane.u[row] @ plane.v[row] for row in LAYOUT.rows()], 0, atol=1e-12)


def test_principal_directions_are_those_of_most_variance():
    rng = np.random.default_rng(4)
    long, short = np.linalg.qr(rng.normal(size=(30, 2)))[0].T
    champions = rng.normal(size=30) + np.outer(rng.normal(size=40), 5 * long) + np.outer(rng.normal(size=40), short)
    plane = principal(champions)
    norm = np.linalg.norm(champions[-1])
    assert plane.origin.tolist() == champions[-1].tolist()
    for found, wanted in ((plane.u, long), (plane.v, short)):
        assert np.linalg.norm(found) == pytest.approx(norm)
        assert found[np.abs(found).argmax()] > 0
        assert abs(found @ wanted) > 0.98 * norm
    np.testing.assert_allclose(plane.locate(champions)[1], 0, atol=1e-9)
    again = principal(champions[::-1], origin=champions[-1])
    np.testing.assert_allclose([again.u, again.v], [plane.u, plane.v], atol=1e-9)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: random_plane(np.zeros(LAYOUT.size), LAYOUT, 0), "all zero"),
        (lambda: random_plane(GENOME[:-1], LAYOUT, 0), "weights, got"),
        (lambda: random_plane(np.full(LAYOUT.size, np.nan), LAYOUT, 0), "not finite"),
        (lambda: random_plane([GENOME], LAYOUT, 0), "one vector"),
        (lambda: directions(GENOME, LAYOUT, 4, 0), "1 to 3"),
        (lambda: line(GENOME, GENOME, LAYOUT, 0), "identical"),
        (lambda: line(GENOME, GENOME[1:], LAYOUT, 0), "one layout"),
        (lambda: through(GENOME, GENOME, -GENOME), "identical"),
        (lambda: through(GENOME, 2 * GENOME, np.float32(0.3) * GENOME), "on one line"),
        (lambda: principal([GENOME, -GENOME]), "3 champions"),
        (lambda: principal([GENOME] * 3), "line or point"),
        (lambda: principal(np.outer([1, 2, 4], GENOME)), "line or point"),
        (lambda: principal(np.full((3, 4), np.inf)), "not finite"),
        (lambda: Plane([1, 2], [1, 2], [1, 2, 3]), "the same number of weights"),
        (lambda: Window(radius=0), "radius"),
        (lambda: Window(x=np.nan), "centre"),
        (lambda: Window(shape=(0, 3)), "shape"),
    ],
)
def test_bad_input_is_refused_in_one_line(make, message):
    with pytest.raises(UserError, match=message) as error:
        make()
    assert "\n" not in str(error.value)


def test_window_has_square_pixels_and_its_first_row_at_the_top():
    points = Window(10, 20, radius=1, shape=(2, 4)).points()
    assert points[..., 0].tolist() == [[8.5, 9.5, 10.5, 11.5]] * 2
    assert points[..., 1].tolist() == [[20.5] * 4, [19.5] * 4]


@given(height=st.integers(1, 9), width=st.integers(1, 9), radius=st.floats(1e-9, 1e3), x=coordinate)
def test_points_of_some_rows_and_columns_are_part_of_all_points(height, width, radius, x):
    window = Window(x, -x, radius, (height, width))
    rows, columns = slice(height // 2, height), slice(0, width // 2 + 1)
    assert window.points(rows, columns).tobytes() == window.points()[rows, columns].tobytes()
    y_axis, x_axis = window.axes()
    short = y_axis if height <= width else x_axis
    assert abs(short[-1] - short[0]) + window.pixel == pytest.approx(2 * radius, rel=1e-6)


def test_a_window_of_close_pixels_needs_float64():
    assert Window(radius=0.5e-6 * 100, shape=(100, 200)).dtype == "float32"
    assert Window(radius=0.4e-6 * 100, shape=(100, 200)).dtype == "float64"


def test_the_finest_step_changes_half_of_the_weights():
    plane = random_plane(GENOME, LAYOUT, 0)
    x, y = 0.3, -0.2
    step = plane.finest(x, y)
    here = plane.at((x, y), np.float64)
    moved = [(plane.at((x + step * factor, y), np.float64) != here).mean() for factor in (4, 1 / 16)]
    assert 1e-17 < step < 1e-14
    assert moved[0] > 0.5 > moved[1]


def test_planes_cannot_be_changed():
    genome = np.ones(4)
    plane = Plane(genome, [1, 0, 0, 0], [0, 1, 0, 0])
    genome[0] = 5
    assert plane.origin[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        plane.u[0] = 2
