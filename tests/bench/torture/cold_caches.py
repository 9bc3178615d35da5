"""Folders of compiled kernels that are damaged, unusable, or filled by two processes at once: answers stay the same."""

import os
import random
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from agents.engine import kernel_cache
from tests.bench.torture.mutants import damages
from tests.bench.torture.tally import Row
from tests.render.commands.example_commands import EVOLVE, start

PLAY = ["evaluate", "run", "--mazes", "2", "--json", "--threads", "1"]
KINDS = ("damaged", "unusable", "shared", "killed")
UNUSABLE = ("/dev/null", "/proc/nope", "missing home", "open to others", "a file", "a full disk")
LIMIT = 300  # seconds: kernels are compiled


@dataclass(slots=True)
class Cacher:
    """Lets processes use folders of kernels; one whole folder is kept, of which the others are copies."""

    folder: Path
    expected: str = ""
    said: str = ""
    """What was wrong last."""

    def prepare(self) -> None:
        """Compile the kernels of a command, and remember its answer."""
        if not self.expected:
            self.folder.mkdir(parents=True, exist_ok=True)
            process = start(*EVOLVE, "--out", "run", cwd=self.folder)
            process.communicate(timeout=LIMIT)
            self.expected = _answer(self._start(self.folder / "whole"))[0]

    def use(self, kind: str, rng: random.Random) -> Row:
        """Use one folder that is not as it should be."""
        self.prepare()
        cache, row = self.folder / kind, Row(f"cache: {kind}", 1)
        shutil.rmtree(cache, ignore_errors=True)
        getattr(self, f"_{kind}")(cache, row, rng)
        return row

    def _damaged(self, cache: Path, row: Row, rng: random.Random) -> None:
        """Damage some files; the next process replaces them, and the one after that reads them."""
        shutil.copytree(self.folder / "whole", cache)
        files = sorted(path for path in cache.rglob("*") if path.is_file())
        for path in rng.sample(files, min(3, len(files))):
            path.write_bytes(damages(path.read_bytes(), rng.choice(files).read_bytes(), rng)[1])
        for _ in range(2):
            self._judge(row, *_answer(self._start(cache)))

    def _unusable(self, cache: Path, row: Row, rng: random.Random) -> None:
        """Name a folder that cannot be used; what is compiled is kept elsewhere, so that it is compiled once."""
        way, temporary = rng.choice(UNUSABLE), self.folder / "temporary"
        temporary.mkdir(exist_ok=True)
        more = {"TMPDIR": str(temporary), "FORAGESCAPE_CACHE": way}
        if way == "missing home":
            more |= {"HOME": "/proc/nope", "FORAGESCAPE_CACHE": "", "XDG_CACHE_HOME": "", "NUMBA_CACHE_DIR": ""}
        elif way == "a file":
            cache.write_bytes(b"")
            more["FORAGESCAPE_CACHE"] = str(cache)
        elif not way.startswith("/"):
            (cache / kernel_cache.NAME).mkdir(parents=True)
            (cache / kernel_cache.NAME).chmod(0o777)
            more["FORAGESCAPE_CACHE"] = str(cache) if way == "open to others" else "/dev/full"
        self._judge(row, *_answer(self._start(cache, more)))

    def _shared(self, cache: Path, row: Row, rng: random.Random) -> None:
        """Two processes fill an empty folder, or one of which a part is missing, at once."""
        self._partly(cache, rng)
        for process in [self._start(cache) for _ in range(2)]:
            self._judge(row, *_answer(process))
        self._judge(row, *_answer(self._start(cache)))

    def _killed(self, cache: Path, row: Row, rng: random.Random) -> None:
        """A process is killed while it fills a folder; the next one goes on."""
        self._partly(cache, rng)
        process = self._start(cache)
        time.sleep(rng.uniform(0.5, 8))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self._judge(row, *_answer(self._start(cache)))

    def _partly(self, cache: Path, rng: random.Random) -> None:
        """A copy of the whole folder in which some files are missing."""
        shutil.copytree(self.folder / "whole", cache)
        for path in sorted(path for path in cache.rglob("*") if path.is_file()):
            if rng.random() < 0.3:
                path.unlink()

    def _start(self, cache: Path, more: dict[str, str] | None = None) -> "subprocess.Popen[str]":
        environment = {**os.environ, "FORAGESCAPE_CACHE": str(cache), **(more or {})}
        return start(*PLAY, cwd=self.folder, env=environment)

    def _judge(self, row: Row, out: str, err: str, code: int | None) -> None:
        """Count what is wrong with the end of a process."""
        row.hangs += code is None
        row.tracebacks += code not in (0, None) or "Traceback" in err
        row.silent += code == 0 and out != self.expected
        if row.faults:
            self.said = f"{code} {out[:300]} {err[-1500:]}"


def _answer(process: "subprocess.Popen[str]") -> tuple[str, str, int | None]:
    """What a process printed on both streams, and its exit code; None if it hangs."""
    try:
        out, err = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        return (*process.communicate(), None)
    return out, err, process.returncode
