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
from agents.reading import one_line, parse_object
from agents.tensors import read_arrays, read_metadata, serialise

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


def to_bytes(checkpoint: Checkpoint) -> bytes:
    """The content of the file of a checkpoint."""
    history = np.frombuffer(to_lines(checkpoint.history), np.uint8)
    # not np.ascontiguousarray, which makes a vector of a scalar
    arrays = {name: np.require(array, requirements="C") for name, array in checkpoint.state.items()}
    arrays["history"] = history
    digest = _digest(checkpoint.config, arrays)
    return serialise(arrays, {"format": FORMAT, "config": checkpoint.config, "digest": digest})


def from_bytes(data: bytes, path: Path) -> Checkpoint:
    """Read the content of the file at `path`, as `to_bytes` made it.

    Raises UserError for other content, and if a single bit of it has changed.
    """
    try:
        metadata, arrays = read_metadata(data), read_arrays(data)
    except ValueError as error:
        raise _damaged(path, one_line(error)) from error
    if metadata.get("format") != FORMAT:
        raise UserError(
            f"the checkpoint {path} is of format {metadata.get('format')!r}, this version reads {FORMAT!r}",
            Remedy.START_OVER,
        )
    config = metadata.get("config", "")
    if metadata.get("digest") != _digest(config, arrays):
        raise _damaged(path, "the digest differs")
    try:
        lines = arrays.pop("history").tobytes().splitlines()
        return Checkpoint(config, [parse_object(line, finite=False) for line in lines], arrays)
    except (KeyError, ValueError) as error:
        raise _damaged(path, f"its history: {one_line(error)}") from error


def to_lines(records: list[dict[str, Any]]) -> bytes:
    """Write records as lines of JSON."""
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def read_lines(data: bytes, path: Path, fix: str) -> list[dict[str, Any]]:
    """Read the records in the content of a file of JSON lines at `path`. Raises UserError with a `fix` for damage."""
    try:
        return [parse_object(line, finite=False) for line in data.splitlines()]
    except ValueError as error:
        raise UserError(f"{path} is damaged ({one_line(error)}); {fix}") from error


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
