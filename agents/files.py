"""Writing files whole or not at all, and locks that let one process at a time write to a place."""

import errno
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agents.errors import Busy, Remedy, UserError


def replace_file(path: Path, data: bytes) -> None:
    """Write `data` to the file `path`, so that a reader finds the whole old content or the whole new content.

    The bytes are written to a temporary file in the same folder and synced; then it is renamed to `path` in one step.
    Raises UserError if this fails; the old file and the folder are then as they were.
    """
    temporary = _temporary(path)
    with explain_write_errors(path):
        try:
            with open(temporary, "xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def replacing(path: Path, *, overwrite: bool, holds: re.Pattern[str] | None = None) -> Iterator[Path]:
    """Give a temporary file beside `path`; rename it to `path` when the block succeeds, delete it when the block fails.

    With `holds` it is a folder instead, and `holds` is the pattern of the names of its entries. Raises UserError if
    `path` cannot be written, or if it exists and `overwrite` is false. A folder that contains entries of other names is
    never replaced.
    """
    _refuse_taken(path, overwrite, holds)
    final = path.resolve()
    temporary = _temporary(final)
    try:
        with explain_write_errors(path):
            temporary.touch(exist_ok=False) if holds is None else temporary.mkdir()
        yield temporary
        with explain_write_errors(path):
            if holds is None:
                with open(temporary, "rb+") as file:
                    os.fsync(file.fileno())
            _rename(temporary, final)
    finally:
        temporary.unlink(missing_ok=True) if holds is None else shutil.rmtree(temporary, ignore_errors=True)


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


def _refuse_taken(path: Path, overwrite: bool, holds: re.Pattern[str] | None) -> None:
    """Raise UserError if `path` must not be replaced: by a file, or, with `holds`, by a folder with such entries."""
    folder = holds is not None
    with explain_write_errors(path):
        names = [entry.name for entry in path.iterdir()] if folder and path.is_dir() else []
        taken, is_folder, parent = path.exists(), path.is_dir(), path.resolve().parent
        if not parent.is_dir():
            raise UserError(f"cannot write {path}: there is no folder {parent}; make it first")
    if taken and folder != is_folder:
        raise UserError(f"{path} is a {'folder' if is_folder else 'file'} already", Remedy.ELSEWHERE)
    if holds is not None and not all(holds.fullmatch(name) for name in names):
        raise UserError(f"the folder {path} holds other files than would be replaced", Remedy.ELSEWHERE)
    if (names if folder else taken) and not overwrite:
        raise UserError(f"{path} exists already", Remedy.ELSEWHERE, Remedy.OVERWRITE)


def _rename(temporary: Path, final: Path) -> None:
    """Like os.replace, but also replaces a folder with entries: it moves the old one away, and back if that fails."""
    if not final.is_dir():
        os.replace(temporary, final)
        return
    old = temporary.with_suffix(".old")
    os.replace(final, old)
    try:
        os.replace(temporary, final)
    finally:
        if not final.exists():
            os.replace(old, final)
    shutil.rmtree(old, ignore_errors=True)
