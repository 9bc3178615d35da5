"""The one front of all rollouts: genomes [N, P] x mazes [M] -> pellets eaten."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from agents.genome import check
from agents.layout import Layout
from sim.maze import Mazes
from sim.world import PELLET, World

STEPS_PER_TASK = 2_000_000  # enough to make handing out work free, few enough to share it evenly
FULL_ENOUGH = 0.7  # share of busy lanes from which sharing weights beats packing them


def play(
    genomes: NDArray[Any],
    layout: Layout,
    mazes: Mazes,
    world: World,
    *,
    every: int | None = None,
    ablate: bool = False,
    threads: int | None = None,
) -> NDArray[np.int32]:
    """Play every genome [N, P] in every maze; the pellets eaten, [N, M], or [N, M, K] with counts each `every` steps.

    float32 or float64 genomes decide the arithmetic. `every` must divide the lifetime, so the last of the K counts is
    the fitness. `ablate` zeroes the hidden state before each step. The result does not depend on `threads` (default:
    all that the process may use), on the other genomes, or on the order of anything.
    """
    check(genomes, layout)
    if genomes.ndim != 2:
        raise UserError(f"a rollout takes genomes [N, P], got one of shape {list(genomes.shape)}; write genome[None]")
    fitting = world.layout(layout.cell, layout.hidden)
    if layout != fitting:
        raise UserError(
            f"a world of sight {world.sight} needs a network of {fitting.inputs} inputs and {fitting.outputs} outputs, "
            f"got {layout.inputs} and {layout.outputs}; take its layout from World.layout"
        )
    interval = world.lifetime if every is None else every
    if interval < 1 or world.lifetime % interval:
        raise UserError(f"the counting interval must divide the lifetime of {world.lifetime} steps, got {interval}")
    genomes = np.require(genomes, requirements=["C", "A", "W", "E"])  # else numba compiles once more for each kind
    results = np.empty((len(genomes), mazes.count, world.lifetime // interval), np.int32)
    start = _player(genomes, layout, mazes, world, interval, ablate, results)
    pairs_per_task = max(1, STEPS_PER_TASK // world.lifetime)
    step = max(1, min(pairs_per_task // mazes.count, -(-len(genomes) // (4 * thread_count(threads)))))
    tasks = [slice(first, first + step) for first in range(0, len(genomes), step)]
    if thread_count(threads) == 1 or len(tasks) == 1:
        for task in tasks:
            start(task)
    else:
        list(_pool(thread_count(threads)).map(start, tasks))
    return results[..., 0] if every is None else results


def thread_count(asked: int | None) -> int:
    """How many threads to use: as asked, or all that the process may run on."""
    if asked is not None and asked < 1:
        raise UserError(f"threads must be at least 1, got {asked}")
    return asked or len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1))


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="rollout")


def _player(
    genomes: NDArray[Any],
    layout: Layout,
    mazes: Mazes,
    world: World,
    every: int,
    ablate: bool,
    results: NDArray[np.int32],
) -> Callable[[slice], None]:
    """The function that plays a slice of the genomes and fills its slice of the results."""
    from agents.cells import CELLS
    from agents.lanes import lane_count
    from sim.rollout import cpu

    lanes, kind = lane_count(genomes.dtype), genomes.dtype
    shared = mazes.count / (-(-mazes.count // lanes) * lanes) >= FULL_ENOUGH
    settings = (CELLS.index(layout.cell), layout.hidden, mazes.size, world.sight, every, int(ablate))
    boards = (mazes.open | mazes.pellets.astype(np.uint8) << PELLET).reshape(mazes.count, -1)
    width = layout.hidden + layout.inputs

    def start(task: slice) -> None:
        shapes = [(width, kind), (4 * layout.hidden, kind), (width, kind), (layout.outputs, kind)]
        tile: list[NDArray[Any]] = [
            cpu.aligned((lanes, mazes.size**2), np.uint8),
            cpu.aligned((4, lanes), np.int32 if kind == np.float32 else np.int64),
            *(cpu.aligned((rows, lanes), dtype) for rows, dtype in shapes),
            cpu.aligned((results.shape[2], lanes), np.int32),
        ]
        if not shared:
            tile.append(cpu.aligned((layout.size, lanes), kind))
        run = cpu.play_shared if shared else cpu.play_packed
        run(settings, genomes[task], boards, mazes.start, mazes.heading, tuple(tile), results[task])

    return start
