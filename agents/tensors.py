"""Safetensors files: arrays and texts as bytes, where the same content always gives the same bytes."""

import json
from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray


def serialise(arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> bytes:
    """The bytes of a safetensors file that holds named C-contiguous arrays and named texts."""
    from safetensors.numpy import save

    data = save(dict(arrays), dict(metadata))
    end = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:end])
    header["__metadata__"] = dict(sorted(metadata.items()))  # safetensors writes them in an order that varies
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + data[end:]
