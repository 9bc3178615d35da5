"""Measures the speed of rollouts and sweeps: steps of an agent per second, and their share of the machine's peak.

The peak is the speed of a loop of nothing but independent vector multiply-adds, measured in the same process just
before each call. A share compares CPU times, so that other programs on the machine hardly change it.
"""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numba.core import cgutils
from numpy.typing import NDArray

from agents.engine.arithmetic import kernel
from agents.engine.lanes import Engine, Lanes
from agents.engine.registers import rows_per_block
from agents.engine.target import vector_bits
from agents.engine.tile import INDEX, LANES, emitter
from agents.layout import Cell, Layout, initial
from agents.randomness import generator
from sim.imitation.loss import cross_entropy
from sim.imitation.teacher import demonstrate
from sim.landscape.landscape import Landscape
from sim.landscape.objective import Objective
from sim.landscape.plane import Window, random_plane
from sim.landscape.score import ByStep, Pellets
from sim.landscape.sweep import sweep
from sim.landscape.tour import horizon
from sim.rollout import play
from sim.rollout.cpu import aligned
from sim.rollout.machine import CPU, Machine
from sim.world.maze import MazeSet, carve
from sim.world.rules import World

Work = Literal["greedy", "sampled", "imitation"]
PROBE_ROUNDS = 2_000_000  # rounds of multiply-adds that measure the peak
MEDIAN_OF = 5  # calls that are timed at least
WANTED: dict[int, dict[tuple[str, int, int, str], float]] = {
    256: {
        **{
            ("elman", hidden, 16, "float32"): share for hidden, share in ((8, 0.22), (16, 0.36), (32, 0.48), (64, 0.60))
        },
        **{("elman", 16, mazes, "float32"): share for mazes, share in ((1, 0.30), (3, 0.33))},
        **{(cell, 16, 16, "float32"): share for cell, share in (("gru", 0.33), ("lstm", 0.29))},
        ("elman", 16, 16, "float64"): 0.9 * 0.36,  # 45 % of the speed of float32, whose peak is twice as high
    },
    512: {
        **{
            ("elman", hidden, 16, "float32"): share for hidden, share in ((8, 0.21), (16, 0.37), (32, 0.51), (64, 0.65))
        },
        **{("elman", 16, mazes, "float32"): share for mazes, share in ((1, 0.29), (3, 0.31))},
        **{(cell, 16, 16, "float32"): share for cell, share in (("gru", 0.36), ("lstm", 0.31))},
        ("elman", 16, 16, "float64"): 0.9 * 0.37,
    },
}
"""Bits of a vector -> (cell, hidden, mazes, dtype) -> the share of the peak that greedy play should reach."""
SIDE = 512  # pixels along a side of the sweeps that are timed


@emitter
def _multiply_add(builder: Any, rounds: Any, values: Any) -> None:
    """Emit a loop with as many independent chains of multiply-adds as a block of dot products has."""
    tools: Any = cgutils
    sums = [tools.alloca_once_value(builder, values[INDEX(0)].value) for _ in range(rows_per_block(values.row_bytes))]
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
    """The peak of one core in floating-point operations per CPU second; a multiply-add counts as two."""
    return max(_peak_now(dtype) for _ in range(1 + MEDIAN_OF))


def _peak_now(dtype: Any) -> float:
    """The peak, measured once."""
    values = aligned((2, LANES), dtype)
    values[1] = 0.5
    begin = time.process_time()
    _probe(PROBE_ROUNDS, values)
    return 2.0 * PROBE_ROUNDS * rows_per_block(values[0].nbytes) * LANES / (time.process_time() - begin)


def operations(layout: Layout) -> int:
    """The floating-point operations of the dot products in one step of an agent; activations and world come on top."""
    return 2 * sum(rows * (columns - 1) for rows, columns in layout.shapes.values())


def rollout_speed(
    layout: Layout, mazes: int, threads: int, seconds: float, dtype: str = "float32", what: Work = "greedy"
) -> dict[str, Any]:
    """The speed on the CPU of greedy or sampled `play` in the default world, or of the imitation loss.

    The imitation loss is the speed of the networks alone, without a world. Each is timed for about `seconds`.
    """
    world = World()
    batch = carve(world.maze, mazes, seed=0, split="train")
    count = max(1, int(2e6 * threads / (mazes * world.lifetime)))
    genomes = initial(layout, count, generator(0, "bench")).astype(dtype)
    steps = count * mazes * world.lifetime

    machine = Machine(threads)
    work: Callable[[], object]
    if what == "imitation":
        episodes = demonstrate(batch, world, machine=machine)
        work = partial(cross_entropy, genomes, layout, episodes, machine)
    else:
        work = partial(play, genomes, layout, batch, world, policy=what, machine=machine)

    seconds_of_call, cpu_seconds, peaks = _times(work, seconds, dtype)
    return {
        "work": what,
        "cell": layout.cell,
        "hidden": layout.hidden,
        "mazes": mazes,
        "threads": threads,
        "dtype": dtype,
        "device": "cpu",
        "steps_per_s": steps / float(np.median(seconds_of_call)),
        "peak_share": float(np.median(steps * operations(layout) / (cpu_seconds * peaks))),
        "wanted_share": wanted_share(layout, mazes, dtype) if what == "greedy" else None,
    }


def wanted_share(layout: Layout, mazes: int, dtype: str) -> float | None:
    """The share of the peak that greedy play should reach with vectors of this width; None if none is set."""
    return WANTED.get(vector_bits(), {}).get((layout.cell, layout.hidden, mazes, dtype))


def cpu_speeds(seconds: float) -> list[dict[str, Any]]:
    """The speeds of many shapes of work on the CPU, measured in about `seconds` in all, without compiling."""
    cores = CPU.thread_count
    cases: list[tuple[Cell, int, int, int, str]] = [
        *(("elman", hidden, 16, threads, "float32") for hidden in (8, 16, 32, 64) for threads in sorted({1, cores})),
        *(("elman", hidden, 16, cores, "float32") for hidden in (5, 33)),
        *(("elman", 16, mazes, cores, "float32") for mazes in (1, 3, 100)),
        *((cell, 16, 16, cores, "float32") for cell in ("gru", "lstm")),
        ("elman", 16, 16, cores, "float64"),
    ]
    others: tuple[Work, ...] = ("sampled", "imitation")
    share = seconds / (len(cases) + len(others))
    layouts = [World().layout(cell, hidden) for cell, hidden, *_ in cases]
    return [
        rollout_speed(layout, mazes, threads, share, dtype)
        for layout, (_, _, mazes, threads, dtype) in zip(layouts, cases, strict=True)
    ] + [rollout_speed(World().layout(), 16, cores, share, "float32", what) for what in others]


def sweep_speed(folder: Path) -> dict[str, float]:
    """The speed of a sweep in 16 mazes that writes a field into `folder`, and its share of time outside rollouts.

    layers_1_share_outside and layers_3_share_outside are the shares of sweeps of a horizon with a layer for each of
    200 steps, in one and in three mazes.
    """
    _sweep_horizon(folder / "first.zarr", side=1, mazes=1, every=200)  # loads the libraries that write fields
    speed, outside = _sweep_horizon(folder / "frame.zarr", SIDE, mazes=16, every=200)
    layers = {
        f"layers_{mazes}_share_outside": _sweep_horizon(folder / f"layers-{mazes}.zarr", SIDE, mazes, every=1)[1]
        for mazes in (1, 3)
    }
    return {"pixels_per_s": speed, "share_outside_rollouts": outside, **layers}


def _sweep_horizon(path: Path, side: int, mazes: int, every: int) -> tuple[float, float]:
    """Sweep a horizon of 200 steps, and delete it; returns pixels a second, and the share of time outside rollouts."""
    world = World()
    layout = world.layout()
    mazes_played = MazeSet(world.maze, 0, "train", range(mazes))
    pellets = TimedObjective(Pellets(), layout, world, mazes_played, ByStep(every))
    plane = random_plane(initial(layout, 1, generator(0, "bench"))[0], layout, 0)
    begin = time.perf_counter()
    tour = horizon(plane, Window(shape=(side, side)), lifetime=world.lifetime, every=every)
    sweep(Landscape(tour, pellets), path)
    seconds = time.perf_counter() - begin
    shutil.rmtree(path)
    return side**2 / seconds, 1 - sum(pellets.spent) / seconds


@dataclass(frozen=True, slots=True)
class TimedObjective(Objective):
    """An objective that notes the seconds of each evaluation in `spent`."""

    spent: list[float] = field(default_factory=list, compare=False)

    def evaluate(self, genomes: NDArray[Any], machine: Machine = CPU) -> NDArray[Any]:
        """As of any objective."""
        begin = time.perf_counter()
        heights = Objective.evaluate(self, genomes, machine)
        self.spent.append(time.perf_counter() - begin)
        return heights


def _times(work: Callable[[], object], seconds: float, dtype: str) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """The seconds, the CPU seconds and the peak just before, of as many calls as fit `seconds`, after a first one."""
    work()
    times: list[tuple[float, float, float]] = []
    end = time.perf_counter() + seconds
    while len(times) < MEDIAN_OF or time.perf_counter() < end:
        peak = _peak_now(dtype)
        begin, cpu_begin = time.perf_counter(), time.process_time()
        work()
        times.append((time.perf_counter() - begin, time.process_time() - cpu_begin, peak))
    wall, cpu, peaks = np.array(times).T
    return wall, cpu, peaks
