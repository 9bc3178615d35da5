"""The folder of a comparison: finished parts that are taken up again, and the numbers of all of them.

manifest.json            what made it
parts/<section>.json     a finished section: what it was made of, and its numbers
parts/<section>.npz      its arrays
comparison.json          all numbers, written when all else is: without it the folder is unfinished
lock                     held while a process writes

A part counts once its JSON, written last, names the digest of its arrays and of all that it depends on.
"""

import hashlib
import io
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from agents.files import plainly, remove_leftovers, replace_file, sole_writer
from sim.comparison.number import Number, Section
from sim.provenance import provenance

FORMAT = "foragescape-comparison-1"
MANIFEST, PARTS, RESULT = "manifest.json", "parts", "comparison.json"


@contextmanager
def writing(
    out: Path, *, fresh: bool, form: str = FORMAT, result: str = RESULT, what: str = "a comparison"
) -> Iterator[None]:
    """The folder of a comparison, made where there is none, and kept from other processes while the block lasts.

    `fresh` deletes the finished parts. Raises UserError for folders of anything else. Folders of another `form` hold
    another `result`, and say `what` they are.
    """
    _refuse_foreign(out, form, what)
    with plainly(out):
        out.mkdir(parents=True, exist_ok=True)
    with sole_writer(out, out / "lock"):
        with plainly(out):
            if fresh:
                forget(out, result)
                if (out / PARTS).exists():
                    shutil.rmtree(out / PARTS)
            (out / PARTS).mkdir(exist_ok=True)
        for folder in (out, out / PARTS):
            remove_leftovers(folder)
        if not (out / MANIFEST).exists():
            write_json(out / MANIFEST, {"format": form, **provenance()})
        yield


def digest(identity: Any) -> str:
    """A BLAKE2b digest of what JSON can hold."""
    return hashlib.blake2b(json.dumps(identity, sort_keys=True).encode(), digest_size=16).hexdigest()


def made_of(out: Path) -> str | None:
    """The digest of all that the numbers of a finished folder depend on; None where there are none."""
    try:
        found = json.loads((out / RESULT).read_bytes()).get("made_of")
    except (OSError, ValueError, RecursionError, AttributeError):
        return None
    return found if isinstance(found, str) else None


def forget(out: Path, result: str = RESULT) -> None:
    """Delete the numbers of all parts, as one of them is to be another; the folder is unfinished from then on."""
    with plainly(out):
        (out / result).unlink(missing_ok=True)


def versions() -> dict[str, str]:
    """What may change a bit of a part, beside what it is made of."""
    made_by = provenance()
    return {name: made_by[name] for name in ("foragescape", "numpy", "numba", "torch", "machine")}


def save(out: Path, name: str, key: str, section: Section) -> None:
    """Write a finished section, its arrays first."""
    stream = io.BytesIO()
    # savez takes any name but its own parameter's, and a slash would make folders
    np.savez_compressed(stream, **section.arrays)  # type: ignore[arg-type]
    data = stream.getvalue()
    replace_file(out / PARTS / f"{name}.npz", data)
    numbers = to_json(section)
    write_json(out / PARTS / f"{name}.json", {"made_of": key, "arrays": _digest(data), **numbers})


def load(out: Path, name: str, key: str) -> Section | None:
    """A finished section of the same `key`, or None where there is none, or a damaged one."""
    try:
        found = json.loads((out / PARTS / f"{name}.json").read_bytes())
        data = (out / PARTS / f"{name}.npz").read_bytes()
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("made_of") != key or found.get("arrays") != _digest(data):
        return None
    if found.get("digest") != digest({part: found.get(part) for part in ("numbers", "settings")}):
        return None
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        arrays: dict[str, NDArray[Any]] = {each: file[each] for each in file.files}
    numbers = {
        subject: {slot: Number.from_json(number) for slot, number in slots.items()}
        for subject, slots in found["numbers"].items()
    }
    return Section(numbers, found["settings"], arrays)


def to_json(section: Section) -> dict[str, Any]:
    """The numbers and settings of a section, with their digest."""
    numbers = {
        subject: {slot: number.json() for slot, number in slots.items()} for subject, slots in section.numbers.items()
    }
    found = {"numbers": numbers, "settings": section.settings}
    return {**found, "digest": digest(found)}


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write an object as JSON, whole or not at all."""
    text = json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False)
    # a byte of a folder's name that is no letter becomes what JSON writes for it
    replace_file(path, text.encode(errors="backslashreplace") + b"\n")


def _refuse_foreign(out: Path, wanted: str, what: str) -> None:
    """Refuse a path that is taken by anything but what is wanted, or what is left of making one."""
    if not os.path.lexists(out):
        return
    try:
        form = json.loads((out / MANIFEST).read_bytes()).get("format")
    except (OSError, ValueError, RecursionError, AttributeError):
        form = None
    if form == wanted:
        return
    with plainly(out):
        strange = not out.is_dir() or any(
            not (path.name in ("lock", PARTS) or path.suffix == ".part") for path in out.iterdir()
        )
    if strange:
        raise UserError(f"{out} exists and is not the folder of {what}; choose another --out")


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
