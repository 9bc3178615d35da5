"""Tile worker: the one thread that computes heights for the explorer.

N pixels of a batch. Tiles wait in a priority queue: coarse passes come first, and in each pass the tiles nearest to the
middle of the view. The pace sets the stride of the first pass and the size of a batch, which takes about 20 ms. A new
view replaces the queue, so it waits for at most one batch. Other jobs run between two batches.
"""

import heapq
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from render.categories import category_numbers
from render.window.explore.origin import TerrainSampler
from render.window.explore.pace import COARSEST, Pace
from render.window.explore.tiles import SIDE, Grid, Tile, arithmetic
from render.window.explore.view import View

MOST = 1 << 15  # N

T = TypeVar("T")
Batch = list[tuple[Tile, NDArray[np.intp]]]
"""Tiles, each with some of its pixels, [n, 2] (row, column)."""


class TileWorker:
    """Computes the unknown pixels of the newest view; `revision` counts the batches that were stored."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        """Start an idle thread; `clock` returns the seconds by which it measures its speed."""
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="explorer")
        self._lock = Lock()
        self._clock, self._pace = clock, Pace()
        self._wanted: tuple[TerrainSampler, View, Grid] | None = None  # a view that replaces the queue
        self._sampler: TerrainSampler | None = None
        self._dtype = "float32"
        self._queue: list[tuple[int, float, int, Tile]] = []  # only the thread uses it
        self._pumping: Future[None] | None = None
        self._closed = False
        self.revision = 0
        self.stride = 0  # of the pass that is computed now; 0 when every pixel is known
        self.glimpse: tuple[View, int] | None = None  # the view that is computed, and the stride of its first pass

    def compute_view(self, sampler: TerrainSampler, view: View, grid: Grid) -> None:
        """Compute the grid of tiles under a view from now on; drops what is left of the view before."""
        with self._lock:
            if self._closed:
                return
            self._wanted, self.stride = (sampler, view, grid), COARSEST
            if self._pumping is None or self._pumping.done():
                self._pumping = self._pool.submit(self._pump)

    def submit(self, job: Callable[[], T]) -> "Future[T]":
        """Run another job after the batch that is computed now."""
        return self._pool.submit(job)

    @property
    def busy(self) -> bool:
        """Whether pixels of the view are still being computed; raises what the computation raised."""
        pumping = self._pumping
        if pumping is not None and pumping.done():
            pumping.result()
        return self.stride > 0

    def close(self) -> None:
        """Stop after the batch that is computed now."""
        with self._lock:
            self._wanted, self._closed, self.stride = None, True, 0
        self._pool.shutdown(wait=True, cancel_futures=True)
        self.stride = 0  # the thread may just have begun a view

    def _pump(self) -> None:
        """Compute one batch, then queue the next behind the jobs that were submitted meanwhile."""
        with self._lock:
            wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self._begin(*wanted)
        if self._sampler is not None:
            batch = self._batch(self._room(self._sampler))
            if batch:
                self._compute(self._sampler, batch)
        with self._lock:
            if not self._queue and self._wanted is None:
                self.stride, self._pumping = 0, None
            elif not self._closed:
                self._pumping = self._pool.submit(self._pump)

    def _begin(self, sampler: TerrainSampler, view: View, grid: Grid) -> None:
        """Queue the tiles of a view for the first pass that the pace allows."""
        x, y = view.left + view.width / 2, view.top + view.height / 2
        tiles = [tile for row in grid for tile in row]
        distances = [((tile.column + 0.5) * SIDE - x) ** 2 + ((tile.row + 0.5) * SIDE - y) ** 2 for tile in tiles]
        self._sampler, self._dtype = sampler, arithmetic(view.level)
        if not self._pace.knows(self._dtype):
            self._probe(sampler, [tiles[number] for number in np.argsort(distances)])
        first = COARSEST
        if self._pace.knows(self._dtype):
            first = self._pace.first_stride(self._dtype, sampler.steps, view.shape, sampler.fewest)
        self._queue = [(-first, distances[number], number, tile) for number, tile in enumerate(tiles)]
        heapq.heapify(self._queue)
        self.stride, self.glimpse = first, (view, first)

    def _probe(self, sampler: TerrainSampler, tiles: list[Tile]) -> None:
        """Measure the speed by two small batches; the first also loads compiled code, so only the second counts."""
        for tile in tiles:
            missing = tile.missing(1)
            if len(missing):
                few = sampler.fewest
                self._compute(sampler, [(tile, missing[:few])], measure=False)
                if len(missing) > few:
                    self._compute(sampler, [(tile, missing[few : 2 * few])])
                return

    def _compute(self, sampler: TerrainSampler, batch: Batch, *, measure: bool = True) -> None:
        """Compute a batch, and measure how long it took."""
        begin = self._clock()
        count = compute(sampler, batch)
        if measure:
            self._pace.measured(self._dtype, count * sampler.steps, self._clock() - begin)
        self.revision += 1

    def _room(self, sampler: TerrainSampler) -> int:
        """The number of pixels of the next batch."""
        known = self._pace.knows(self._dtype)
        return min(MOST, max(sampler.fewest, self._pace.pixels(self._dtype, sampler.steps) if known else 0))

    def _batch(self, room: int) -> Batch:
        """Take at most `room` pixels of one pass off the queue."""
        batch: Batch = []
        while self._queue and room > 0:
            entry = self._queue[0]
            stride, tile = -entry[0], entry[3]
            if batch and stride != self.stride:
                break
            self.stride = stride
            missing = tile.missing(stride)
            if len(missing) > room:
                missing = missing[:room]
            elif stride > 1:
                heapq.heapreplace(self._queue, (-(stride // 2), *entry[1:]))
            else:
                heapq.heappop(self._queue)
            if len(missing):
                batch.append((tile, missing))
                room -= len(missing)
        return batch


def compute(sampler: TerrainSampler, batch: Batch) -> int:
    """Compute and store pixels, [N, 2] in all, of tiles of one level; returns N."""
    points = np.concatenate([tile.points(pixels) for tile, pixels in batch])
    heights = sampler.objective.on_plane(sampler.plane, points, arithmetic(batch[0][0].level), sampler.machine)
    if sampler.terrain.categorical:
        heights = category_numbers(heights)
    at = 0
    for tile, pixels in batch:
        tile.store(pixels, heights[at : at + len(pixels)])
        at += len(pixels)
    return at
