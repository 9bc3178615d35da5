"""Sweeps: a landscape sampled over every pixel of its tour, tile by tile, into a field that can be continued.

A pixel is a function of its coordinate alone: tiles, batches, processes, machines and interruptions change no bit of
the field. So an executor of `sim.work` may hand its tiles to any process that sees the field's folder.
"""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from agents.errors import Busy, Remedy, UserError
from agents.files import entries, remove_leftovers, sole_writer
from sim.landscape import attributes
from sim.landscape.attributes import DAMAGE
from sim.landscape.chunks import arrays, create, read_array
from sim.landscape.durable import DRAFT
from sim.landscape.erasing import erase, remove_erased
from sim.landscape.filling import Heights, Tile, UnfinishedField, open_arrays, open_unfinished, writing
from sim.landscape.landscape import Landscape
from sim.landscape.sampling import check_layers, heights_at
from sim.landscape.tile_task import tile_tasks
from sim.provenance import refuse_other_arithmetic
from sim.rollout.machine import CPU, Machine
from sim.work.executor import POLL, Executor

TILE = 128  # pixels a side, unless told otherwise

Progress = Callable[[int, int], None]
"""called with the pixels done, those of an earlier call included, and all pixels."""


def sweep(
    landscape: Landscape,
    path: str | Path,
    *,
    machine: Machine = CPU,
    tile: int = TILE,
    fresh: bool = False,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Path:
    """Sample a landscape into the field at `path`, and return the path; a second call continues what is there.

    A tile that is missing or fails its checksum is computed, all others are kept, with the size that they have. `fresh`
    deletes the field that is there. This process computes all tiles on `machine`, unless an `executor` has other
    processes do it, which must be able to import a user's function. An executor that does a share of the tiles leaves
    the field unfinished unless its tiles are the last ones. Raises UserError for a field of another landscape or
    version, and where tiles could not be computed.
    """
    path, heard = Path(path), progress or (lambda done, total: None)
    if executor is not None and executor.partial:
        if fresh:
            raise UserError("jobs that share a sweep cannot start it over; delete the field before they begin")
        with _turn(path):
            field = prepare(landscape, path, machine=machine, tile=tile)
        _hand_out(field, executor, heard)
        finish(path)
        return path
    with sole_sweep(path):
        field = prepare(landscape, path, machine=machine, tile=tile, fresh=fresh)
        if executor is None:
            _fill(field, machine, heard)
        else:
            _hand_out(field, executor, heard)
        finish(path)
    return path


def _fill(field: UnfinishedField, machine: Machine, heard: Progress) -> None:
    """Compute all tiles here."""
    total = sum(map(field.pixels, field.tiles()))
    done = sum(field.pixels(each) for each in field.tiles() if field.is_stored(each))
    heard(done, total)
    with ThreadPoolExecutor(1, thread_name_prefix="store") as thread:  # waits for the disk while the next is computed
        storing: Future[int] | None = None
        for each in field.tiles():
            if field.is_intact(each):
                continue
            new = 0 if field.is_stored(each) else field.pixels(each)  # a damaged tile was counted as done
            heights = field.compute(each, machine)
            if storing is not None:
                done += storing.result()
                heard(done, total)
            storing = thread.submit(_store, field, each, heights, new)
        if storing is not None:
            heard(done + storing.result(), total)


def _store(field: UnfinishedField, tile: Tile, heights: Heights, pixels: int) -> int:
    """Store a tile; returns its new pixels."""
    field.store(tile, heights)
    return pixels


def _hand_out(field: UnfinishedField, executor: Executor, heard: Progress) -> None:
    """Have all tiles computed. Raises UserError where some could not be."""
    total = sum(map(field.pixels, field.tiles()))
    failures = executor.run(tile_tasks(field), lambda share, _: heard(round(share * total), total), total)
    if failures:
        raise UserError(f"{len(failures)} tiles of {field.path} failed; {failures[0].text}")


@contextmanager
def _turn(path: Path) -> Iterator[None]:
    """Wait until no other process is at the start of a sweep: jobs that share one all begin by preparing it."""
    while True:
        try:
            with sole_sweep(path):
                yield
                return
        except Busy:
            time.sleep(POLL)


@contextmanager
def sole_sweep(path: Path) -> Iterator[None]:
    """Keep other sweeps from the field at `path` meanwhile; UserError where one is under way."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with sole_writer(path, path.with_name(f".{path.name}.lock"), "another sweep is writing"):
        yield


def prepare(
    landscape: Landscape, path: Path, *, machine: Machine = CPU, tile: int = TILE, fresh: bool = False
) -> UnfinishedField:
    """Make the field at `path`, without heights and with all metadata, or take up the one that is there.

    Only one process may do so at a time. The field can be filled by this process whatever its objective is, and by
    `fill_tile` in any other where the objective is not a function that only this process knows.
    """
    if tile < 1:
        raise UserError(f"a tile must be 1 or more pixels wide, got {tile}")
    with writing(path):
        remove_erased(path)
    if fresh and os.path.lexists(path):
        erase(path)
    if os.path.lexists(path) and not _is_empty_folder(path):
        _match(path, landscape)
    else:
        dtype = _returned(landscape, machine)
        with writing(path):
            create(path, landscape, tile, dtype)
    with writing(path):
        return UnfinishedField(path, landscape, open_arrays(path, landscape))


def finish(path: str | Path) -> bool:
    """Mark the field at `path` as complete if no tile is missing; whether it is complete now.

    Call it once all tiles were filled, and as often as you like: by each of several processes that filled some, say.
    """
    field = open_unfinished(path)
    if not all(map(field.is_stored, field.tiles())):
        return False
    with writing(field.path):
        for name in field.arrays:
            for left in (field.path / name).rglob(f"*{DRAFT}"):
                left.unlink(missing_ok=True)  # by a process that was killed while it wrote a tile
        remove_leftovers(field.path)
        attributes.finish(field.path)
    return True


def _returned(landscape: Landscape, machine: Machine) -> np.dtype[np.generic]:
    """The type of the heights, once it is sure that there are as many of a genome as the tour has layers."""
    tour, objective = landscape.tour, landscape.objective
    if objective.returns is not None:
        dtype, count = objective.returns
    else:
        corner = tour.windows[0].points(slice(0, 1), slice(0, 1))
        heights = heights_at(objective, tour.plane(0), corner, machine, tour.dtype(0))
        dtype, count = heights.dtype, len(heights) if heights.ndim == 3 else 1
    check_layers(tour, count)
    return dtype


def is_of(path: Path, landscape: Landscape) -> bool:
    """True where the field at `path`, finished or not, is of a landscape, and its metadata are whole."""
    try:
        _match(path, landscape)
    except UserError:
        return False
    return True


def _match(path: Path, landscape: Landscape) -> None:
    """Refuse to continue a field that was made in another way."""
    fixes = (Remedy.ELSEWHERE, Remedy.START_OVER)
    refuse_other_arithmetic(path, attributes.read_attributes(path).arithmetic)
    differs = attributes.difference(path, landscape)
    if differs is not None:
        raise UserError(f"{path} holds another sweep ({differs})", *fixes)
    for name, values in arrays(landscape.tour).items():
        try:
            found = read_array(path, name)
        except DAMAGE as error:
            raise attributes.unreadable(path, error) from error
        if found.tobytes() != values.tobytes():
            raise UserError(f"{path} holds another sweep ({name} differs)", *fixes)


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not entries(path)
