"""Files and folders that survive a loss of power: after it they are there with all their bytes, or not there."""

import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from agents.files import write_by_way_of

SYNCS = 16  # files that are synced at once
DRAFT = ".partial"  # the suffix of a file that is being written


def put_file(path: Path, data: bytes, root: Path) -> None:
    """Write a file in one step; when the call returns, it survives a loss of power. Raises OSError.

    Its folders are made, but for `root`: if that was moved away, nothing is written in its old place. A process that
    is killed meanwhile leaves the file as it was, and perhaps a draft beside it.
    """
    make_folder(path.parent, root)
    write_by_way_of(path.with_name(f"{path.name}.{secrets.token_hex(8)}{DRAFT}"), path, data)
    sync_folder(path.parent)


def make_folder(folder: Path, root: Path) -> None:
    """Make a folder and its parents inside `root`, so that they survive a loss of power."""
    if folder != root and not folder.is_dir():
        make_folder(folder.parent, root)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_tree(folder: Path) -> None:
    """Have a folder and all that is in it survive a loss of power."""
    places = [(Path(place), files) for place, _, files in os.walk(folder)]
    # Many at once: a file system writes the changes of several calls together.
    with ThreadPoolExecutor(SYNCS) as pool:
        list(pool.map(_sync_file, [place / name for place, files in places for name in files]))
        list(pool.map(sync_folder, [place for place, _ in places]))


def _sync_file(path: Path) -> None:
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have the names in a folder survive a loss of power. Windows has no call for it."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
