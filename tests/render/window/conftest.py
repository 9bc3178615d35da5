"""Runs and fields to show, and a folder to save in."""

from dataclasses import replace

import pytest

from agents.optimisers.genetic import GeneticConfig
from agents.optimisers.openai_es import OpenAIESConfig
from sim.landscape.spec import LandscapeSpec, plan
from sim.landscape.sweep import sweep
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
def folder(tmp_path, monkeypatch):
    """An empty working directory: windows save pictures and films there."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def living(tmp_path):
    """A tiny run after one generation, and a function that evolves it to its end."""
    path = tmp_path / "living"
    run = learn(replace(WATCHED, generations=1), path, machine=Machine(1))
    return run, lambda: learn(WATCHED, path, machine=Machine(1))


@pytest.fixture(scope="package")
def slide(watched, tmp_path_factory):
    """A finished field of a slide tour around the tiny run's champion."""
    landscape = plan(watched, LandscapeSpec(frames=5, width=16, height=9, mazes=2))
    return sweep(landscape, tmp_path_factory.mktemp("slide") / "slide.zarr", machine=Machine(1), tile=8)


@pytest.fixture(scope="package")
def dive(watched, tmp_path_factory):
    """A finished field of a zoom tour around the tiny run's champion."""
    landscape = plan(watched, LandscapeSpec(tour="zoom", frames=4, width=16, height=9, mazes=1, seek=False))
    return sweep(landscape, tmp_path_factory.mktemp("dive") / "dive.zarr", machine=Machine(1), tile=16)
