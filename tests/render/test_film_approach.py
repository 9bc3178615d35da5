"""Scenes of land that turns, and of the way to two pixels."""

import numpy as np
import pytest

from render import film_approach
from render.film import FilmConfig
from render.film_approach import approach, approach_boxes, painted, turning
from render.film_pair import NEAR
from render.reel import heights_at, open_reel
from sim.landscape import tour as tours
from sim.landscape.plane import Plane, Window
from tests.fields import stored

PLANE = Plane([0, 0, 1], [1, 0, 0], [0, 1, 0])
PLAIN = FilmConfig(relief=False)
PIXELS = ((20, 61), (20, 62))


@pytest.fixture(scope="module")
def reel(tmp_path_factory):
    tour = tours.slide(PLANE, Window(shape=(54, 96)), np.array([0, 0, 1.0]), 3, 1.0)
    path = tmp_path_factory.mktemp("land") / "field.zarr"
    return open_reel(stored(path, tour, lambda genomes: np.rint(9 * genomes.sum(axis=1)).astype(int)))


@pytest.mark.parametrize("size", [(360, 640), (640, 360), (400, 400)])
@pytest.mark.parametrize("shape", [(54, 96), (96, 54), (60, 60)])
@pytest.mark.parametrize("pixels", [PIXELS, ((0, 0), (1, 0)), ((53, 52), (53, 53))])
def test_the_way_stays_in_the_field_and_keeps_the_shape_of_the_frame(size, shape, pixels):
    whole, near = approach_boxes(shape, pixels, size)
    for way in (0.0, 0.3, 1.0):
        box = whole.towards(near, way)
        assert box.width / box.height == pytest.approx(size[1] / size[0])
        assert min(box.left, box.top) >= -1e-9
        assert box.left + box.width <= shape[1] + 1e-9
        assert box.top + box.height <= shape[0] + 1e-9
    assert min(near.width, near.height) == pytest.approx(NEAR)


def test_it_begins_with_the_whole_field_and_ends_with_the_two_pixels(reel):
    scene = approach(reel, 1, PLAIN, PIXELS, (360, 640), 20)
    paint = painted(reel, 1, PLAIN)
    first, last = scene.picture(0), scene.picture(19)
    assert np.abs(first[3::6, 3::6].astype(int)[:54, :96].mean() - paint.mean()) < 3
    scale = 360 / NEAR
    _, near = approach_boxes((54, 96), PIXELS, (360, 640))
    for row, column in PIXELS:
        y, x = ((row - near.top + 0.5) * scale, (column - near.left + 0.5) * scale)
        assert np.abs(last[int(y), int(x)].astype(int) - paint[row, column]).max() <= 1
    assert np.array_equal(scene.picture(18), last)  # it stays there


def test_land_turns_from_one_side_to_the_other_through_the_frames(reel, monkeypatch):
    asked = []
    monkeypatch.setattr(
        film_approach,
        "land",
        lambda reel, at, config, size, swing: asked.append((heights_at(reel, at), swing)),
    )
    scene = turning(reel, PLAIN, (90, 160), 9)
    for number in range(scene.count):
        scene.picture(number)
    swings = [swing for _, swing in asked]
    assert swings == pytest.approx(np.linspace(-film_approach.SWING, film_approach.SWING, 9))
    means = [heights.mean() for heights, _ in asked]
    assert means[0] == pytest.approx(reel.heights(0).mean())
    assert means[-1] == pytest.approx(reel.heights(2).mean())
    assert (np.diff(means) > 0).all()
    assert means[4] > np.mean([means[0], means[-1]])  # slower towards the end
