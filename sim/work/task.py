"""Tasks: pieces of work that any process on any machine can do, and the progress and failures of doing them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sim.rollout.machine import Machine

Progress = Callable[[float, str], None]
"""called with the share of the work that is done, 0 to 1, and what is being done."""


class Task(Protocol):
    """A frozen value of plain data, so that it can be sent to another process.

    A task writes its own result, whole or not at all. It is idempotent: to run it twice, even at the same time, changes
    nothing. Whoever runs it looks first whether it is done.
    """

    @property
    def key(self) -> str:
        """A digest of all that its result depends on."""

    @property
    def label(self) -> str:
        """What it is, for people."""

    @property
    def cost(self) -> float:
        """About how many seconds it takes on one core of a usual machine."""

    @property
    def needs(self) -> "tuple[Task, ...]":
        """The tasks whose results it reads; whatever is handed to an executor comes after what it needs."""

    @property
    def needed(self) -> bool:
        """True where other tasks may need it."""

    def done(self) -> bool:
        """True where its result is there, whole."""

    def run(self, machine: Machine) -> None:
        """Do it, and write the result. Raises UserError where it cannot be done, and Busy where another process is."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A task that could not be done, and why."""

    label: str
    message: str
