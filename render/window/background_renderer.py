"""Background renderer: draws slow pictures in a thread; the window shows the newest finished one meanwhile.

H and W rows and columns of a picture.
"""

import math
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from render.legend import Frame

MAX_WAIT = 0.012  # seconds that a frame of the window waits for a picture, so that quick ones appear at once

K = TypeVar("K")


@dataclass(frozen=True, slots=True, eq=False)
class Rendered(Generic[K]):
    """A finished picture uint8 [H, W, 3], which nobody may change, and the key: all that it was drawn from."""

    key: K
    frame: Frame


class BackgroundRenderer(Generic[K]):
    """Draws one picture at a time. Of the requests that come meanwhile, only the newest is drawn afterwards."""

    def __init__(self) -> None:
        """Start an idle thread."""
        self.max_wait = MAX_WAIT
        self.newest: Rendered[K] | None = None
        self._job: tuple[K, Future[Frame]] | None = None
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="renderer")

    def request(self, key: K, draw: Callable[[], Frame], max_wait: float | None = None) -> Rendered[K] | None:
        """Return the newest finished picture; wait at most `max_wait` seconds for the one of this `key`.

        `draw` draws the picture of the key, and may depend on nothing that changes. Returns None where no picture is
        finished yet. Raises what drawing raised.
        """
        until = time.perf_counter() + (self.max_wait if max_wait is None else max_wait)
        while True:
            if self._job is None:
                if self.newest is not None and self.newest.key == key:
                    return self.newest
                self._job = (key, self._pool.submit(draw))
            drawing, future = self._job
            left = until - time.perf_counter()
            wait([future], None if math.isinf(left) else max(0.0, left))
            if not future.done():
                return self.newest
            self._job, self.newest = None, Rendered(drawing, future.result())

    def finish(self, key: K, draw: Callable[[], Frame]) -> Frame:
        """Return the picture of a key, however long it takes."""
        rendered = self.request(key, draw, math.inf)
        if rendered is None:
            raise RuntimeError("an endless wait ended without a picture")
        return rendered.frame

    def close(self) -> None:
        """Stop after the picture that is being drawn."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def fitted(frame: Frame, size: tuple[int, int]) -> Frame:
    """Resize a picture to H, W quickly, by nearest neighbours: a stand-in until one of that size is drawn."""
    from PIL import Image

    if frame.shape[:2] == size:
        return frame
    return np.asarray(Image.fromarray(frame).resize((size[1], size[0]), Image.Resampling.NEAREST))
