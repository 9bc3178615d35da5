"""Commands that run as processes and get SIGINT or SIGTERM at a random instant from their start on.

What a process says is not judged if it ends before its first line of ours: Python itself prints a traceback for a
signal that comes while it starts, and ends without a word for SIGTERM.
"""

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from foragescape import main
from tests.bench.torture.forked import DONE, LIMIT, finish, fork
from tests.bench.torture.tally import Row
from tests.render.commands.example_commands import EVOLVE, FAST, PICTURE, PIXELS, ROOT, SWEEP, TRAIN, start

SOON = 2.0  # seconds in which a process ends, or says what it waits for
WAITING = "stopping; waiting for what must not be interrupted"
ENDS = ("interrupted; what was finished", "terminated; what was finished", "interrupted before it began")
MORE = ["--width", "48", "--height", "32", "--mazes", "16", "--frames", "12", "--tile", "8"]
COMMANDS = {
    "evolve": [*EVOLVE, "--generations", "200", "--out", "out"],
    "train": [*TRAIN, "--generations", "60", "--out", "out"],
    "reinforce": [*TRAIN, "--method", "reinforce", "--generations", "60", "--out", "out"],
    "sweep": ["sweep", "run", *MORE, "--out", "out"],
    "film": ["film", "f.zarr", *FAST[:-1], "3", "--out", "out.apng"],
    "clip": ["film", "f.zarr", *FAST, "--out", "out.webp"],
    "picture": [*PICTURE, "--out", "out.png"],
    "share": ["share", "run", *PIXELS, "--out", "out.html"],
    "study": ["study", "study.toml", "--out", "out"],
    "evaluate": ["evaluate", "run", "--mazes", "64", "--json"],
    "info": ["info", "f.zarr", "--json"],
}
STUDY = """
seeds = 2
[learn]
generations = 4
validation = 4
mazes = 2
hidden = 4
es.population = 8
world = { lifetime = 20, maze = { size = 4 } }
[grid]
"world.sight" = [0, 1]
[[section]]
measures = [{ measure = "genome_norm" }, { measure = "learning_curves" }]
"""
WINDOWS = {
    "watch": ["watch", "run"],
    "watch --grid": ["watch", "run", "--grid"],
    "watch --play": ["watch", "run", "--play"],
    "play": ["play", "f.zarr"],
    "explore": ["explore", "run"],
}

Environment = dict[str, str] | None


@dataclass(slots=True)
class Stopper:
    """Stops commands in copies of a folder that has a run and a field."""

    folder: Path
    whole: dict[str, tuple[float, dict[str, bytes]]] = field(default_factory=dict)
    """Of each command: how long its process takes, and the files that it makes."""
    said: str = ""
    """What the last process printed."""

    def prepare(self) -> None:
        """Make the run and the field."""
        made = self.folder / "made"
        if not made.exists():
            made.mkdir(parents=True)
            (made / "study.toml").write_text(STUDY)
            for words in ([*EVOLVE, "--out", "run"], [*SWEEP, "--out", "f.zarr"]):
                if finish(fork(partial(_command, words, made))) != DONE:
                    raise RuntimeError(f"{words[0]} fails by itself")

    def stop(self, kind: str, rng: random.Random) -> Row:
        """Stop a command once; let it go on, and compare its files with those of one that was not stopped."""
        seconds, files = self._measure(kind)
        place, words = self._copy("stopped"), COMMANDS[kind]
        row = self._signal(Row(f"signal: {kind}", 1), words, place, rng, seconds)
        if any(name.startswith("out.") for name in _made(place)):
            row.differing += _made(place) != files  # it ended before the signal
            return row
        end = finish(fork(partial(_command, words, place)))
        row.hangs += end is None
        row.tracebacks += end not in (DONE, None)
        row.differing += end == DONE and _made(place) != files
        return row

    def close(self, kind: str, rng: random.Random, display: str) -> Row:
        """Stop a window within its first seconds."""
        self.prepare()
        environment = {**os.environ, "DISPLAY": display, "SDL_VIDEODRIVER": "x11", "SDL_AUDIODRIVER": "dummy"}
        place = self._copy("stopped")
        return self._signal(Row(f"window: {kind}", 1), WINDOWS[kind], place, rng, 5.0, environment)

    def _signal(
        self,
        row: Row,
        words: list[str],
        place: Path,
        rng: random.Random,
        most: float,
        env: dict[str, str] | None = None,
    ) -> Row:
        """Start a process, and send it a signal within `most` seconds; count what is wrong with its end."""
        number, delay = rng.choice((signal.SIGINT, signal.SIGTERM)), rng.uniform(0, most)
        process = start(*words, cwd=place, env=env)
        time.sleep(delay)
        process.send_signal(number)
        begin = time.monotonic()
        try:
            _, err = process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            row.hangs += 1
            self.said = f"signal {number} after {delay:.3f} s: never ended"
            return row
        late = time.monotonic() - begin > SOON * _slowness()
        self.said = f"signal {number} after {delay:.3f} s: {process.returncode} {time.monotonic() - begin:.2f} s {err}"
        row.hangs += late and WAITING not in err
        row.tracebacks += not _is_good_end(process.returncode, err, number)
        return row

    def _measure(self, kind: str) -> tuple[float, dict[str, bytes]]:
        """How long the process of a command takes, and the files that it makes."""
        self.prepare()
        if kind not in self.whole:
            place, begin = self._copy("whole"), time.monotonic()
            process = start(*COMMANDS[kind], cwd=place)
            _, err = process.communicate(timeout=4 * LIMIT)
            if process.returncode:
                raise RuntimeError(f"{kind} fails by itself: {err}")
            self.whole[kind] = time.monotonic() - begin, _made(place)
        return self.whole[kind]

    def _copy(self, name: str) -> Path:
        place = self.folder / name
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.folder / "made", place)
        return place


def _is_good_end(code: int, err: str, number: int) -> bool:
    """True if a process ended in one line with the exit code of that signal, or had nothing left to stop."""
    if "Traceback" in err and str(ROOT) not in err:  # Python was starting
        return True
    if code == -number and not err:
        return True
    lines = [line.removeprefix("foragescape: ") for line in err.splitlines() if line.startswith("foragescape: ")]
    ends = [line for line in lines if not line.startswith((WAITING, "compil"))]  # of kernels that are compiled
    if code == 0:
        return "Traceback" not in err and not ends
    expected = 130 if number == signal.SIGINT else 2
    return code == expected and "Traceback" not in err and len(ends) == 1 and ends[0].startswith(ENDS)


def _slowness() -> float:
    """How many times slower a process is than on a machine that does nothing else."""
    return max(1.0, os.getloadavg()[0] / len(os.sched_getaffinity(0)))


def _made(place: Path) -> dict[str, bytes]:
    """The files that a command made, and their bytes; drafts too."""
    made = [path for path in place.rglob("*") if path.is_file() and "lock" not in path.name]
    inside = {str(path.relative_to(place)): path for path in made}
    return {name: path.read_bytes() for name, path in inside.items() if name.startswith(("out", "."))}


def _command(words: list[str], place: Path) -> None:
    """Do a command in this process, a child, silently; raises SystemExit if it fails."""
    os.chdir(place)
    with open(os.devnull, "w") as nothing:
        for stream in (1, 2):
            os.dup2(nothing.fileno(), stream)
    if main(words):
        raise SystemExit(1)


@contextmanager
def display() -> Iterator[str]:
    """The name of a display that nobody sees; an empty one where there is no Xvfb."""
    if shutil.which("Xvfb") is None:
        yield ""
        return
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL) as server:
        os.close(writer)
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        try:
            yield f":{number}" if number else ""
        finally:
            server.terminate()
