"""Turn Ctrl-C, SIGTERM and SIGHUP into one KeyboardInterrupt, at a moment when it leaves nothing half done.

This module imports only the standard library, so that the program handles signals before it imports anything slow.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

STOPS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
# Code that must run to its end; each takes milliseconds. An import or a zarr call that is interrupted stays half done.
UNDIVIDED_MODULES = {"_frozen_importlib", "importlib._bootstrap", "zarr.core.sync"}
# These take locks. An interrupted one might never release its lock, and Python would wait for it when it exits.
UNDIVIDED_FUNCTIONS = {
    ("concurrent.futures.thread", "ThreadPoolExecutor.submit"),
    ("threading", "Condition.__enter__"),
    ("threading", "Condition.__exit__"),
}
RETRY = 0.02  # seconds until a signal that came at a bad moment is sent again


@contextmanager
def listening(received: list[int], *, ignore_afterwards: bool = False) -> Iterator[None]:
    """Raise KeyboardInterrupt in the block at the first signal to stop, and put its number into `received`.

    Later signals are ignored, so that they cannot interrupt the clean-up after the first one, such as deleting half a
    film. When the block ends, the former handlers are set again; with `ignore_afterwards`, signals are ignored instead,
    as suits a program that only has to exit. A signal that was ignored before, as under nohup, stays ignored.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        if _undivided(frame):
            _send_again(number)
            return
        for other in former:
            signal.signal(other, signal.SIG_IGN)
        received[:] = [number]
        raise KeyboardInterrupt

    def unraisable(what: Any) -> None:
        # Python drops an exception in a destructor or a callback: send the signal again, to be raised elsewhere.
        if what.exc_type is KeyboardInterrupt and received:
            for number in former:
                signal.signal(number, stop)
            _send_again(received[0])
        else:
            former_hook(what)

    handlers = {number: signal.getsignal(number) for number in STOPS}
    former = {number: handler for number, handler in handlers.items() if handler not in (signal.SIG_IGN, None)}
    former_hook = sys.unraisablehook
    try:
        sys.unraisablehook = unraisable
        for number in former:
            signal.signal(number, stop)
        yield
    finally:
        sys.unraisablehook = former_hook
        for number, handler in former.items():
            signal.signal(number, signal.SIG_IGN if ignore_afterwards else handler)


def _undivided(frame: FrameType | None) -> bool:
    """True while code runs that an exception could leave half done; `frame` is the innermost frame."""
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module in UNDIVIDED_MODULES or (module, frame.f_code.co_qualname) in UNDIVIDED_FUNCTIONS:
            return True
        frame = frame.f_back
    return False


def _send_again(number: int) -> None:
    """Send this process a signal once more, in a moment."""
    timer = threading.Timer(RETRY, os.kill, [os.getpid(), number])
    timer.daemon = True
    timer.start()
