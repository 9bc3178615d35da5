"""Executors run tasks. Here: `Serial`, this process; and `Shard`, one job of a job array that shares the tasks."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from agents.errors import Busy, UserError
from sim.rollout.machine import CPU, Machine
from sim.work.task import Failure, Progress, Task

POLL = 0.5  # seconds between two checks of a task that another process is running


class Executor(Protocol):
    """Runs tasks, except those that are done already."""

    @property
    def partial(self) -> bool:
        """True if it runs only a share of the tasks, and other jobs run the rest."""

    def run(self, tasks: Iterable[Task], progress: Progress | None = None, whole: float = 0.0) -> list[Failure]:
        """Run all tasks. Returns the tasks that failed, and those that needed one of these.

        `tasks` is a sequence, or an iterator together with its total cost `whole`: the tiles of a sweep are too many to
        be in memory at once.
        """


@dataclass(frozen=True, slots=True)
class Serial:
    """The executor that runs one task after another in this process, on all its threads."""

    machine: Machine = CPU

    @property
    def partial(self) -> bool:
        """False: it runs all tasks."""
        return False

    def run(self, tasks: Iterable[Task], progress: Progress | None = None, whole: float = 0.0) -> list[Failure]:
        """Run all tasks in their order."""
        tally = Tally(tasks, progress, whole)
        failures: list[Failure] = []
        for task in tally.tasks:
            tally.tell(task)
            failures += attempt(task, self.machine, {failure.label for failure in failures})
            tally.count(task)
        return failures


@dataclass(frozen=True, slots=True)
class Shard:
    """The executor of job `index` of `count` jobs that share all tasks and do not communicate, as in a job array.

    Every n-th run belongs to one job, with all that is measured of it; so does every n-th tile. If a job needs a task
    of another job, it waits while that is running, and runs it itself if it has not begun: the other job may never
    start.
    """

    index: int
    count: int
    machine: Machine = CPU

    def __post_init__(self) -> None:
        """Check that the index is one of the array."""
        if not 0 <= self.index < self.count:
            raise UserError(f"a shard is one of 0/{self.count} to {self.count - 1}/{self.count}, got {self.index}")

    @property
    def partial(self) -> bool:
        """True: it runs only its own tasks."""
        return True

    def run(self, tasks: Iterable[Task], progress: Progress | None = None, whole: float = 0.0) -> list[Failure]:
        """Run this job's tasks, and the tasks that these need."""
        if isinstance(tasks, Sequence):
            tasks = [task for task, own in zip(tasks, self._own(tasks), strict=True) if own]
        else:
            tasks = (task for at, task in enumerate(tasks) if at % self.count == self.index)
        return Serial(self.machine).run(tasks, progress, whole / self.count)

    def _own(self, tasks: Sequence[Task]) -> list[bool]:
        """True for every task of this job. Tasks with the same first need stay together."""
        places: dict[str, int] = {}
        anchors = [(task.needs or (task,))[0].key for task in tasks]
        for anchor in anchors:
            places.setdefault(anchor, len(places))
        return [places[anchor] % self.count == self.index for anchor in anchors]


def attempt(task: Task, machine: Machine, failed: Iterable[str] = ()) -> list[Failure]:
    """Run a task after the tasks that it needs, unless it is done. Returns an empty list, or one failure.

    `failed` are the labels of tasks that have failed. If another process is running the task, wait for it.
    """
    failed = set(failed)
    for need in task.needs:
        if need.label in failed or (not need.done() and attempt(need, machine)):
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
    """Counts how much of the work is done, by the costs of tasks. Tasks that were done before do not count."""

    def __init__(self, tasks: Iterable[Task], progress: Progress | None, whole: float) -> None:
        """Count from zero. The attribute `tasks` has the tasks that are not done."""
        self.progress, self.done = progress, 0.0
        self.tasks: Iterable[Task] = tasks
        if isinstance(tasks, Sequence):
            self.tasks = [task for task in tasks if not task.done()]
            whole = sum(task.cost for task in self.tasks)
        self.whole = whole or 1.0

    def tell(self, task: Task) -> None:
        """Report the task that is being run."""
        if self.progress is not None:
            self.progress(min(1.0, self.done / self.whole), task.label)

    def count(self, task: Task) -> None:
        """Count a task as done, and report it."""
        self.done += task.cost
        self.tell(task)
