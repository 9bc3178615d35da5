"""Writers that are killed, or whose calls to the disk fail: the same call must end with the same bytes."""

import errno
import os
import random
import shutil
import signal
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.bench.torture import io_calls
from tests.bench.torture.forked import CRASHED, DONE, REFUSED, finish, fork
from tests.bench.torture.tally import Row
from tests.bench.torture.writers import WRITERS, listing

ERRORS = {"ENOSPC": errno.ENOSPC, "EIO": errno.EIO}


@dataclass(frozen=True, slots=True)
class Whole:
    """What a writer leaves when nothing happens to it, how long it takes, and how many calls to the disk it makes."""

    files: dict[str, bytes]
    seconds: float
    changes: int
    """Calls that change the disk."""
    calls: int
    """All calls, with those that only read."""


@dataclass(slots=True)
class Killer:
    """Stops writers in a folder of its own, and keeps the log of the last traceback there."""

    folder: Path
    whole: dict[str, Whole] = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)
    """The names of the files that differed in the last try."""

    def measure(self, kind: str) -> Whole:
        """Let a writer end three times: for its time, its changes and its calls."""
        if kind not in self.whole:
            place = self._empty("whole")
            begin = time.perf_counter()
            if finish(fork(partial(WRITERS[kind], place), self.log)) != DONE:
                raise RuntimeError(f"the writer {kind!r} fails by itself:\n{self.trace()}")
            seconds, files = time.perf_counter() - begin, listing(place)
            changes, calls = (self._count(kind, error) for error in (0, errno.EIO))
            self.whole[kind] = Whole(files, seconds, changes, calls)
        return self.whole[kind]

    def kill(self, kind: str, rng: random.Random) -> Row:
        """Kill a writer at a random moment, every other time twice; then let it end."""
        whole, place = self.measure(kind), self._empty("killed")
        for _ in range(rng.choice((1, 2))):
            child = fork(partial(WRITERS[kind], place))
            time.sleep(rng.uniform(0, whole.seconds))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        return self._end(Row(f"kill: {kind}", 1), kind, place)

    def kill_at(self, kind: str, number: int) -> Row:
        """Kill a writer at its call of that number that changes the disk; then let it end."""
        place = self._empty("killed")
        finish(fork(partial(self._armed, kind, place, number, 0)))
        return self._end(Row(f"kill at a call: {kind}", 1), kind, place)

    def fail_at(self, kind: str, number: int, error: str) -> Row:
        """Let a writer's call of that number fail; then let it end."""
        place, row = self._empty("failed"), Row(f"{error}: {kind}", 1)
        end = finish(fork(partial(self._armed, kind, place, number, ERRORS[error]), self.log))
        row.hangs += end is None
        row.tracebacks += end not in (DONE, REFUSED, None)
        if end == DONE:  # the call that failed was one whose failure does no harm
            row.differing += self._differs(place, kind, drafts=True)
        return self._end(row, kind, place)

    @property
    def log(self) -> Path:
        """The file of the last traceback of a child."""
        return self.folder / "log"

    def trace(self, number: int = 0) -> str:
        """The number of the last try, the files that differed, and the last traceback; they are forgotten then."""
        text = self.log.read_text() if self.log.exists() else ""
        self.log.unlink(missing_ok=True)
        differing, self.differing = self.differing, []
        return f"number {number}, differing {differing[:5]} {text}"

    def _end(self, row: Row, kind: str, place: Path) -> Row:
        """Let a writer end in a folder in which it was stopped, and count what is wrong then."""
        end = finish(fork(partial(WRITERS[kind], place), self.log))
        row.hangs += end is None
        row.tracebacks += end in (CRASHED, REFUSED)
        row.differing += end == DONE and self._differs(place, kind)
        return row

    def _differs(self, place: Path, kind: str, *, drafts: bool = False) -> bool:
        """True if a folder holds other files than it should, except for drafts if these are allowed."""
        found, whole = listing(place), self.measure(kind).files
        names = {name for name in found.keys() | whole.keys() if found.get(name) != whole.get(name)}
        differing = sorted(name for name in names if name in whole or not (drafts and _is_draft(name)))
        self.differing += differing
        return bool(differing)

    def _armed(self, kind: str, place: Path, number: int, error: int) -> None:
        io_calls.arm(place, number, error)
        WRITERS[kind](place)
        io_calls.disarm()

    def _count(self, kind: str, error: int) -> int:
        """The calls of a writer to the disk; with an error, those that only read count too."""
        place, count = self._empty("counted"), self.folder / "count"

        def counted() -> None:
            io_calls.arm(place, -1, error)
            WRITERS[kind](place)
            count.write_text(str(io_calls.disarm()))

        finish(fork(counted))
        return int(count.read_text())

    def _empty(self, name: str) -> Path:
        place = self.folder / name
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        return place


def _is_draft(name: str) -> bool:
    """True for what a process leaves that could not delete it, and the next one deletes."""
    return name.endswith((".part", ".partial", ".old")) or ".erased/" in name
