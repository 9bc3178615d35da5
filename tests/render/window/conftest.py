"""Runs and fields to show, and a folder to save in."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from agents.genome import save
from agents.layout import initial
from agents.optimisers.genetic import GeneticConfig
from agents.optimisers.openai_es import OpenAIESConfig
from agents.randomness import generator
from sim.landscape.spec import LandscapeSpec, plan
from sim.landscape.sweep import sweep
from sim.learning.evolution import EvolutionConfig
from sim.learning.first_seal import UNSEALED
from sim.learning.learn import learn
from sim.rollout.machine import Machine
from sim.values import to_toml
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


@pytest.fixture(scope="module")
def unevolved(tmp_path_factory) -> Path:
    """A run whose champion was never evolved."""
    path = tmp_path_factory.mktemp("explorer") / "run"
    path.mkdir()
    config = EvolutionConfig(hidden=4, world=World(lifetime=24))
    (path / "manifest.json").write_text(json.dumps({"format": UNSEALED}))
    (path / "config.toml").write_text(to_toml(config))
    weights = 3 * initial(config.layout, 1, generator(5, "test"))[0]
    save(path / "champion.safetensors", weights, config.layout, {"generation": 0})
    return path


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
