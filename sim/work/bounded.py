"""Calls in a child process that is killed when a call takes too long.

What a call may do to its process, such as an error that makes a GPU refuse all further work, ends with the child; the
next call starts another one.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any


class BoundedCalls:
    """A child process that calls functions of modules, one at a time, with arguments that can be pickled."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        """The child starts with the first call; its environment has the variables of `environment`, too."""
        self.environment = dict(environment or {})
        self._process: Any = None
        self._pipe: Connection | None = None

    def __enter__(self) -> "BoundedCalls":
        """Use it for a block, at whose end the child is killed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Kill the child."""
        self.close()

    def start(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Begin a call. The one before must have ended."""
        if self._pipe is None:
            context = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang
            self._pipe, end = context.Pipe()
            self._process = context.Process(target=_serve, args=(end, self.environment), daemon=True)
            self._process.start()
            end.close()
        with suppress(OSError):  # it died, so there will be no answer
            self._pipe.send((function, arguments))

    def result(self, seconds: float) -> Any:
        """What the call returns, after at most `seconds`. Raises RuntimeError if it fails, dies or takes longer."""
        if self._pipe is None:
            raise RuntimeError("no call was started")
        try:
            if not self._pipe.poll(seconds):
                self.close()
                raise RuntimeError(f"took longer than {seconds:.0f} s")
            succeeded, value = self._pipe.recv()
        except (EOFError, OSError) as error:
            self._process.join()
            code = self._process.exitcode
            self.close()
            raise RuntimeError(f"its process died with exit code {code}") from error
        if not succeeded:
            raise RuntimeError(value)
        return value

    def close(self) -> None:
        """Kill the child, if there is one."""
        if self._pipe is not None:
            self._pipe.close()
            self._process.kill()
            self._process.join()
        self._pipe = self._process = None


def _serve(pipe: Connection, environment: Mapping[str, str]) -> None:
    """Do the calls that come through the pipe, until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends Ctrl-C to all processes; the parent kills this one
    os.environ.update(environment)
    while True:
        try:
            function, arguments = pipe.recv()
        except (EOFError, OSError):
            os._exit(0)  # do not wait for the threads of libraries
        try:
            answer = True, function(*arguments)
        except Exception as error:
            answer = False, f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]
        pipe.send(answer)
