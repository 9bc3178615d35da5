"""Five tiny runs of two methods, and the least that can be measured of them."""

import pytest

from agents.optimisers.openai_es import OpenAIESConfig
from sim.learning.evolution import EvolutionConfig
from sim.learning.imitate import ImitateConfig
from sim.learning.learn import learn
from sim.learning.train import TrainConfig
from sim.methods import statistics
from sim.methods.config import AroundConfig, BetweenConfig, MethodsConfig
from sim.rollout.machine import Machine
from sim.world.maze import MazeConfig
from sim.world.rules import World

WORLD = World(maze=MazeConfig(size=4, braid=0.5), lifetime=20)
COMMON = {"hidden": 4, "world": WORLD, "validation": 4}
ONE = Machine(1)
LEAST = MethodsConfig(
    seed=7,
    around=AroundConfig(
        mazes=4, repetitions=1, ground=2, noisy=2, samples=4, directions=4, pairs=16, walks=4, planes=1, side=8,
        episodes=2, probes=2, products=4,
    ),
    between=BetweenConfig(points=5, mazes=4, starts=2, strangers=1),
)  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def few():
    """Fewer resamples."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(statistics, "RESAMPLES", 500)
        yield


@pytest.fixture(scope="session")
def least():
    """The least of everything."""
    return LEAST


@pytest.fixture(scope="session")
def method_runs(tmp_path_factory):
    """Three evolved runs and three that imitate, of seeds 1 to 3."""
    folder = tmp_path_factory.mktemp("methods")
    es, settings = OpenAIESConfig(population=8), ImitateConfig(mazes=4, updates=2, batch=4)
    evolved = [
        learn(
            EvolutionConfig(seed=seed, generations=2, checkpoint=1, mazes=2, es=es, **COMMON),
            folder / f"evolve <{seed}> & co",
            machine=ONE,
        )
        for seed in (1, 2, 3)
    ]
    trained = [
        learn(
            TrainConfig(seed=seed, generations=2, checkpoint=2, imitate=settings, **COMMON),
            folder / f"imitate-{seed}",
            machine=ONE,
        )
        for seed in (1, 2, 3)
    ]
    return evolved, trained


@pytest.fixture(scope="module")
def made(method_runs, tmp_path_factory):
    """All six compared, their folder, and the progress that was told."""
    from sim.methods.methods import compare_methods

    out, told = tmp_path_factory.mktemp("compared") / "m", []
    runs = [*method_runs[0], *method_runs[1]]
    found = compare_methods(runs, LEAST, out, machine=ONE, progress=lambda done, name: told.append((done, name)))
    return found, out, told
