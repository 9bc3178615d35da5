"""Tours show the planes and windows that they name, and refuse arguments that do not fit."""

import math
from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from agents.layout import Layout, initial
from sim.landscape.plane import Plane, Window, directions
from sim.landscape.tour import generations, horizon, mazes, slide, turn, zoom

LAYOUT = Layout(hidden=2)
GENOME = initial(LAYOUT, 1, np.random.default_rng(1))[0]
U, V, W = directions(GENOME, LAYOUT, 3, 0)
PLANE = Plane(GENOME, U, V)
WINDOW = Window(0.1, -0.2, 0.5, (4, 6))
CHAMPIONS = np.random.default_rng(2).normal(size=(3, LAYOUT.size))


@pytest.mark.parametrize("frames", [1, 4, 5])
def test_a_slide_goes_from_minus_depth_to_plus_depth(frames):
    tour = slide(PLANE, WINDOW, W, frames, 0.3)
    assert len(tour) == frames
    assert tour.axis.values.tolist() == (-tour.axis.values[::-1]).tolist()
    if frames > 1:
        assert tour.axis.values[-1] == 0.3
        np.testing.assert_allclose(np.diff(tour.axis.values), 0.6 / (frames - 1))
    for frame, z in enumerate(tour.axis.values):
        plane = tour.plane(frame)
        assert plane.origin.tolist() == [float(o) + z * w for o, w in zip(GENOME, W, strict=True)]
        assert (plane.u == U).all()
        assert (plane.v == V).all()
    assert not tour.loop


def test_a_turn_goes_once_round_in_equal_steps():
    tour = turn(PLANE, WINDOW, W, 12)
    u = np.stack([tour.plane(frame).u for frame in range(12)])
    norm = np.linalg.norm(U)
    steps = np.linalg.norm(u - np.roll(u, -1, axis=0), axis=1)
    np.testing.assert_allclose(steps, 2 * norm * np.sin(np.pi / 12))
    np.testing.assert_allclose(np.linalg.norm(u, axis=1), norm)
    assert (u[0] == U).all()
    np.testing.assert_allclose(u[3], W, atol=1e-12)
    np.testing.assert_allclose(u[6], -U, atol=1e-12)
    assert all((tour.plane(frame).v == V).all() for frame in range(12))
    assert tour.axis.values[3] == 90
    assert tour.loop


def test_a_zoom_halves_the_radius_in_one_arithmetic():
    tour = zoom(PLANE, WINDOW, 24)
    assert [window.radius for window in tour.windows] == [0.5 * 2.0**-i for i in range(24)]
    assert tour.axis.values.tolist() == list(range(24))
    assert all((window.x, window.y) == (0.1, -0.2) for window in tour.windows)
    fine = [window.pixel < 1e-6 for window in tour.windows]
    assert 0 < sum(fine) < 24
    assert {tour.dtype(view) for view in range(24)} == {"float64"}
    shallow = zoom(PLANE, WINDOW, 24 - sum(fine))
    assert {shallow.dtype(view) for view in range(len(shallow))} == {"float32"}
    assert tour.note == ""
    assert replace(tour, precision="float64").dtype(0) == "float64"


def test_a_zoom_ends_where_float64_resolves_no_pixels():
    tour = zoom(PLANE, WINDOW, 1000, factor=10)
    floor = PLANE.finest(WINDOW.x, WINDOW.y)
    assert tour.windows[-1].pixel >= floor > tour.windows[-1].pixel / 10
    assert f"cut at {len(tour)} of 1000" in tour.note
    with pytest.raises(UserError, match="float64 resolves"):
        zoom(PLANE, replace(WINDOW, radius=1e-17), 5)


@pytest.mark.parametrize(
    ("tour", "values"),
    [
        (horizon(PLANE, WINDOW, lifetime=10, every=3), [3, 6, 9]),
        (mazes(PLANE, WINDOW, 4), [1, 2, 3, 4]),
    ],
    ids=["horizon", "mazes"],
)
def test_a_tour_of_layers_has_one_view(tour, values):
    assert tour.axis.values.tolist() == values
    assert tour.layers
    assert len(tour.windows) == 1
    assert tour.genome(2, 1, 1).tobytes() == tour.genome(0, 1, 1).tobytes()


def test_generations_visit_every_champion():
    tour = generations(PLANE, WINDOW, CHAMPIONS)
    assert tour.axis.values.tolist() == [0, 1, 2]
    for frame, champion in enumerate(CHAMPIONS):
        assert (tour.plane(frame).origin == champion).all()
        assert (tour.plane(frame).u == U).all()
        assert (tour.plane(frame).v == V).all()


def test_generations_walk_straight_between_champions():
    tour = generations(PLANE, WINDOW, CHAMPIONS, numbers=[0, 10, 30], between=3)
    assert tour.axis.values.tolist() == [0, 2.5, 5, 7.5, 10, 15, 20, 25, 30]
    assert (tour.plane(4).origin == CHAMPIONS[1]).all()
    np.testing.assert_allclose(tour.plane(6).origin, CHAMPIONS[1:].mean(axis=0))
    assert len(generations(PLANE, WINDOW, CHAMPIONS[:1], between=3)) == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: slide(PLANE, WINDOW, W, 0, 1), "frames must be 1 or more, got 0"),
        (lambda: slide(PLANE, WINDOW, W, 3, -1), "depth must be a number above 0"),
        (lambda: slide(PLANE, WINDOW, W[1:], 3, 1), "third direction"),
        (lambda: zoom(PLANE, WINDOW, 3, 1.0), "factor"),
        (lambda: horizon(PLANE, WINDOW, 3, 4), "lifetime must be 4 or more steps, got 3"),
        (lambda: mazes(PLANE, WINDOW, 0), "mazes must be 1 or more, got 0"),
        (lambda: generations(PLANE, WINDOW, CHAMPIONS[0]), "champions"),
        (lambda: generations(PLANE, WINDOW, CHAMPIONS, numbers=[1, 2]), "number each"),
        (lambda: generations(PLANE, WINDOW, CHAMPIONS, between=-1), "between must be 0 or more, got -1"),
        (lambda: replace(mazes(PLANE, WINDOW, 2), layers=False), "cannot have 1 views"),
        (lambda: replace(mazes(PLANE, WINDOW, 2), origin=np.ones((2, LAYOUT.size))), "origin, directions and mix"),
        (lambda: replace(zoom(PLANE, WINDOW, 2), windows=(WINDOW, Window())), "one shape"),
    ],
)
def test_bad_input_is_refused_in_one_line(make, message):
    with pytest.raises(UserError, match=message) as error:
        make()
    assert "\n" not in str(error.value)


def test_a_tour_has_a_name_an_axis_and_a_shape():
    tour = slide(PLANE, WINDOW, W, 3, 1)
    assert (tour.name, tour.axis.name, tour.axis.unit, tour.shape) == ("slide", "z", "norms", (4, 6))


def test_the_scale_is_the_length_of_u_as_a_fraction_of_the_genomes_norm():
    assert math.isclose(slide(PLANE, WINDOW, W, 3, 0.5).scale, 1.0)
    line = Plane(GENOME, 2 * U, 2 * V)  # as in a plane through another genome, two norms away
    assert math.isclose(zoom(line, WINDOW, 2).scale, 2.0)
    assert horizon(Plane(0 * GENOME, U, V), WINDOW, 10).scale == 1.0


def test_a_slide_of_one_frame_stays_in_its_plane():
    """So that two weights, which leave no room for a third direction, have a landscape."""
    alone = slide(PLANE, WINDOW, None, 1, 0.3)
    assert alone.genome(0, 1, 2).tobytes() == slide(PLANE, WINDOW, W, 1, 0.3).genome(0, 1, 2).tobytes()
    with pytest.raises(UserError, match="a slide of 2 frames needs a third direction"):
        slide(PLANE, WINDOW, None, 2, 0.3)
