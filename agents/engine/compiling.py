"""Log one line before the first kernel of a process is compiled, so that people know what they are waiting for."""

import logging
import multiprocessing
from functools import cache
from typing import Any

from numba.core import event

SECONDS = 10  # of one core of a laptop, about, for mazes and rollouts; films and training add a few
ROOMS = ("agents", "sim", "render")  # the packages whose kernels are announced: a notebook may have kernels of its own


class _Announcement(event.Listener):
    """Logs when numba begins to compile a kernel of ours for the first time. One from the cache is not compiled."""

    def __init__(self) -> None:
        """Nothing has been logged yet."""
        self._logged = multiprocessing.parent_process() is not None  # workers are silent

    def on_start(self, event: Any) -> None:
        """Log one line, the first time."""
        module = event.data["dispatcher"].py_func.__module__
        if not self._logged and module.partition(".")[0] in ROOMS:
            self._logged = True
            logging.getLogger(__name__).warning("compiling kernels for this processor, once; about %d s", SECONDS)

    def on_end(self, event: Any) -> None:
        """Do nothing."""


@cache  # so that one listener is registered
def announce() -> None:
    """Log one line as soon as a kernel is compiled."""
    register: Any = event.register
    register("numba:compile", _Announcement())
