import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.errors import UserError
from agents.layout import initial
from agents.randomness import generator
from render.window.watch.driver import Driver, compass
from sim.world.life import play_episode
from sim.world.maze import MazeConfig, Mazes, carve
from sim.world.rules import World


@settings(max_examples=25)
@given(st.integers(0, 2**32), st.integers(0, 3), st.sampled_from([0.1, 0.5, 1.0]), st.sampled_from([0.0, 1.0]))
def test_the_actions_of_a_forager_give_its_episode(seed, sight, pellets, braid):
    world = World(MazeConfig(size=4, pellets=pellets, braid=braid), sight, lifetime=15)
    mazes = carve(world.maze, 1, seed=seed, split="train")
    layout = world.layout(hidden=4)
    episode = play_episode(initial(layout, 1, generator(seed, "test"))[0] * 9, layout, mazes, 0, world)
    driver = Driver(mazes, 0, world)
    for action in episode.actions:
        driver.step(int(action))
    own = driver.episode()
    for name in ("places", "headings", "actions", "eaten", "senses"):
        assert getattr(own, name).tolist() == getattr(episode, name).tolist()
    assert driver.pellets == episode.pellets


def one():
    """A start in the north-west that faces east, the only open way; pellets everywhere else."""
    opened, pellets = np.zeros((1, 4, 4), np.uint8), np.ones((1, 4, 4), np.bool_)
    opened[0, 0, 0], opened[0, 0, 1], pellets[0, 0, 0] = 1 << 1, 1 << 3, False
    starts, headings = np.zeros(1, np.int32), np.ones(1, np.int32)
    return Mazes(MazeConfig(4), 0, "train", np.zeros(1, np.int64), opened, pellets, starts, headings)


def test_the_compass_turns_and_moves_in_one_step():
    driver = Driver(one(), 0, World(MazeConfig(4), lifetime=9))
    for name in ("right", "down", "up", "left", "right"):
        driver.head(compass(name))
    episode = driver.episode()
    assert episode.headings.tolist() == [1, 1, 2, 0, 3, 1]
    assert episode.places.tolist() == [0, 1, 1, 1, 0, 1]  # walls cost a step each
    assert compass("space") is None


def test_an_episode_ends():
    driver = Driver(one(), 0, World(MazeConfig(4), lifetime=2))
    driver.step(0)
    assert not driver.done
    driver.step(0)
    assert driver.done
    assert (driver.steps, driver.pellets) == (2, 1)
    with pytest.raises(UserError, match="2 steps"):
        driver.step(0)


def test_an_episode_is_over_when_all_is_eaten():
    mazes = one()
    mazes.pellets[:] = False
    mazes.pellets[0, 0, 1] = True
    driver = Driver(mazes, 0, World(MazeConfig(4), lifetime=9))
    driver.head(1)
    assert driver.done
    assert driver.pellets == 1


def test_a_short_episode_rests_until_its_end():
    driver = Driver(one(), 0, World(MazeConfig(4), lifetime=9))
    driver.head(1)
    short, whole = driver.episode(), driver.episode(9)
    assert len(short.actions) == 1
    assert short.hidden.shape == (1, 0)
    assert whole.places.tolist() == [0] + [1] * 9
    assert whole.senses.shape == (9, 5)
    assert np.array_equal(whole.senses[:1], short.senses)
    assert Driver(one(), 0, World(MazeConfig(4))).episode().senses.shape[0] == 0


def test_impossible_actions_are_refused():
    with pytest.raises(UserError, match="got 4"):
        Driver(one(), 0, World(MazeConfig(4))).step(4)
