"""Calls in child processes, which can be killed without harm to the bench."""

import os
import signal
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from agents.errors import UserError

LIMIT = 60  # seconds until a call counts as hanging
DONE, REFUSED, CRASHED = 0, 2, 1  # exit codes of a child


def fork(call: Callable[[], object], log: Path | None = None) -> int:
    """Do a call in a child process; return its number. What it raises, as a traceback, is written to `log`."""
    child = os.fork()
    if child:
        return child
    code = CRASHED
    try:
        call()
        code = DONE
    except (UserError, OSError):  # the command line prints these in one line
        code = REFUSED
        if log is not None:
            log.write_text(traceback.format_exc())
    except BaseException:
        if log is not None:
            log.write_text(traceback.format_exc())
    finally:
        os._exit(code)


def finish(child: int, limit: float = LIMIT) -> int | None:
    """The exit code of a child, negative for a signal; None if it hangs, and is killed."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None
