"""The folder of a study, and the results in it.

study.json               what the folder is of, and what made it
runs/<name>/             the runs that the study learned
results/<key>.json, .npz what one measure found of its subjects; the JSON, written last, seals both
numbers.json             all numbers, written when all else is: without it the folder is unfinished
lock                     held while a process writes what is not a task's

A result is written by the task that computed it, whole or not at all, under the key of all that it depends on.
"""

import hashlib
import io
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from agents.errors import UserError
from agents.files import explain_write_errors, remove_leftovers, replace_file, sole_writer
from sim.provenance import provenance
from sim.statistics.results import Findings, from_parts, to_parts

FORMAT = "foragescape-study-1"
MANIFEST, NUMBERS, RUNS, RESULTS = "study.json", "numbers.json", "runs", "results"


def digest(identity: Any) -> str:
    """A BLAKE2b digest of what JSON can hold."""
    return hashlib.blake2b(json.dumps(identity, sort_keys=True).encode(), digest_size=16).hexdigest()


@cache
def versions() -> dict[str, str]:
    """What may change a bit of a result, beside what it is made of."""
    made_by = provenance()
    return {name: made_by[name] for name in ("foragescape", "numpy", "numba", "torch", "machine")}


@contextmanager
def writing(out: Path, name: str, *, fresh: bool = False) -> Iterator[None]:
    """The folder of the study of that name, made where there is none, kept from other writers while the block lasts.

    `fresh` deletes its results; runs are kept. Raises UserError for folders of anything else.
    """
    prepare(out, name)
    with sole_writer(out, out / "lock"):
        with explain_write_errors(out):
            if fresh:
                forget(out)
                shutil.rmtree(out / RESULTS)
                (out / RESULTS).mkdir()
        remove_leftovers(out)
        yield


def prepare(out: Path, name: str) -> None:
    """Make the folder of a study, or see that it is one. Several processes may do so at once."""
    _refuse_foreign(out, name)
    with explain_write_errors(out):
        for folder in (RUNS, RESULTS):
            (out / folder).mkdir(parents=True, exist_ok=True)
        if not (out / MANIFEST).exists():
            write_json(out / MANIFEST, {"format": FORMAT, "study": name, **provenance()})


def forget(out: Path) -> None:
    """Delete the numbers: the folder is unfinished from then on."""
    with explain_write_errors(out):
        (out / NUMBERS).unlink(missing_ok=True)


def tidy(out: Path) -> None:
    """Delete what killed tasks left; nobody may be at work any more."""
    remove_leftovers(out / RESULTS)


def save(out: Path, key: str, findings: Findings) -> None:
    """Write what a task found, its arrays first."""
    tables, arrays = to_parts(findings)
    stream = io.BytesIO()
    # savez takes any name but its own parameter's, and a slash would make folders
    np.savez_compressed(stream, **{name.replace("/", "|"): array for name, array in arrays.items()})  # type: ignore[arg-type]
    data = stream.getvalue()
    replace_file(out / RESULTS / f"{key}.npz", data)
    write_json(out / RESULTS / f"{key}.json", {"results": tables, "digest": _seal(tables, data)})


def load(out: Path, key: str) -> Findings | None:
    """What a task found, or None where there is nothing, or something damaged."""
    try:
        found = json.loads((out / RESULTS / f"{key}.json").read_bytes())
        data = (out / RESULTS / f"{key}.npz").read_bytes()
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("digest") != _seal(found.get("results"), data):
        return None
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        return from_parts(found["results"], {name.replace("|", "/"): file[name] for name in file.files})


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write an object as JSON, whole or not at all."""
    text = json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False)
    # a byte of a folder's name that is no letter becomes what JSON writes for it
    replace_file(path, text.encode(errors="backslashreplace") + b"\n")


def read_manifest(out: Path) -> dict[str, Any]:
    """What a folder says that it is; nothing where it says nothing."""
    try:
        found = json.loads((out / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def read_numbers(out: Path) -> dict[str, Any]:
    """All numbers of a finished study; nothing where there are none."""
    try:
        found = json.loads((out / NUMBERS).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _seal(tables: Any, data: bytes) -> str:
    return digest([tables, hashlib.blake2b(data, digest_size=16).hexdigest()])


def _refuse_foreign(out: Path, name: str) -> None:
    """Refuse a path that is taken by anything but a study of that name, or what is left of making one."""
    if not os.path.lexists(out):
        return
    manifest = read_manifest(out)
    if manifest.get("format") == FORMAT:
        if manifest.get("study") != name:
            raise UserError(f"{out} holds the study {manifest.get('study')!r}, not {name!r}; choose another place")
        return
    with explain_write_errors(out):
        strange = not out.is_dir() or any(
            not (path.name in ("lock", RUNS, RESULTS) or path.suffix == ".part") for path in out.iterdir()
        )
    if strange:
        raise UserError(f"{out} exists and is not the folder of a study; choose another place")
