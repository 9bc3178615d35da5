"""The scene of two foragers: where its parts are, its times, and its words."""

from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from render import film_pair
from render.film_pair import INKS, NEAR, Pair, close_up, pair_layout, pair_scene, pair_times, put_close_up
from render.text import text_width
from sim.world.life import play_episode
from sim.world.maze import carve
from sim.world.rules import World

SIZES = [(360, 640), (720, 1280), (1080, 1080), (1920, 1080), (240, 426), (2160, 3840)]

HEADLINE = "They live alike, until one turns another way. After that, all is different: so the edge is rough."


def boxes(layout):
    side = layout.canvas.side
    return [(x, y, side, side) for x, y in layout.corners] + ([layout.near] if layout.near else [])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("with_near", [True, False])
def test_its_parts_lie_in_the_frame_and_apart(size, with_near):
    layout = pair_layout(10, size, with_near, HEADLINE)
    assert (layout.near is not None) == with_near
    parts = boxes(layout)
    for x, y, width, height in parts:
        assert x >= 0
        assert x + width <= size[1]
        assert y >= 0
        assert y + height + 2.4 * layout.text <= size[0]
    for index, (x, y, width, height) in enumerate(parts):
        for a, b, c, d in parts[:index]:
            assert x + width <= a or a + c <= x or y + height <= b or b + d <= y
    assert layout.canvas.side > 0.25 * min(size)


def test_mazes_that_do_not_fit_are_refused():
    with pytest.raises(UserError, match="two mazes of 64 x 64 cells do not fit a picture of 160 x 120"):
        pair_layout(64, (120, 160), True, HEADLINE)


@pytest.mark.parametrize("step", [1, 30, 61, 199, None])
@pytest.mark.parametrize("seconds", [0.4, 2.0, 5.0])
def test_times_rise_from_the_start_and_rest_where_the_foragers_part(step, seconds):
    times = pair_times(200, step, 30, seconds)
    assert len(times) == max(4, round(30 * seconds))
    assert (np.diff(times) >= 0).all()
    assert times[0] == 0
    assert max(times) <= 200
    if step and seconds == 5.0:
        assert times.count(step - 1) >= 15
        assert times[-1] == min(200, step + 70)
        assert times.index(step - 1) <= 0.5 * len(times)
    if step is None:
        assert times[-1] == 200


@pytest.fixture(scope="module")
def pair():
    world = World(lifetime=60)
    mazes, layout = carve(world.maze, 1, seed=0, split="train"), world.layout()
    rng = np.random.default_rng(1)
    lives = [play_episode(rng.normal(size=layout.size).astype(np.float32), layout, mazes, 0, world) for _ in "ab"]
    near = rng.integers(0, 90, (NEAR, NEAR, 3), np.uint8)
    return Pair(("one", "two"), mazes, (lives[0], lives[1]), 5, near, ((6, 6), (7, 6)))


@pytest.mark.parametrize("size", SIZES[:5])
def test_its_words_lie_outside_of_its_pictures(pair, size):
    scene = pair_scene(pair, HEADLINE, size, 10, 2.0)
    bare, told = scene.picture(15), scene.draw(15)
    changed = (bare != told).any(-1)
    assert changed.sum() > 100
    for x, y, width, height in boxes(pair_layout(pair.mazes.size, size, True, HEADLINE)):
        assert not changed[y : y + height, x : x + width].any()
    edge = np.ones(size, bool)
    edge[2:-2, 2:-2] = False
    assert not changed[edge].any()


def test_the_two_pixels_are_outlined_in_the_colours_of_the_two(pair):
    frame = np.zeros((360, 640, 3), np.uint8)
    put_close_up(frame, (20, 30, 130, 130), pair.near, pair.spots)
    for (column, row), ink in zip(pair.spots, INKS, strict=True):
        assert tuple(frame[30 + 10 * row, 20 + 10 * column]) == ink
    assert tuple(frame[30 + 65, 20 + 65]) == tuple(pair.near[6, 6])
    assert not frame[:30].any()
    faint = np.zeros((360, 640, 3), np.uint8)
    put_close_up(faint, (20, 30, 130, 130), pair.near, pair.spots, ink=0.0)
    assert tuple(faint[30 + 60, 20 + 60]) == tuple(pair.near[6, 6])


@pytest.mark.parametrize("pixels", [((20, 30), (20, 31)), ((0, 0), (1, 0)), ((39, 58), (39, 59))])
def test_a_close_up_has_both_pixels_where_it_says(pixels):
    paint = np.random.default_rng(0).integers(0, 255, (40, 60, 3), np.uint8)
    near, spots = close_up(paint, pixels)
    assert near.shape == (NEAR, NEAR, 3)
    for (row, column), (x, y) in zip(pixels, spots, strict=True):
        assert np.array_equal(near[y, x], paint[row, column])


@pytest.mark.parametrize("size", SIZES)
def test_name_and_score_do_not_meet(pair, size, monkeypatch):
    told = []
    monkeypatch.setattr(film_pair, "put_text", lambda *what: told.append(what[1:4]))
    monkeypatch.setattr(film_pair, "put_headline", lambda *what, **how: None)
    long = replace(pair, names=("one pixel", "its neighbour"))
    pair_scene(long, HEADLINE, size, 10, 2.0).draw(15)
    for name, rest, score in (told[0:3], told[3:6]):
        left = score[1][0] - text_width(score[0], score[2])
        assert name[1][0] + text_width(*name[::2]) < left
        assert score[1][0] + text_width(rest[0], rest[2]) <= rest[1][0] + 1
