"""Checkpoints: safetensors files from which learning runs resume, with a digest that detects any damage."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import Remedy, UserError
from agents.files import replace_file
from agents.tensors import serialise

FORMAT = "foragescape-checkpoint-1"


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """The state of a learning run after a generation."""

    config: str
    """The config of the run, as TOML."""
    history: list[dict[str, Any]]
    """The records of all generations so far."""
    state: dict[str, NDArray[Any]]
    """Arrays by name: those of the learner and of the champion."""


def save(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint in one step: a reader finds the old file or the new one."""
    history = np.frombuffer(to_lines(checkpoint.history), np.uint8)
    # not np.ascontiguousarray, which makes a vector of a scalar
    arrays = {name: np.require(array, requirements="C") for name, array in checkpoint.state.items()}
    arrays["history"] = history
    digest = _digest(checkpoint.config, arrays)
    replace_file(path, serialise(arrays, {"format": FORMAT, "config": checkpoint.config, "digest": digest}))


def load(path: Path) -> Checkpoint:
    """Read what `save` wrote. Raises UserError for other files, and if a single bit of the content has changed."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
    # for a damaged type or shape it raises errors of numpy
    except (SafetensorError, OSError, TypeError, ValueError, AttributeError) as error:
        raise _damaged(path, " ".join(str(error).split())) from error
    if metadata.get("format") != FORMAT:
        raise UserError(
            f"the checkpoint {path} is of format {metadata.get('format')!r}, this version reads {FORMAT!r}",
            Remedy.START_OVER,
        )
    config = metadata.get("config", "")
    if metadata.get("digest") != _digest(config, arrays):
        raise _damaged(path, "the digest differs")
    history = arrays.pop("history").tobytes().decode()
    return Checkpoint(config, [json.loads(line) for line in history.splitlines()], arrays)


def to_lines(records: list[dict[str, Any]]) -> bytes:
    """Write records as lines of JSON."""
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def read_lines(path: Path, fix: str) -> list[dict[str, Any]]:
    """Read the records of a file of JSON lines; none if there is no file. Raises UserError with a `fix` for damage."""
    if not path.exists():
        return []
    try:
        records = [json.loads(line) for line in path.read_bytes().splitlines()]
    except (OSError, ValueError, RecursionError) as error:
        raise UserError(f"{path} is damaged ({' '.join(str(error).split())}); {fix}") from error
    if not all(isinstance(record, dict) for record in records):
        raise UserError(f"{path} is damaged (a line is not a JSON object); {fix}")
    return records


def _digest(config: str, arrays: Mapping[str, NDArray[Any]]) -> str:
    """A BLAKE2b digest of the config and of all arrays with their names, kinds and shapes."""
    names = sorted(arrays)
    shapes = [[name, str(arrays[name].dtype), arrays[name].shape] for name in names]
    digest = hashlib.blake2b(json.dumps([config, shapes]).encode(), digest_size=16)
    for name in names:
        digest.update(arrays[name].tobytes())
    return digest.hexdigest()


def _damaged(path: Path, what: str) -> UserError:
    """The error of a damaged checkpoint."""
    return UserError(f"the checkpoint {path} is damaged ({what})", "take it from a backup", Remedy.START_OVER)
