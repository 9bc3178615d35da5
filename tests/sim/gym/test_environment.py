"""The environment of one forager: our episodes, by gymnasium's rules."""

import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import sim.gym
from agents.errors import UserError
from agents.layout import initial
from agents.network.cells import CELLS, PlainNetwork
from agents.randomness import generator
from sim.gym.environment import Forage
from sim.world.life import best_action, play_episode
from sim.world.maze import carve

WORLDS = [{"size": 6, "lifetime": 60}, {"size": 5, "sight": 3, "pellets": 0.4, "lifetime": 40, "algorithm": "wilson"}]


@pytest.mark.parametrize("options", [{}, *WORLDS, {"pool": 3}])
def test_gymnasium_finds_nothing_wrong(options):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gymnasium.make(sim.gym.ID, **options).unwrapped)


@pytest.mark.parametrize("options", WORLDS)
@pytest.mark.parametrize("cell", CELLS)
def test_a_plain_network_in_it_lives_the_plain_episode(cell, options):
    env = gymnasium.make(sim.gym.ID, seed=5, split="validation", **options)
    world = env.unwrapped.config.world
    mazes, layout = carve(world.maze, 4, seed=5, split="validation"), world.layout(cell, 6)
    genome = 3 * initial(layout, 1, generator(1, "test/gym"))[0]
    for maze in range(mazes.count):
        wanted, network = play_episode(genome, layout, mazes, maze, world), PlainNetwork(layout, genome)
        senses, info = env.reset(options={"maze": maze})
        assert info == {"maze": maze, "place": wanted.places[0], "heading": wanted.headings[0], "pellets": 0}
        for step in range(world.lifetime):
            assert senses.dtype == np.float32
            assert senses.tobytes() == wanted.senses[step].tobytes()
            action = best_action(network.forward(senses))
            assert action == wanted.actions[step]
            senses, reward, terminated, truncated, info = env.step(action)
            assert (info["place"], info["heading"]) == (wanted.places[step + 1], wanted.headings[step + 1])
            assert reward == wanted.eaten[step]
            assert info["pellets"] == wanted.eaten[: step + 1].sum()
            assert not terminated
            assert truncated == (step + 1 == world.lifetime)
        assert info["pellets"] == wanted.pellets


def mazes_of(env, count, **first):
    return [env.reset(**(first if episode == 0 else {}))[1]["maze"] for episode in range(count)]


def test_episode_n_of_a_seed_is_always_the_same_maze():
    env, other = Forage(), Forage()
    wanted = mazes_of(env, 5, seed=8)
    assert mazes_of(other, 5, seed=8) == wanted
    env.step(0)
    assert mazes_of(env, 5, seed=8) == wanted
    assert not {*mazes_of(env, 5, seed=9)} & {*wanted}
    # an episode in a maze of one's choice draws none
    env.reset(seed=8)
    assert env.reset(options={"maze": 3})[1]["maze"] == 3
    assert mazes_of(env, 4) == wanted[1:]


def test_without_a_seed_mazes_are_drawn_at_random_and_can_be_drawn_again():
    env, other = Forage(), Forage()
    drawn = mazes_of(env, 3)
    assert not {*mazes_of(other, 3)} & {*drawn}
    assert mazes_of(other, 3, seed=env.np_random_seed % 2**64) == drawn


def test_the_text_shows_where_the_forager_is(drawn):
    env = gymnasium.make(sim.gym.ID, render_mode="ansi", size=4, lifetime=9)
    env.reset(seed=0)
    before, place = env.render(), env.unwrapped._body.place
    assert drawn(before).start[0] == place
    env.step(2)
    assert env.render() != before
    assert Forage().render() is None


def test_misuse_is_told_in_one_line():
    env = Forage(lifetime=2)
    with pytest.raises(UserError, match="call reset first"):
        env.step(0)
    env.reset(seed=0)
    for wrong in (4, -1, 1.0, None):
        with pytest.raises(UserError, match="an action is a whole number from 0 to 3"):
            env.step(wrong)
    env.step(np.int64(1))
    env.step(np.array(1))
    with pytest.raises(UserError, match="a life has 2 steps"):
        env.step(0)
    with pytest.raises(UserError, match="option maze, got moon"):
        env.reset(options={"moon": 1})
    with pytest.raises(UserError, match="maze number must be from 0"):
        env.reset(options={"maze": -1})
    with pytest.raises(UserError, match="a seed must be"):
        env.reset(seed=2**64)
