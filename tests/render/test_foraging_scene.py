"""The scene of a forager at work: the frames of its life in a maze of its own stream."""

import numpy as np
import pytest

from agents.errors import UserError
from render.foraging_scene import foraging_scene
from render.maze_picture import forager_times, maze_picture
from sim.learning.learn import learn
from sim.rollout.machine import Machine
from sim.world.life import play_episode
from sim.world.maze import carve
from tests.learners import tiny

SIZE = (240, 426)


@pytest.fixture(scope="module")
def run():
    return learn(tiny("es"), machine=Machine(1))


def test_its_frames_are_those_of_the_champions_life(run):
    scene = foraging_scene(run, SIZE, 10, 1.0, maze=2, title="t", caption="c")
    world, champion = run.setting().world, run.champion()
    mazes = carve(world.maze, 3, seed=run.setting().seed, split="validation").take([2])
    episode = play_episode(champion.weights, champion.layout, mazes, 0, world)
    times = forager_times(world.lifetime, 10, 1.0)
    assert scene.count == len(times) == 10
    for number in (0, 4, 9):
        wanted = maze_picture(mazes, 0, episode, times[number], SIZE, title="t", caption="c")
        assert np.array_equal(scene.draw(number), wanted)


@pytest.mark.parametrize(("sight", "says"), [(0, "it never sees a pellet"), (3, "sees pellets up to 3 cells away")])
def test_its_caption_says_what_is_sensed(monkeypatch, sight, says):
    told = []
    monkeypatch.setattr("render.foraging_scene.put_maze_words", lambda *_: told.append(_[-1]))
    foraging_scene(learn(tiny("es", {"world.sight": sight}), machine=Machine(1)), SIZE, 10, 1.0).draw(0)
    assert says in told[0]
    assert told[0].endswith("4 recurrent units.")


def test_a_maze_has_a_number_from_0(run):
    with pytest.raises(UserError, match="maze must be"):
        foraging_scene(run, SIZE, 10, maze=-1)
