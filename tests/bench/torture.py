"""A torture bench: kill what writes, spoil what was written, and count what goes wrong.

    python -m tests.bench.torture --kills 1000 --mutants 20000

A kill ends a process with SIGKILL at a random moment; the same call then goes on, and must end with the same bytes. A
mutant is a file that was damaged in one way; a command that reads it must end with exit code 2 and one line, or with
what it says of the whole file. The table has a row for each kind: tries, differing ends, tracebacks, hangs, and silent
damage, which is another answer with exit code 0.
"""

import argparse
import io
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import astuple, dataclass, fields
from functools import partial
from pathlib import Path

import numpy as np

from foragescape import main
from render.animation import write_png
from render.video import write
from sim.landscape.spec import LandscapeSpec, plan
from sim.landscape.sweep import sweep
from sim.learning.learn import learn
from sim.learning.run import Run
from sim.rollout.machine import Machine
from tests.deaths import content
from tests.learners import tiny

ONE = Machine(1)
LIMIT = 60  # seconds until a command counts as hanging
FRAMES = [np.full((24, 32, 3), shade, np.uint8) for shade in range(8)]
SPEC = LandscapeSpec(frames=2, width=6, height=4, mazes=2)
GROWN = {"generations": 6, "hidden": 3}
FILMS = ("f.mp4", "f.webm", "f.gif", "f.apng")
ALONE = (*FILMS, "f.png", "frame")  # another whole one in place of one of these is no damage


@dataclass(slots=True)
class Row:
    """The counts of one kind."""

    kind: str
    tries: int = 0
    differing: int = 0
    tracebacks: int = 0
    hangs: int = 0
    silent: int = 0

    @property
    def faults(self) -> int:
        """All that went wrong."""
        return self.differing + self.tracebacks + self.hangs + self.silent


def learn_run(learner: str, path: Path, *, fresh: bool = False) -> None:
    """Learn a small run; an ES would start a thread, which a fork does not survive."""
    learn(tiny(learner, GROWN), path / "run", machine=ONE, fresh=fresh)


def open_ledger(path: Path) -> None:
    """Append to a ledger until it has three entries."""
    learn_run("genetic", path)
    run = Run.open(path / "run")
    while len(run.openings()) < 3:
        run.record_opening({"mazes": len(run.openings())})


def sweep_run(path: Path, *, fresh: bool = False) -> None:
    """Learn and sweep."""
    learn_run("genetic", path)
    sweep(plan(Run.open(path / "run"), SPEC, machine=ONE), path / "f.zarr", machine=ONE, tile=3, fresh=fresh)


def film(name: str, path: Path) -> None:
    """Write a film, over an older one if there is one."""
    write(FRAMES, path / name, fps=8, metadata={"made_from": "{}"}, overwrite=True)


KILLED: dict[str, Callable[[Path], None]] = {
    "learn genetic": partial(learn_run, "genetic"),
    "learn cma": partial(learn_run, "cma"),
    "start over": lambda path: learn_run("genetic", path, fresh=True),
    "ledger": open_ledger,
    "sweep": sweep_run,
    "sweep --fresh": lambda path: sweep_run(path, fresh=True),
    "film apng": partial(film, "f.apng"),
    "frames": partial(film, "f.frames"),
}


def kill(row: Row, call: Callable[[Path], None], folder: Path, rng: random.Random) -> None:
    """Do a call whole, and once more with a kill at a random moment; compare what is there at the end."""
    whole, killed = folder / "whole", folder / "killed"
    if not whole.exists():
        whole.mkdir()
        begin = time.perf_counter()
        _finish(_fork(call, whole))
        (folder / "seconds").write_text(str(time.perf_counter() - begin))
    if rng.random() < 0.5 or not killed.exists():  # else over what the last try made
        shutil.rmtree(killed, ignore_errors=True)
        killed.mkdir()
    child = _fork(call, killed)
    time.sleep(rng.uniform(0, float((folder / "seconds").read_text())))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    row.tries += 1
    end = _finish(_fork(call, killed))
    row.hangs += end is None
    row.tracebacks += end not in (0, None)
    row.differing += end == 0 and _listing(killed) != _listing(whole)


def _listing(path: Path) -> dict[str, bytes]:
    """All files but locks."""
    return {name: data for name, data in content(path).items() if not name.endswith("lock")}


def _fork(call: Callable[[Path], None], path: Path) -> int:
    """Do a call in a child process; return its number."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        call(path)
        code = 0
    finally:
        os._exit(code)


def _finish(child: int) -> int | None:
    """The exit code of a child, or None if it hangs, and is killed."""
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def specimens(folder: Path) -> dict[str, tuple[Path, list[str]]]:
    """One file of every kind that is read, by kind, with a command that reads it."""
    sweep_run(folder)
    run, field = folder / "run", folder / "f.zarr"
    Run.open(run).record_opening({"mazes": 1})
    Run.open(run).record_opening({"mazes": 2})
    for name in (*FILMS, "f.frames"):
        film(name, folder)
    write_png(FRAMES[3], folder / "f.png", {"made_from": '{"frame": 3}'})
    info, show = ["info", str(run), "--json"], ["info", str(field), "--json"]
    found = {name: (run / name, info) for name in content(run)}
    play = ["evaluate", str(run), "--mazes", "2", "--json", "--threads", "1"]
    found |= {
        f"evaluate {name}": (run / name, play) for name in ("config.toml", "champion.safetensors", "ledger.jsonl")
    }
    arrays = [path for path in sorted(field.rglob("*")) if path.is_file()]
    found |= {f"field {path.relative_to(field)}": (path, show) for path in arrays if "pellets/c" not in str(path)}
    films = {name: folder / name for name in (*FILMS, "f.png")}
    films["frame"] = folder / "f.frames" / "frame_00002.png"
    for name, path in films.items():
        found[name] = path, ["info", str(path.parent if name == "frame" else path), "--json"]
    return found


def damages(data: bytes, other: bytes, rng: random.Random) -> tuple[str, bytes]:
    """One way to damage a file."""
    at, size = rng.randrange(len(data) + 1), len(data)
    ways: dict[str, Callable[[], bytes]] = {
        "bit": lambda: data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :] if at < size else b"",
        "cut": lambda: data[:at],
        "end": lambda: data + rng.randbytes(rng.randrange(1, 40)),
        "hole": lambda: data[:at] + bytes(min(16, size - at)) + data[at + 16 :],
        "drop": lambda: data[:at] + data[at + rng.randrange(1, 40) :],
        "twice": lambda: data[:at] + data[max(0, at - 30) :],
        "noise": lambda: rng.randbytes(max(1, size)),
        "other": lambda: other,
        "deep": lambda: b"[" * 10**5,
        "digits": lambda: b'{"format": ' + b"9" * 5000 + b"}",
        "lines": lambda: b"".join(rng.sample(lines := data.splitlines(keepends=True), len(lines))),
    }
    name = rng.choice(sorted(ways))
    return name, ways[name]()


def mutate(row: Row, path: Path, words: list[str], other: bytes, rng: random.Random) -> None:
    """Damage one file, run the command, and put the file back."""
    data, expected = path.read_bytes(), _answer(words)
    try:
        way = rng.random()
        if way < 0.02:
            path.unlink()
        elif way < 0.04:
            path.unlink()
            os.mkfifo(path)
        elif way < 0.05:
            path.unlink()
            path.symlink_to("/dev/zero")
        else:
            _, changed = damages(data, other, rng)
            path.write_bytes(changed)
        found = _answer(words)
    finally:
        path.unlink(missing_ok=True)
        path.write_bytes(data)
    row.tries += 1
    row.hangs += found == "hang"
    row.tracebacks += found == "traceback"
    row.silent += found not in ("hang", "traceback", "refused", expected)


def _answer(words: list[str]) -> str:
    """What a command prints; or "refused", "traceback" or "hang"."""
    out, err = io.StringIO(), io.StringIO()
    try:
        with _alarm(), redirect_stdout(out), redirect_stderr(err):
            code = main(words)
    except TimeoutError:
        return "hang"
    except BaseException:
        return "traceback"
    if code == 0:
        return out.getvalue()
    return "refused" if code == 2 and err.getvalue().count("\n") <= 2 else "traceback"


@contextmanager
def _alarm() -> Iterator[None]:
    def late(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(LIMIT)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def torture(
    kills: int, mutants: int, seed: int = 0, *, seconds: float = float("inf"), only: Sequence[str] = ()
) -> list[Row]:
    """So many kills and mutants, spread evenly over their kinds, as rows; fewer if they take longer than `seconds`.

    `only` are the kinds of mutants, if not all.
    """
    rng, rows, end = random.Random(seed), {}, time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        learn_run("genetic", folder / "warm")  # compiles, before the first fork
        for number in range(kills):
            kind = list(KILLED)[number % len(KILLED)]
            (folder / kind).mkdir(exist_ok=True)
            kill(rows.setdefault(kind, Row(f"kill {kind}")), KILLED[kind], folder / kind, rng)
            if time.monotonic() > end - seconds / 2:
                break
        (folder / "specimens").mkdir()
        every = specimens(folder / "specimens")
        found = {kind: each for kind, each in every.items() if not only or kind in only}
        others = [path.read_bytes() for path, _ in every.values()]
        for number in range(mutants if found else 0):
            kind = list(found)[number % len(found)]
            other = b"" if kind in ALONE else rng.choice(others)
            mutate(rows.setdefault(f"m {kind}", Row(kind)), *found[kind], other, rng)
            if time.monotonic() > end:
                break
    return list(rows.values())


def table(rows: list[Row]) -> str:
    """The rows as a text, with their sum."""
    total = Row("all", *(sum(column) for column in zip(*(astuple(row)[1:] for row in rows), strict=True)))
    heads = [field.name for field in fields(Row)]
    lines = [heads, *(list(map(str, astuple(row))) for row in [*rows, total])]
    wide = max(len(line[0]) for line in lines)
    return "\n".join(line[0].ljust(wide) + "".join(cell.rjust(12) for cell in line[1:]) for line in lines)


def run(words: list[str]) -> int:
    """Read the command line, torture, and print the table; the exit code is 1 if anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--mutants", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after about so long")
    parser.add_argument("--only", nargs="*", default=(), metavar="KIND", help="kinds of mutants, such as f.mp4")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(words)
    rows = torture(asked.kills, asked.mutants, asked.seed, seconds=asked.seconds, only=asked.only)
    print(
        json.dumps([dict(zip(Row.__slots__, astuple(row), strict=True)) for row in rows]) if asked.json else table(rows)
    )
    return int(any(row.faults for row in rows))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
