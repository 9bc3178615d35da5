"""Which maze an episode is played in: named by the seed, drawn evenly from the pool, never of the test split."""

import numpy as np
import pytest

from agents.errors import UserError
from sim.gym.episodes import FRESH, ForageConfig
from sim.values import parse
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World


def numbers(config, seed, count=200):
    draws = config.draws(seed)
    return [config.draw(draws) for _ in range(count)]


def test_without_options_the_world_is_the_default_one():
    assert ForageConfig().world == World()
    config = ForageConfig(size=6, algorithm="prim", braid=0.5, pellets=0.25, sight=2, lifetime=30)
    assert config.world == World(MazeConfig(6, "prim", 0.5, 0.25), 2, 30)


def test_a_seed_names_the_mazes_of_all_its_episodes():
    config = ForageConfig()
    assert numbers(config, 3) == numbers(config, 3)
    assert numbers(config, 3)[:5] == numbers(config, 3, 5)
    assert not {*numbers(config, 3)} & {*numbers(config, 4)}
    assert numbers(ForageConfig(split="validation"), 3) != numbers(config, 3)
    # what another option says of the world draws no other mazes
    assert numbers(ForageConfig(sight=3, seed=8), 3) == numbers(config, 3)


def test_fresh_mazes_never_come_twice():
    drawn = numbers(ForageConfig(first=7), 0, 5000)
    assert len({*drawn}) == 5000
    assert min(drawn) >= 7
    assert max(drawn) < 7 + FRESH


def test_a_pool_is_drawn_from_evenly():
    drawn = numbers(ForageConfig(first=100, pool=8), 0, 4000)
    times = np.bincount(np.array(drawn) - 100, minlength=8)
    assert len(times) == 8
    assert (abs(times - 500) < 5 * np.sqrt(500 * 7 / 8)).all()


@pytest.mark.parametrize("config", [ForageConfig(size=5, seed=9), ForageConfig(size=5, seed=9, first=3, pool=4)])
def test_the_mazes_are_those_of_a_learning_run(config):
    found = config.mazes([6, 4, 6])
    wanted = carve(config.world.maze, 7, seed=9, split="train").take([6, 4, 6])
    for name in ("indices", "open", "pellets", "start", "heading"):
        assert getattr(found, name).tobytes() == getattr(wanted, name).tobytes()


def test_a_maze_outside_the_pool_can_be_had_by_its_number():
    assert ForageConfig(pool=4).mazes([9]).indices.tolist() == [9]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"split": "test"}, "split must be one of train, validation, got 'test'"),
        ({"sise": 6}, "there is no setting sise; did you mean size?"),
        ({"size": 3}, "size must be from 4 to 64, got 3"),
        ({"sight": 11}, "sight must be from 0 to 10 cells, the maze's size, got 11"),
        ({"lifetime": 0}, "lifetime must be from 1"),
        ({"seed": -1}, "seed must be a whole number from 0 to 2^64 - 1, got -1"),
        ({"first": -1}, "first must be from 0"),
        ({"pool": 65537}, "pool must be from 0 to 65536, got 65537"),
    ],
)
def test_options_that_cannot_be_are_refused(options, says):
    with pytest.raises(UserError) as caught:
        parse(ForageConfig, options)
    assert says in str(caught.value)
