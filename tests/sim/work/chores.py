"""Tasks for tests: each writes a file; some fail, some kill their process once or always, some take a while."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from agents.errors import UserError
from agents.files import replace_file
from sim.rollout.machine import Machine


@dataclass(frozen=True)
class Chore:
    """Writes `name` in a folder: its number, which is also what those see that need it."""

    folder: Path
    number: int
    after: tuple["Chore", ...] = ()
    does: str = "write"
    seconds: float = 0.0

    @property
    def key(self) -> str:
        return f"chore-{self.number}"

    @property
    def label(self) -> str:
        return f"chore {self.number}"

    @property
    def cost(self) -> float:
        return 1.0

    @property
    def needs(self) -> tuple["Chore", ...]:
        return self.after

    @property
    def needed(self) -> bool:
        return not self.after

    @property
    def path(self) -> Path:
        return self.folder / f"{self.number}.txt"

    def done(self) -> bool:
        return self.path.exists()

    def run(self, machine: Machine) -> None:
        with (self.folder / f"{self.number}.log").open("a") as log:
            log.write(f"{os.getpid()} {machine.thread_count}\n")
        if self.does == "fail":
            raise UserError("it cannot be done; do another")
        if self.does == "break":
            raise ZeroDivisionError("a bug in a measure")
        if self.does == "die" or (self.does == "die once" and not self._marked()):
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(self.seconds)
        seen = [int(each.path.read_text()) for each in self.after]
        replace_file(self.path, str(self.number + sum(seen)).encode())

    def _marked(self) -> bool:
        mark = self.folder / f"{self.number}.mark"
        if mark.exists():
            return True
        mark.touch()
        return False


def runs(chore: Chore) -> list[str]:
    """The processes that have begun a chore, in order."""
    log = chore.folder / f"{chore.number}.log"
    return [line.split()[0] for line in log.read_text().splitlines()] if log.exists() else []


def contents(folder: Path) -> dict[str, str]:
    """What chores have written."""
    return {path.name: path.read_text() for path in sorted(folder.glob("*.txt"))}
