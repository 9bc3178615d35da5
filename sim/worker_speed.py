"""A benchmark of worker processes: their efficiency on the tiles of a sweep and on the tasks of a study.

Efficiency of n workers: the time of a task in one process with one thread, divided by n times the mean interval between
two finished tasks. The time to start the workers is a figure of its own, because it does not grow with the work.
"""

import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from agents.layout import initial
from agents.randomness import generator
from sim.evaluation.evaluation_set import EvaluationSet
from sim.landscape.landscape import Landscape
from sim.landscape.objective import Objective
from sim.landscape.plane import Window, random_plane
from sim.landscape.score import Pellets
from sim.landscape.sweep import sweep
from sim.landscape.tour import horizon
from sim.learning.evolution import EvolutionConfig
from sim.learning.learn import learn
from sim.measures.landscape_around import LandscapeAround
from sim.rollout.machine import Machine
from sim.study.store import prepare
from sim.study.tasks import MeasureTask, RunReference, compute
from sim.work.executor import Executor, Serial
from sim.work.processes import Processes
from sim.world.maze import MazeSet
from sim.world.rules import World

ONE = Machine(1)
SIDE = 48  # pixels of a tile, and of the landscape that a task of the study samples
TINY = 2  # the same for a task whose work takes almost no time, so that its time is overhead
GUESS = 16  # mazes of the first timed task, from which follows how many mazes make a task of the wanted length

Finished = Callable[[], None]
"""A function that is called whenever a task is finished."""


class Workload(Protocol):
    """Work that consists of tasks of equal size."""

    def do(self, tasks: int, side: int, mazes: int, executor: Executor | None, finished: Finished) -> None:
        """Do a number of new tasks by an executor; without one, this process does only the work of the tasks."""


class SweepWorkload:
    """The tiles of a sweep."""

    def __init__(self, folder: Path) -> None:
        """Fields are written into `folder`."""
        self.paths = (folder / f"{number}.zarr" for number in count())
        self.world = World()
        self.genome = initial(self.world.layout(), 1, generator(0, "bench"))[0]

    def do(self, tasks: int, side: int, mazes: int, executor: Executor | None, finished: Finished) -> None:
        """Sweep a field of `tasks` tiles side by side; without an executor, only evaluate their pixels."""
        layout, window = self.world.layout(), Window(shape=(side, side * tasks))
        plane, numbers = random_plane(self.genome, layout, 0), range(mazes)
        objective = Objective(Pellets(), layout, self.world, MazeSet(self.world.maze, 0, "train", numbers))
        if executor is None:
            for points in np.split(window.points(), tasks, axis=1):
                objective.on_plane(plane, points.reshape(-1, 2), window.dtype, ONE)
                finished()
            return
        counted = [0]

        def count_tiles(done: int, total: int) -> None:
            if done > counted[0]:
                counted[0] = done
                finished()

        landscape = Landscape(horizon(plane, window, lifetime=1), objective)
        sweep(landscape, next(self.paths), tile=side, executor=executor, progress=count_tiles)


class StudyWorkload:
    """Tasks of a study that measure the same run, each in other mazes."""

    def __init__(self, folder: Path) -> None:
        """Learn the run, and make the study's folder."""
        self.out, self.seeds = folder / "study", count()
        run = learn(EvolutionConfig(generations=2, validation=4), folder / "run", machine=ONE)
        self.run = RunReference(folder / "run", "run", "run", 0, "run", "run")
        self.world = run.setting().world
        prepare(self.out, "bench")

    def do(self, tasks: int, side: int, mazes: int, executor: Executor | None, finished: Finished) -> None:
        """Sample the landscape around the run, each time in other mazes."""
        measure = LandscapeAround(side=side, mazes=mazes)
        sets = [EvaluationSet(self.world, seed, 4) for _, seed in zip(range(tasks), self.seeds, strict=False)]
        if executor is None:
            for each in sets:
                compute(measure, [self.run.read()], each, ONE)
                finished()
            return
        counted = [0.0]

        def count_tasks(share: float, label: str) -> None:
            if share > counted[0]:
                counted[0] = share
                finished()

        executor.run([MeasureTask(self.out, measure, (self.run,), each) for each in sets], count_tasks)


def worker_speeds(folder: Path, *, seconds: float = 1.0, tasks: int = 6, rounds: int = 3) -> dict[str, Any]:
    """The figures of a sweep and of a study with tasks of about `seconds` seconds; medians over `rounds`.

    efficiency_1, efficiency_2   of 1 and of 2 worker processes with one thread each
    efficiency_threads           of one process with two threads: what two cores of this machine can reach
    start_s                      seconds until two workers have started
    overhead_ms                  milliseconds that a worker needs for a task beyond its work
    """
    workloads: dict[str, Workload] = {"sweep": SweepWorkload(folder), "study": StudyWorkload(folder)}
    return {name: _speeds(each, seconds, tasks, rounds) for name, each in workloads.items()}


def _speeds(workload: Workload, seconds: float, tasks: int, rounds: int) -> dict[str, float]:
    """The figures of one workload."""
    workload.do(1, SIDE, GUESS, Serial(ONE), lambda: None)  # loads kernels and libraries
    mazes = max(2, round(GUESS * seconds / _intervals(workload, 2, SIDE, GUESS, Serial(ONE))[-1]))
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        alone = float(np.mean(_intervals(workload, tasks, SIDE, mazes, Serial(ONE))))
        threads = float(np.mean(_intervals(workload, tasks, SIDE, mazes, Serial(Machine(2)))))
        single = _intervals(workload, tasks + 1, SIDE, mazes, Processes(1, ONE))
        double = _intervals(workload, 2 * tasks + 2, SIDE, mazes, Processes(2, Machine(2)))
        tiny = np.median(_intervals(workload, 60, TINY, 2, Processes(1, ONE))[10:])
        work = np.median(_intervals(workload, 60, TINY, 2, None)[10:])
        round_figures = {
            "task_s": alone,
            "efficiency_1": alone / float(np.mean(single[1:])),
            "efficiency_2": alone / (2 * float(np.mean(double[2:]))),
            "efficiency_threads": alone / (2 * threads),
            "start_s": double[0] - alone,
            "overhead_ms": 1000 * float(tiny - work),
        }
        for name, value in round_figures.items():
            found.setdefault(name, []).append(value)
    return {name: float(np.median(values)) for name, values in found.items()}


def _intervals(workload: Workload, tasks: int, side: int, mazes: int, executor: Executor | None) -> list[float]:
    """Seconds from the start to the end of the first task, and from each task's end to the next one's."""
    ends = [time.perf_counter()]
    workload.do(tasks, side, mazes, executor, lambda: ends.append(time.perf_counter()))
    return np.diff(ends).tolist()
