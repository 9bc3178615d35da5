"""All tries of a bench, in their order, and worker processes that do them."""

import importlib
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.torture import io_calls
from tests.bench.torture.cold_caches import KINDS, Cacher
from tests.bench.torture.kills import ERRORS, Killer
from tests.bench.torture.mutants import Mutator, chosen
from tests.bench.torture.specimens import specimens
from tests.bench.torture.stops import COMMANDS, WINDOWS, Stopper, display
from tests.bench.torture.tally import Row, added
from tests.bench.torture.writers import WRITERS, learn_run

IMPORTS = ("av", "cma", "jinja2", "matplotlib", "pyarrow.csv", "pyarrow.parquet", "scipy.stats", "xarray", "zarr")


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is tried: how many of each sort, spread evenly over their kinds."""

    kills: int = 0
    mutants: int = 0
    calls: int = 0
    """The most calls to the disk at which each writer is killed, and at which it gets each error; -1 is all."""
    signals: int = 0
    windows: int = 0
    caches: int = 0
    seed: int = 0
    seconds: float = float("inf")
    """When all ends; mutants, which come last, have at least half of it."""
    only: tuple[str, ...] = ()
    """Parts of the names of the kinds of mutants, if not all."""
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Try:
    """One try: its sort, its kind, and its number within the kind."""

    sort: str
    kind: str
    number: int


@dataclass(slots=True)
class Workplace:
    """What one worker process needs: folders of its own, in which nobody else writes."""

    folder: Path
    amounts: Amounts
    screen: str
    """The display of windows."""
    half: float
    """When all but mutants end, by the monotonic clock, if there are mutants."""
    end: float
    """When all ends."""
    killer: Killer
    mutator: Mutator | None = None
    stopper: Stopper = field(init=False)
    cacher: Cacher = field(init=False)

    def __post_init__(self) -> None:
        """Give each sort its folder."""
        self.killer.folder = self.folder / "kills"
        self.killer.folder.mkdir(parents=True)
        self.stopper, self.cacher = Stopper(self.folder / "stops"), Cacher(self.folder / "caches")

    def do(self, one: Try) -> tuple[Row, str]:
        """Do a try; returns its row, and what was found if something was wrong."""
        rng = random.Random(f"{self.amounts.seed}/{one.sort}/{one.kind}/{one.number}")
        if time.monotonic() > (self.half if self.amounts.mutants else self.end):
            return Row(one.sort), ""
        if one.sort == "kill":
            return self.killer.kill(one.kind, rng), self.killer.trace(one.number)
        if one.sort == "kill at a call":
            return self.killer.kill_at(one.kind, one.number), self.killer.trace(one.number)
        if one.sort in ERRORS:
            return self.killer.fail_at(one.kind, one.number, one.sort), self.killer.trace(one.number)
        if one.sort == "signal":
            return self.stopper.stop(one.kind, rng), self.stopper.said
        if one.sort == "window":
            return self.stopper.close(one.kind, rng, self.screen), self.stopper.said
        return self.cacher.use(one.kind, rng), self.cacher.said

    def mutate(self, number: int) -> tuple[Row, str]:
        """Damage a specimen: of each kind one, and then again."""
        if self.mutator is None:
            (self.folder / "specimens").mkdir()
            self.mutator = Mutator(specimens(self.folder / "specimens"))
        kinds = list(chosen(self.mutator.specimens, self.amounts.only))
        if time.monotonic() > self.end or not kinds:
            return Row("mutants"), ""
        kind = kinds[number % len(kinds)]
        rng = random.Random(f"{self.amounts.seed}/mutant/{kind}/{number // len(kinds)}")
        return self.mutator.mutate(kind, rng), self.mutator.found


def tries(amounts: Amounts, killer: Killer, screen: str) -> Iterator[Try]:
    """All tries but mutants, from those whose folders are small to those that start processes."""
    kinds = list(WRITERS)
    yield from _even("kill", kinds, amounts.kills)
    if amounts.calls and io_calls.available():
        for kind in kinds:
            whole = killer.measure(kind)
            yield from (Try("kill at a call", kind, number) for number in _spread(whole.changes, amounts.calls))
            for error in ERRORS:
                yield from (Try(error, kind, number) for number in _spread(whole.calls, amounts.calls))
    yield from _even("signal", list(COMMANDS), amounts.signals)
    yield from _even("window", list(WINDOWS), amounts.windows if screen else 0)
    yield from _even("cache", list(KINDS), amounts.caches)


def left_out(amounts: Amounts, screen: str) -> list[str]:
    """Why sorts that are asked for are not tried on this machine, a line for each."""
    calls = [f"kills and failures at calls are left out: they need Linux and a C compiler named {io_calls.COMPILER}"]
    windows = ["windows are left out: they need Xvfb"]
    return calls * bool(amounts.calls and not io_calls.available()) + windows * bool(amounts.windows and not screen)


def _even(sort: str, kinds: list[str], count: int) -> Iterator[Try]:
    """So many tries, of each kind one, and then again."""
    return (Try(sort, kinds[number % len(kinds)], number // len(kinds)) for number in range(count))


def _spread(count: int, most: int) -> list[int]:
    """At most so many numbers below a count, evenly spread; all of them if `most` is negative."""
    if most < 0 or count <= most:
        return list(range(count))
    return [number * count // most for number in range(most)]


def torture(amounts: Amounts) -> list[Row]:
    """Do all tries in worker processes; returns a row for each kind. Faults are told on stderr as they come."""
    rows: dict[str, Row] = {}
    ends = [time.monotonic() + share * amounts.seconds for share in (0.5, 1)]
    with tempfile.TemporaryDirectory(prefix="torture-") as name, display() as screen:
        folder = Path(name)
        for reason in left_out(amounts, screen):
            print(reason, file=sys.stderr, flush=True)
        _warm(folder / "warm")
        killer = Killer(folder / "counts")
        killer.folder.mkdir()
        todo = list(tries(amounts, killer, screen))
        context, places = multiprocessing.get_context("fork"), multiprocessing.get_context("fork").Queue()
        for number in range(amounts.workers):
            places.put(number)

        def begin() -> None:
            global _place
            _place = Workplace(folder / f"worker{places.get()}", amounts, screen, *ends, killer)

        with context.Pool(amounts.workers, begin) as pool:
            for row, found in pool.imap_unordered(_do, todo):
                if row.tries:
                    _add(rows, row, found)
            for row, found in pool.imap_unordered(_mutate, range(amounts.mutants), chunksize=20):
                if row.tries:
                    _add(rows, row, found)
            pool.close()
            pool.join()
    return [rows[kind] for kind in sorted(rows, key=_order)]


_place: Workplace | None = None  # of a worker process


def _do(one: Try) -> tuple[Row, str]:
    assert _place is not None
    return _place.do(one)


def _mutate(number: int) -> tuple[Row, str]:
    assert _place is not None
    return _place.mutate(number)


def _add(rows: dict[str, Row], row: Row, found: str) -> None:
    """Add a row to that of its kind, and tell a fault."""
    if row.faults:
        print(f"{row}: {found}", file=sys.stderr, flush=True)
    rows[row.kind] = added(row.kind, [rows[row.kind], row]) if row.kind in rows else row


def _order(kind: str) -> tuple[int, str]:
    sorts = ("kill:", "kill at a call", *ERRORS, "signal", "window", "cache")
    return next((at for at, sort in enumerate(sorts) if kind.startswith(sort)), len(sorts)), kind


def _warm(folder: Path) -> None:
    """Import and compile what writers use, before the first fork; nothing here may leave a thread."""
    for name in IMPORTS:
        importlib.import_module(name)
    learn_run("genetic", folder)
