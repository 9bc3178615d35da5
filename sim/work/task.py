"""Tasks: pieces of work that any process on any machine can run; and the types of their progress and failures."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sim.rollout.machine import Machine

Progress = Callable[[float, str], None]
"""A function that is called with the share of the work that is done, 0 to 1, and the label of the current task."""


class Task(Protocol):
    """One piece of work: a frozen value of plain data, so that it can be sent to another process.

    A task writes its own result, completely or not at all. It is idempotent: running it twice, even at the same time,
    gives the same result. An executor runs a task only if it is not done.
    """

    @property
    def key(self) -> str:
        """A digest of everything that its result depends on."""

    @property
    def label(self) -> str:
        """A short text that tells people what it is."""

    @property
    def cost(self) -> float:
        """About how many seconds it takes on one core of a usual machine."""

    @property
    def needs(self) -> "tuple[Task, ...]":
        """The tasks whose results it reads. In the list of an executor they come before this task."""

    @property
    def needed(self) -> bool:
        """True if other tasks may need it."""

    def done(self) -> bool:
        """True if its result is there and complete."""

    def run(self, machine: Machine) -> None:
        """Do the work and write the result. Raises UserError if that fails, and Busy if another process is doing it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A task that failed, and why."""

    label: str
    message: str

    @property
    def text(self) -> str:
        """Both in one line."""
        return f"{self.label}: {self.message}"
