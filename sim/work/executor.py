"""Executors: who does tasks. This process does them one after another, on all its threads."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from agents.errors import UserError
from sim.rollout.machine import CPU, Machine
from sim.work.task import Failure, Progress, Task


class Executor(Protocol):
    """Does tasks; what is done already is left as it is."""

    @property
    def partial(self) -> bool:
        """True where it does a share of the tasks, and others do the rest."""

    def run(self, tasks: Sequence[Task], progress: Progress | None = None) -> list[Failure]:
        """Do all tasks, those first that others need; those that failed, and those that needed them."""


@dataclass(frozen=True, slots=True)
class Serial:
    """This process, one task after another."""

    machine: Machine = field(default_factory=lambda: CPU)

    @property
    def partial(self) -> bool:
        """It does all tasks."""
        return False

    def run(self, tasks: Sequence[Task], progress: Progress | None = None) -> list[Failure]:
        """Do all tasks in their order."""
        tally = Tally(tasks, progress)
        failures: list[Failure] = []
        for task in tasks:
            tally.begin(task)
            failed = attempt(task, self.machine, failures)
            if failed is not None:
                failures.append(failed)
            tally.end(task)
        return failures


def attempt(task: Task, machine: Machine, failures: Iterable[Failure]) -> Failure | None:
    """Do a task unless it is done, or what it needs has failed; returns why it could not be done."""
    lost = {failure.label for failure in failures}
    missing = next((need.label for need in task.needs if need.label in lost), None)
    if missing is not None:
        return Failure(task.label, f"{missing} failed")
    try:
        if not task.done():
            task.run(machine)
    except UserError as error:
        return Failure(task.label, str(error))
    return None


class Tally:
    """How much of all work is done, by the costs of tasks; what was done before is not counted as speed."""

    def __init__(self, tasks: Iterable[Task], progress: Progress | None) -> None:
        """Nothing is done yet."""
        self.progress = progress
        self.costs = {task.key: task.cost for task in tasks}
        self.whole, self.done = sum(self.costs.values()) or 1.0, 0.0
        self.began = time.monotonic()

    def begin(self, task: Task) -> None:
        """Tell what is being done."""
        if self.progress is not None:
            self.progress(min(1.0, self.done / self.whole), task.label)

    def end(self, task: Task) -> None:
        """Count a task as done."""
        self.done += self.costs.pop(task.key, 0.0)
        self.begin(task)
