"""An episode is drawn in a pane of any size."""

import numpy as np
import pytest

from render.forager import Canvas
from render.maze_picture import draw_maze, maze_picture
from render.picture import BACKGROUND
from render.window.small_maze import put_episode, put_message
from render.window.watch.roster import champions
from sim.world.life import play_episode
from sim.world.maze import carve


@pytest.fixture
def life(watched):
    config, forager = watched.config(), champions(watched)[-1]
    mazes = carve(config.world.maze, 1, seed=config.seed, split="validation")
    return mazes, play_episode(forager.weights, forager.layout, mazes, 0, config.world)


def drawn(life, size):
    frame = np.zeros((*size, 3), np.uint8)
    put_episode(frame, life[0], 0, life[1], 9.0, "A forager", "in a maze", "inferno")
    return frame


def test_with_room_it_is_the_whole_picture(life):
    whole = maze_picture(
        life[0], 0, life[1], 9.0, (600, 560), title="A forager", caption="in a maze", palette="inferno"
    )
    assert np.array_equal(drawn(life, (600, 560)), whole)


@pytest.mark.parametrize("size", [(270, 160), (120, 300), (200, 200)])
def test_a_small_pane_has_the_maze_whole_and_words_above_it(life, size):
    frame = drawn(life, size)
    found = False
    for cell in range(2, 60):
        canvas = Canvas(5, cell)
        maze = draw_maze(life[0], 0, life[1], 9.0, canvas, "inferno")
        left = (size[1] - canvas.side) // 2
        if left < 0:
            break
        for top in range(size[0] - canvas.side + 1):
            if np.array_equal(frame[top : top + canvas.side, left : left + canvas.side], maze):
                found = True
                assert frame[:top].max() > 150, "the words are missing"
                assert (frame[[0, -1]] == BACKGROUND).all()
                assert (frame[:, [0, -1]] == BACKGROUND).all()
    assert found


def test_without_room_words_say_so_and_are_not_cut():
    frame = np.zeros((60, 70, 3), np.uint8)
    put_message(frame, "a maze of 10 x 10 cells does not fit")
    assert frame.any()
    assert not frame[[0, -1]].any()
    assert not frame[:, [0, -1]].any()
