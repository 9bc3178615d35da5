"""Executors: who does tasks. Here: this process, and one job of an array of jobs that share the tasks."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from agents.errors import Busy, UserError
from sim.rollout.machine import CPU, Machine
from sim.work.task import Failure, Progress, Task

POLL = 0.5  # seconds between two looks at what another process is doing


class Executor(Protocol):
    """Does tasks; what is done already is left as it is."""

    @property
    def partial(self) -> bool:
        """True where it does a share of the tasks, and others do the rest."""

    def run(self, tasks: Iterable[Task], progress: Progress | None = None, whole: float = 0.0) -> list[Failure]:
        """Do all tasks; returns those that failed, and those that needed one that did.

        Tasks are a sequence, or an iterator whose `whole` cost is given, as of a sweep's tiles, which are never all in
        memory.
        """


@dataclass(frozen=True, slots=True)
class Serial:
    """This process, one task after another, on all its threads."""

    machine: Machine = CPU

    @property
    def partial(self) -> bool:
        """It does all tasks."""
        return False

    def run(self, tasks: Iterable[Task], progress: Progress | None = None, whole: float = 0.0) -> list[Failure]:
        """Do all tasks in their order."""
        tally = Tally(tasks, progress, whole)
        failures: list[Failure] = []
        for task in tally.tasks:
            tally.tell(task)
            failures += attempt(task, self.machine, {failure.label for failure in failures})
            tally.count(task)
        return failures


@dataclass(frozen=True, slots=True)
class Shard:
    """Job `index` of `count` that share all tasks, without a word to each other: for arrays of jobs.

    Each n-th run and what is measured of it belong to one job, as does each n-th tile. A job that needs what another is
    at work on waits for it; what another has not begun, it does itself, so that no job waits for one that never starts.
    """

    index: int
    count: int
    machine: Machine = CPU

    def __post_init__(self) -> None:
        """Refuse jobs that are none of the array."""
        if not 0 <= self.index < self.count:
            raise UserError(f"a shard is one of 0/{self.count} to {self.count - 1}/{self.count}, got {self.index}")

    @property
    def partial(self) -> bool:
        """It does its own tasks."""
        return True

    def run(self, tasks: Iterable[Task], progress: Progress | None = None, whole: float = 0.0) -> list[Failure]:
        """Do this job's tasks, and what they need."""
        if isinstance(tasks, Sequence):
            tasks = [task for task, own in zip(tasks, self._own(tasks), strict=True) if own]
        else:
            tasks = (task for at, task in enumerate(tasks) if at % self.count == self.index)
        return Serial(self.machine).run(tasks, progress, whole / self.count)

    def _own(self, tasks: Sequence[Task]) -> list[bool]:
        """Which tasks are this job's: by the place of the first task that they need, or else their own."""
        places: dict[str, int] = {}
        anchors = [(task.needs or (task,))[0].key for task in tasks]
        for anchor in anchors:
            places.setdefault(anchor, len(places))
        return [places[anchor] % self.count == self.index for anchor in anchors]


def attempt(task: Task, machine: Machine, lost: Iterable[str] = ()) -> list[Failure]:
    """Do a task, after what it needs, unless it is done: nothing, or why it could not be done.

    `lost` are the labels of tasks that have failed; what another process is at work on is waited for.
    """
    lost = set(lost)
    for need in task.needs:
        if need.label in lost or (not need.done() and attempt(need, machine)):
            return [Failure(task.label, f"{need.label} failed")]
    while not task.done():
        try:
            task.run(machine)
            return []
        except Busy:
            time.sleep(POLL)
        except UserError as error:
            return [Failure(task.label, str(error))]
    return []


class Tally:
    """How much of the work is done, by the costs of tasks; what was done before is no part of it."""

    def __init__(self, tasks: Iterable[Task], progress: Progress | None, whole: float) -> None:
        """`tasks` are those that are left to do."""
        self.progress, self.done = progress, 0.0
        self.tasks: Iterable[Task] = tasks
        if isinstance(tasks, Sequence):
            self.tasks = [task for task in tasks if not task.done()]
            whole = sum(task.cost for task in self.tasks)
        self.whole = whole or 1.0

    def tell(self, task: Task) -> None:
        """Tell what is being done."""
        if self.progress is not None:
            self.progress(min(1.0, self.done / self.whole), task.label)

    def count(self, task: Task) -> None:
        """Count a task as done."""
        self.done += task.cost
        self.tell(task)
