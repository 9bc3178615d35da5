"""Two foragers are compared in the first maze in which they differ."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from render.window.event import Key, Tick
from render.window.explore.explorer import Explorer
from render.window.explore.origin import Origin
from render.window.explore.place import Place, Terrain
from sim.landscape import parting
from sim.landscape.parting import divergence, first_maze
from sim.rollout.machine import Machine
from sim.world.life import play_episode
from tests.render.window.waiting import click

MAZES = 6


@pytest.fixture
def explorer(watched, folder):
    origin = replace(Origin.open(watched.path, Machine(1)), path=folder)
    model = Explorer(origin, Place(Terrain(lifetime=24, mazes=MAZES), radius=0.02), (360, 640))
    yield model
    model.close()


def by_hand(genomes, objective):
    """The first maze in which two genomes differ, by episodes in plain Python, and the step."""
    mazes = objective.mazes.carve()
    for maze in range(mazes.count):
        lives = [play_episode(genome, objective.layout, mazes, maze, objective.world) for genome in genomes]
        if divergence(*lives) is not None:
            return maze, divergence(*lives)
    return None, None


@pytest.mark.parametrize("at_once", [1, 2, 16])
def test_the_first_maze_is_that_of_plain_episodes(explorer, monkeypatch, at_once):
    monkeypatch.setattr(parting, "AT_ONCE", at_once)
    sampler = explorer.session.navigation.sampler
    objective, home = sampler.forager_objective, sampler.plane.at((0.0, 0.0), "float32")
    found = set()
    for x in (0.0, *np.geomspace(1e-6, 0.5, 40).tolist()):
        pair = [home, sampler.plane.at((x, -x), "float32")]
        maze, _ = by_hand(pair, objective)
        assert first_maze(pair, objective, Machine(1)) == maze
        found.add(maze)
    assert None in found
    assert len(found) > 2, "the pairs part in one maze only: this shows little"


def test_genomes_of_two_types_are_compared(explorer):
    sampler = explorer.session.navigation.sampler
    pair = [sampler.plane.at((0.0, 0.0), "float32"), sampler.plane.at((0.5, 0.5), "float64")]
    assert first_maze(pair, sampler.forager_objective, Machine(1)) == by_hand(pair, sampler.forager_objective)[0]


def test_shift_click_jumps_to_that_maze_and_says_where_and_when(explorer):
    session = explorer.session
    foragers, objective = session.foragers, session.navigation.sampler.forager_objective
    click(explorer, 100, 100)
    explorer.update(Key("n"))
    places = [(x, y) for x in range(20, 360, 60) for y in range(20, 360, 60)]
    at = session.navigation.sampler.plane.at
    first = foragers.picks[0].genome
    parts = {
        place: by_hand([first, at(session.navigation.view.point(*place), "float32")], objective) for place in places
    }
    place = max(parts, key=lambda one: -1 if parts[one][0] is None else parts[one][0])
    maze, step = parts[place]
    assert maze, "no pair parts beyond the first maze: this shows little"
    click(explorer, *place, shift=True)
    assert (foragers.maze, foragers.divergence) == (maze, step)
    assert f"maze {maze + 1} of {MAZES}, at step {step} of 24" in session.toast.text
    picture = session.side_panel.picture((360, 200), "inferno")
    assert picture._words() == f"Maze {maze + 1} of {MAZES}: alike until step {step}"
    explorer.update(Tick(9.0))
    assert foragers.playback.position == step


def test_two_that_do_the_same_are_said_to(explorer):
    click(explorer, 100, 100)
    click(explorer, 100, 100, shift=True)
    assert f"the same in all {MAZES} mazes" in explorer.session.toast.text
    assert explorer.session.foragers.divergence is None


def test_a_step_counts_from_one_and_episodes_alike_never_part():
    one = SimpleNamespace(actions=np.array([0, 1, 2]), places=np.array([5, 6, 6, 7]))
    other = SimpleNamespace(actions=np.array([0, 1, 2]), places=np.array([5, 6, 5, 7]))
    assert divergence(one, other) == 2
    assert divergence(one, one) is None
