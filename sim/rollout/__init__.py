"""The one front of all rollouts: genomes [N, P] x mazes [M] -> pellets eaten."""

from collections.abc import Callable
from math import gcd
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.errors import UserError
from agents.genome import check
from agents.layout import Layout
from sim.rollout.machine import CPU, Machine
from sim.world.maze import Mazes
from sim.world.policy import Policy, noise
from sim.world.rules import ACTIONS, PELLET, World

if TYPE_CHECKING:
    from sim.rollout.tiling import Part

STEPS_PER_TASK = 2_000_000  # enough to make handing out work free, few enough to share it evenly

Task = tuple[slice, slice]  # genomes, mazes


def play(
    genomes: NDArray[Any],
    layout: Layout,
    mazes: Mazes,
    world: World,
    *,
    every: int | None = None,
    ablate: bool = False,
    policy: Policy = "greedy",
    repetition: ArrayLike = 0,
    machine: Machine = CPU,
) -> NDArray[np.int32]:
    """Play every genome [N, P] in every maze; the pellets eaten, [N, M], or [N, M, K] with counts each `every` steps.

    float32 or float64 genomes decide the arithmetic. `every` must divide the lifetime, so the last of the K counts is
    the fitness. `ablate` zeroes the hidden state before each step. Policy "sampled" draws each action from the softmax
    of the outputs; the draws belong to the maze and the `repetition`, a number or [M] (see `world.policy`). The result
    does not depend on the `machine`, on the other genomes, or on the order of anything.
    """
    interval = world.lifetime if every is None else every
    if interval < 1 or world.lifetime % interval:
        raise UserError(f"the counting interval must divide the lifetime of {world.lifetime} steps, got {interval}")
    genomes = checked(genomes, layout, world)
    if policy == "greedy" and machine.target == "cuda":
        from sim.rollout import gpu

        counts = gpu.play_on("cuda", genomes, layout, mazes, world, interval, ablate)
    else:
        counts, _ = record(genomes, layout, mazes, world, interval, ablate, policy, repetition, machine)
    return counts[..., 0] if every is None else counts


def checked(genomes: NDArray[Any], layout: Layout, world: World) -> NDArray[Any]:
    """Genomes [N, P] as kernels take them, once they are sure to fit the layout, and the layout the world."""
    check(genomes, layout)
    if genomes.ndim != 2:
        raise UserError(f"a rollout takes genomes [N, P], got one of shape {list(genomes.shape)}; write genome[None]")
    fitting = world.layout(layout.cell, layout.hidden)
    if layout != fitting:
        raise UserError(
            f"a world of sight {world.sight} needs a network of {fitting.inputs} inputs and {fitting.outputs} outputs, "
            f"got {layout.inputs} and {layout.outputs}; take its layout from World.layout"
        )
    return np.require(genomes, requirements=["C", "A", "W", "E"])  # else numba compiles once more for each kind


def record(
    genomes: NDArray[Any],
    layout: Layout,
    mazes: Mazes,
    world: World,
    every: int,
    ablate: bool,
    policy: Policy,
    repetition: ArrayLike,
    machine: Machine,
    *,
    traced: bool = False,
) -> tuple[NDArray[np.int32], NDArray[np.int16]]:
    """Pellets eaten [N, M, K] and, where `traced`, places and headings [N, M, T+1, 2]; else the latter are empty."""
    from agents.engine.tile import LANES

    if policy not in get_args(Policy):
        raise UserError(f"the policy must be {' or '.join(get_args(Policy))}, got {policy!r}")
    drawn = noise(mazes, world.lifetime, repetition) if policy == "sampled" else np.empty((mazes.count, 0, ACTIONS))
    counts = np.empty((len(genomes), mazes.count, world.lifetime // every), np.int32)
    paths = np.empty((len(genomes), mazes.count, 2 * (world.lifetime + 1) if traced else 0), np.int16)
    start = _player(genomes, layout, mazes, world, every, ablate, drawn, counts, paths)
    tasks = _tasks(len(genomes), mazes.count, world.lifetime, machine.thread_count, LANES)
    machine.for_each(start, tasks)
    return counts, paths.reshape(*paths.shape[:2], -1 if traced else 0, 2)


def _tasks(genomes: int, mazes: int, lifetime: int, threads: int, lanes: int) -> list[Task]:
    """Genomes by the dozen in all mazes; where they are fewer than the workers, each in whole tiles of mazes."""
    pairs_per_task = max(1, STEPS_PER_TASK // lifetime)
    if genomes < threads and mazes > lanes:
        tiles = -(-mazes // lanes)
        step = lanes * max(1, min(pairs_per_task // lanes, -(-tiles * genomes // (4 * threads))))
        blocks = [slice(first, min(first + step, mazes)) for first in range(0, mazes, step)]
        return [(slice(genome, genome + 1), block) for genome in range(genomes) for block in blocks]
    step = max(1, min(pairs_per_task // mazes, -(-genomes // (4 * threads))))
    return [(slice(first, first + step), slice(0, mazes)) for first in range(0, genomes, step)]


def _player(
    genomes: NDArray[Any],
    layout: Layout,
    mazes: Mazes,
    world: World,
    every: int,
    ablate: bool,
    drawn: NDArray[np.float64],
    counts: NDArray[np.int32],
    paths: NDArray[np.int16],
) -> Callable[[Task], None]:
    """The function that plays some genomes in some mazes and fills their part of counts and paths."""
    from agents.engine.tile import LANES
    from agents.network.cells import CELLS
    from sim.rollout import cpu, tiling

    kind = genomes.dtype
    integer = np.int32 if kind == np.float32 else np.int64
    settings = (CELLS.index(layout.cell), layout.hidden, mazes.size, world.sight, every, int(ablate))
    boards = (mazes.open | mazes.pellets.astype(np.uint8) << PELLET).reshape(mazes.count, -1)
    width = layout.hidden + layout.inputs
    heights = [(4, integer), (width, kind), (4 * layout.hidden, kind), (width, kind), (layout.outputs, kind)]
    numbers = layout.size + sum(height for height, _ in heights)

    def play_part(task: Task, part: "Part") -> None:
        some, where = task
        lanes, count = part.lanes, part.stop - part.first
        shape = (lanes,) if lanes == LANES else (1, lanes)
        rows = [cpu.aligned((height, *shape), dtype) for height, dtype in (*heights, (paths.shape[2], integer))]
        plain = [rows[at].reshape(-1, lanes) for at in (0, 1, -1)]
        plain += [cpu.aligned((lanes, mazes.size**2), np.uint8), cpu.aligned((counts.shape[2], lanes), np.int32)]
        run, tiles, packed = cpu.play_shared, -(-count // lanes), []
        if part.packed:
            run, tiles = cpu.play_packed, count // gcd(count, lanes)
            weights = cpu.aligned((layout.size, *shape), kind)
            packed = [(weights, weights.reshape(-1, lanes))]
        played = slice(where.start + part.first, where.start + part.stop)
        gumbel = _in_lanes(drawn[played], tiles, lanes, kind).reshape(tiles, -1, *shape)
        places = boards[played], mazes.start[played], mazes.heading[played], part.first
        run(settings, genomes[some], gumbel, *places, tuple(rows), tuple(plain), *packed, counts[task], paths[task])

    def start(task: Task) -> None:
        for part in tiling.tile(task[1].stop - task[1].start, numbers, kind.itemsize):
            play_part(task, part)

    return start


def _in_lanes(drawn: NDArray[np.float64], tiles: int, lanes: int, kind: Any) -> NDArray[Any]:
    """Noise [M, T, A] as tiles use it, [tiles, T A, L]: their lanes take the mazes in turn."""
    mazes = np.arange(tiles * lanes).reshape(tiles, lanes) % len(drawn)
    return np.ascontiguousarray(np.moveaxis(drawn.astype(kind).reshape(len(drawn), -1)[mazes], 1, -1))
