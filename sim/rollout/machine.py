"""What rollouts run on. It changes the speed of a result, and no bit of it."""

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
    """Threads and device of rollouts."""

    threads: int | None = None
    """Threads for rollouts; by default all cores. Changes no bit of any result."""
    device: Device = "cpu"
    """cpu, cuda (one NVIDIA GPU, through torch), or auto: cuda where there is one. Changes no bit of any rollout;
    cuda by name also computes gradients there, with a GPU's rounding."""

    def __post_init__(self) -> None:
        """Refuse numbers of threads that no machine starts."""
        if self.threads is not None:
            checks.whole("threads", self.threads, 1, MOST_THREADS)

    @property
    def workers(self) -> int:
        """How many threads to use: as asked, or all that the process may run on."""
        cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
        return self.threads or len(cores)

    @property
    def target(self) -> Literal["cpu", "cuda"]:
        """What rollouts will run on, with auto decided; UserError where cuda is asked for and missing."""
        if self.device == "cpu":
            return "cpu"
        from sim.rollout.gpu import resolve

        return resolve(self.device)

    @property
    def where(self) -> str:
        """The target, for people."""
        return "the GPU" if self.target == "cuda" else "the CPU"

    def each(self, work: Callable[[T], None], tasks: Iterable[T]) -> None:
        """Do a piece of work for every task, on all workers; an error in one is raised here."""
        tasks = list(tasks)
        if self.workers == 1 or len(tasks) == 1:
            for task in tasks:
                work(task)
        else:
            list(_pool(self.workers).map(work, tasks))


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="rollout")


CPU = Machine()  # the default: all cores
