"""Filling: the tiles of a field that is being swept, each computed and stored by whichever process is told to.

T frames of H x W pixels. A tile is named by three whole numbers (view, row, column), row and column in tiles. It covers
one chunk of the stored array in one frame, or, where the tour's frames are layers of one view, that chunk in all T
frames, which are one file. So a tile is whole files, no two tiles share one, and no writer has to wait for another.
"""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from agents.errors import Remedy, UserError
from sim.landscape.attributes import DAMAGE, read_attributes, unreadable
from sim.landscape.chunks import Region, chunk_files, open_array, read_tour
from sim.landscape.durable import put_file
from sim.landscape.field import AGAIN
from sim.landscape.landscape import Landscape
from sim.landscape.sampling import all_heights_at
from sim.landscape.several import separate
from sim.landscape.tile_files import encode, is_intact
from sim.provenance import refuse_other_arithmetic
from sim.rollout.machine import CPU, Machine

if TYPE_CHECKING:
    import zarr

Tile = tuple[int, int, int]
"""view, row, column"""
Heights = dict[str, NDArray[Any]]
"""heights by the names of their quantities"""

OPENED = 8  # fields that a process keeps open


@dataclass(frozen=True, slots=True, eq=False)
class UnfinishedField:
    """A field that is being swept: its folder, what it is to show, and the zarr arrays of its heights [T, H, W].

    There is an array for each quantity, by name. All have the same chunks, and a tile covers that of each array.
    """

    path: Path
    landscape: Landscape
    arrays: "dict[str, zarr.Array[Any]]"

    @property
    def array(self) -> "zarr.Array[Any]":
        """The array of the first quantity."""
        return self.arrays[self.landscape.objective.quantity]

    def tiles(self) -> Iterator[Tile]:
        """All tiles, view by view, row by row."""
        tour, (_, height, width) = self.landscape.tour, self.array.chunks
        rows, columns = (range(-(-side // step)) for side, step in zip(tour.shape, (height, width), strict=True))
        return itertools.product(range(len(tour.windows)), rows, columns)

    def region(self, tile: Tile) -> Region:
        """The frames, rows and columns of a tile."""
        tour, (_, height, width), (view, row, column) = self.landscape.tour, self.array.chunks, tile
        frames = slice(0, len(tour)) if tour.layers else slice(view, view + 1)
        bounds = zip(tour.shape, (height, width), (row, column), strict=True)
        down, right = (slice(at * step, min((at + 1) * step, side)) for side, step, at in bounds)
        return frames, down, right

    def pixels(self, tile: Tile) -> int:
        """How many pixels of a frame a tile covers."""
        _, rows, columns = self.region(tile)
        return int((rows.stop - rows.start) * (columns.stop - columns.start))

    def is_stored(self, tile: Tile) -> bool:
        """Whether all files of a tile are there; nothing is read."""
        return all(file.is_file() for name in self.arrays for file in self._files(name, tile))

    def is_intact(self, tile: Tile) -> bool:
        """Whether a tile is there, and all its checksums and marks are right."""
        return all(is_intact(file, self.arrays[name]) for name in self.arrays for file in self._files(name, tile))

    def fill(self, tile: Tile, machine: Machine = CPU) -> None:
        """Compute a tile, and store it. Raises UserError where it cannot be written, or in another arithmetic."""
        self.store(tile, self.compute(tile, machine))

    def compute(self, tile: Tile, machine: Machine = CPU) -> Heights:
        """The heights of a tile, [K, h, w] of each quantity, by name.

        Raises UserError where they do not fit the field, or this process computes in another arithmetic.
        """
        refuse_other_arithmetic(self.path, self.landscape.arithmetic)
        region, tour = self.region(tile), self.landscape.tour
        points, view = tour.windows[tile[0]].points(region[1], region[2]), tile[0]
        told = all_heights_at(self.landscape.objective, tour.plane(view), points, machine, tour.dtype(view))
        of_layers = {name: heights if heights.ndim == 3 else heights[None] for name, heights in told.items()}
        for name, heights in of_layers.items():
            if heights.dtype != self.arrays[name].dtype or len(heights) != region[0].stop - region[0].start:
                got, wanted = f"{len(heights)} layers of {heights.dtype}", f"{len(tour)} frames of {self.array.dtype}"
                raise UserError(
                    f"the objective returned {got} values for a field of {wanted}; sweep into another field"
                )
        return of_layers

    def store(self, tile: Tile, heights: Heights) -> None:
        """Store the heights of a tile. Once the call returns, they survive a loss of power.

        Raises UserError where they cannot be written.
        """
        for name, array in self.arrays.items():
            files, layers = list(self._files(name, tile)), heights[name]
            parts = [layers] if len(files) == 1 else [layer[None] for layer in layers]  # one a layer: in format 1
            for file, part in zip(files, parts, strict=True):
                self._put(file, encode(array, part, file), self.path / name)

    def _put(self, file: Path, data: bytes, folder: Path) -> None:
        """Write one file of an array's folder."""
        with writing(self.path):
            try:
                put_file(file, data, folder)
            except FileNotFoundError as error:
                if not (self.path / "zarr.json").is_file():
                    raise UserError(f"{self.path} was moved or deleted while it was swept; {AGAIN}") from error
                # another process finished the field, and took this draft for a leftover
                put_file(file, data, folder)

    def _files(self, name: str, tile: Tile) -> Iterator[Path]:
        """The files of a tile of one quantity."""
        return chunk_files(self.path / name, self.arrays[name], self.region(tile))


def fill_tile(path: str | Path, tile: Tile, machine: Machine = CPU) -> bool:
    """Compute one tile of the field at `path` and store it; False where it was there, and whole, already.

    Made to be sent to a worker process or machine that sees the same folder under the same `path`. It needs nothing
    else: the tour and the objective are read from the field, which the process keeps open for the next tile. It can be
    called again at any time, and by several processes at once, without a lock: every caller writes the same bytes, and
    a chunk's file is replaced in one step, so that a process that is killed leaves a tile whole or missing. The
    machine changes no bit. Nothing but chunks of heights is written; metadata are written by `sweep.prepare`, before,
    and by `sweep.finish`, after all tiles.

    Raises UserError where there is no such field, where its objective cannot be evaluated in this process (a function
    that cannot be imported), and where the tile cannot be written.
    """
    field = open_unfinished(path)
    if field.is_intact(tile):
        return False
    field.fill(tile, machine)
    return True


def tiles(path: str | Path) -> Iterator[Tile]:
    """All tiles of the field at `path`."""
    return open_unfinished(path).tiles()


def open_unfinished(path: str | Path) -> UnfinishedField:
    """The field at `path`, finished or not, to have tiles filled; the process keeps the last few.

    Raises UserError where there is none or its metadata are damaged. A field that was replaced is opened anew.
    """
    path = Path(path)
    read_first = path / "zarr.json"
    try:
        # Opened and not only looked up: a network file system may remember for seconds when a file changed.
        with open(read_first, "rb") as file:
            about = os.fstat(file.fileno())
            return _opened(path, (file.read(), about.st_mtime_ns, about.st_ino))
    except (FileNotFoundError, NotADirectoryError):
        read_attributes(path)  # says what is wrong
        raise


@lru_cache(OPENED)
def _opened(path: Path, version: tuple[bytes, int, int]) -> UnfinishedField:
    attributes = read_attributes(path)
    try:
        landscape = attributes.landscape(read_tour(path, attributes))
        return UnfinishedField(path, landscape, open_arrays(path, landscape))
    except DAMAGE as error:
        raise unreadable(path, error) from error


def open_arrays(path: Path, landscape: Landscape) -> "dict[str, zarr.Array[Any]]":
    """The arrays of heights of the field at `path`, by the names of the landscape's quantities, to be written."""
    return {name: open_array(path, name, "r+") for name in separate(landscape.objective)}


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Tell in one line that a field cannot be written."""
    try:
        yield
    except OSError as error:
        what = f"cannot write {path}: {error.strerror or error}"
        raise UserError(what, f"free the disk and {AGAIN}", Remedy.ELSEWHERE) from error
