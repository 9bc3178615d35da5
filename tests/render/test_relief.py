"""Relief: light, shade and shadows of known surfaces."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.relief import SOFT, filled, hillshade, shade, shadow, sunlight

FLAT = math.sqrt(0.5)


def rough(seed=0, shape=(24, 30)):
    return np.random.default_rng(seed).integers(0, 60, shape).astype(np.float32)


def test_holes_are_filled_with_the_least_height():
    assert filled(np.array([[np.nan, 3.0], [5.0, np.inf]])).tolist() == [[3, 3], [5, 3]]
    assert filled(np.full((1, 2), np.nan)).tolist() == [[0, 0]]


@pytest.mark.parametrize("azimuth", [0, 90, 225, 315])
@pytest.mark.parametrize("slope", [(0.0, 0.0), (0.5, 0.0), (-0.3, 0.8), (0.1, -2.0)])
def test_a_tilted_plane_has_lamberts_light(azimuth, slope):
    rows, columns = np.mgrid[:9, :9]
    east, north = slope
    light = hillshade(east * columns - north * rows, azimuth, 40)
    normal = np.array([-east, -north, 1]) / math.sqrt(1 + east**2 + north**2)
    a, b = math.radians(azimuth), math.radians(40)
    sun = np.array([math.sin(a) * math.cos(b), math.cos(a) * math.cos(b), math.sin(b)])
    assert np.allclose(light[1:-1, 1:-1], max(0.0, normal @ sun), atol=1e-6)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (24, 30)])
def test_the_light_has_the_bits_of_whole_arrays(shape):
    z = np.pad(rough(shape=shape), 1, mode="edge") * np.float32(1.7 / 8)
    columns, rows = z[:-2] + z[2:] + 2 * z[1:-1], z[:, :-2] + z[:, 2:] + 2 * z[:, 1:-1]
    east, north = columns[:, 2:] - columns[:, :-2], rows[:-2] - rows[2:]
    a, b = math.radians(315.0), math.radians(45.0)
    light = np.float32(math.sin(b)) - np.float32(math.sin(a) * math.cos(b)) * east
    light -= np.float32(math.cos(a) * math.cos(b)) * north
    light /= np.sqrt(east * east + north * north + np.float32(1))
    assert hillshade(rough(shape=shape), exaggeration=1.7).tobytes() == np.maximum(light, 0).tobytes()


def test_a_ridge_lit_from_the_left_is_brighter_on_its_left():
    ridge = np.tile(10.0 - np.abs(np.arange(21.0) - 10), (7, 1))
    light = hillshade(ridge, azimuth=270)
    assert light[3, 5] > FLAT > light[3, 15]


def test_exaggeration_multiplies_heights():
    assert np.allclose(hillshade(rough(), exaggeration=0.25), hillshade(0.25 * rough()), atol=1e-6)


def test_shade_leaves_level_ground_as_it_is():
    rgb = np.random.default_rng(1).integers(0, 256, (16, 16, 3)).astype(np.uint8)
    assert np.array_equal(shade(rgb, np.full((16, 16), FLAT, np.float32)), rgb)


@given(st.tuples(*[st.integers(0, 255)] * 3), st.floats(0, 1, width=32), st.floats(0, 1, width=32))
def test_more_light_never_darkens(pixel, less, more):
    less, more = sorted((less, more))
    rgb = np.full((1, 2, 3), pixel, np.uint8)
    dim, bright = shade(rgb, np.array([[less, more]], np.float32))[0].astype(int)
    assert np.all(bright >= dim)


@pytest.mark.parametrize("light", [0.1, 0.4, 0.9, 1.0])
def test_shade_keeps_the_order_of_the_channels(light):
    pixel = shade(np.full((1, 1, 3), (240, 150, 20), np.uint8), np.full((1, 1), light, np.float32))[0, 0]
    assert pixel[0] > pixel[1] > pixel[2]


def test_the_deepest_shade_is_ambient():
    dark = shade(np.full((1, 1, 3), 200, np.uint8), np.zeros((1, 1), np.float32), ambient=0.5)[0, 0]
    assert np.all(np.abs(dark.astype(int) - 100) <= 15)


def test_the_length_of_a_shadow_depends_on_the_height_of_the_sun():
    land = np.zeros((40, 9), np.float32)
    land[10] = 12
    seen = shadow(land, azimuth=0, altitude=45)[:, 4]
    depth = np.clip(22.0 - np.arange(11, 40), 0, None)  # of the ground below the shadow's edge
    assert seen[:11].tolist() == [1.0] * 11
    assert np.allclose(seen[11:], 1 - np.minimum(1, depth / SOFT), atol=1e-6)


@pytest.mark.parametrize("turns", [1, 2, 3])
@pytest.mark.parametrize("azimuth", [10, 290])
def test_shadows_turn_with_the_sun(turns, azimuth):
    land = rough(3)
    turned = shadow(np.rot90(land, turns), azimuth - 90 * turns, 50)
    assert np.allclose(turned, np.rot90(shadow(land, azimuth, 50), turns), atol=1e-4)


def test_sunlight_leaves_level_ground_as_it_is():
    rgb = np.random.default_rng(4).integers(0, 256, (12, 12, 3)).astype(np.uint8)
    assert np.array_equal(sunlight(rgb, np.full((12, 12), 5, np.float32)), rgb)


def test_arguments_are_not_changed():
    land, rgb = rough(5), np.full((24, 30, 3), 90, np.uint8)
    before = land.copy()
    first, second = sunlight(rgb, land), sunlight(rgb, land)
    hillshade(land, smooth=1.0)
    assert np.array_equal(first, second)
    assert np.array_equal(land, before)
    assert np.all(rgb == 90)
