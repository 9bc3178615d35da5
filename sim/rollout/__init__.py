"""Rollouts: plays genomes [N, P] in mazes [M], on the CPU or a GPU, and counts the pellets that they eat.

K times of counting in an episode of T steps, Q quantities that are watched besides the pellets.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import gcd
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents import checks
from agents.errors import UserError
from agents.genome import check
from agents.layout import Layout
from sim.rollout.machine import CPU, Machine
from sim.rollout.quantities import WATCHED, QuantityName
from sim.world.maze import Mazes
from sim.world.policy import Policy, noise
from sim.world.rules import ACTIONS, PELLET, World

if TYPE_CHECKING:
    from sim.rollout.tiling import Part

STEPS_PER_TASK = 2_000_000  # many, so that starting tasks costs little; not too many, to share the work evenly

Task = tuple[slice, slice]  # of genomes, of mazes


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
    """Play every genome [N, P] in every maze; return the pellets eaten, [N, M].

    With `every`, count them after each `every` steps: [N, M, K]. `every` must divide the lifetime, so the last of the K
    counts is the fitness. The type of the genomes, float32 or float64, decides the arithmetic. `ablate` sets the hidden
    state to zero before each step. The policy "sampled" draws each action from the softmax of the outputs; the draws
    depend on the maze and on `repetition`, a number or [M] (see `sim.world.policy`). The `machine`, the other genomes
    and mazes, and their order change no bit of a result.

    Raises UserError for genomes, layouts or settings that do not fit.
    """
    interval = world.lifetime if every is None else every
    if interval < 1 or world.lifetime % interval:
        raise UserError(f"the counting interval must divide the lifetime of {world.lifetime} steps, got {interval}")
    genomes = checked_genomes(genomes, layout, world)
    if policy == "greedy" and machine.target == "cuda":
        from sim.rollout import gpu

        counts = gpu.play_on("cuda", genomes, layout, mazes, world, interval, ablate)
    else:
        counts = record(genomes, layout, mazes, world, interval, ablate, policy, repetition, machine).counts
    return counts[..., 0] if every is None else counts


def checked_genomes(genomes: NDArray[Any], layout: Layout, world: World) -> NDArray[Any]:
    """Genomes [N, P] as kernels take them. Raises UserError unless they fit the layout, and the layout the world."""
    check(genomes, layout)
    if genomes.ndim != 2:
        raise UserError(f"a rollout takes genomes [N, P], got one of shape {list(genomes.shape)}; write genome[None]")
    fitting = world.layout(layout.cell, layout.hidden)
    if layout != fitting:
        raise UserError(
            f"a world of sight {world.sight} needs a network of {fitting.inputs} inputs and {fitting.outputs} outputs, "
            f"got {layout.inputs} and {layout.outputs}; take its layout from World.layout"
        )
    return np.require(genomes, requirements=["C", "A", "W", "E"])  # numba would compile again for arrays without these


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """What was recorded of N genomes in M mazes.

    counts int32 [N, M, K]      pellets eaten until each of K times
    paths int16 [N, M, T+1, 2]  places and headings; [N, M, 0, 2] unless they were asked for
    others int32 [N, M, K, Q]   the quantities that were watched
    """

    counts: NDArray[np.int32]
    paths: NDArray[np.int16]
    others: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """Which Q quantities a rollout keeps besides the pellets, and the places of the `centre` [M, T+1].

    The centre is used by divergence alone, and may else be empty.
    """

    names: tuple[QuantityName, ...] = ()
    centre: NDArray[np.int16] = field(default_factory=lambda: np.empty((0, 0), np.int16))


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
    watched: Watched | None = None,
) -> Recording:
    """Play on the CPU; record pellets, if `traced` places and headings, and the quantities that are `watched`."""
    from agents.engine.tile import LANES

    checks.choice("policy", policy, Policy)
    watched, shape = watched or Watched(), (len(genomes), mazes.count)
    drawn = noise(mazes, world.lifetime, repetition) if policy == "sampled" else np.empty((mazes.count, 0, ACTIONS))
    recording = Recording(
        np.empty((*shape, world.lifetime // every), np.int32),
        np.empty((*shape, world.lifetime + 1 if traced else 0, 2), np.int16),
        np.empty((*shape, world.lifetime // every, len(watched.names)), np.int32),
    )
    play_task = _player(genomes, layout, mazes, world, every, ablate, drawn, watched, recording)
    tasks = _tasks(len(genomes), mazes.count, world.lifetime, machine.thread_count, LANES)
    machine.for_each(play_task, tasks)
    return recording


def _tasks(genomes: int, mazes: int, lifetime: int, threads: int, lanes: int) -> list[Task]:
    """Tasks of several genomes in all mazes; or, if genomes are fewer than threads, of one genome in whole tiles."""
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
    watched: Watched,
    recording: Recording,
) -> Callable[[Task], None]:
    """The function that plays the genomes and mazes of a task and writes their part of the recording."""
    from agents.engine.tile import LANES
    from agents.network.cells import CELLS
    from sim.rollout import cpu, tiling

    kind = genomes.dtype
    integer = np.int32 if kind == np.float32 else np.int64
    settings = (CELLS.index(layout.cell), layout.hidden, mazes.size, world.sight, every, int(ablate))
    boards = (mazes.open | mazes.pellets.astype(np.uint8) << PELLET).reshape(mazes.count, -1)
    width, counts = layout.hidden + layout.inputs, recording.counts
    heights = [(4, integer), (width, kind), (4 * layout.hidden, kind), (width, kind), (layout.outputs, kind)]
    numbers = layout.size + sum(height for height, _ in heights)
    paths, others = recording.paths.reshape(*counts.shape[:2], 2 * recording.paths.shape[2]), recording.others
    wanted = np.array([WATCHED.index(name) for name in watched.names], np.int64)
    centre = watched.centre[:, 1:] if watched.centre.size else np.zeros((mazes.count, len(wanted) and world.lifetime))

    def play_part(task: Task, part: "Part") -> None:
        genome_slice, maze_slice = task
        lanes, count = part.lanes, part.stop - part.first
        shape = (lanes,) if lanes == LANES else (1, lanes)
        rows: list[Any] = [
            cpu.aligned((height, *shape), dtype) for height, dtype in (*heights, (paths.shape[2], integer))
        ]
        rows.append(cpu.aligned((len(WATCHED), *shape), integer))
        views = [rows[at].reshape(-1, lanes) for at in (0, 1, -2, -1)]
        views += [cpu.aligned((lanes, mazes.size**2), np.uint8), cpu.aligned((counts.shape[2], lanes), np.int32)]
        views.append(cpu.aligned((counts.shape[2], len(wanted), lanes), np.int32))
        rows[-1] = rows[-1] if len(wanted) else None
        run, tiles, packed = cpu.play_shared, -(-count // lanes), []
        if part.packed:
            run, tiles = cpu.play_packed, count // gcd(count, lanes)
            weights = cpu.aligned((layout.size, *shape), kind)
            packed = [(weights, weights.reshape(-1, lanes))]
        played = slice(maze_slice.start + part.first, maze_slice.start + part.stop)
        gumbel = _in_lanes(drawn[played], tiles, lanes, kind).reshape(tiles, -1, *shape)
        there = _in_lanes(centre[played], tiles, lanes, integer).reshape(tiles, -1, *shape)
        places = boards[played], mazes.start[played], mazes.heading[played], part.first
        arrays = (tuple(rows), tuple(views), wanted, *packed)
        run(settings, genomes[genome_slice], gumbel, there, *places, *arrays, counts[task], paths[task], others[task])

    def play_task(task: Task) -> None:
        for part in tiling.tile(task[1].stop - task[1].start, numbers, kind.itemsize):
            play_part(task, part)

    return play_task


def _in_lanes(of_mazes: NDArray[Any], tiles: int, lanes: int, kind: Any) -> NDArray[Any]:
    """Numbers of mazes [M, ...] in the order of the lanes of tiles, [tiles, ..., L], which take the mazes in turn."""
    mazes = np.arange(tiles * lanes).reshape(tiles, lanes) % len(of_mazes)
    return np.ascontiguousarray(np.moveaxis(of_mazes.astype(kind).reshape(len(of_mazes), -1)[mazes], 1, -1))
