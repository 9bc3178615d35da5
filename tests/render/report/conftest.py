"""Three tiny runs, compared, with a film: made once."""

import pytest

from agents.optimisers.openai_es import OpenAIESConfig
from render.report.page import page, video
from render.report.slide import SlideConfig, film
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
from sim.learning.evolution import EvolutionConfig
from sim.learning.learn import learn
from sim.rollout.machine import Machine
from sim.world.maze import MazeConfig
from sim.world.rules import World

WORLD = World(maze=MazeConfig(size=4), lifetime=20)
PATHS = PathsConfig(points=5, mazes=3, generations=1, population=4, rollouts=2, steps=1, episodes=2)
CONFIG = CompareConfig(
    seed=5,
    champions=ChampionsConfig(mazes=8, repetitions=1),
    landscapes=LandscapesConfig(side=12, mazes=2),
    plane=PlaneConfig(side=12, mazes=2, paths=PATHS),
    alignment=AlignmentConfig(starts=2, controls=2, paths=PATHS),
    roughness=RoughnessConfig(planes=2, windows=2, side=64, fine=64, mazes=2, pairs=16, walks=4, lives=2),
    curvature=CurvatureConfig(
        horizons=(5, 20), episodes=4, probes=3, products=5, samples=16, mazes=2, directions=10, lives=2
    ),
)
SLIDE = SlideConfig(frames=3, side=16, mazes=2, seconds=0.4, fps=10, size=(240, 480))
ONE = Machine(1)


@pytest.fixture(scope="session")
def report_runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    return [
        learn(
            EvolutionConfig(
                seed=seed,
                generations=3,
                mazes=2,
                validation=4,
                checkpoint=1,
                hidden=4,
                world=WORLD,
                es=OpenAIESConfig(population=8),
            ),
            folder / f"run <{seed}> & co",
            machine=ONE,
        )
        for seed in (3, 4, 6)
    ]


@pytest.fixture(scope="session")
def compared(report_runs, tmp_path_factory):
    """The comparison and its folder."""
    out = tmp_path_factory.mktemp("compared") / "out"
    return compare(report_runs, CONFIG, out, machine=ONE), out


@pytest.fixture(scope="session")
def comparison(compared):
    return compared[0]


@pytest.fixture(scope="session")
def filmed(compared):
    """The film, its still and its caption."""
    return film(*compared, machine=ONE, config=SLIDE)


@pytest.fixture(scope="session")
def html(comparison, filmed):
    from render.report.maps import data_uri

    path, still, caption = filmed
    return page(comparison, video(data_uri(path.read_bytes(), "video/mp4"), still, caption), "foragescape compare x")
