"""Kill this process, or let a call to the disk fail, at a call of a given number: by a library that is preloaded."""

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).with_name("io_shim.c")
COMPILER = "cc"
VARIABLE, LOADED = "LD_PRELOAD", "FORAGESCAPE_TORTURE_SHIM"
SHIM = ctypes.CDLL(None) if os.environ.get(LOADED) else None
"""The library, or None if it was not preloaded."""


def preload(words: list[str]) -> None:
    """Begin this process anew with the library preloaded, unless it is; go on where there is no compiler for it."""
    if loaded := os.environ.pop(LOADED, None):
        os.environ.pop(VARIABLE, None)  # the commands that the bench starts need no library
        shutil.rmtree(Path(loaded).parent, ignore_errors=True)
        return
    compiler = shutil.which(COMPILER)
    if compiler is None or not sys.platform.startswith("linux"):
        return
    folder = Path(tempfile.mkdtemp(prefix="torture-shim-"))
    library = folder / "io_shim.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-w", "-o", str(library), str(SOURCE), "-ldl"]
    if subprocess.run(command, capture_output=True).returncode:
        shutil.rmtree(folder)
        return
    environment = {**os.environ, VARIABLE: str(library), LOADED: str(library)}
    os.execve(sys.executable, [sys.executable, "-m", "tests.bench.torture", *words], environment)


def available() -> bool:
    """True if calls can be counted in this process."""
    return SHIM is not None


def arm(folder: Path, number: int, error: int = 0) -> None:
    """Kill this process at its call of this number to files below a folder; with `error`, let the call fail instead.

    Without an error, calls that only read do not count. A negative number only counts.
    """
    if SHIM is not None:
        SHIM.torture_arm(os.fsencode(folder), ctypes.c_long(number), error, int(bool(error)))


def disarm() -> int:
    """Stop counting; return the number of calls since `arm`."""
    if SHIM is None:
        return 0
    SHIM.torture_disarm()
    SHIM.torture_seen.restype = ctypes.c_long
    return int(SHIM.torture_seen())
