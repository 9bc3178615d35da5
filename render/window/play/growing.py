"""A growing field: one that may still be swept, read as far as it is.

T frames of H x W pixels, read in tiles; N values.
"""

import math
import threading
from collections import OrderedDict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agents.errors import Remedy, UserError
from render.palette import Equaliser, equaliser, finite_limits
from render.reel import SAMPLED, Reel
from sim.landscape.attributes import DAMAGE, read_attributes
from sim.landscape.chunks import open_array, read_tour
from sim.landscape.landscape import Landscape
from sim.landscape.tour import Tour

CACHE_BYTES = 96 << 20
RECOLOUR = 1.5  # colours are fixed anew when so many times the tiles are there


class Growing:
    """The field at `path`, be it finished or not. `refresh` looks for what is new; what is missing is nan.

    Colours (`limits`, `ranks`) are the whole film's and stay as they are once it is finished. Until then they are
    those that are expected, or, where nothing is, those of the frames so far.
    """

    def __init__(self, path: Path) -> None:
        """Open it; UserError where there is no field, or it is damaged."""
        self.path = path
        attributes = read_attributes(path)
        try:
            self.landscape = Landscape(read_tour(path, attributes), attributes.objective, attributes.champion)
            self._array = open_array(path, attributes.quantity)
        except DAMAGE as error:
            raise UserError(f"{path} is damaged", Remedy.SWEEP_ANEW, path=path) from error
        self._folder, self._counts = path / attributes.quantity / "c", self.landscape.counts
        self._tiles = tuple(
            math.ceil(s / c) for s, c in zip(self._array.shape[1:], self._array.chunks[1:], strict=True)
        )
        self._there = np.zeros((len(self.tour), *self._tiles), np.bool_)
        self._kept: OrderedDict[int, tuple[int, NDArray[np.float32]]] = OrderedDict()
        self._lock = threading.Lock()
        self._coloured = 0
        self.expected = False  # whether the colours are those that the whole film is expected to have
        self.limits: tuple[float, float] = (0.0, 1.0)
        self.ranks = Equaliser(np.array([0.0, 1.0]), np.array([0.0, 1.0]))
        self.version = 0
        self.vanished = False
        self.refresh()

    def __len__(self) -> int:
        """T."""
        return len(self.tour)

    @property
    def tour(self) -> Tour:
        """Where one looks."""
        return self.landscape.tour

    @property
    def known(self) -> NDArray[np.float64]:
        """The share of each frame that has been swept, [T]."""
        return np.asarray(self._there.mean(axis=(1, 2)), np.float64)

    @property
    def begun(self) -> int:
        """How many frames there are, up to the last of which there is anything; at least one."""
        return 1 + max(np.flatnonzero(self._there.any(axis=(1, 2))).tolist(), default=0)

    @property
    def complete(self) -> bool:
        """Whether all of it has been swept."""
        return bool(self._there.all())

    @property
    def share(self) -> float:
        """How much of it has been swept, 0 to 1."""
        return float(self._there.mean())

    @property
    def reel(self) -> Reel:
        """It as a reel, with the colours that it has now."""
        return Reel(self.landscape, self.heights, self.limits, self.ranks)

    @property
    def _gone(self) -> bool:
        """Whether it was deleted; a sweep that has not heard of it may still be writing tiles there."""
        return not (self.path / "zarr.json").is_file()

    def mazes(self, frame: int) -> int:
        """How many mazes a frame is averaged over."""
        return int(self._counts[frame])

    def refresh(self) -> bool:
        """Look for tiles that are new; whether there are some. A field that was deleted stays as it was read."""
        self.vanished = self._gone
        if self.complete:
            return False
        before = int(self._there.sum())
        for frame, row, column in np.argwhere(~self._there).tolist():
            if (self._folder / str(frame) / str(row) / str(column)).is_file():
                self._there[frame, row, column] = True
        count = int(self._there.sum())
        if count == before:
            return False
        if (count >= RECOLOUR * self._coloured and not self.expected) or self.complete:
            self._coloured = count
            self._fix_colours()
        self.version += 1
        return True

    def expect(self, values: NDArray[np.float32]) -> None:
        """Take the colours from heights [N] a maze from all over the film, until it is complete."""
        if not (self.expected or self.complete) and np.isfinite(values).any():
            self.limits, self.ranks = finite_limits(values), equaliser(values)
            self.expected, self.version = True, self.version + 1

    def heights(self, frame: int) -> NDArray[np.float32]:
        """The heights of a frame per maze, float32 [H, W], nan where it has not been swept. For any thread."""
        count = int(self._there[frame].sum())
        with self._lock:
            kept = self._kept.get(frame)
            if kept is not None and kept[0] == count:
                self._kept.move_to_end(frame)
                return kept[1]
        heights, whole = self._read(frame)
        heights.flags.writeable = False
        if whole:
            with self._lock:
                self._kept[frame] = (count, heights)
                while len(self._kept) > max(4, CACHE_BYTES // heights.nbytes):
                    self._kept.popitem(last=False)
        return heights

    def _read(self, frame: int) -> tuple[NDArray[np.float32], bool]:
        """A frame from the disk, and whether all that should be there could be read."""
        heights, whole = np.full(self.tour.shape, np.nan, np.float32), True
        tall, wide = self._array.chunks[1:]
        for row, column in np.argwhere(self._there[frame]).tolist():
            part = slice(row * tall, (row + 1) * tall), slice(column * wide, (column + 1) * wide)
            try:
                heights[part] = np.asarray(self._array[frame, *part]) / self._counts[frame]
            except DAMAGE:
                whole, self.vanished = False, self._gone
        return heights, whole

    def _fix_colours(self) -> None:
        begun = np.flatnonzero(self._there.any(axis=(1, 2)))
        seen = begun[np.unique(np.linspace(0, len(begun) - 1, SAMPLED).astype(int))]
        values = np.concatenate([self.heights(int(frame)).ravel() for frame in seen])
        if np.isfinite(values).any():
            self.limits, self.ranks = finite_limits(values), equaliser(values)
