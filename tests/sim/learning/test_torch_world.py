"""Foragers in the torch world do what the plain episode does."""

import numpy as np
import pytest
import torch

from agents.layout import initial
from agents.network.cells import CELLS
from agents.network.module import input_sums, next_state, outputs, split, zero_state
from agents.randomness import generator
from sim.learning.torch_world import begin, code, look, sense_table, step
from sim.world import rules
from sim.world.life import play_episode
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World

CORRIDORS = """
+-+-+-+-+
|>     .|
+ +-+-+-+
|.|     |
+-+-+-+-+
|       |
+-+-+-+-+
|       |
+-+-+-+-+
"""
WORLDS = [World(lifetime=40), World(MazeConfig(6, "prim", 0.5, 0.4), sight=3, lifetime=40)]


def _mazes(world, count=8):
    return carve(world.maze, count, seed=4, split="train")


def _senses(foragers):
    return sense_table(foragers.setting)[code(foragers)]


@pytest.mark.parametrize("setting", WORLDS)
@pytest.mark.parametrize("cell", CELLS)
def test_a_network_in_the_torch_world_plays_the_plain_episode(setting, cell):
    layout, mazes = setting.layout(cell, 4), _mazes(setting, 3)
    genome = 3 * initial(layout, 1, generator(2, "test/torch_world"))[0]
    episodes = [play_episode(genome, layout, mazes, maze, setting) for maze in range(mazes.count)]
    blocks, origins = split(layout, torch.tensor(genome)), np.arange(mazes.count) * mazes.size**2
    foragers, state = begin(mazes, setting), zero_state(layout, mazes.count, blocks["output"])
    for t in range(setting.lifetime):
        senses = _senses(foragers)
        assert (senses.numpy() == [episode.senses[t] for episode in episodes]).all()
        state = next_state(layout, blocks, input_sums(layout, blocks, senses), state)
        actions = outputs(layout, blocks, state[0]).argmax(1)
        assert (actions.numpy() == [episode.actions[t] for episode in episodes]).all()
        foragers = step(foragers, actions)
        assert (foragers.place.numpy() - origins == [episode.places[t + 1] for episode in episodes]).all()
        assert (foragers.heading.numpy() == [episode.headings[t + 1] for episode in episodes]).all()
        assert (foragers.ate.numpy() == [episode.eaten[t] for episode in episodes]).all()


@pytest.mark.parametrize("setting", WORLDS)
def test_random_actions_obey_the_rules(setting):
    mazes = _mazes(setting)
    opened, pellets = mazes.open.reshape(mazes.count, -1), mazes.pellets.reshape(mazes.count, -1).copy()
    place, heading, every = mazes.start.copy(), mazes.heading.copy(), np.arange(mazes.count)
    foragers, rng = begin(mazes, setting), generator(2, "test/torch_world")
    for _ in range(200):
        actions = rng.integers(0, 4, mazes.count)
        foragers = step(foragers, torch.tensor(actions))
        for k in range(mazes.count):
            cell = int(opened[k, place[k]])
            heading[k] = rules.turned(int(heading[k]), int(actions[k]))
            place[k] += rules.stride(int(heading[k]), mazes.size) * rules.passable(cell, int(heading[k]))
        assert (foragers.place.numpy() == place + every * mazes.size**2).all()
        assert (foragers.ate.numpy() == pellets[every, place]).all()
        pellets[every, place] = False
        left = foragers.boards.numpy().reshape(mazes.count, -1) >> rules.PELLET
        assert (left == pellets).all()


@pytest.mark.parametrize("setting", WORLDS)
def test_the_table_holds_every_combination_of_senses(setting):
    table = sense_table(setting)
    assert table.shape == (2048 if setting.sight else 128, setting.layout().inputs)
    assert len(np.unique(table.numpy(), axis=0)) == 2 ** table.shape[1]


def test_a_forager_looks_along_corridors_as_far_as_it_can(drawn):
    foragers = begin(drawn(CORRIDORS), World(MazeConfig(4)))
    assert [look(foragers, reach)[0].tolist() for reach in range(4)] == [
        [0, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 1, 0, 0],
        [1, 1, 0, 0],
    ]
    foragers = step(foragers, torch.tensor([1]))
    assert look(foragers, 3)[0].tolist() == [0, 0, 0, 0]


def test_no_pellet_is_left_at_the_start(drawn):
    mazes = drawn(CORRIDORS)
    mazes.pellets[:] = True
    foragers = begin(mazes, World(mazes.config))
    assert (foragers.boards.numpy() >> rules.PELLET).tolist() == [0, *[1] * 15]
