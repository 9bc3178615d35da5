"""Commands that run as processes and are stopped by signals."""

import random
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from sim.landscape.field import open_field
from tests.render.commands.example_commands import EVOLVE, TRAIN, complaint, contents, start, stray

LONG = {
    "evolve": [*EVOLVE, "--generations", "500", "--out", "out"],
    "train": [*TRAIN, "--generations", "300", "--out", "out"],
    "sweep": [
        "sweep",
        "run",
        *["--width", "64", "--height", "48", "--mazes", "16", "--frames", "40", "--tile", "16", "--out", "out"],
    ],
    "film": ["film", "f.zarr", "-ql", "--resolution", "320", "180", "--seconds", "5", "--out", "out.apng"],
}
BEGUN = {
    "evolve": "out/state.safetensors",
    "train": "out/state.safetensors",
    "sweep": "out/pellets/c/*/*/*",
    "film": ".*.part",
}

LONGEST = 240  # seconds for anything to happen; 2 on a machine that does nothing else
WAITING = "stopping; waiting for what must not be interrupted"


def seen(folder, pattern):
    """The files of a pattern and the times when they were written."""
    found = {}
    for path in folder.glob(pattern):
        with suppress(FileNotFoundError):
            found[path] = path.stat().st_mtime_ns
    return found


def stop(words, number, begun, delay, folder):
    """Run a command as a process, and stop it by a signal `delay` seconds after it begins to write such files."""
    before = seen(folder, begun)
    process = start(*words)
    end = time.monotonic() + LONGEST
    while seen(folder, begun) == before and time.monotonic() < end and process.poll() is None:
        time.sleep(0.005)
    time.sleep(delay)
    process.send_signal(number)
    out, err = process.communicate(timeout=LONGEST)
    assert (process.returncode, out) == (130 if number == signal.SIGINT else 2, "")
    line = complaint(process.returncode, without_waiting(err))
    how = "interrupted" if number == signal.SIGINT else "terminated"
    assert line == f"{how}; what was finished is kept, and the same command goes on from there"


def without_waiting(err):
    """What a command printed, without the line that says what it waits for, which a busy machine may cause."""
    kind = type(err)
    said = kind.join(kind(), [line for line in err.splitlines(keepends=True) if WAITING not in str(line)])
    assert len(err.splitlines()) - len(said.splitlines()) <= 1
    return said


@pytest.mark.parametrize("kind", LONG)
def test_a_stopped_command_continues_and_ends_with_the_same_bits(here, door, kind):
    rng = random.Random(kind)
    before = contents(here)
    for number in (signal.SIGINT, signal.SIGTERM):
        stop(LONG[kind], number, BEGUN[kind], rng.uniform(0, 0.15), here)
        assert not stray(here)
        assert {name: data for name, data in contents(here).items() if not name.startswith("out")} == before
        assert not (here / "out.apng").exists()
    assert door(*LONG[kind])[0] == 0
    shutil.move("out.apng" if kind == "film" else "out", "kept")
    assert door(*LONG[kind])[0] == 0
    if kind == "film":
        assert Path("kept").read_bytes() == Path("out.apng").read_bytes()
    elif kind == "sweep":
        assert open_field("kept").heights.tobytes() == open_field("out").heights.tobytes()
    else:
        same = ("state.safetensors", "history.jsonl", "champion.safetensors", "config.toml")
        assert all(Path("kept", name).read_bytes() == Path("out", name).read_bytes() for name in same)


def listens(process):
    """True if a process has a handler for SIGTERM."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition("SigCgt:")[2].split()[0], 16) >> signal.SIGTERM - 1 & 1


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux shows which signals are handled")
@pytest.mark.parametrize("delay", [0, 0.05, 0.1, 0.2, 0.3, 0.5])
def test_a_signal_during_the_start_gives_one_line(here, delay):
    """During imports, while locks are taken, and while the first frames are drawn."""
    before = contents(here)
    number = signal.SIGTERM if delay in (0.05, 0.2, 0.5) else signal.SIGINT
    process = start(*LONG["film"])
    while process.poll() is None and not listens(process):
        time.sleep(0.001)
    time.sleep(delay)
    process.send_signal(number)
    _, err = process.communicate(timeout=LONGEST)
    assert process.returncode == (130 if number == signal.SIGINT else 2)
    complaint(process.returncode, without_waiting(err))
    assert contents(here) == before
