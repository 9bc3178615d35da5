"""Folders of kernels that no process uses: which are old, and are deleted.

A process that uses a folder holds a shared lock on it until it ends. Whoever deletes one holds the exclusive lock, so
that no folder in use is deleted. Where there are no locks, nothing is deleted.
"""

import errno
import os
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

DAYS = 30.0  # since a folder was last used, after which it is deleted
MOST = 16  # folders that are kept however new they are: a developer's sources change many times a day

_held: list[int] = []  # descriptors of the folders in use, which stay open


def hold(path: Path) -> None:
    """Mark a folder as in use, from now until this process and its children end.

    Raises OSError if it is gone, also if another process deletes it just now.
    """
    if fcntl is not None:
        handle = os.open(path, os.O_RDONLY)
        _held.append(handle)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                raise
            # else the file system has no locks, and nothing in it is deleted
    os.utime(path)


def delete_old(folders: Sequence[Path], *, days: float = DAYS, most: int = MOST) -> None:
    """Delete folders that were not used for so many days, or after so many others, unless a process uses them."""
    last = {path: _last_use(path) for path in folders}
    newest = sorted(last, key=lambda path: -last[path])
    for at, path in enumerate(newest):
        if at >= most or time.time() - last[path] > 86400 * days:
            _delete(path)


def _last_use(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _delete(path: Path) -> None:
    """Delete a folder if no process uses it, and none can begin to meanwhile."""
    if fcntl is None or path.is_symlink():
        return
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path, ignore_errors=True)
        finally:
            os.close(handle)
