"""Tile worker: the one thread that computes heights for the explorer.

N pixels of a batch. Tiles wait in a priority queue: coarse passes come first, and in each pass the tiles nearest to the
middle of the view. A batch takes about 20 ms. A new view replaces the queue, so it waits for at most one batch. Other
jobs run between two batches.
"""

import heapq
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from render.window.explore.origin import TerrainSampler
from render.window.explore.tiles import COARSEST, SIDE, Grid, Tile, arithmetic
from render.window.explore.view import View

BATCH_SECONDS = 0.02
FEWEST, MOST = 16, 1 << 15  # N
RATE = 40e6  # agent-steps a second, assumed until the first batch is timed

T = TypeVar("T")


class TileWorker:
    """Computes the unknown pixels of the newest view; `revision` counts the batches that were stored."""

    def __init__(self) -> None:
        """Start an idle thread."""
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="explorer")
        self._lock = Lock()
        self._queue: list[tuple[int, float, int, Tile]] = []
        self._sampler: TerrainSampler | None = None
        self._pumping: Future[None] | None = None
        self._rate, self._closed = RATE, False
        self.revision = 0
        self.stride = 0  # of the pass that is computed now; 0 when every pixel is known

    def compute_view(self, sampler: TerrainSampler, view: View, grid: Grid) -> None:
        """Compute the grid of tiles under a view from now on; drops what is left of the view before."""
        x, y = view.left + view.width / 2, view.top + view.height / 2
        tiles = [tile for row in grid for tile in row]
        distances = [((tile.column + 0.5) * SIDE - x) ** 2 + ((tile.row + 0.5) * SIDE - y) ** 2 for tile in tiles]
        queue = [(-COARSEST, distances[number], number, tile) for number, tile in enumerate(tiles)]
        heapq.heapify(queue)
        with self._lock:
            self._queue, self._sampler, self.stride = queue, sampler, COARSEST
            if not self._closed and (self._pumping is None or self._pumping.done()):
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
            self._queue, self._closed, self.stride = [], True, 0
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _pump(self) -> None:
        """Compute one batch, then queue the next behind the jobs that were submitted meanwhile."""
        with self._lock:
            sampler = self._sampler
            batch = self._batch(sampler.steps) if sampler is not None else []
        if sampler is not None and batch:
            begin = time.perf_counter()
            count = compute(sampler, batch)
            self.revision += 1
            self._rate += 0.3 * (count * sampler.steps / (time.perf_counter() - begin) - self._rate)
        with self._lock:
            if not self._queue:
                self.stride, self._pumping = 0, None
            elif not self._closed:
                self._pumping = self._pool.submit(self._pump)

    def _batch(self, steps: int) -> list[tuple[Tile, NDArray[np.intp]]]:
        """Take pixels of one pass off the queue, as many as take about BATCH_SECONDS at `steps` agent-steps each."""
        room = min(MOST, max(FEWEST, int(self._rate * BATCH_SECONDS / steps)))
        batch: list[tuple[Tile, NDArray[np.intp]]] = []
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


def compute(sampler: TerrainSampler, batch: list[tuple[Tile, NDArray[np.intp]]]) -> int:
    """Compute and store pixels, [N, 2] in all, of tiles of one level; returns N."""
    points = np.concatenate([tile.points(pixels) for tile, pixels in batch])
    heights = sampler.objective.on_plane(sampler.plane, points, arithmetic(batch[0][0].level), sampler.machine)
    at = 0
    for tile, pixels in batch:
        tile.store(pixels, heights[at : at + len(pixels)])
        at += len(pixels)
    return at
