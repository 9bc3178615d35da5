"""Making a file or folder beside the path that it is to have, and giving it that name in one step once it is complete.

The temporary name is a digest of the final one. So only one process at a time makes a given file, and what a killed one
left is taken over by the next one that makes the same file. What killed ones left of other files in the same folder is
deleted then, too: a process that is alive holds a lock on its temporary file.
"""

import ctypes
import errno
import hashlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from agents.errors import Busy, Remedy, UserError
from agents.files import entries, explain_write_errors

# of renameat2 on Linux
HERE, NO_REPLACE, EXCHANGE = -100, 1, 2
JUST_MADE = 1.0  # seconds
TEMPORARY = re.compile(r"\.[0-9a-f]{16}\.draft\.part")  # other temporary files end in .part, and have no lock


@contextmanager
def replacing(path: Path, *, overwrite: bool, holds: re.Pattern[str] | None = None) -> Iterator[Path]:
    """Give a temporary file beside `path`; rename it to `path` when the block succeeds, delete it when the block fails.

    With `holds` it is a folder instead, and `holds` is the pattern of the names of its entries. Raises UserError if
    `path` cannot be written, or if it exists and `overwrite` is false, also if it came to exist during the block; Busy
    if another process is making the same file. A folder that contains entries of other names is never replaced.
    """
    refuse_taken(path, overwrite, holds)
    handle = -1
    try:
        with explain_write_errors(path):
            final = path.resolve()
            temporary = temporary_of(final)
            handle = _claim(temporary, path, folder=holds is not None)
        _delete_leftovers(final.parent)
        yield temporary
        with explain_write_errors(path):
            if holds is None:
                os.fsync(handle)
            refuse_taken(path, overwrite, holds)
            _rename(temporary, final, overwrite=overwrite)
    except FileExistsError:
        raise UserError(f"{path} exists already", Remedy.ELSEWHERE, Remedy.OVERWRITE) from None
    finally:
        if handle >= 0:
            _remove(temporary)
            os.close(handle)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file of its own, over an older one if there is one; what a killed process left of it is taken over.

    In folders that only one process at a time writes to, such as a run, `replace_file` does the same with less.
    """
    with replacing(path, overwrite=True) as temporary, explain_write_errors(path):
        temporary.write_bytes(data)


def refuse_taken(path: Path, overwrite: bool, holds: re.Pattern[str] | None) -> None:
    """Raise UserError if `path` must not be replaced: by a file, or, with `holds`, by a folder with such entries."""
    folder = holds is not None
    with explain_write_errors(path, (OSError, RuntimeError)):  # RuntimeError for links in a circle
        names = entries(path) if folder and path.is_dir() else []
        taken, is_folder = os.path.exists(path), path.is_dir()
        for parent in (path.parent, path.resolve().parent):  # they differ for links, and where x in x/../y is missing
            if not parent.is_dir():
                raise UserError(f"cannot write {path}: there is no folder {parent}; make it first")
    if taken and folder != is_folder:
        raise UserError(f"{path} is a {'folder' if is_folder else 'file'} already", Remedy.ELSEWHERE)
    if taken and not is_folder and not path.is_file():
        raise UserError(f"{path} is neither a file nor a folder and is not replaced", Remedy.ELSEWHERE)
    foreign = [name for name in names if holds is not None and not holds.fullmatch(name)]
    if foreign:
        raise UserError(
            f"the folder {path} holds other files than would be replaced, such as {foreign[0]}", Remedy.ELSEWHERE
        )
    if (names if folder else taken) and not overwrite:
        raise UserError(f"{path} exists already", Remedy.ELSEWHERE, Remedy.OVERWRITE)


def temporary_of(final: Path) -> Path:
    """The temporary name of a file, in the same folder."""
    digest = hashlib.blake2b(os.fsencode(final.name), digest_size=8).hexdigest()
    return final.with_name(f".{digest}.draft.part")


def _delete_leftovers(folder: Path) -> None:
    """Delete the temporary files in a folder that no process holds, as far as that is possible.

    One that another process has just made may not be locked yet, so that the newest are left.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        return
    with suppress(OSError):
        for path in [path for path in folder.iterdir() if TEMPORARY.fullmatch(path.name) and not path.is_symlink()]:
            with suppress(OSError):
                if time.time() - path.stat().st_mtime < JUST_MADE:
                    continue
                handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    _remove(path)
                finally:
                    os.close(handle)


def _claim(temporary: Path, path: Path, *, folder: bool) -> int:
    """Make an empty temporary file or folder that no other process writes to; return its descriptor, which locks it."""
    while True:
        if temporary.is_symlink() or (temporary.exists() and temporary.is_dir() != folder):
            _remove(temporary)
        handle = -1
        try:
            handle = _open(temporary, folder)
            _lock(handle, path)
            if temporary.exists() and os.path.samestat(os.fstat(handle), temporary.stat()):
                _empty(temporary, handle, folder)
                return handle
        except BaseException:  # such as a signal
            with suppress(OSError, Busy):
                handle = handle if handle >= 0 else _open(temporary, folder)
                _remove_own(temporary, handle)
            raise
        os.close(handle)  # the process that held it renamed it meanwhile


def _open(temporary: Path, folder: bool) -> int:
    """Open a temporary file or folder, which is made if it is not there; return its descriptor."""
    if folder:
        temporary.mkdir(exist_ok=True)
        return os.open(temporary, os.O_RDONLY)
    return os.open(temporary, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)


def _remove_own(temporary: Path, handle: int) -> None:
    """Delete a temporary file, unless another process holds or has renamed it, and close its descriptor.

    Raises Busy if another process holds it.
    """
    try:
        _lock(handle, temporary)
        if os.path.samestat(os.fstat(handle), temporary.stat()):
            _remove(temporary)
    finally:
        os.close(handle)


def _lock(handle: int, path: Path) -> None:
    """Lock a temporary file until its descriptor is closed. Raises Busy if another process holds the lock."""
    try:
        import fcntl
    except ImportError:  # Windows does not rename files that are open
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
            return  # a file system without locks
        raise Busy(f"another process is making {path}", "wait for it", Remedy.ELSEWHERE) from error


def _empty(temporary: Path, handle: int, folder: bool) -> None:
    """Delete what a killed process left."""
    if not folder:
        os.ftruncate(handle, 0)
        return
    for entry in temporary.iterdir():
        _remove(entry)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def _rename(temporary: Path, final: Path, *, overwrite: bool) -> None:
    """Rename a file or folder in one step, after which `temporary` is what was there before, or nothing.

    Raises FileExistsError if something is there and `overwrite` is false.
    """
    if final.is_dir() and any(final.iterdir()):
        if not overwrite and entries(final):
            raise FileExistsError
        if not _rename_at(temporary, final, EXCHANGE):
            old = temporary.with_suffix(".old")
            _remove(old)
            os.replace(final, old)
            os.replace(temporary, final)
            _remove(old)
    elif overwrite or temporary.is_dir():
        os.replace(temporary, final)
    elif not _rename_at(temporary, final, NO_REPLACE):
        os.link(temporary, final)  # unlike a renaming, this fails if a file is there


def _rename_at(temporary: Path, final: Path, flag: int) -> bool:
    """Rename by a system call of Linux; False where there is none. Raises OSError."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    if call(HERE, os.fsencode(temporary), HERE, os.fsencode(final), flag) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):  # the file system cannot do that
        return False
    raise OSError(number, os.strerror(number), str(final))
