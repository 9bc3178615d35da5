"""Two neighbouring foragers that live alike and then part."""

from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from sim.landscape.function import FunctionObjective
from sim.landscape.landscape import Landscape
from sim.landscape.parting import EARLY, LATE, divergence, find_parting
from sim.landscape.sampling import sample_field
from sim.landscape.spec import LandscapeSpec, plan
from sim.learning.learn import learn
from sim.rollout.machine import Machine
from sim.world.life import play_episode
from tests.learners import tiny

ONE = Machine(1)


@pytest.fixture(scope="module")
def field():
    run = learn(tiny("es", {"world.lifetime": 80, "world.maze.size": 6}), machine=ONE)
    spec = LandscapeSpec(frames=1, radius=0.8, width=48, height=40, mazes=6)
    return sample_field(plan(run, spec), ONE)


@pytest.fixture(scope="module")
def parting(field):
    return find_parting(field.landscape, 0, np.asarray(field.heights[0]), ONE)


def test_the_pixels_are_neighbours_away_from_the_edge(field, parting):
    (a, b), (c, d) = parting.pixels
    assert abs(a - c) + abs(b - d) == 1
    for row, column in parting.pixels:
        assert 4 <= row < 36
        assert 5 <= column < 43


def test_the_episodes_are_those_of_the_pixels_in_one_maze(field, parting):
    objective, numbers = field.objective, []
    assert parting.mazes.count == 1
    for pixel, episode in zip(parting.pixels, parting.episodes, strict=True):
        genome = field.tour.genome(0, *pixel)
        again = play_episode(genome, objective.layout, parting.mazes, 0, objective.world)
        assert np.array_equal(again.places, episode.places)
        numbers.append(objective.outcomes(genome[None], ONE)[0])
        assert again.pellets in numbers[-1]
    assert parting.episodes[0].pellets != parting.episodes[1].pellets


def test_they_part_in_the_step_that_is_told(parting):
    one, two = parting.episodes
    step = parting.step
    assert step == divergence(one, two)
    assert np.array_equal(one.places[:step], two.places[:step])
    assert np.array_equal(one.actions[: step - 1], two.actions[: step - 1])
    assert one.actions[step - 1] != two.actions[step - 1]
    assert EARLY * 80 <= step <= LATE * 80


def test_the_same_landscape_gives_the_same_pair(field, parting):
    again = find_parting(field.landscape, 0, np.asarray(field.heights[0]), ONE)
    assert (again.pixels, again.step) == (parting.pixels, parting.step)


def test_foragers_that_never_differ_have_no_step(parting):
    assert divergence(parting.episodes[0], parting.episodes[0]) is None


def test_a_flat_landscape_still_gives_a_pair(field):
    flat = np.zeros(field.tour.shape, np.int32)
    (a, b), (c, d) = find_parting(field.landscape, 0, flat, ONE).pixels
    assert abs(a - c) + abs(b - d) <= 1


def test_landscapes_without_foragers_are_refused(field):
    function = FunctionObjective("zero", function=lambda genomes: np.zeros(len(genomes)))
    with pytest.raises(UserError, match="landscape of pellets"):
        find_parting(Landscape(field.tour, function), 0, np.zeros((40, 48)), ONE)
    tiny_field = replace(field.tour, windows=(replace(field.tour.windows[0], shape=(1, 1)),))
    with pytest.raises(UserError, match="no neighbours"):
        find_parting(Landscape(tiny_field, field.objective), 0, np.zeros((1, 1)), ONE)
