"""Speed of rollouts, beside the same world written in JAX. Run: python -m pytest tests/bench --benchmark-only

N genomes, M mazes, H hidden units. Both sides play the same episodes on all cores, each reports agent-steps a second.
"""

import numpy as np
import pytest

from agents.layout import initial
from agents.randomness import generator
from sim.rollout import play
from sim.world.maze import carve
from sim.world.rules import World

WORLD = World()
MAZES = 16
BATCHES = (64, 256, 1024)  # genomes at once: JAX gets its best of these


def material(hidden, count):
    layout = WORLD.layout(hidden=hidden)
    genomes = initial(layout, count, generator(0, "bench"))
    return layout, genomes, carve(WORLD.maze, MAZES, seed=0, split="train")


@pytest.mark.parametrize("hidden", [8, 16, 32, 64])
def test_numba(benchmark, hidden):
    layout, genomes, mazes = material(hidden, 1024)
    benchmark.extra_info["steps"] = steps = len(genomes) * MAZES * WORLD.lifetime
    benchmark(lambda: play(genomes, layout, mazes, WORLD))
    benchmark.extra_info["steps_per_s"] = steps / benchmark.stats["median"]


@pytest.mark.parametrize("count", BATCHES)
@pytest.mark.parametrize("hidden", [16, 32])
def test_jax(benchmark, hidden, count):
    jax = pytest.importorskip("jax", reason="install the bench extra: pip install -e '.[bench]'")
    layout, genomes, mazes = material(hidden, count)
    episode = jax_world(jax, layout, mazes)
    eaten = np.asarray(episode(genomes))
    ours = play(genomes, layout, mazes, WORLD)
    assert abs(eaten.mean() / ours.mean() - 1) < 0.02  # its tanh and sums round otherwise, and lives diverge
    steps = len(genomes) * MAZES * WORLD.lifetime
    benchmark(lambda: episode(genomes).block_until_ready())
    benchmark.extra_info["steps_per_s"] = steps / benchmark.stats["median"]


def jax_world(jax, layout, mazes):
    """genomes [N, P] -> pellets [N, M]: vmap over genomes and mazes, scan over steps, jit."""
    jnp = jax.numpy
    size = mazes.size
    opened = jnp.asarray(mazes.open.reshape(MAZES, -1).astype(np.int32))
    pellets = jnp.asarray(mazes.pellets.reshape(MAZES, -1))
    starts, headings = jnp.asarray(mazes.start), jnp.asarray(mazes.heading)
    strides = jnp.array([-size, 1, size, -1])
    hidden = layout.hidden
    cut = hidden * (1 + hidden + layout.inputs)

    def life(genome, ways, meals, start, heading):
        inner = genome[:cut].reshape(hidden, -1)
        outer = genome[cut:].reshape(layout.outputs, -1)

        def step(state, _):
            mind, place, facing, meals, ate, eaten = state
            walls = 1 - (ways[place] >> ((facing + jnp.arange(4)) & 3) & 1)
            senses = jnp.concatenate([mind, walls.astype(jnp.float32), ate[None]])
            mind = jnp.tanh(inner[:, 0] + inner[:, 1:] @ senses)
            facing = (facing + jnp.argmax(outer[:, 0] + outer[:, 1:] @ mind)) & 3
            place = place + strides[facing] * (ways[place] >> facing & 1)
            ate = meals[place].astype(jnp.float32)
            meals = meals.at[place].set(False)
            return (mind, place, facing, meals, ate, eaten + ate), None

        first = (jnp.zeros(hidden), start, heading, meals, jnp.float32(0), jnp.float32(0))
        return jax.lax.scan(step, first, length=WORLD.lifetime)[0][-1]

    in_mazes = jax.vmap(life, (None, 0, 0, 0, 0))
    return jax.jit(jax.vmap(lambda genome: in_mazes(genome, opened, pellets, starts, headings)))
