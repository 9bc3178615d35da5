"""Maps: colours mean what the bar says, and marks are at their places in the plane."""

import base64
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from render.page.contents import contents_of
from render.page.maps import HEAD, LINE, SIDE, Scale, data_uri, encoded, maps, perspective
from render.palette import table
from sim.landscape.plane import Window
from sim.statistics.results import Map, Mark

SCALE = Scale((0.0, 10.0), "pellets per maze")


@pytest.fixture(scope="module")
def contents(made):
    return contents_of(made)


def items(contents, quantity):
    return [each for each in contents.entries if each.result.quantity == quantity]


def test_the_same_height_has_the_same_colour_in_every_picture():
    low, high = np.full((2, 2), 3.0), np.array([[3.0, 9.0], [0.0, 10.0]])
    assert (SCALE.paint(low)[0, 0] == SCALE.paint(high)[0, 0]).all()
    assert (SCALE.paint(high)[1] == table("inferno")[[0, -1]]).all()


def test_a_loss_is_bright_where_it_is_low():
    bright = Scale((0.0, 1.0), "nats a step").paint(np.array([[0.0, 1.0]])).astype(int).sum(axis=2)
    assert bright[0, 0] > bright[0, 1]


def test_the_bar_names_its_ends_and_its_unit():
    bar = SCALE.bar()
    assert bar["unit"] == "pellets per maze"
    assert (bar["ticks"][0], bar["ticks"][-1]) == (("0", 0.0), ("10", 1.0))


@pytest.mark.parametrize("quantity", ["pellets_map", "imitation_map"])
def test_maps_of_a_quantity_share_their_limits_and_none_is_cut(contents, quantity):
    some = items(contents, quantity)
    cells, bar = maps(contents, some)
    assert len(cells) == 3
    assert all(cell["terrain"].startswith("data:image/webp") for cell in cells)
    limits = [each.result.limits for each in some]
    values = [float(name) for name, _ in bar["ticks"]]
    assert min(low for low, _ in limits) <= values[0]
    assert values[-1] <= max(high for _, high in limits)


def test_marks_are_at_the_pixel_of_their_place(contents):
    window = Window(x=0.5, y=-1.0, radius=0.3, shape=(30, 60))
    spots = window.points()[[0, 29, 10], [0, 59, 20]]
    field = Map(
        "plane", np.zeros((30, 60), np.float32), window.pixel, centre=(0.5, -1.0), marks=(Mark(spots, subject=1),)
    )
    ((cell,), _) = maps(contents, [replace(items(contents, "plane")[0], result=field)])
    (mark,) = cell["marks"]
    expected = [[(column + 0.5) * SIDE / 60, (row + 0.5) * SIDE / 60] for row, column in ((0, 0), (29, 59), (10, 20))]
    assert np.allclose(mark["points"], expected, atol=0.051)
    assert (mark["colour"], cell["width"], cell["height"]) == ("c1", SIDE, SIDE / 2)


def test_a_landscape_of_a_run_marks_its_champion_and_paths_come_beneath_spots(contents):
    ((cell, *_), _) = maps(contents, items(contents, "pellets_map"))
    assert [(mark["shape"], mark["points"]) for mark in cell["marks"]] == [("spot", [[SIDE / 2, SIDE / 2]])]
    ((cell,), _) = maps(contents, items(contents, "plane"))
    shapes = [mark["shape"] for mark in cell["marks"]]
    assert shapes == ["path"] * 3 + ["arrow"] * 2 + ["ring"] * 3 + ["spot"] * 3  # no arrows where a run imitated
    assert cell["terrain"] is None
    assert {mark["colour"] for mark in cell["marks"]} == {"c0", "c1", "c2"}


def test_arrows_end_at_their_tips_with_a_head_on_both_sides(contents):
    field = Map(
        "plane", np.zeros((20, 20)), 0.1, marks=(Mark(np.array([[0.0, 0], [0.5, 0], [0, 0], [0, 0]]), "", "arrow"),)
    )
    ((cell,), _) = maps(contents, [replace(items(contents, "plane")[0], result=field)])
    (start, tip, one, again, other), _ = cell["marks"][0]["points"]
    assert (start, tip) == ([180, 180], [270, 180])
    assert again == tip
    assert one[0] == other[0] == tip[0] - HEAD
    assert one[1] - 180 == 180 - other[1] != 0


def test_texts_do_not_lie_on_each_other(contents):
    spots = np.array([[0.0, 0.0], [0.1, 0.01], [-0.1, -0.02], [0.0, -0.9]])
    marks = tuple(Mark(spots[[at]], f"a long name {at}") for at in range(4))
    ((cell,), _) = maps(
        contents, [replace(items(contents, "plane")[0], result=Map("plane", np.zeros((9, 9)), 0.2, marks=marks))]
    )
    lines = [y for _, _, y, _ in cell["texts"]]
    assert np.diff(lines)[:2] == pytest.approx(LINE, abs=0.11)
    assert lines[0] == SIDE / 2 - 0.01 * 200 + 4
    assert {text for text, *_ in cell["texts"]} == {mark.text for mark in marks}
    far = tuple(replace(mark, text=str(at)) for at, mark in enumerate(marks))
    ((cell,), _) = maps(
        contents, [replace(items(contents, "plane")[0], result=Map("plane", np.zeros((9, 9)), 0.2, marks=far))]
    )
    assert sorted(y for _, _, y, _ in cell["texts"])[:3] == [182, 184, 188]  # short ones beside each other stay


@pytest.mark.parametrize(
    ("x", "text", "ends"), [(-0.5, "short", False), (0.2, "far too long for the map", True), (0.5, "a", True)]
)
def test_a_text_stands_where_it_is_not_cut(contents, x, text, ends):
    field = Map("plane", np.zeros((9, 9)), 0.2, marks=(Mark(np.array([[x, 0.0]]), text),))
    ((cell,), _) = maps(contents, [replace(items(contents, "plane")[0], result=field)])
    assert [end for *_, end in cell["texts"]] == [ends]


def test_a_map_without_values_can_be_drawn(contents):
    blank = Map("plane", np.full((4, 4), np.nan, np.float32), 0.1)
    cells, bar = maps(contents, [replace(items(contents, "plane")[0], result=blank)])
    assert cells[0]["image"]
    assert bar["ticks"]


def test_a_picture_comes_back_from_its_address():
    rgb = np.zeros((8, 12, 3), np.uint8)
    rgb[:, 6:] = 200
    found = np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded(rgb).partition(",")[2]))).convert("RGB"))
    assert found.shape == rgb.shape
    assert np.abs(found.astype(int) - rgb).max() < 40
    assert data_uri(b"abc", "text/plain") == "data:text/plain;base64,YWJj"


def test_terrain_beyond_the_limits_is_clipped():
    heights = np.zeros((16, 16), np.float32)
    heights[4:9, 4:9] = 10
    higher = np.where(heights > 0, 25, heights).astype(np.float32)
    assert (perspective(heights, SCALE, size=(60, 80)) == perspective(higher, SCALE, size=(60, 80))).all()


def test_a_bar_says_which_end_stands_for_heights_beyond_it(contents):
    entry = items(contents, "pellets_map")[0]
    heights = np.linspace(0, 10, 16, dtype=np.float32).reshape(4, 4)
    for limits, said in (
        ((0.0, 10.0), ""),
        ((0.0, 8.0), "right end: more as well"),
        ((2.0, 10.0), "left end: less as well"),
    ):
        _, bar = maps(contents, [replace(entry, result=Map("pellets_map", heights, 0.1, limits=limits))])
        assert bar["unit"] == ", ".join(filter(None, ("pellets per maze", said)))
