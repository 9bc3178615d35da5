"""Paths as people write them, writing files whole or not at all, and locks for one writer at a time."""

import errno
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agents.errors import Busy, Remedy, UserError

LITTER = re.compile(r"\._.*|\.DS_Store|\.localized|Icon\r|thumbs\.db|desktop\.ini|\.directory", re.IGNORECASE)
ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+:)/", re.IGNORECASE)  # a single letter before the colon is a drive


def local_path(text: str | Path) -> Path:
    """The path that a person wrote, with ~ for the home folder. Raises UserError for an address such as s3://bucket."""
    address = ADDRESS.match(str(text))
    if address and not os.path.lexists(address[1]):  # such a folder may be here, after all
        raise UserError(f"{text} is an address, not a path; give a file or folder that this machine sees as one")
    try:
        return Path(text).expanduser()
    except RuntimeError:  # there is no such user
        return Path(text)


def entries(folder: Path) -> list[str]:
    """The sorted names in a folder, without the files that desktops leave in every folder that they show."""
    return sorted(path.name for path in folder.iterdir() if not LITTER.fullmatch(path.name))


def replace_file(path: Path, data: bytes) -> None:
    """Write `data` to the file `path`, so that a reader finds the whole old content or the whole new content.

    The bytes are written to a temporary file in the same folder and synced; then it is renamed to `path` in one step.
    Raises UserError if this fails; the old file and the folder are then as they were.
    """
    with explain_write_errors(path):
        write_by_way_of(_temporary(path), path, data)


def write_by_way_of(draft: Path, path: Path, data: bytes) -> None:
    """Write and sync the new file `draft`, then rename it to `path`. Raises OSError; no draft is left then."""
    try:
        with open(draft, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def explain_write_errors(path: str | Path, failures: tuple[type[Exception], ...] = (OSError,)) -> Iterator[None]:
    """Turn `failures` of the block into a UserError of one line that names `path` and a fix."""
    try:
        yield
    except failures as error:
        full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        fixes = ("free some space", Remedy.ELSEWHERE) if full else ("choose a path that can be written",)
        raise UserError(f"cannot write {path}: {getattr(error, 'strerror', None) or error}", *fixes) from error


@contextmanager
def sole_writer(
    path: Path, lock: Path, others: str = "another process is writing to", *, patience: float = 0.0
) -> Iterator[None]:
    """Hold the lock file `lock`, so that no other process writes to `path` during the block.

    Raises Busy if another process holds the lock, and still does after `patience` seconds; its message begins with
    `others` and the path.
    """
    from filelock import FileLock, Timeout

    holding = FileLock(lock)
    with explain_write_errors(path, (OSError, NotImplementedError)):  # the second: a file system without locks
        try:
            holding.acquire(timeout=patience)
        except Timeout as error:
            if not lock.exists():  # filelock reports a folder without write permission as a held lock
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES)) from error
            raise Busy(f"{others} {path}", "wait for it", Remedy.ELSEWHERE) from error
    try:
        yield
    finally:
        holding.release()


def make_folder(path: Path) -> None:
    """Make a folder and its parents. Raises UserError if that fails."""
    with explain_write_errors(path):
        path.mkdir(parents=True, exist_ok=True)


def remove_leftovers(folder: Path) -> None:
    """Delete the temporary files that a killed process left in a folder. No other process may be writing there."""
    with explain_write_errors(folder):
        for path in folder.glob(".*.part"):
            path.unlink(missing_ok=True)


def _temporary(path: Path) -> Path:
    return path.with_name(f".{secrets.token_hex(8)}.part")
