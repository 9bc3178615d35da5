"""Terrain: the picture is what rays from the eye meet, whatever the number of cores."""

import math

import numpy as np
import pytest

from agents.errors import UserError
from render import terrain as module
from render.camera import VIEW, Camera
from render.terrain import STUDIO, terrain

ABOVE = Camera(azimuth=180, elevation=90, distance=2, target=(0, 0, 0))


def hills(shape=(40, 48)):
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    return 20 + 8 * np.sin(columns / 6) * np.cos(rows / 7) + columns / 6


def paint(shape=(40, 48)):
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    return np.stack([255 * columns / shape[1], 255 * rows / shape[0], 120 + 0 * rows], -1).astype(np.uint8)


@pytest.fixture
def rough(monkeypatch):
    """Draw land without blurring it."""
    monkeypatch.setattr(module, "SMOOTH", 0.0)


def traced(heights, colours, camera, size):
    """Draw land by marching along each pixel's ray in small steps until it is below the land; nan if it never is."""
    h, w = heights.shape
    unit = max(h, w)
    land = (heights - heights.min()) / np.ptp(heights) * module.VERTICAL * unit
    a, b = math.radians(camera.azimuth), math.radians(camera.elevation)
    forward = np.array([-math.sin(a) * math.cos(b), -math.cos(a) * math.cos(b), -math.sin(b)])
    right = np.array([forward[1], -forward[0], 0]) / math.hypot(forward[0], forward[1])
    upward = np.cross(right, forward)
    eye = unit * (np.array(camera.target) - camera.distance * forward)
    focal = 0.5 * size[0] / math.tan(math.radians(VIEW) / 2)
    out = np.full((*size, 3), np.nan)
    t = np.linspace(0.4, 1.8, 1200) * camera.distance * unit
    for y in range(size[0]):
        for x in range(size[1]):
            ray = forward + (x + 0.5 - size[1] / 2) / focal * right + (size[0] / 2 - y - 0.5) / focal * upward
            east, north, up = (eye + t[:, None] * ray).T
            column, row = east + 0.5 * (w - 1), 0.5 * (h - 1) - north
            inside = (column > -0.5) & (column < w - 0.5) & (row > -0.5) & (row < h - 0.5)
            i, j = np.clip(np.rint(row), 0, h - 1).astype(int), np.clip(np.rint(column), 0, w - 1).astype(int)
            hits = np.nonzero(inside & (up < land[i, j]))[0]
            if len(hits) and inside[hits[0] - 1]:  # else it came in through a wall
                out[y, x] = colours[i[hits[0]], j[hits[0]]]
    return out


@pytest.mark.parametrize("camera", [Camera(), Camera(azimuth=100, elevation=55, distance=1.8), Camera(elevation=20)])
def test_the_picture_is_what_rays_meet(camera, rough, monkeypatch):
    monkeypatch.setattr(module, "HAZE", 0.0)
    heights, colours, size = hills(), paint(), (48, 80)
    expected = traced(heights, colours, camera, size)
    drawn = terrain(heights, colours, camera, size, lit=False).astype(float)
    met = np.isfinite(expected[..., 0])
    # Edges differ: they are averages in the picture, and one thing or the other to a ray.
    wrong = np.abs(drawn - expected)[met].max(-1)
    assert met.sum() > 400
    assert np.median(wrong) < 6
    assert np.mean(wrong > 25) < 0.1


def test_level_land_from_above_shows_its_colours_where_they_are():
    colours = np.zeros((20, 20, 3), np.uint8)
    quarters = {(0, 0): (250, 20, 20), (0, 1): (20, 250, 20), (1, 0): (20, 20, 250), (1, 1): (200, 200, 200)}
    for (row, column), rgb in quarters.items():
        colours[10 * row : 10 * row + 10, 10 * column : 10 * column + 10] = rgb
    picture = terrain(np.full((20, 20), 7), colours, ABOVE, (100, 100))
    for (row, column), rgb in quarters.items():
        assert np.abs(picture[33 + 33 * row, 33 + 33 * column].astype(int) - rgb).max() <= 2


def test_a_ridge_hides_what_is_behind_it(rough, monkeypatch):
    monkeypatch.setattr(module, "VERTICAL", 0.5)
    heights, colours = np.zeros((40, 40)), np.full((40, 40, 3), (0, 200, 0), np.uint8)
    heights[18:22] = 10
    colours[:18] = (200, 0, 0)  # north of the ridge
    low = Camera(azimuth=180, elevation=15, target=(0, 0, 0))
    hidden = terrain(heights, colours, low, (60, 90), lit=False)
    level = terrain(heights * 0, colours, low, (60, 90), lit=False)
    red = [np.sum((picture[..., 0] > 100) & (picture[..., 1] < 80)) for picture in (hidden, level)]
    assert red[1] > 100
    assert red[0] < 0.1 * red[1]


def test_the_studio_is_seen_outside_the_block():
    picture = terrain(hills(), paint(), Camera(distance=4), (60, 100))
    assert np.abs(picture[0, 0].astype(int) - STUDIO).max() <= 12


def test_the_number_of_cores_does_not_change_the_picture(monkeypatch):
    pictures = []
    for cores in (1, 2, 5):
        monkeypatch.setattr(module.os, "cpu_count", lambda cores=cores: cores)
        pictures.append(terrain(hills(), paint(), size=(50, 70)))
    assert np.array_equal(pictures[0], pictures[1])
    assert np.array_equal(pictures[0], pictures[2])


def test_limits_scale_the_land_and_arguments_are_not_changed():
    heights, colours = hills(), paint()
    before = heights.copy(), colours.copy()
    picture = terrain(heights, colours, size=(40, 60))
    assert np.array_equal(picture, terrain(heights, colours, size=(40, 60), limits=(heights.min(), heights.max())))
    assert not np.array_equal(picture, terrain(heights, colours, size=(40, 60), limits=(0, 100)))
    assert np.array_equal(heights, before[0])
    assert np.array_equal(colours, before[1])


def test_fields_finer_than_the_picture_are_averaged():
    heights = np.random.default_rng(2).random((80, 120))
    colours = np.random.default_rng(3).integers(0, 256, (80, 120, 3)).astype(np.uint8)
    halved = heights.reshape(40, 2, 60, 2).mean((1, 3)), colours.reshape(40, 2, 60, 2, 3).mean((1, 3))
    fine = terrain(heights, colours, size=(60, 100), limits=(0, 1))
    coarse = terrain(halved[0].astype(np.float32), np.rint(halved[1]).astype(np.uint8), size=(60, 100), limits=(0, 1))
    assert np.abs(fine.astype(int) - coarse).max() <= 1


def test_holes_lie_at_the_lowest_land():
    heights = hills()
    heights[5, 5] = heights.min() - 1
    holed = heights.copy()
    holed[9, 9] = np.nan
    heights[9, 9] = heights.min()
    assert np.array_equal(terrain(heights, paint(), size=(40, 60)), terrain(holed, paint(), size=(40, 60)))


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(UserError, match="one colour for each height"):
        terrain(hills(), paint((3, 3)))
    with pytest.raises(UserError, match="at least 2 x 2"):
        terrain(np.zeros((1, 5)), np.zeros((1, 5, 3), np.uint8))
