from dataclasses import replace

import numpy as np
import pytest

from render.palette import equaliser
from render.window.explore.painter import Look, Painting, Scale
from render.window.explore.place import Land
from render.window.explore.sight import Sight, Words, captioned, heading, put_moved, put_progress, put_sight
from render.window.explore.view import View
from sim.landscape.function import FunctionObjective
from sim.landscape.objective import Objective
from sim.landscape.score import Pellets
from sim.world.maze import MazeSet
from sim.world.rules import World

WORDS = Words("A title", "a caption", "pellets")
VIEW, LAND = View(8, -640, -360, 720, 1280), Land()
HEIGHTS = np.linspace(0, 90, 720 * 1280, dtype=np.float32).reshape(720, 1280)


@pytest.fixture(scope="module")
def sight():
    frame = np.full((720, 1280, 3), 120, np.uint8)
    scale = Scale((0.0, 90.0), equaliser(HEIGHTS), LAND, 8, True)
    painting = Painting(frame, HEIGHTS, np.ones(HEIGHTS.shape, bool), VIEW, LAND, scale, Look())
    return Sight(painting, None, VIEW, (0.0, 0.0, 1.0), Look(), WORDS, (), False, (), (), (-1, -1))


def drawn(sight):
    frame = np.zeros((720, 1280, 3), np.uint8)
    put_sight(frame, sight)
    return frame


def test_the_caption_says_what_is_seen_and_what_computes_it():
    world = World()
    pellets = Objective(Pellets(), world.layout(), world, MazeSet(world.maze, 0, "validation", range(16)))
    words = captioned(VIEW, Land(third=-0.1, turn=5.0, mazes=1), pellets, "the GPU")
    assert words == "radius 1.4 ‖g‖, z = -0.10, turned 5 degrees, one maze, 200 steps; float32 on the GPU"
    assert "float64" in captioned(replace(VIEW, level=40), LAND, pellets, "the CPU")
    words = captioned(VIEW, Land(mazes=1, lifetime=1), FunctionObjective("numpy:sum"), "the CPU")
    assert words == "radius 1.4 ‖g‖; float32 on the CPU"


def test_the_colour_bar_is_there_in_both_colourings_and_they_are_labelled_apart(sight):
    ranked = drawn(sight)
    linear = drawn(replace(sight, look=Look(equalise=False)))
    assert (ranked[:500] == 120).all()
    assert ranked[600:, 800:].max() > 200
    assert not np.array_equal(ranked[600:, 800:], linear[600:, 800:])


def test_status_marks_and_notes_are_where_they_belong(sight):
    plain = drawn(sight)
    for change, box in (
        ({"status": ("float64",)}, np.s_[:60, :200]),
        ({"marks": ((400, 300),)}, np.s_[285:316, 385:416]),
        ({"note": ("85 pellets", "x 0"), "cursor": (600, 200)}, np.s_[200:290, 600:800]),
    ):
        other = drawn(replace(sight, **change))
        assert not np.array_equal(other[box], plain[box])
        other[box] = plain[box]
        assert np.array_equal(other, plain)


def test_a_moved_picture_lies_where_it_was():
    frame, other = np.zeros((40, 60, 3), np.uint8), np.full((20, 30, 3), 9, np.uint8)
    put_moved(frame, other, 10, 5, 1.0)
    assert (frame[5:25, 10:40] == 9).all()
    assert frame.sum() == 9 * 3 * 600
    put_moved(frame, other + 1, -500, 0, 2.0)
    assert frame.max() == 9


def test_progress_ends_with_all():
    frame = np.zeros((10, 100, 3), np.uint8)
    put_progress(frame, 1.0)
    assert not frame.any()
    put_progress(frame, 0.5)
    assert frame[0, :50].all(-1).any()
    assert not frame[:, 50:].any()


@pytest.mark.parametrize(("shape", "above"), [((720, 1280), False), ((400, 384), True)])
def test_words_above_are_told_and_what_goes_on_stands_below_them(sight, shape, above):
    height, width = shape
    assert (heading(shape) > 0) is above
    view = View(8, -width // 2, -height // 2, height, width)
    painting = replace(sight.painting, frame=sight.painting.frame[:height, :width], view=view)
    small = replace(sight, view=view, painting=painting)
    frames = []
    for status in ((), ("autopilot, diving",)):
        frame = np.zeros((*shape, 3), np.uint8)
        box = put_sight(frame, replace(small, status=status))
        frames.append(frame)
    rows = np.flatnonzero((frames[0] != frames[1]).any((1, 2)))
    assert rows.min() >= heading(shape)
    assert rows.max() < box[1] + box[3]
