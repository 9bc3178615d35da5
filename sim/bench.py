"""Measurements of speed: agent-steps a second, as a share of what the machine could do.

The peak is what a loop of nothing but independent vector multiply-adds reaches in the same process, moments before.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numba.core import cgutils

from agents.affine import widest
from agents.arithmetic import kernel
from agents.lanes import INDEX, Engine, Lanes, emitter, lane_count
from agents.layout import Layout, initial
from agents.randomness import generator
from sim.maze import carve
from sim.rollout import play, thread_count
from sim.rollout.cpu import aligned
from sim.world import World

PROBE_ROUNDS = 2_000_000
MEDIAN_OF = 5


@emitter
def _multiply_add(builder: Any, rounds: Any, values: Any) -> None:
    """As many independent chains of multiply-adds as a block of dot products has."""
    tools: Any = cgutils
    sums = [tools.alloca_once_value(builder, values[INDEX(0)].value) for _ in range(widest())]
    factor = values[INDEX(1)]
    with tools.for_range(builder, rounds):
        for total in sums:
            builder.store(Engine.fma(Lanes(builder, builder.load(total)), factor, factor).value, total)
    for total in sums:
        values[INDEX(0)] = Engine.fma(Lanes(builder, builder.load(total)), factor, values[INDEX(0)])


@kernel
def _probe(rounds, values):  # type: ignore[no-untyped-def]
    _multiply_add(rounds, values)


def fma_peak(dtype: Any = np.float32) -> float:
    """Floating-point operations a second of one core: a multiply-add counts as two."""
    values = aligned((2, lane_count(np.dtype(dtype))), dtype)
    values[1] = 0.5
    seconds = _fastest(lambda: _probe(PROBE_ROUNDS, values))
    return 2.0 * PROBE_ROUNDS * widest() * lane_count(np.dtype(dtype)) / seconds


def operations(layout: Layout) -> int:
    """Floating-point operations of one agent's step that are dot products; activations and the world come on top."""
    return 2 * sum(rows * (columns - 1) for rows, columns in layout.shapes.values())


def rollouts(layout: Layout, mazes: int, threads: int, seconds: float) -> dict[str, Any]:
    """The speed of `play` in the default world."""
    world = World()
    batch = carve(world.maze, mazes, seed=0, split="train")
    count = max(1, int(2e6 * threads / (mazes * world.lifetime)))
    genomes = initial(layout, count, generator(0, "bench"))
    steps = count * mazes * world.lifetime

    def once() -> None:
        play(genomes, layout, batch, world, threads=threads)

    peak = fma_peak() * threads
    speed = steps / _median(once, seconds)
    return {
        "cell": layout.cell,
        "hidden": layout.hidden,
        "mazes": mazes,
        "threads": threads,
        "dtype": "float32",
        "device": "cpu",
        "steps_per_s": speed,
        "peak_share": speed * operations(layout) / peak,
    }


def bench(seconds: float) -> dict[str, Any]:
    """All figures, in about so many seconds beside compiling."""
    cores = thread_count(None)
    cases = [(hidden, 16, threads) for hidden in (8, 16, 32, 64) for threads in sorted({1, cores})]
    cases += [(16, mazes, cores) for mazes in (1, 3, 100)]
    each = seconds / len(cases)
    return {
        "fma_peak_gflops": fma_peak() / 1e9,
        "rollouts": [
            rollouts(World().layout("elman", hidden), mazes, threads, each) for hidden, mazes, threads in cases
        ],
    }


def _median(work: Callable[[], None], seconds: float) -> float:
    """The median time of a call; the first, which may compile, is not counted."""
    work()
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < MEDIAN_OF or time.perf_counter() < end:
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return float(np.median(times))


def _fastest(work: Callable[[], None]) -> float:
    work()
    times = []
    for _ in range(MEDIAN_OF):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)
