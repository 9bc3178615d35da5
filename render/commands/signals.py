"""Turn Ctrl-C, SIGTERM and SIGHUP into one KeyboardInterrupt, at a moment when it leaves nothing half done.

This module imports only the standard library, so that the program handles signals before it imports anything slow.
"""

import os
import signal
import sys
import threading
import time
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
# Code that cleans up, or waits for others to do so; it is left alone unless it takes longer than PATIENCE.
CLEANING_FUNCTIONS = {"__exit__", "__del__", "close", "join", "release", "rmtree", "shutdown", "terminate", "_remove"}
RETRY = 0.02  # seconds until a signal that came at a bad moment is sent again
REPEAT = 0.5  # seconds until an exception that some library swallowed is raised again
PATIENCE = 1.5  # seconds after a signal until the program says what it waits for, or ends


@contextmanager
def listening(received: list[int], *, ignore_afterwards: bool = False) -> Iterator[None]:
    """Raise KeyboardInterrupt in the block at the first signal to stop, and put its number into `received`.

    Some libraries swallow that exception. So it is raised again every REPEAT seconds until the block ends, but not
    while the block cleans up, such as deleting half a film. Later signals do nothing more. When the block ends, the
    former handlers are set again. With `ignore_afterwards`, as suits a program that only has to exit, signals are
    ignored instead; and the process ends after PATIENCE if the block is still in code that cannot be interrupted, such
    as an import, which nothing on disk depends on. A signal that was ignored before, as under nohup, stays ignored.
    """
    handlers = {number: signal.getsignal(number) for number in STOPS}
    former = {number: handler for number, handler in handlers.items() if handler not in (signal.SIG_IGN, None)}
    stopper, former_hook = _Stopper(received, exits=ignore_afterwards), sys.unraisablehook

    def unraisable(what: Any) -> None:
        # Python drops an exception in a destructor or a callback; the signal is sent again, to be raised elsewhere.
        # After a signal, a destructor may also meet an object whose constructor was interrupted: that is no news.
        if not received:
            former_hook(what)
        elif what.exc_type is KeyboardInterrupt:
            stopper.raised = 0.0
            _send_again(received[0])

    try:
        sys.unraisablehook = unraisable
        for number in former:
            signal.signal(number, stopper.stop)
        yield
    finally:
        stopper.ended.set()
        if not (ignore_afterwards and received):
            sys.unraisablehook = former_hook
        if ignore_afterwards and hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_BLOCK, former)  # Python would report one that comes amid the next lines
        for number, handler in former.items():
            signal.signal(number, signal.SIG_IGN if ignore_afterwards else handler)


class _Stopper:
    """Handles the signals of one block."""

    def __init__(self, received: list[int], *, exits: bool) -> None:
        self.received, self.exits = received, exits
        self.raised = 0.0  # when the exception was raised last
        self.ended = threading.Event()
        self._first = 0.0  # when the first signal came

    def stop(self, number: int, frame: FrameType | None) -> None:
        """Raise KeyboardInterrupt, unless that would leave something half done, or was done just now."""
        now = time.monotonic()
        if not self._first:
            self._first = now
            threading.Thread(target=self._watch, args=(number,), daemon=True).start()
        if self.raised and (now - self.raised < REPEAT or _stands_in(frame, CLEANING_FUNCTIONS)):
            return
        if _undivided(frame):
            _send_again(number)
            return
        self.received[:] = self.received or [number]
        self.raised = now
        raise KeyboardInterrupt

    def _watch(self, number: int) -> None:
        """Send the signal again until the block ends; end the process, or say what it waits for, if that takes long."""
        told = False
        while not self.ended.wait(REPEAT):
            if self.raised:
                os.kill(os.getpid(), number)
            if not told and time.monotonic() - self._first > PATIENCE:
                told = True
                self._tell(number)

    def _tell(self, number: int) -> None:
        from render.streams import complain

        frame = sys._current_frames().get(threading.main_thread().ident or 0)
        if self.exits and not self.raised:
            how, code = ("interrupted", 130) if number == signal.SIGINT else ("terminated", 2)
            # The block may have redirected sys.stderr, as the parsing of options does.
            os.write(
                2, f"foragescape: {how}; what was finished is kept, and the same command goes on from there\n".encode()
            )
            os._exit(code)
        while frame is not None and not frame.f_globals.get("__name__", "").startswith(("agents.", "sim.", "render.")):
            frame = frame.f_back
        where = "" if frame is None else f" in {frame.f_globals['__name__']}.{frame.f_code.co_name}"
        complain(f"stopping; waiting for what must not be interrupted{where}")


def _undivided(frame: FrameType | None) -> bool:
    """True while code runs that an exception could leave half done; `frame` is the innermost frame."""
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module in UNDIVIDED_MODULES or (module, frame.f_code.co_qualname) in UNDIVIDED_FUNCTIONS:
            return True
        frame = frame.f_back
    return False


def _stands_in(frame: FrameType | None, functions: set[str]) -> bool:
    """True while a function of one of these names runs; `frame` is the innermost frame."""
    while frame is not None:
        if frame.f_code.co_name in functions:
            return True
        frame = frame.f_back
    return False


def _send_again(number: int) -> None:
    """Send this process a signal once more, in a moment."""
    timer = threading.Timer(RETRY, os.kill, [os.getpid(), number])
    timer.daemon = True
    timer.start()
