"""Worker processes on this machine. One that dies is replaced, and its task done again."""

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

DEATHS = 3  # of processes that one task may cost
MOST = 1024


@dataclass(frozen=True, slots=True)
class Processes:
    """So many worker processes, which share the machine's threads."""

    workers: int
    machine: Machine = field(default_factory=Machine)

    def __post_init__(self) -> None:
        """Refuse numbers of processes that no machine starts."""
        if not 1 <= self.workers <= MOST:
            raise UserError(f"workers must be from 1 to {MOST}, got {self.workers}")

    @property
    def partial(self) -> bool:
        """They do all tasks."""
        return False

    def run(self, tasks: Iterable[Task], progress: Progress | None = None, whole: float = 0.0) -> list[Failure]:
        """Keep every worker busy until all is done; whatever ends this ends the workers."""
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
                for worker in _answering(workers):
                    self._hear(worker, workers, schedule, tally, deaths)
        finally:
            for worker in workers:
                worker.kill()

    @staticmethod
    def _hear(
        worker: "_Worker", workers: "list[_Worker]", schedule: Schedule, tally: Tally, deaths: dict[str, int]
    ) -> None:
        """Take a worker's answer, or its death, and give it or a new one another task."""
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


def _answering(workers: "list[_Worker]") -> "list[_Worker]":
    """The workers that have answered or died, once there is one."""
    heard: set[Any] = set(wait([each for worker in workers for each in (worker.pipe, worker.process.sentinel)]))
    return [worker for worker in workers if worker.pipe in heard or worker.process.sentinel in heard]


class _Worker:
    """A process, the pipe to it, and the task that it is at."""

    def __init__(self, machine: Machine, task: Task) -> None:
        """Start it on a task. It is spawned, as a fork of a process with threads may hang."""
        context = multiprocessing.get_context("spawn")
        self.machine = machine
        self.pipe, end = context.Pipe()
        self.process = context.Process(target=_serve, args=(end, machine), daemon=True, name="foragescape-worker")
        self.process.start()
        end.close()
        self.give(task)

    def give(self, task: Task) -> None:
        """Hand it the next task."""
        self.task = task
        with suppress(OSError):  # it died; the answer will be missing
            self.pipe.send(task)

    def answer(self) -> list[Failure] | None:
        """What it says of its task, or None where it died."""
        try:
            found: list[Failure] | None = self.pipe.recv() if self.pipe.poll() else None
        except (EOFError, OSError):
            return None
        return found

    def kill(self) -> None:
        """End it; what it was writing is left whole or not at all."""
        self.pipe.close()
        self.process.kill()
        self.process.join()


def _serve(pipe: Connection, machine: Machine) -> None:
    """Do the tasks that come through the pipe, until it closes or this process's parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; the parent decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            os._exit(0)  # without waiting for threads of libraries
        try:
            answer = attempt(task, machine)
        except Exception as error:  # whatever a measure raises is told, and loses this task alone
            answer = [Failure(task.label, f"{type(error).__name__}: {' '.join(str(error).split())}")]
        pipe.send(answer)
