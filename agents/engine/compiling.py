"""Tell people that they wait for kernels to be compiled: a line in the log before the first, and the seconds so far."""

import logging
import multiprocessing
import time
from functools import cache
from threading import Lock
from typing import Any

from numba.core import event

SECONDS = 10  # of one core of a laptop, about, for mazes and rollouts; films and training add a few
ROOMS = ("agents", "sim", "render")  # the packages whose kernels are announced: a notebook may have kernels of its own
PAUSE = 0.5  # seconds between two kernels that people wait for as one


class _Announcement(event.Listener):
    """Knows when numba compiles kernels of ours, in any thread. One from the cache is not compiled."""

    def __init__(self) -> None:
        """Nothing has been logged yet, and nothing is compiled."""
        self._logged = multiprocessing.parent_process() is not None  # workers are silent
        self._lock = Lock()
        self._active, self._begun, self._ended = 0, 0.0, -PAUSE

    def on_start(self, event: Any) -> None:
        """Take the time; the first time, log one line."""
        if not _is_ours(event):
            return
        now = time.monotonic()
        with self._lock:
            if not self._active and now - self._ended >= PAUSE:
                self._begun = now
            self._active += 1
        if not self._logged:
            self._logged = True
            logging.getLogger(__name__).warning("compiling kernels for this processor, once; about %d s", SECONDS)

    def on_end(self, event: Any) -> None:
        """Take the time."""
        if _is_ours(event):
            with self._lock:
                self._active, self._ended = self._active - 1, time.monotonic()

    def seconds(self) -> float:
        """For how long kernels have been compiled by now, one after the other; 0.0 while none is."""
        with self._lock:
            now = time.monotonic()
            return now - self._begun if self._active or now - self._ended < PAUSE else 0.0


def _is_ours(event: Any) -> bool:
    room: str = event.data["dispatcher"].py_func.__module__.partition(".")[0]
    return room in ROOMS


@cache  # so that one listener is registered
def _announcement() -> _Announcement:
    listener = _Announcement()
    register: Any = event.register
    register("numba:compile", listener)
    return listener


def announce() -> None:
    """Log one line as soon as a kernel is compiled."""
    _announcement()


def seconds() -> float:
    """For how many seconds this process has been compiling kernels, in any thread; 0.0 while it compiles none."""
    return _announcement().seconds()
