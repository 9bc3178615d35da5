"""The camera: where it stands, and where a block of land lies in its picture."""

import math

import numpy as np
import pytest

from agents.errors import UserError
from render.camera import Camera
from render.terrain import BASE, STUDIO, terrain


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"elevation": 2}, "the elevation of a camera must be from 5 to 90 degrees, got 2"),
        ({"distance": 0}, "the distance of a camera must be a number above 0, got 0"),
        ({"azimuth": math.nan}, "the numbers of a camera must be finite, got .*nan"),
    ],
)
def test_numbers_out_of_range_are_refused(wrong, says):
    with pytest.raises(UserError, match=says):
        Camera(**wrong)


def test_a_camera_stands_where_its_angles_say():
    x, y, z, east, south = Camera(azimuth=90, elevation=30, distance=2, target=(0, 0, 0)).stand((11, 11))
    assert (x, y, z) == pytest.approx((5 + 11 * 2 * math.cos(math.radians(30)), 5, 11 * 2 * 0.5))
    assert (east, south) == pytest.approx((-1, 0))


@pytest.mark.parametrize("camera", [Camera(distance=4), Camera(azimuth=70, elevation=60, distance=3)])
def test_land_lies_within_the_covered_part_and_nearly_fills_it(camera, monkeypatch):
    monkeypatch.setattr("render.terrain.SMOOTH", 0.0)
    size, shape = (120, 200), (16, 16)
    white = np.full((*shape, 3), 255, np.uint8)
    heights = np.ones(shape)
    heights[::4] = 0
    picture = terrain(heights, white, camera, size)
    left, right, low, high = camera.covered(shape, size, BASE * 16, 0.2 * 16)
    rows, columns = np.nonzero(picture.max(axis=-1) > 2 * max(STUDIO) + 20)
    assert left <= columns.min() + 0.5 - 100 <= left + 12
    assert right - 12 <= columns.max() + 0.5 - 100 <= right
    assert low <= 60 - rows.max() - 0.5
    assert high - 12 <= 60 - rows.min() - 0.5 <= high


def test_land_around_the_camera_may_lie_anywhere_in_the_picture():
    assert Camera(distance=0.2).covered((16, 16), (40, 60), 1.0, 3.0) == (-30, 30, -20, 20)
