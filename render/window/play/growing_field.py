"""Growing field: a field on disk that may still be swept while it is played.

T frames of H x W pixels, read in tiles; N values.
"""

import math
import threading
from collections import OrderedDict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from render.looks import category_limits, shown
from render.palette import Equaliser, equaliser, finite_limits
from render.reel import SAMPLED, Reel
from render.window.play.tile_coverage import TileCoverage
from sim.landscape.attributes import DAMAGE, read_attributes, unreadable
from sim.landscape.chunks import open_array, read_tile, read_tour
from sim.landscape.objective import Objective
from sim.landscape.rings import refuse_rings
from sim.landscape.several import only
from sim.landscape.tour import Tour

CACHE_BYTES = 96 << 20
RECOLOUR = 1.5  # the colours are chosen again when the number of tiles has grown by this factor


class GrowingField:
    """The field at `path`, finished or not. `refresh` looks for new tiles; pixels that are missing are nan.

    `limits` and `ranks` fix the colours of the whole film; they change no more once the field is complete. Until then
    they come from the heights that `expect` got, or else from the frames so far. `version` counts the changes.
    """

    def __init__(self, path: Path) -> None:
        """Open the field; raises UserError where there is none, or where it is damaged."""
        self.path = path
        attributes = read_attributes(path)
        try:
            self.landscape = only(attributes.landscape(read_tour(path, attributes)), None)
            refuse_rings(self.landscape.tour)
            self._array = open_array(path, attributes.quantity)
        except DAMAGE as error:
            raise unreadable(path, error) from error
        rows, columns = (
            math.ceil(side / chunk) for side, chunk in zip(self._array.shape[1:], self._array.chunks[1:], strict=True)
        )
        self._folder, depth = path / attributes.quantity, (self._array.shards or (1,))[0]
        self.coverage = TileCoverage(self._folder / "c", (len(self.tour), rows, columns), depth)
        self._counts = self.landscape.counts
        self._cache: OrderedDict[int, tuple[int, NDArray[np.float32]]] = OrderedDict()
        self._lock = threading.Lock()
        self._coloured = 0  # tiles at the time when the colours were chosen
        self.expected = False  # whether the colours come from heights that the whole film is expected to have
        self.limits = category_limits() if self.landscape.objective.categorical else (0.0, 1.0)
        self.ranks = Equaliser(np.array([0.0, 1.0]), np.array([0.0, 1.0]))
        self.version = 0
        self.vanished = False  # whether the field was deleted
        self.refresh()

    def __len__(self) -> int:
        """T."""
        return len(self.tour)

    @property
    def tour(self) -> Tour:
        """The tour of the field."""
        return self.landscape.tour

    @property
    def reel(self) -> Reel:
        """The field as a reel with its present colours."""
        return Reel(self.landscape, self.heights, self.limits, self.ranks)

    @property
    def _gone(self) -> bool:
        """Whether the field was deleted; a sweep that has not noticed may still write tiles into its folder."""
        return not (self.path / "zarr.json").is_file()

    def lifetime(self, frame: int) -> int | None:
        """The steps of the episodes that a frame shows: fewer than a whole life where the tour is a growing lifetime.

        None for a function's field.
        """
        objective = self.landscape.objective
        if not isinstance(objective, Objective):
            return None
        return int(self.tour.axis.values[frame]) if self.tour.name == "horizon" else objective.world.lifetime

    def mazes(self, frame: int) -> int:
        """The number of mazes that a frame is averaged over."""
        return int(self._counts[frame])

    def refresh(self) -> bool:
        """Look for new tiles; returns whether there are any. A deleted field stays as it was read."""
        self.vanished = self._gone
        if self.coverage.complete or not self.coverage.scan():
            return False
        count = self.coverage.count
        if (count >= RECOLOUR * self._coloured and not self.expected) or self.coverage.complete:
            self._coloured = count
            self._fix_colours()
        self.version += 1
        return True

    def expect(self, values: NDArray[np.float32]) -> None:
        """Choose the colours by heights per maze [N] from all over the film; they stay until it is complete."""
        fixed = self.landscape.objective.categorical or self.expected or self.coverage.complete
        if not fixed and np.isfinite(values).any():
            self.limits, self.ranks = finite_limits(values), equaliser(values)
            self.expected, self.version = True, self.version + 1

    def heights(self, frame: int) -> NDArray[np.float32]:
        """The heights of a frame per maze, float32 [H, W], nan where it has not been swept. Any thread may call it."""
        count = int(self.coverage.there[frame].sum())
        with self._lock:
            cached = self._cache.get(frame)
            if cached is not None and cached[0] == count:
                self._cache.move_to_end(frame)
                return cached[1]
        heights, whole = self._read(frame)
        heights.flags.writeable = False
        if whole:
            with self._lock:
                self._cache[frame] = (count, heights)
                while len(self._cache) > max(4, CACHE_BYTES // heights.nbytes):
                    self._cache.popitem(last=False)
        return heights

    def _read(self, frame: int) -> tuple[NDArray[np.float32], bool]:
        """Read a frame from disk; returns its heights, and whether all of its swept tiles could be read."""
        heights, whole = np.full(self.tour.shape, np.nan, np.float32), True
        tall, wide = self._array.chunks[1:]
        for row, column in np.argwhere(self.coverage.there[frame]).tolist():
            part = slice(row * tall, (row + 1) * tall), slice(column * wide, (column + 1) * wide)
            try:
                stored = read_tile(self._folder, self._array, frame, row, column)
                heights[part] = shown(self.landscape.objective, stored, self._counts[frame])
            except DAMAGE:
                whole, self.vanished = False, self._gone
        return heights, whole

    def _fix_colours(self) -> None:
        """Choose the colours by a sample of the frames so far; those of categories are always the same."""
        if self.landscape.objective.categorical:
            return
        begun = np.flatnonzero(self.coverage.there.any(axis=(1, 2)))
        sampled = begun[np.unique(np.linspace(0, len(begun) - 1, SAMPLED).astype(int))]
        values = np.concatenate([self.heights(int(frame)).ravel() for frame in sampled])
        if np.isfinite(values).any():
            self.limits, self.ranks = finite_limits(values), equaliser(values)
