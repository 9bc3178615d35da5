"""Tiny runs and the tiny comparison of them."""

import pytest

from agents.optimisers.openai_es import OpenAIESConfig
from sim.comparison.comparison import compare
from sim.comparison.config import (
    AlignmentConfig,
    ChampionsConfig,
    CompareConfig,
    CurvatureConfig,
    LandscapesConfig,
    PathsConfig,
    PlaneConfig,
    RoughnessConfig,
)
from sim.comparison.contest import gather
from sim.learning.evolution import EvolutionConfig
from sim.learning.imitate import ImitateConfig
from sim.learning.learn import learn
from sim.learning.train import TrainConfig
from sim.world.maze import MazeConfig
from sim.world.rules import World

WORLD = World(maze=MazeConfig(size=4, braid=0.5), lifetime=20)
COMMON = {"hidden": 4, "world": WORLD}
PATHS = PathsConfig(points=9, mazes=4, generations=2, population=4, rollouts=2, steps=2, episodes=2)


@pytest.fixture(scope="session")
def evolved_config():
    """Of the evolved run."""
    return EvolutionConfig(
        seed=3, generations=3, checkpoint=1, validation=4, mazes=2, es=OpenAIESConfig(population=16), **COMMON
    )


@pytest.fixture(scope="session")
def trained_config():
    """Of the trained run."""
    settings = ImitateConfig(mazes=4, updates=2, batch=4)
    return TrainConfig(seed=5, generations=4, checkpoint=2, validation=6, imitate=settings, **COMMON)


@pytest.fixture(scope="session")
def runs(tmp_path_factory, evolved_config, trained_config):
    """An evolved and a trained run."""
    folder = tmp_path_factory.mktemp("runs")
    return learn(evolved_config, folder / "a"), learn(trained_config, folder / "b")


@pytest.fixture(scope="session")
def contest(runs):
    """Their contest."""
    return gather(runs, seed=7, ties="left")


@pytest.fixture(scope="session")
def config():
    """The least of everything."""
    return CompareConfig(
        seed=7,
        champions=ChampionsConfig(mazes=6, repetitions=2),
        landscapes=LandscapesConfig(side=5, mazes=3),
        plane=PlaneConfig(side=9, mazes=2, paths=PATHS),
        alignment=AlignmentConfig(starts=2, controls=2, paths=PATHS),
        roughness=RoughnessConfig(
            planes=2,
            side=64,
            windows=2,
            fine=64,
            mazes=2,
            radii=(0.3,),
            lifetimes=(10,),
            pairs=64,
            walks=4,
            lives=1,
        ),
        curvature=CurvatureConfig(horizons=(5, 400), episodes=2, probes=2, products=5, samples=8, mazes=2, lives=1),
    )


@pytest.fixture(scope="session")
def compared(runs, config, tmp_path_factory):
    """The comparison, its folder, and the progress that was told."""
    out, told = tmp_path_factory.mktemp("compared") / "c", []
    made = compare(runs, config, out, progress=lambda done, name: told.append((done, name)))
    return made, out, told
