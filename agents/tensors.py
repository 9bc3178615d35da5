"""Tensors: arrays and texts as the bytes of a safetensors file, the same bytes for the same content."""

import json
from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray


def serialise(arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> bytes:
    """A safetensors file of C-contiguous arrays, by name, and of texts, by name."""
    from safetensors.numpy import save

    data = save(dict(arrays), dict(metadata))
    end = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:end])
    header["__metadata__"] = dict(sorted(metadata.items()))  # safetensors writes them in another order each time
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + data[end:]
