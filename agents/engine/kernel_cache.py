"""Compiled kernels on disk: which folder keeps them, and files that are sealed by a digest.

numba's own cache is not used. Where its folder cannot be written it turns to others, `__pycache__` beside the sources
among them, whose files do not depend on the imported modules or on the mode of the arithmetic; and it runs what it
reads without a check. Here a kernel is kept in one folder or in none, and a file whose digest does not match is
compiled anew and replaced. A file needs no lock: files are renamed into place, and one that another process has torn or
replaced is either whole or does not match.
"""

import hashlib
import logging
import multiprocessing
import os
import pickle
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite
import numba
from numba.core.caching import _Cache
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps

from agents.engine.old_kernels import delete_old, hold
from agents.errors import UserError
from agents.reading import read_regular

dump: Any = dumps  # numba does not give the types of these
rebuild: Any = CompileResult._rebuild
NAME = "foragescape"  # of the folder, in one that all programs share
VARIABLES = ("FORAGESCAPE_CACHE", "NUMBA_CACHE_DIR", "XDG_CACHE_HOME")  # each may name such a folder; the first wins
KERNELS = "kernels-"  # the beginning of the name of a folder of kernels
SEAL = 32  # bytes of the digest at the beginning of a file
# numba's settings that change the code of a kernel, from its environment variables or its settings file
SETTINGS = ("OPT", "BOUNDSCHECK", "DEBUGINFO_DEFAULT", "LOOP_VECTORIZE", "SLP_VECTORIZE")


@cache
def folder() -> Path | None:
    """The folder of this user for what the program computed and can compute again; None if there is no usable one.

    It is in $FORAGESCAPE_CACHE, $NUMBA_CACHE_DIR, $XDG_CACHE_HOME or the user's cache folder: in the first of these
    that is set. If that one is unusable, it is in the folder of temporary files, and one line on stderr says so.
    """
    problems = []
    for path in _candidates():
        if path is None:
            problems.append("the home folder: there is none")
            continue
        try:
            make_private(path)
        except OSError as error:
            problems.append(f"{path}: {error.strerror or error}")
            continue
        if problems:
            _say(f"compiled kernels cannot be kept in {problems[0]}; they are kept in {path} instead")
        return path
    _say(f"compiled kernels are not kept, there is no folder for them ({'; '.join(problems)})")
    return None


def _candidates() -> Iterator[Path | None]:
    """The folders that may be used, from the first choice on; None for that of a user who has no home folder."""
    own, xdg = (os.environ.get(name) for name in VARIABLES[:-1]), os.environ.get(VARIABLES[-1])
    try:
        if chosen := next(filter(None, own), None):
            yield Path(os.path.abspath(Path(chosen).expanduser())) / NAME
        else:
            base = Path(xdg) if xdg and os.path.isabs(xdg) else Path.home() / ".cache"  # the standard ignores others
            yield base / NAME if base.is_absolute() else None
    except RuntimeError:
        yield None
    try:
        temporary, here = tempfile.gettempdir(), os.getcwd()
    except OSError:
        return
    # Python's last resort is the current folder, where there may be files that came with something else.
    if temporary != here or here in ("/tmp", "/var/tmp", *map(os.environ.get, ("TMPDIR", "TEMP", "TMP"))):
        yield Path(temporary) / (f"{NAME}-{os.getuid()}" if hasattr(os, "getuid") else NAME)


def make_private(path: Path) -> None:
    """Make a folder that only this user can write. Raises OSError if it cannot be made, or if others can write it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(None, "a file is in the way") from error
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise PermissionError(None, "no permission to read and write it")
    if hasattr(os, "getuid"):
        link, status = os.lstat(path), os.stat(path)
        if {link.st_uid, status.st_uid} - {0, os.getuid()}:
            raise PermissionError(None, "it belongs to another user")
        if status.st_mode & 0o022:
            raise PermissionError(None, "others can write it")


@cache  # so that it is said once
def _say(text: str) -> None:
    """Print a line on stderr, in the first process of all that share the work."""
    if multiprocessing.parent_process() is None:
        logging.getLogger(__name__).warning("%s", text)


def write_sealed(path: Path, data: bytes) -> None:
    """Write a file of the cache, whole or not at all. If that fails, say so once in one line and go on."""
    temporary = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        try:
            temporary.write_bytes(_seal(path, data) + data)
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        _say(f"compiled kernels cannot be kept in {path.parent}: {error.strerror or error}; the work goes on")


def read_sealed(path: Path) -> bytes | None:
    """The data of a file of the cache; None if it is missing, damaged, or was written under another name."""
    try:
        content = read_regular(path)
    except (OSError, UserError):  # the second: a pipe or a device in its place
        return None
    data = content[SEAL:]
    return data if content[:SEAL] == _seal(path, data) else None


def _seal(path: Path, data: bytes) -> bytes:
    about = hashlib.blake2b(f"{path.parent.name}/{path.name}".encode(), digest_size=SEAL).digest()
    return hashlib.blake2b(data, digest_size=SEAL, key=about).digest()


class KernelCache(_Cache):
    """The compiled forms of one function, each in a file named after what it was compiled from, for and by."""

    def __init__(self, function: Callable[..., Any], sources: Callable[[], str]) -> None:
        """Keep the forms of `function`. `sources()` is a digest of the texts that they are compiled from."""
        self._function, self._sources = function, sources

    @property
    def cache_path(self) -> str | None:
        """The folder of the function's files, or None if they are not kept."""
        path = self._folder()
        return None if path is None else str(path)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The compiled form for the types `sig`, or None if it must be compiled."""
        target_context.refresh()  # as numba's own cache does, so that the context knows all types
        path = self._path(sig, target_context.codegen())
        data = None if path is None else read_sealed(path)
        # numba keeps compiled forms as pickles, which can execute code: so others must not be able to write the folder.
        return None if data is None else rebuild(target_context, *pickle.loads(data))

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a compiled form, unless it contains addresses of this process."""
        path = self._path(sig, data.codegen)
        if path is not None and not data.library.has_dynamic_globals:
            write_sealed(path, dump(data._reduce()))

    def enable(self) -> None:
        """Do nothing: the cache is always used."""

    def disable(self) -> None:
        """Do nothing: the cache is always used."""

    def flush(self) -> None:
        """Do nothing: files of other sources have other names."""

    def _folder(self) -> Path | None:
        return None if (above := folder()) is None else _subfolder(above, self._sources())

    def _path(self, sig: Any, codegen: Any) -> Path | None:
        """The file of a compiled form. Its name tells apart types, processors, versions and numba's settings."""
        above, function = self._folder(), self._function
        text = _digest_of(function.__code__.co_filename)
        if above is None or text is None or function.__closure__:
            return None
        settings = [getattr(numba.config, name, None) for name in SETTINGS]
        versions = numba.__version__, llvmlite.__version__, sys.implementation.cache_tag
        place = function.__module__, function.__qualname__, function.__code__.co_firstlineno
        about = repr((place, text, str(sig), codegen.magic_tuple(), settings, versions))
        digest = hashlib.blake2b(about.encode(), digest_size=12).hexdigest()
        return above / f"{function.__name__}-{digest}"


def _digest_of(file: str) -> str | None:
    """A digest of a source file; None if there is none, as for a function that was typed into a notebook."""
    try:
        return hashlib.blake2b(Path(file).read_bytes(), digest_size=16).hexdigest()
    except OSError:
        return None


@cache
def _subfolder(above: Path, sources: str) -> Path | None:
    """The folder of the kernels of some sources, in use until this process ends; None if it cannot be made."""
    path = above / f"{KERNELS}{sources}"
    try:
        try:
            make_private(path)
            hold(path)
        except OSError:  # another process may just have deleted it because it was old
            make_private(path)
            hold(path)
    except OSError as error:
        _say(f"compiled kernels cannot be kept in {path}: {error.strerror or error}; the work goes on")
        return None
    delete_old([other for other in above.glob(f"{KERNELS}*") if other != path])
    return path
