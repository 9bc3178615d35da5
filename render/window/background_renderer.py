"""BackgroundRenderer: pictures that take long are drawn in a thread, and a window shows the newest that is finished.

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

PATIENCE = 0.012  # seconds that a turn of a window waits for a picture, so that quick ones are there at once

K = TypeVar("K")


@dataclass(frozen=True, slots=True, eq=False)
class Rendered(Generic[K]):
    """A picture uint8 [H, W, 3], not to be written to, and all that it depends on."""

    key: K
    frame: Frame


class BackgroundRenderer(Generic[K]):
    """Draws one picture at a time; what is asked for meanwhile waits, and of that only the newest is drawn."""

    def __init__(self) -> None:
        """Nothing is drawn yet."""
        self.patience = PATIENCE
        self.newest: Rendered[K] | None = None
        self._job: tuple[K, Future[Frame]] | None = None
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="offscreen")

    def ask(self, key: K, draw: Callable[[], Frame], patience: float | None = None) -> Rendered[K] | None:
        """The newest finished picture, after at most `patience` seconds of waiting for the one that `key` stands for.

        `draw` draws that one, and must depend on nothing that changes. None where nothing is finished. Raises what
        drawing raised.
        """
        until = time.perf_counter() + (self.patience if patience is None else patience)
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

    def now(self, key: K, draw: Callable[[], Frame]) -> Frame:
        """The picture that `key` stands for, however long it takes."""
        drawn = self.ask(key, draw, math.inf)
        if drawn is None:
            raise RuntimeError("waiting without end ended")
        return drawn.frame

    def close(self) -> None:
        """Draw no more, once the picture that is being drawn is finished."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def fitted(frame: Frame, size: tuple[int, int]) -> Frame:
    """A picture at another H, W, quickly: what is shown until one of that size is drawn."""
    from PIL import Image

    if frame.shape[:2] == size:
        return frame
    return np.asarray(Image.fromarray(frame).resize((size[1], size[0]), Image.Resampling.NEAREST))
