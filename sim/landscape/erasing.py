"""Erasing a field, so that a process that is killed meanwhile leaves nothing that stands in the way of the next sweep.

The field is first renamed, in one step, and then deleted under its new name. What a killed process left of that is
deleted by the next sweep. Only what a sweep writes is ever deleted.
"""

import os
import shutil
from pathlib import Path

from agents.errors import Remedy, UserError
from agents.files import entries
from sim.landscape.attributes import GEOMETRY
from sim.landscape.filling import writing


def erase(path: Path) -> None:
    """Delete the field at `path`, whole or damaged. Raises UserError if it is none, or holds files of others."""
    foreign = _foreign(path)
    if foreign:
        raise UserError(f"{path} holds {foreign}, which is not of a field, and is not deleted", Remedy.ELSEWHERE)
    with writing(path):
        os.rename(path, _erased(path))
        remove_erased(path)


def remove_erased(path: Path) -> None:
    """Delete what is left of a field that a killed process was erasing. Raises OSError if that fails."""
    left = _erased(path)
    if left.is_dir() and not left.is_symlink():
        shutil.rmtree(left)


def _erased(path: Path) -> Path:
    return path.with_name(f".{path.name}.erased")


def _foreign(path: Path) -> str:
    """The name of something at `path` that no sweep writes there; an empty text if there is nothing of that kind."""
    if path.is_symlink() or not path.is_dir():
        return path.name
    for entry in (path / name for name in entries(path)):
        document = entry.name == "zarr.json" or entry.suffix in (".part", ".partial")
        if not (document or (entry.is_dir() and not entry.is_symlink() and _is_array(entry))):
            return entry.name
    return ""


def _is_array(folder: Path) -> bool:
    """True if a folder holds an array, or what is left of one: its document, its chunks, or nothing."""
    names = {name for name in entries(folder) if not name.endswith((".part", ".partial"))}
    return names <= {"zarr.json", "c"} and (bool(names) or folder.name in GEOMETRY)
