"""Maps: colours mean what the bar says, and marks stand where the plane says."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from render.palette import table
from render.report.figures import PALETTES, landscape_scale
from render.report.maps import SIDE, Map, Scale, data_uri, encoded, figure, land, pixel
from sim.landscape.plane import Window

SCALE = Scale((0.0, 10.0), "inferno", "pellets")


def test_the_same_height_has_the_same_colour_in_every_picture():
    low, high = np.full((2, 2), 3.0), np.array([[3.0, 9.0], [0.0, 10.0]])
    assert (SCALE.paint(low)[0, 0] == SCALE.paint(high)[0, 0]).all()
    assert (SCALE.paint(high)[1] == table("inferno")[[0, -1]]).all()


def test_the_landscapes_of_a_kind_share_their_limits_and_none_is_cut_where_pellets_are_counted(comparison):
    section = comparison.sections["landscapes"]
    for kind, palette in PALETTES.items():
        scale = landscape_scale(section, kind)
        assert scale.palette == palette
        assert scale.limits == tuple(section.settings["limits"][kind])
    assert section.arrays["pellets"].max() <= landscape_scale(section, "pellets").limits[1]


def test_the_bar_names_its_ends_and_its_unit():
    assert "pellets" in SCALE.bar()
    assert ">0</text>" in SCALE.bar()
    assert ">10</text>" in SCALE.bar()


def test_marks_stand_at_the_pixel_of_their_place():
    window = Window(x=0.5, y=-1.0, radius=0.3, shape=(30, 60))
    drawn = Map(np.zeros((30, 60, 3), np.uint8), pixel(0.3, (30, 60)), "t", (window.x, window.y))
    points = window.points()
    for row, column in ((0, 0), (29, 59), (10, 20)):
        x, y = drawn.at(points[row, column])[0]
        assert (x, y) == pytest.approx(((column + 0.5) * SIDE / 60, (row + 0.5) * SIDE / 60))


def test_a_picture_comes_back_from_its_address():
    rgb = np.zeros((8, 12, 3), np.uint8)
    rgb[:, 6:] = 200
    found = np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded(rgb).partition(",")[2]))).convert("RGB"))
    assert found.shape == rgb.shape
    assert np.abs(found.astype(int) - rgb).max() < 40
    assert data_uri(b"abc", "text/plain") == "data:text/plain;base64,YWJj"


def test_land_beyond_the_limits_stands_at_them():
    heights = np.zeros((16, 16), np.float32)
    heights[4:9, 4:9] = 10
    higher = np.where(heights > 0, 25, heights).astype(np.float32)
    assert (land(heights, SCALE, size=(60, 80)) == land(higher, SCALE, size=(60, 80))).all()


def test_words_over_a_map_and_captions_are_kept():
    drawn = Map(np.zeros((4, 4, 3), np.uint8), 0.1, "a < b")
    drawn.spot((0, 0), "c0", "<x>")
    assert "&lt;x&gt;" in drawn.svg("norms")
    assert figure(["<p>1</p>"], "said").endswith("<figcaption>said</figcaption></figure>")
