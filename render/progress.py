"""Progress on stderr: a bar with the time left on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from render.streams import say
from sim.rollout.machine import CPU, Machine

EVERY = 5.0  # seconds between lines where there is no terminal

Advance = Callable[[float, str], None]


@contextmanager
def progress(what: str, total: float) -> Iterator[Advance]:
    """Yield `advance(done, note)`, to be told how much of `total` is done; what a resume found is no speed."""
    if sys.stderr is not None and sys.stderr.isatty():
        with _bar(what, total) as advance:
            yield advance
    else:
        with _lines(what, total) as advance:
            yield advance


@contextmanager
def _bar(what: str, total: float) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(bar_width=32),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=total, note="")
        yield lambda done, note: bar.update(task, completed=done, note=note)


@contextmanager
def _lines(what: str, total: float) -> Iterator[Advance]:
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


def _where(machine: Machine) -> str:
    """What rollouts run on, for the person; the first time that a GPU is among it, what it does before."""
    if machine.target == "cuda":
        _say_that_it_compiles()
    return machine.target_name


@cache
def _say_that_it_compiles() -> None:
    say("a new GPU kernel is compiled first, which takes seconds, for large networks minutes; then it is kept")


@contextmanager
def evolving(generations: int, machine: Machine = CPU) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Progress of a learning run, told by its history records."""
    with progress(f"evolving on {_where(machine)}", generations) as advance:
        yield lambda record: advance(record["generation"], f"mean {record['mean']:.1f} pellets")


@contextmanager
def training(updates: int) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Progress of a run along gradients, told by its history records."""
    with progress("training", updates) as advance:
        yield lambda record: advance(
            record["generation"], f"loss {record['loss']:.3f}, mean {record['mean']:.1f} pellets"
        )


@contextmanager
def sweeping(what: str = "sweeping", machine: Machine = CPU) -> Iterator[Callable[[int, int], None]]:
    """Progress of a sweep, told by pixels done and all pixels."""
    with progress(f"{what} on {_where(machine)}", 1.0) as advance:
        yield lambda done, total: advance(done / total, "")
