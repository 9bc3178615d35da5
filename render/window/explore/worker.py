"""Worker: the one thread that computes for the explorer.

N pixels of a batch, P weights. Tiles wait in a priority queue: coarse passes first, in each pass the tiles nearest to
the middle. A batch is some 20 ms of work, so a newer view, which replaces the queue, is heard at once. Other jobs are
taken between two batches.
"""

import heapq
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from render.window.explore.place import Ground
from render.window.explore.tiles import COARSEST, SIDE, Grid, Tile, arithmetic
from render.window.explore.view import View

BATCH_SECONDS = 0.02
FEWEST, MOST = 16, 1 << 15  # N
RATE = 40e6  # agent-steps a second, until it is known

T = TypeVar("T")


class Worker:
    """Computes the unknown pixels of the newest view; `revision` counts the batches that were stored."""

    def __init__(self) -> None:
        """A thread that waits."""
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="explorer")
        self._lock = Lock()
        self._queue: list[tuple[int, float, int, Tile]] = []
        self._ground: Ground | None = None
        self._pumping: Future[None] | None = None
        self._rate, self._closed = RATE, False
        self.revision = 0
        self.stride = 0  # of the pass that is computed now; 0 when all is known

    def look(self, ground: Ground, view: View, grid: Grid) -> None:
        """Compute the grid of tiles under a view from now on, and nothing that was asked for before."""
        x, y = view.left + view.width / 2, view.top + view.height / 2
        tiles = [tile for row in grid for tile in row]
        away = [((tile.column + 0.5) * SIDE - x) ** 2 + ((tile.row + 0.5) * SIDE - y) ** 2 for tile in tiles]
        queue = [(-COARSEST, away[number], number, tile) for number, tile in enumerate(tiles)]
        heapq.heapify(queue)
        with self._lock:
            self._queue, self._ground, self.stride = queue, ground, COARSEST
            if not self._closed and (self._pumping is None or self._pumping.done()):
                self._pumping = self._pool.submit(self._pump)

    def ask(self, job: Callable[[], T]) -> "Future[T]":
        """Do something else after the batch that is computed now."""
        return self._pool.submit(job)

    @property
    def busy(self) -> bool:
        """Whether pixels are still computed; raises what went wrong."""
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
        """Compute one batch, then get in line again, behind the jobs that were asked for meanwhile."""
        with self._lock:
            ground = self._ground
            batch = self._batch(ground.steps) if ground is not None else []
        if ground is not None and batch:
            begin = time.perf_counter()
            count = compute(ground, batch)
            self.revision += 1
            self._rate += 0.3 * (count * ground.steps / (time.perf_counter() - begin) - self._rate)
        with self._lock:
            if not self._queue:
                self.stride, self._pumping = 0, None
            elif not self._closed:
                self._pumping = self._pool.submit(self._pump)

    def _batch(self, steps: int) -> list[tuple[Tile, NDArray[np.intp]]]:
        """Pixels of one pass, each of so many agent-steps, as many as about fit the time, taken off the queue."""
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


def compute(ground: Ground, batch: list[tuple[Tile, NDArray[np.intp]]]) -> int:
    """Compute pixels [N, 2] of tiles of one level and store them; returns how many."""
    points = np.concatenate([tile.points(pixels) for tile, pixels in batch])
    heights = ground.objective.on_plane(ground.plane, points, arithmetic(batch[0][0].level), ground.machine)
    at = 0
    for tile, pixels in batch:
        tile.store(pixels, heights[at : at + len(pixels)])
        at += len(pixels)
    return at
