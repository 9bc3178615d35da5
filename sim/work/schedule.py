"""Schedules: which task comes next where several are done at a time."""

from collections.abc import Iterable, Iterator

from sim.work.task import Failure, Task


class Schedule:
    """Hands out tasks in order, each once what it needs is done; what needs a task that failed fails."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        """Nothing is handed out yet; tasks are taken from the iterable as they are wanted."""
        self.failures: list[Failure] = []
        self._coming: Iterator[Task] = iter(tasks)
        self._waiting: list[Task] = []
        self._open: set[str] = set()  # keys of tasks that others may need, and that are not done
        self._lost: set[str] = set()

    def next(self) -> Task | None:
        """The next task that can be done now, or None while others must end first, or where none is left."""
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
        """A task that was handed out is done, or failed."""
        self._open.discard(task.key)
        if failure is None:
            return
        self.failures.append(failure)
        self._lost.add(task.key)
        kept = []
        for each in self._waiting:
            if any(need.key in self._lost for need in each.needs):
                self.failures.append(Failure(each.label, f"{task.label} failed"))
            else:
                kept.append(each)
        self._waiting = kept

    def _ready(self, task: Task) -> bool:
        return not any(need.key in self._open for need in task.needs)
