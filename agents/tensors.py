"""Safetensors files: arrays and texts as bytes, where the same content always gives the same bytes."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.reading import one_line, parse_object


def serialise(arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> bytes:
    """The bytes of a safetensors file that holds named C-contiguous arrays and named texts."""
    from safetensors.numpy import save

    data = save(dict(arrays), dict(metadata))
    end = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:end]) if arrays else {}  # of no arrays, safetensors 0.4.3 writes a broken header
    header["__metadata__"] = dict(sorted(metadata.items()))  # safetensors writes them in an order that varies
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + data[end:]


def read_metadata(data: bytes) -> dict[str, str]:
    """The named texts of a safetensors file. Raises ValueError if it is damaged so far."""
    metadata: dict[str, str] = _header(data).get("__metadata__", {})
    return metadata


def read_kinds(data: bytes) -> dict[str, str]:
    """The type of each array of a safetensors file, such as F32. Raises ValueError if its header is damaged."""
    return {name: entry["dtype"] for name, entry in _header(data).items() if name != "__metadata__"}


def read_arrays(data: bytes) -> dict[str, NDArray[Any]]:
    """The named arrays of a safetensors file. Raises ValueError if it is damaged, or of a type that numpy lacks."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        return {name: np.array(array) for name, array in load(data).items()}
    # for a damaged type or shape it raises errors of numpy
    except (SafetensorError, OSError, TypeError, ValueError, AttributeError, KeyError) as error:
        raise ValueError(one_line(error)) from error


def _header(data: bytes) -> dict[str, Any]:
    """The header of a safetensors file: its metadata, which are texts, and an entry for each array."""
    size = int.from_bytes(data[:8], "little")
    if len(data) < 8 + size:
        raise ValueError(f"it has {len(data)} bytes, its header alone should have {size}")
    header = parse_object(data[8 : 8 + size])
    metadata = header.get("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(text, str) for text in metadata.values()):
        raise ValueError("its metadata should be texts")
    arrays = [entry for name, entry in header.items() if name != "__metadata__"]
    if not all(isinstance(entry, dict) and isinstance(entry.get("dtype"), str) for entry in arrays):
        raise ValueError("an array has no type")
    return header
