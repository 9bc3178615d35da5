"""Learn a run in a worker process, while this process does other work."""

from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import ClassVar

from agents.errors import UserError
from sim.learning.learn import learn
from sim.learning.learner import LearnerConfig
from sim.learning.run import Run
from sim.learning.writable_run import writable_run
from sim.rollout.machine import Machine
from sim.work.processes import Processes
from sim.work.task import Failure, Task


@dataclass(frozen=True, slots=True)
class Learning:
    """The task of one run, which goes on in its folder, or starts over if it is `fresh`."""

    config: LearnerConfig
    folder: Path
    fresh: bool = False
    cost: ClassVar[float] = 1.0
    needs: ClassVar[tuple[Task, ...]] = ()
    needed: ClassVar[bool] = False

    @property
    def key(self) -> str:
        """The folder, as no other task has it."""
        return str(self.folder)

    @property
    def label(self) -> str:
        """What the task does."""
        return f"learn {self.folder.name}"

    def done(self) -> bool:
        """True if the folder holds a finished run of this config."""
        if self.fresh:
            return False
        try:
            run = Run.open(self.folder)
            return run.config() == self.config and len(run.history()) == self.config.generations
        except UserError:
            return False

    def run(self, machine: Machine) -> None:
        """Learn."""
        learn(self.config, self.folder, fresh=self.fresh, machine=machine)


class LearningMeanwhile:
    """A run that a worker process learns; a thread waits for the process."""

    def __init__(self, config: LearnerConfig, folder: Path, *, fresh: bool = False) -> None:
        """Start the process, unless the run is finished. Raises UserError if the folder cannot be used for the run."""
        self._task, self._failures = Learning(config, folder, fresh), list[Failure]()
        if not self._task.done():
            with writable_run(folder, config, fresh=fresh):
                pass
        self._thread = Thread(target=self._learn, daemon=True, name="learning")  # a daemon does not delay Ctrl-C
        self._thread.start()

    def finished(self) -> Run:
        """Wait for the end of the learning; return the run. Raises UserError if it failed."""
        self._thread.join()
        if self._failures:
            raise UserError(self._failures[0].text)
        return Run.open(self._task.folder)

    def _learn(self) -> None:
        self._failures += Processes(1, Machine(threads=1)).run([self._task])
