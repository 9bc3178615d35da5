"""Show progress on stderr: a bar with the time left on a terminal, else a line every few seconds."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from render.streams import is_heard, say
from sim.rollout.machine import CPU, Machine

EVERY = 5.0  # seconds between two lines if stderr is not a terminal

Advance = Callable[[float, str], None]


@contextmanager
def progress(what: str, total: float) -> Iterator[Advance]:
    """Yield `advance(done, note)`, which is called when `done` of `total` is finished.

    The first call says how much was finished before; that work does not count as speed.
    """
    if is_heard() and sys.stderr.isatty():
        with _bar(what, total) as advance:
            yield advance
    else:
        with _lines(what, total) as advance:
            yield advance


@contextmanager
def _bar(what: str, total: float) -> Iterator[Advance]:
    """Show progress as a bar of rich."""
    from render.progress_bar import ProgressBar

    with ProgressBar(what, total) as bar:
        yield bar.advance_to


@contextmanager
def _lines(what: str, total: float) -> Iterator[Advance]:
    """Show progress as lines of text."""
    start: tuple[float, float] | None = None
    shown = last = time.monotonic()
    note = ""

    def advance(done: float, now: str) -> None:
        nonlocal start, shown, note
        moment, note = time.monotonic(), now
        start = start or (moment, done)
        if moment - shown >= EVERY and done < total:
            shown = moment
            speed = (done - start[1]) / max(moment - start[0], 1e-9)
            left = f", {_seconds((total - done) / speed)} left" if speed > 0 else ""
            say(f"{what}: {100 * done / total:.0f} %{left}{', ' + now if now else ''}")

    yield advance
    say(f"{what}: done in {_seconds(time.monotonic() - last)}{', ' + note if note else ''}")


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds) // 60} min {int(seconds) % 60} s"


def _device(machine: Machine) -> str:
    """The name of the device that plays episodes, such as "the GPU"; before a GPU is first used, warn of compiling."""
    if machine.target == "cuda":
        _say_that_it_compiles()
    return machine.target_name


@cache  # so that it is said once
def _say_that_it_compiles() -> None:
    say("a new GPU kernel is compiled first; this takes seconds, or minutes for large networks, and is done only once")


@contextmanager
def evolving(generations: int, machine: Machine = CPU) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Show the progress of evolution; yield a function of a record of the run's history."""
    with progress(f"evolving on {_device(machine)}", generations) as advance:
        yield lambda record: advance(record["generation"], f"mean {record['mean']:.1f} pellets")


@contextmanager
def training(updates: int) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Show the progress of training by gradients; yield a function of a record of the run's history."""
    with progress("training", updates) as advance:

        def tell(record: Mapping[str, Any]) -> None:
            loss = f"loss {record['loss']:.3f}" if "loss" in record else "learning stopped"  # as imitate.stop_loss asks
            advance(record["generation"], f"{loss}, mean {record['mean']:.1f} pellets")

        yield tell


@contextmanager
def sweeping(what: str = "sweeping", machine: Machine = CPU) -> Iterator[Callable[[int, int], None]]:
    """Show the progress of a sweep; yield a function of the pixels that are done and of all pixels."""
    with progress(f"{what} on {_device(machine)}", 1.0) as advance:
        yield lambda done, total: advance(done / total, "")
