"""The schedule of an executor that runs several tasks at a time: which task comes next."""

from collections.abc import Iterable, Iterator

from sim.work.task import Failure, Task


class Schedule:
    """Gives tasks in order, each after the tasks that it needs. A task that needs a failed task fails as well."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        """Tasks are taken from the iterable only when they are asked for, so it may be long."""
        self.failures: list[Failure] = []
        self._coming: Iterator[Task] = iter(tasks)
        self._waiting: list[Task] = []
        self._open: set[str] = set()  # keys of tasks that others may need and that are not done
        self._failed: set[str] = set()

    def next(self) -> Task | None:
        """The next task that can run now; None if there is none, as all that are left need tasks that are running."""
        for at, task in enumerate(self._waiting):
            if self._ready(task):
                return self._waiting.pop(at)
        for task in self._coming:
            if task.needed:
                self._open.add(task.key)
            if self._ready(task):
                return task
            self._waiting.append(task)
        return None

    def end(self, task: Task, failure: Failure | None) -> None:
        """Note that a task has finished, or has failed."""
        self._open.discard(task.key)
        if failure is None:
            return
        self.failures.append(failure)
        self._failed.add(task.key)
        kept = []
        for each in self._waiting:
            if any(need.key in self._failed for need in each.needs):
                self.failures.append(Failure(each.label, f"{task.label} failed"))
            else:
                kept.append(each)
        self._waiting = kept

    def _ready(self, task: Task) -> bool:
        return not any(need.key in self._open for need in task.needs)
