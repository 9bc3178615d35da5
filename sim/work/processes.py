"""Worker processes on this machine run the tasks. A process that dies is replaced, and its task runs again."""

import multiprocessing
import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any

from agents.errors import UserError
from sim.rollout.machine import Machine
from sim.work.executor import Tally, attempt
from sim.work.schedule import Schedule
from sim.work.task import Failure, Progress, Task

DEATHS = 3  # processes that may die of one task, which then fails
MOST = 1024  # processes


@dataclass(frozen=True, slots=True)
class Processes:
    """The executor of a number of worker processes, which share the machine's threads."""

    workers: int
    machine: Machine = field(default_factory=Machine)

    def __post_init__(self) -> None:
        """Check the number of processes."""
        if not 1 <= self.workers <= MOST:
            raise UserError(f"workers must be from 1 to {MOST}, got {self.workers}")

    @property
    def partial(self) -> bool:
        """False: it runs all tasks."""
        return False

    def run(self, tasks: Iterable[Task], progress: Progress | None = None, whole: float = 0.0) -> list[Failure]:
        """Keep every worker busy until all tasks are done. The workers end with this call, however it ends."""
        tally = Tally(tasks, progress, whole)
        schedule, deaths = Schedule(tally.tasks), dict[str, int]()
        threads = max(1, self.machine.thread_count // self.workers)
        workers: list[_Worker] = []
        try:
            while True:
                while len(workers) < self.workers and (task := schedule.next()) is not None:
                    workers.append(_Worker(Machine(threads, self.machine.device), task))
                if not workers:
                    return schedule.failures
                tally.tell(workers[0].task)
                for worker in _ready(workers):
                    self._take(worker, workers, schedule, tally, deaths)
        finally:
            for worker in workers:
                worker.kill()

    @staticmethod
    def _take(
        worker: "_Worker", workers: "list[_Worker]", schedule: Schedule, tally: Tally, deaths: dict[str, int]
    ) -> None:
        """Take the result of a worker, or replace a worker that died; then give it the next task."""
        task, answer = worker.task, worker.answer()
        if answer is None:
            workers.remove(worker)
            worker.kill()
            deaths[task.key] = deaths.get(task.key, 0) + 1
            if deaths[task.key] < DEATHS:
                workers.append(_Worker(worker.machine, task))
                return
            answer = [Failure(task.label, f"its process died {DEATHS} times, perhaps for want of memory")]
        schedule.end(task, next(iter(answer), None))
        tally.count(task)
        if worker in workers:
            following = schedule.next()
            if following is None:
                workers.remove(worker)
                worker.kill()
            else:
                worker.give(following)


def _ready(workers: "list[_Worker]") -> "list[_Worker]":
    """Wait until a worker has a result or has died. Returns all such workers."""
    ready: set[Any] = set(wait([each for worker in workers for each in (worker.pipe, worker.process.sentinel)]))
    return [worker for worker in workers if worker.pipe in ready or worker.process.sentinel in ready]


class _Worker:
    """A worker process, the pipe to it, and its current task."""

    def __init__(self, machine: Machine, task: Task) -> None:
        """Start the process and give it a task. It is spawned, because a fork of a process with threads may hang."""
        context = multiprocessing.get_context("spawn")
        self.machine = machine
        self.pipe, end = context.Pipe()
        self.process = context.Process(target=_serve, args=(end, machine), daemon=True, name="foragescape-worker")
        self.process.start()
        end.close()
        self.give(task)

    def give(self, task: Task) -> None:
        """Send it the next task."""
        self.task = task
        with suppress(OSError):  # it died, so there will be no answer
            self.pipe.send(task)

    def answer(self) -> list[Failure] | None:
        """Its answer: no failure or one; None if it died."""
        try:
            found: list[Failure] | None = self.pipe.recv() if self.pipe.poll() else None
        except (EOFError, OSError):
            return None
        return found

    def kill(self) -> None:
        """Kill the process. The file that it was writing is complete or missing."""
        self.pipe.close()
        self.process.kill()
        self.process.join()


def _serve(pipe: Connection, machine: Machine) -> None:
    """Run the tasks that come through the pipe, until the pipe closes or the parent process is gone."""
    # A terminal sends Ctrl-C to all processes; the parent ends the workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if os.name == "posix":  # else a lock that a library makes has a name, which outlives a worker that is killed
        multiprocessing.set_start_method("fork", force=True)
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            os._exit(0)  # do not wait for the threads of libraries
        try:
            answer = attempt(task, machine)
        except Exception as error:  # an error of a measure fails this task alone
            answer = [Failure(task.label, f"{type(error).__name__}: {' '.join(str(error).split())}")]
        pipe.send(answer)
