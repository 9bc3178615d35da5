import numpy as np
import pytest

from render.camera import Camera
from render.terrain import terrain
from render.window.play.picking import pixel_under, place_of

SIZE = (240, 320)
CAMERAS = [Camera(), Camera(azimuth=40, elevation=60), Camera(azimuth=300, elevation=80, distance=1.6)]
HEIGHTS = np.zeros((40, 60), np.float32)
HEIGHTS[10:20, 20:40] = 1.0


@pytest.mark.parametrize("camera", CAMERAS)
def test_a_pixel_of_another_colour_is_drawn_at_its_place(camera):
    flat = np.zeros((40, 60), np.float32)
    for row, column in ((20, 30), (6, 50), (33, 8)):
        picture = np.zeros((40, 60, 3), np.uint8)
        picture[row - 1 : row + 2, column - 1 : column + 2] = (0, 255, 0)
        frame = terrain(flat, picture, camera, SIZE, limits=(0.0, 1.0), lit=False)
        rows, columns = np.nonzero(frame[..., 1] > 150)
        middle = columns.mean() + 0.5, rows.mean() + 0.5
        assert place_of(camera, flat, (0.0, 1.0), SIZE, row, column) == pytest.approx(middle, abs=1.5)


@pytest.mark.parametrize("camera", CAMERAS)
def test_the_pixel_under_the_place_of_a_pixel_is_that_pixel(camera):
    for row, column in ((14, 30), (30, 10), (35, 55)):
        x, y = place_of(camera, HEIGHTS, (0.0, 1.0), SIZE, row, column)
        found = pixel_under(camera, HEIGHTS, (0.0, 1.0), SIZE, int(x), int(y))
        assert np.abs(np.subtract(found, (row, column))).max() <= 1


def test_beside_the_land_there_is_no_pixel():
    for x, y in ((0, 0), (319, 0), (0, 239)):
        assert pixel_under(Camera(), HEIGHTS, (0.0, 1.0), SIZE, x, y) is None
