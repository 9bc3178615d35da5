"""Rings hold all frames of a zoom: their points, their heights, and the frames that are taken from them."""

import math
from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from sim.landscape import tour as tours
from sim.landscape.field import open_field, open_frames
from sim.landscape.function import FunctionObjective
from sim.landscape.landscape import Landscape
from sim.landscape.plane import Plane, Window
from sim.landscape.rings import (
    Rings,
    chosen,
    circle,
    frames,
    nearest,
    of_zoom,
    pixels,
    refuse_rings,
    shrinking,
    unrolled,
)
from sim.landscape.sampling import heights_at
from sim.landscape.spec import LandscapeSpec, plan_around
from sim.landscape.sweep import sweep
from sim.rollout.machine import CPU, Machine

PLANE = Plane([0, 0], [1, 0], [0, 1])
AWAY = Window(x=0.25, y=-0.125, radius=0.5, shape=(36, 64))


def swirl(genomes):
    """Spiral arms about (0.25, -0.125), in whole numbers: they look the same at half the radius, turned half round."""
    x, y = genomes[:, 0].astype(float) - 0.25, genomes[:, 1].astype(float) + 0.125
    radius, angle = np.hypot(x, y) + 1e-300, np.arctan2(y, x)
    return np.floor(8 * np.cos(2 * np.pi * np.log2(radius) + 2 * angle)).astype(np.int64)


def zoom(count=9, factor=2.0, window=AWAY):
    return tours.zoom(PLANE, window, count, factor)


SWIRL = FunctionObjective.of(swirl)


def test_circle_and_radii_are_rounded_once_and_mirrored():
    points, count = circle(44), 44
    angles = 2 * np.pi * (np.arange(count) + 0.5) / count
    np.testing.assert_allclose(points, np.stack([np.cos(angles), np.sin(angles)], axis=-1), atol=1e-15, rtol=0)
    assert np.array_equal(points[:22], -points[22:])
    assert np.array_equal(points[:11, 0], points[11:22, 1])
    assert points[5].tolist() == [math.sqrt(0.5), math.sqrt(0.5)]
    np.testing.assert_allclose(shrinking(7), 2.0 ** -((np.arange(7) + 0.5) / 7), rtol=3e-16)


def test_points_lie_on_rings_from_the_outermost_inwards():
    rings = Rings(0.25, -0.125, 0.5, (6, 40))
    offsets = rings.points() - [0.25, -0.125]
    distance = np.hypot(offsets[..., 0], offsets[..., 1])
    np.testing.assert_allclose(distance, np.repeat(0.5 * shrinking(6)[:, None], 40, axis=1), rtol=1e-12)
    assert (np.diff(distance[:, 0]) < 0).all()
    depth, angle = rings.axes()
    np.testing.assert_allclose(np.log2(0.5 / distance[:, 0]), depth, rtol=1e-9)
    np.testing.assert_allclose(np.arctan2(offsets[2, :, 1], offsets[2, :, 0]) % (2 * np.pi), angle, rtol=1e-9)


def test_parts_of_rings_and_single_pixels_are_those_of_the_whole():
    rings = Rings(0.25, -0.125, 0.5, (6, 40))
    whole = rings.points()
    assert np.array_equal(rings.points(slice(1, 4), slice(10, 12)), whole[1:4, 10:12])
    rows, columns = np.array([0, 5, 2]), np.array([39, 0, 7])
    assert np.array_equal(rings.at(rows, columns), whole[rows, columns])
    assert np.array_equal(AWAY.at(rows, columns), AWAY.points()[rows, columns])


def test_rings_reach_from_the_first_corner_to_the_middle_of_the_last_frame():
    tour = zoom()
    rings = of_zoom(tour)
    corner = np.hypot(*(tour.windows[0].points()[0, 0] - [AWAY.x, AWAY.y]))
    assert corner < rings.windows[0].radius < 1.05 * corner
    innermost = rings.windows[-1].radius / 2
    assert tour.windows[-1].pixel / 4 < innermost <= tour.windows[-1].pixel / 2
    rows, around = rings.shape
    assert around / 36 == pytest.approx(math.pi, rel=0.03)
    assert rows / around == pytest.approx(math.log(2) / (2 * math.pi), rel=0.03)  # pixels are nearly square
    assert {rings.dtype(view) for view in range(len(rings))} == {"float32"}
    deep = of_zoom(zoom(30))
    assert {deep.dtype(view) for view in range(len(deep))} == {"float64"}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_sweep_of_rings_has_the_heights_of_direct_evaluation(tmp_path, dtype):
    rings = replace(of_zoom(zoom(4)), precision=dtype)
    path = sweep(Landscape(rings, SWIRL), tmp_path / "rings.zarr", tile=16, machine=Machine(1))
    field = open_field(path)
    assert field.heights.shape == (len(rings), *rings.shape)
    for view, window in enumerate(field.tour.windows):
        assert isinstance(window, Rings)
        assert window == rings.windows[view]
        points = window.at(*(each.ravel() for each in np.indices(window.shape)))
        one_by_one = [heights_at(SWIRL, PLANE, point[None], CPU, dtype)[0] for point in points[::37]]
        assert np.array_equal(field.heights[view].ravel()[::37], one_by_one)
        assert np.array_equal(field.heights[view].ravel(), swirl(PLANE.at(points, dtype)))
        assert np.array_equal(field.tour.genome(view, 3, 5), PLANE.at(window.points()[3, 5], dtype))


def test_a_sweep_of_rings_goes_on_where_it_was_stopped_and_has_its_coordinates(tmp_path):
    landscape = Landscape(of_zoom(zoom(3)), SWIRL)
    whole = open_field(sweep(landscape, tmp_path / "a.zarr", tile=16))
    path = sweep(landscape, tmp_path / "b.zarr", tile=16)
    chunks = sorted(each for each in (path / whole.objective.quantity / "c").rglob("*") if each.is_file())
    for chunk in chunks[::3]:
        chunk.unlink()
    with pytest.raises(UserError, match="not finished"):
        open_field(path)
    asked = []
    seen = replace(SWIRL, function=lambda genomes: asked.append(len(genomes)) or swirl(genomes))
    sweep(Landscape(landscape.tour, seen), path, tile=16)
    assert 0 < sum(asked) < whole.heights.size / 2
    assert np.array_equal(open_field(path).heights, whole.heights)
    array = whole.to_xarray()
    assert (array.y.attrs["units"], array.x.attrs["units"]) == ("octaves", "radians")
    np.testing.assert_allclose(array.radius.values, [window.radius for window in landscape.tour.windows])


@pytest.mark.parametrize("aspect", [16 / 9, 1.0, 9 / 16])
def test_frames_of_any_shape_show_the_function(aspect):
    tour = of_zoom(zoom(6, window=replace(AWAY, shape=(180, 320))))
    heights = [
        swirl(PLANE.at(window.points().reshape(-1, 2), np.float64)).reshape(tour.shape) for window in tour.windows
    ]
    landscape, read = unrolled(Landscape(tour, SWIRL), heights.__getitem__, aspect)
    shown = landscape.tour
    assert (shown.name, shown.axis.values[:5].tolist()) == ("zoom", [0, 0.5, 1, 1.5, 2])
    assert shown.shape[1] / shown.shape[0] == pytest.approx(aspect, rel=0.01)
    assert min(shown.shape) == pytest.approx(2 * 180, abs=3)  # finer than the rings at its edge, not in its middle
    for number in (0, 7, len(shown) - 1):
        window = shown.windows[number]
        exact = swirl(window.points().reshape(-1, 2)).reshape(shown.shape)
        assert np.mean(read(number) != exact) < 0.2  # at edges, where the nearest pixel is another one
        assert np.mean(np.abs(read(number) - exact) > 2) < 0.04


def test_each_pixel_of_a_frame_takes_the_nearest_pixel_of_the_rings():
    tour = of_zoom(zoom(5))
    points = np.stack([window.points() for window in tour.windows]).reshape(-1, *tour.shape[1:], 2)
    for number, window in enumerate(frames(tour).windows[::5]):
        ring, column = nearest(tour, window)
        wanted, found = window.points(), points.reshape(-1, tour.shape[1], 2)[ring, column]
        distance = np.hypot(*np.moveaxis(wanted - found, -1, 0))
        far = np.hypot(*np.moveaxis(wanted - [AWAY.x, AWAY.y], -1, 0))
        assert (distance <= np.maximum(0.75 * 2 * np.pi / tour.shape[1] * far, 2 * window.pixel)).all(), number


def test_the_frames_of_a_zoom_come_back():
    for window in (AWAY, replace(AWAY, shape=(180, 320))):
        tour = zoom(9, window=window)
        shown = frames(of_zoom(tour))
        assert shown.windows[0].radius == pytest.approx(0.5, rel=0.02)
        assert shown.windows[-1].radius <= tour.windows[-1].radius * 1.02
        assert shown.axis.values[-1] < 8 + 1.2


def test_auto_takes_what_has_fewer_pixels_and_the_note_tells_both():
    short, many, deep = zoom(2), zoom(40, 2**0.25), zoom(30)
    assert chosen(many, "never") is many
    assert chosen(short, "auto").name == "zoom"
    assert chosen(short, "always").name == "rings"
    for tour in (many, deep):
        rings = chosen(tour, "auto")
        assert rings.name == "rings"
        assert pixels(rings) < pixels(tour) == len(tour) * 36 * 64
        assert rings.note == f"rings have {pixels(rings):,} pixels, the frames of the zoom {pixels(tour):,}"
    assert chosen(replace(short, note="cut"), "auto").note.startswith("cut; rings have")


def test_the_settings_of_a_landscape_choose_rings_of_the_centre_that_was_sought():
    spec = LandscapeSpec(tour="zoom", frames=5, width=16, height=9, radius=1.0, rings="always")
    tour = plan_around(
        [1.0, 2.0, 2.0], None, FunctionObjective.of(lambda genomes: np.floor(9 * genomes[:, 0])), spec
    ).tour
    assert tour.name == "rings"
    assert len({(window.x, window.y) for window in tour.windows}) == 1
    slide = plan_around([1.0, 2.0, 2.0], None, SWIRL, replace(spec, tour="slide", frames=1)).tour
    assert slide.name == "slide"


def test_pixels_of_frames_are_refused():
    refuse_rings(zoom(2))
    with pytest.raises(UserError, match="these heights lie on rings"):
        refuse_rings(of_zoom(zoom(2)))


def test_unrolled_frames_of_a_field_on_disk(tmp_path):
    path = sweep(Landscape(of_zoom(zoom(3)), SWIRL), tmp_path / "rings.zarr")
    field, read = open_frames(path)
    landscape, frame = unrolled(field.landscape, read)
    assert frame(0).shape == landscape.tour.shape
    assert frame(0).dtype == np.int32
    assert np.isin(frame(len(landscape.tour) - 1), np.arange(-8, 9)).all()
