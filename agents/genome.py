"""Genome files: safetensors files with weights, layout, provenance and a digest.

N genomes of P weights.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from agents.layout import Layout
from agents.reading import one_line, parse_json, read_regular
from agents.replacement import write_whole
from agents.tensors import read_arrays, read_kinds, read_metadata, serialise

if TYPE_CHECKING:
    from torch import nn

FORMAT = "foragescape-genome-1"
KEYS = ("format", "layout", "provenance", "digest")


@dataclass(frozen=True, slots=True, eq=False)
class Genome:
    """A genome or a population, with its layout and provenance."""

    weights: NDArray[Any]
    """[P] or [N, P], float32 or float64, finite."""
    layout: Layout
    """Which entry of the weights is which weight of the network."""
    provenance: dict[str, Any]
    """Where the weights come from: any JSON object that the writer chose."""

    @classmethod
    def from_torch(cls, module: "nn.Module") -> "Genome":
        """Convert a torch module to a float32 genome [P] that computes the same outputs, up to rounding.

        The module contains one nn.RNN (tanh), nn.RNNCell, nn.LSTM or nn.LSTMCell, of one layer and one direction, and
        one nn.Linear from its hidden units to the actions. They are found by type, whatever their names and nesting.
        Or the module is a recurrent policy of sb3-contrib (`model.policy`) whose net_arch has no layers for the policy,
        as in policy_kwargs={"net_arch": {"pi": [], "vf": [64]}}. Episodes must begin with hidden states of zeros.

        Raises UserError for all other layers, also for GRUs, because torch's GRU has other equations than ours. The
        conversion cannot see what the module's `forward` does between its layers: compare its outputs with those of
        `agents.network.cells.PlainNetwork`.
        """
        from agents.from_torch import convert

        weights, layout = convert(module)
        check(weights, layout)
        return cls(weights, layout, {"method": f"torch ({type(module).__name__})"})


def check(weights: NDArray[Any], layout: Layout) -> None:
    """Raise UserError unless `weights` are a genome [P] or a population [N, P] of finite floats of this layout."""
    if weights.dtype not in (np.float32, np.float64):
        raise UserError(f"a genome has float32 or float64 weights, got {weights.dtype}; convert them first")
    if weights.ndim not in (1, 2) or weights.shape[-1] != layout.size or weights.shape[0] == 0:
        got = list(weights.shape)
        raise UserError(f"a genome of {layout.describe()} has {layout.size} weights, got an array of shape {got}")
    broken = weights.size - np.count_nonzero(np.isfinite(weights))
    if broken:
        raise UserError(f"a genome has finite weights, got {broken} of {weights.size} that are NaN or infinite")


def save(path: Path, weights: NDArray[Any], layout: Layout, provenance: Mapping[str, Any]) -> None:
    """Write a genome [P] or a population [N, P] to a file, whole or not at all.

    Raises UserError like `to_bytes`, and if the file cannot be written.
    """
    write_whole(path, to_bytes(weights, layout, provenance))


def to_bytes(weights: NDArray[Any], layout: Layout, provenance: Mapping[str, Any]) -> bytes:
    """The bytes of a file that holds a genome [P] or a population [N, P].

    `provenance` must be a JSON object. Raises UserError for weights that `check` refuses, and for a provenance that is
    not JSON.
    """
    check(weights, layout)
    try:
        origin = json.dumps(dict(provenance), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise UserError(
            f"the provenance of a genome must be JSON: {error}; use text, finite numbers and lists"
        ) from error
    weights = np.ascontiguousarray(weights)
    shape = json.dumps(asdict(layout))
    metadata = {"format": FORMAT, "layout": shape, "provenance": origin, "digest": _digest(weights, shape, origin)}
    return serialise({"genome": weights}, metadata)


def load(path: Path) -> Genome:
    """Read a file that `save` wrote. Reading executes no code, and the digest detects every changed bit of the content.

    Raises UserError, which names the path and the fault, for every other file.
    """
    try:
        return from_bytes(read_regular(path), path)
    except FileNotFoundError as error:
        raise UserError(f"cannot read {path}: there is no such file; check the path") from error
    except OSError as error:
        what = "it is not a file" if path.is_dir() else str(error.strerror)
        raise UserError(f"cannot read {path}: {what}; name the genome file itself") from error


def from_bytes(data: bytes, path: Path) -> Genome:
    """Read the bytes of a file that `save` wrote; `path` names it in errors. Raises UserError like `load`."""
    weights, metadata = _read(data, path)
    layout = _layout(path, metadata["layout"])
    if _digest(weights, metadata["layout"], metadata["provenance"]) != metadata["digest"]:
        raise _refusal(path, "its content is not what was saved (the digest differs)", "take it from a backup")
    try:
        check(weights, layout)
    except UserError as error:
        raise _refusal(path, str(error), "save it again") from error
    return Genome(weights, layout, _json_object(path, "provenance", metadata["provenance"]))


def fingerprint(weights: NDArray[Any], layout: Layout) -> str:
    """A digest that names weights and layout of a genome [P] or a population [N, P], wherever they are stored."""
    return _digest(np.ascontiguousarray(weights), json.dumps(asdict(layout)))


def holds(data: bytes, expected: Genome) -> bool:
    """True if the bytes of a file hold the weights, the layout and all of the provenance of `expected`."""
    try:
        loaded = from_bytes(data, Path())
    except UserError:
        return False
    same = loaded.layout == expected.layout and loaded.weights.tobytes() == expected.weights.tobytes()
    return same and expected.provenance.items() <= loaded.provenance.items()


def _read(data: bytes, path: Path) -> tuple[NDArray[Any], dict[str, str]]:
    """The tensor and the metadata of a file whose format entry says that it is a genome."""
    try:
        metadata = read_metadata(data)
        if metadata.get("format") != FORMAT:
            got = repr(metadata["format"]) if "format" in metadata else "none"
            raise _refusal(path, f"its format should be {FORMAT!r}, got {got}", "name a file that foragescape saved")
        kinds = read_kinds(data)
        if set(metadata) != set(KEYS) or set(kinds) != {"genome"}:
            raise _refusal(path, "it holds other entries than a genome has", "take it from a backup")
        if kinds["genome"] not in ("F32", "F64"):
            what = f"its weights should be F32 or F64, got {kinds['genome']}"
            raise _refusal(path, what, "convert and save it again")
        return read_arrays(data)["genome"], metadata
    except UserError:
        raise
    except ValueError as error:
        what = f"not a whole safetensors file ({one_line(error)})"
        raise _refusal(path, what, "take it from a backup, or name another file") from error


def _layout(path: Path, text: str) -> Layout:
    """The layout that the metadata of a file give as JSON."""
    entries = _json_object(path, "layout", text)
    kinds = {field.name: str if field.name == "cell" else int for field in fields(Layout)}
    if {name: type(value) for name, value in entries.items()} != kinds:
        raise _refusal(path, f"its layout should have {', '.join(kinds)}, got {text}", "save it again")
    try:
        return Layout(**entries)
    except UserError as error:
        raise _refusal(path, str(error), "save it again") from error


def _json_object(path: Path, name: str, text: str) -> dict[str, Any]:
    """The JSON object in one metadata entry."""
    try:
        value = parse_json(text)
    except ValueError as error:
        raise _refusal(
            path, f"its {name} is not JSON that we write ({one_line(error)})", "take it from a backup"
        ) from error
    if not isinstance(value, dict):
        raise _refusal(path, f"its {name} should be a JSON object, got {type(value).__name__}", "save it again")
    return value


def _digest(weights: NDArray[Any], *texts: str) -> str:
    """The BLAKE2b digest of the weights, their type and shape, and the texts of the metadata."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(json.dumps([str(weights.dtype), weights.shape, *texts]).encode())
    digest.update(weights.tobytes())
    return digest.hexdigest()


def _refusal(path: Path, what: str, fix: str) -> UserError:
    return UserError(f"{path} is not a genome that can be read: {what}; {fix}")
