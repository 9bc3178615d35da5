"""Speed of environments: ours of N foragers, N of one, gymnasium's own of those. Run as tests/bench/test_rollouts.py.

All take the same random actions for whole lives, with fresh mazes, and report agent-steps a second of one thread.
"""

import numpy as np
import pytest

gymnasium = pytest.importorskip("gymnasium", reason="install the extra gym: pip install -e '.[gym]'")

LIFETIME = 200


def lives(benchmark, count, reset, step):
    """Measure resetting all environments and taking a life of steps."""
    actions = np.random.default_rng(0).integers(0, 4, (LIFETIME, count))

    def live():
        reset()
        for each in actions:
            step(each)

    live()  # compiles, and fills caches
    benchmark.extra_info["steps"] = steps = LIFETIME * count
    benchmark(live)
    benchmark.extra_info["steps_per_s"] = steps / benchmark.stats["median"]


@pytest.mark.parametrize("sight", [0, 10])
@pytest.mark.parametrize("count", [1, 64, 1024, 8192])
def test_compiled(benchmark, count, sight):
    from sim.gym.vector import ForageVector

    envs = ForageVector(count, lifetime=LIFETIME, sight=sight)
    lives(benchmark, count, lambda: envs.reset(seed=0), envs.step)


@pytest.mark.parametrize("sight", [0, 10])
def test_singles(benchmark, sight):
    from sim.gym.environment import Forage

    envs = [Forage(lifetime=LIFETIME, sight=sight) for _ in range(64)]

    def reset():
        for seed, env in enumerate(envs):
            env.reset(seed=seed)

    def step(actions):
        for env, action in zip(envs, actions, strict=True):
            env.step(action)

    lives(benchmark, len(envs), reset, step)


@pytest.mark.parametrize("sight", [0, 10])
def test_gymnasiums_own(benchmark, sight):
    from sim.gym import ID

    envs = gymnasium.make_vec(ID, num_envs=64, vectorization_mode="sync", lifetime=LIFETIME, sight=sight)
    lives(benchmark, 64, lambda: envs.reset(seed=0), envs.step)
