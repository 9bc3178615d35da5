"""The folder of a study, and the results in it.

study.json               the study's name, and the versions of the program that made it
runs/<name>/             the runs that the study learned
results/<key>.json, .npz the result of one measurement; the JSON is written last and contains a digest of both
numbers.json             all numbers, written last of all: a folder without it is unfinished
lock                     held while a process writes what does not belong to a task

The task that computed a result writes it, whole or not at all, under the digest of everything that it depends on.
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
from agents.files import entries, explain_write_errors, remove_leftovers, replace_file, sole_writer
from agents.reading import one_line, parse_object, read_regular
from sim.provenance import provenance, unusual
from sim.statistics.results import Findings, from_parts, to_parts
from sim.study.json_seal import sealed, unseal

FORMAT = "foragescape-study-1"
MANIFEST, NUMBERS, RUNS, RESULTS = "study.json", "numbers.json", "runs", "results"
MOST_JSON = 1 << 28  # bytes


def digest(identity: Any) -> str:
    """A BLAKE2b digest of a value that JSON can hold."""
    return hashlib.blake2b(json.dumps(identity, sort_keys=True).encode(), digest_size=16).hexdigest()


@cache
def versions() -> dict[str, str]:
    """The versions that may change a bit of a result, and the arithmetic if it is not the usual one."""
    made_by = provenance()
    names = ("foragescape", "numpy", "numba", "torch", "machine")
    return {**{name: made_by[name] for name in names}, **unusual(made_by["arithmetic"])}


@contextmanager
def writing(out: Path, name: str, *, fresh: bool = False) -> Iterator[None]:
    """Make the folder of the study of that name if needed, and keep other writers away during the block.

    `fresh` deletes its results, but not its runs. Raises UserError for folders of anything else.
    """
    prepare(out, name)
    with sole_writer(out, out / "lock"):
        if fresh:
            forget(out)
            with explain_write_errors(out):
                shutil.rmtree(out / RESULTS)
                (out / RESULTS).mkdir()
        remove_leftovers(out)
        yield


def prepare(out: Path, name: str) -> None:
    """Make the folder of a study, or check that it is one. Several processes may do so at the same time."""
    _refuse_foreign(out, name)
    with explain_write_errors(out):
        for folder in (RUNS, RESULTS):
            (out / folder).mkdir(parents=True, exist_ok=True)
        if not (out / MANIFEST).exists():
            write_sealed_json(out / MANIFEST, {"format": FORMAT, "study": name, **provenance()})


def forget(out: Path) -> None:
    """Delete the numbers, which marks the folder as unfinished."""
    with explain_write_errors(out):
        (out / NUMBERS).unlink(missing_ok=True)


def tidy(out: Path) -> None:
    """Delete the temporary files of tasks that were killed; no task may be running."""
    remove_leftovers(out / RESULTS)


def save(out: Path, key: str, findings: Findings) -> None:
    """Write the result of a task, its arrays first."""
    tables, arrays = to_parts(findings)
    stream = io.BytesIO()
    # a slash in a name would make folders; mypy takes the arrays for savez's own parameter
    np.savez_compressed(stream, **{name.replace("/", "|"): array for name, array in arrays.items()})  # type: ignore[arg-type]
    data = stream.getvalue()
    replace_file(out / RESULTS / f"{key}.npz", data)
    write_json(out / RESULTS / f"{key}.json", {"results": tables, "digest": _seal(tables, data)})


def load(out: Path, key: str) -> Findings | None:
    """The result of a task, or None if it is missing or damaged."""
    table = read_json(out / RESULTS / f"{key}.json")
    try:
        data = read_regular(out / RESULTS / f"{key}.npz")
        if table.get("digest") != _seal(table.get("results"), data):
            return None
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            return from_parts(table["results"], {name.replace("|", "/"): file[name] for name in file.files})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # also if somebody forged the digest
        return None


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write an object as JSON, whole or not at all."""
    text = json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False)
    # a folder's name may have bytes that are not text, which are written as escapes
    replace_file(path, text.encode(errors="backslashreplace") + b"\n")


def write_sealed_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write an object as JSON, whole or not at all, with its seal."""
    read_back = json.loads(json.dumps(content, allow_nan=False))  # as the reader will see it
    write_json(path, sealed(read_back, digest))


def read_json(path: Path) -> dict[str, Any]:
    """The object of a JSON file; an empty one if the file is missing or damaged."""
    try:
        return read_whole_json(path)
    except (OSError, ValueError):
        return {}


def read_whole_json(path: Path) -> dict[str, Any]:
    """The object of a JSON file, without its seal. Raises OSError or ValueError if it cannot be read or was changed.

    Files of older versions have no seal.
    """
    content = parse_object(read_regular(path, MOST_JSON))
    unseal(content, digest)
    return content


def was_sealed(path: Path) -> bool:
    """True if a JSON file has a seal, which older versions did not write."""
    return unseal(parse_object(read_regular(path, MOST_JSON)), digest)


def check(out: Path) -> None:
    """Read the manifest and all results of a study. Raises UserError for the first that is damaged."""
    _manifest(out)
    for path in sorted((out / RESULTS).glob("*.json")):
        if load(out, path.stem) is None:
            raise UserError(f"{path} is damaged, or the .npz beside it; conduct the study again, which mends it")


def _seal(tables: Any, data: bytes) -> str:
    return digest([tables, hashlib.blake2b(data, digest_size=16).hexdigest()])


def _refuse_foreign(out: Path, name: str) -> None:
    """Refuse a path with anything but a study of that name, or the remains of an attempt to make one."""
    if not os.path.lexists(out):
        return
    manifest = _manifest(out)
    if manifest.get("format") == FORMAT:
        if manifest.get("study") != name:
            raise UserError(f"{out} holds the study {manifest.get('study')!r}, not {name!r}; choose another place")
        return
    with explain_write_errors(out):
        found = entries(out) if out.is_dir() else [""]
    foreign = [name for name in found if name not in ("lock", RUNS, RESULTS) and not name.endswith(".part")]
    if foreign:
        holds = f" (it holds {foreign[0]})" if foreign[0] else ""
        raise UserError(f"{out} exists and is not the folder of a study{holds}; choose another place")


def _manifest(out: Path) -> dict[str, Any]:
    """The manifest of a study; an empty one if there is none. Raises UserError if it is damaged."""
    try:
        return read_whole_json(out / MANIFEST)
    except OSError:
        return {}
    except ValueError as error:
        fix = "take it from a backup, or choose another place"
        raise UserError(f"{out / MANIFEST} is damaged ({one_line(error)}); {fix}") from error
