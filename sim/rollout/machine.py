"""The machine that rollouts run on: its threads and its device. It changes the speed of a result, and no bit of it."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeVar

from agents import checks

Device = Literal["auto", "cpu", "cuda"]
MOST_THREADS = 1024
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Machine:
    """How many threads rollouts use, and on which device they run."""

    threads: int | None = None
    """Number of threads for rollouts; by default all cores. It changes no bit of any result."""
    device: Device = "cpu"
    """cpu, cuda (one NVIDIA GPU, through torch), or auto: cuda if there is a GPU, else cpu. It changes no bit of any
    rollout. If cuda is asked for by name, gradients are computed on the GPU too, with its rounding."""

    def __post_init__(self) -> None:
        """Refuse a number of threads outside 1 to MOST_THREADS."""
        if self.threads is not None:
            checks.whole("threads", self.threads, 1, MOST_THREADS)

    @property
    def thread_count(self) -> int:
        """The number of threads to use: `threads`, or one for each core that the process may run on."""
        cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
        return self.threads or len(cores)

    @property
    def target(self) -> Literal["cpu", "cuda"]:
        """The device that rollouts will run on, cpu or cuda. Raises UserError if cuda is asked for and missing."""
        if self.device == "cpu":
            return "cpu"
        from sim.rollout.devices import resolve

        return resolve(self.device)

    @property
    def target_name(self) -> str:
        """The target as captions and progress bars show it."""
        return "the GPU" if self.target == "cuda" else "the CPU"

    def for_each(self, work: Callable[[T], None], tasks: Iterable[T]) -> None:
        """Call `work` with every task, on all threads. An exception in one call is raised here."""
        tasks = list(tasks)
        if self.thread_count == 1 or len(tasks) == 1:
            for task in tasks:
                work(task)
        else:
            list(_pool(self.thread_count).map(work, tasks))


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="rollout")


CPU = Machine()  # the default: all cores
