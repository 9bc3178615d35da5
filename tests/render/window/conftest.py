"""Runs to look at."""

from dataclasses import replace

import pytest

from agents.optimisers.genetic import GeneticConfig
from agents.optimisers.openai_es import OpenAIESConfig
from sim.landscape.survey import SurveyConfig, plan
from sim.learning.evolution import EvolutionConfig
from sim.learning.learn import learn
from sim.rollout.machine import Machine
from sim.world.maze import MazeConfig
from sim.world.rules import World

WATCHED = EvolutionConfig(
    seed=3,
    generations=40,
    mazes=2,
    validation=4,
    checkpoint=1,
    hidden=4,
    world=World(maze=MazeConfig(size=5), lifetime=24),
    es=OpenAIESConfig(population=20),
    genetic=GeneticConfig(population=20, parents=10, elites=2),
)


@pytest.fixture(scope="package")
def watched(tmp_path_factory):
    """A tiny run with a few champions."""
    return learn(WATCHED, tmp_path_factory.mktemp("watched") / "run", machine=Machine(1))


@pytest.fixture
def living(tmp_path):
    """A tiny run that is at its beginning, and a function that lets it evolve to its end."""
    path = tmp_path / "living"
    run = learn(replace(WATCHED, generations=1), path, machine=Machine(1))
    return run, lambda: learn(WATCHED, path, machine=Machine(1))


@pytest.fixture(scope="package")
def slide(watched, tmp_path_factory):
    survey = plan(watched, SurveyConfig(frames=5, width=16, height=9, mazes=2, tile=8), machine=Machine(1))
    return survey.sweep(tmp_path_factory.mktemp("slide") / "slide.zarr", tile=8)


@pytest.fixture(scope="package")
def dive(watched, tmp_path_factory):
    config = SurveyConfig(tour="zoom", frames=4, width=16, height=9, mazes=1, tile=16, seek=False)
    return plan(watched, config, machine=Machine(1)).sweep(tmp_path_factory.mktemp("dive") / "dive.zarr", tile=16)
