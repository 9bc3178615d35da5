"""The numeric contract of everything that is scored, and numba's options in one place."""

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba


@cache
def cache_folder() -> Path:
    """Where compiled kernels are kept: one folder per state of the sources, as numba does not follow imports.

    $FORAGESCAPE_CACHE, else the user's cache folder. Old states are never read again and may be deleted.
    """
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.blake2b(digest_size=8)
    for source in sorted(path for room in ("agents", "sim", "render") for path in (root / room).rglob("*.py")):
        digest.update(source.read_bytes())
    base = os.environ.get("FORAGESCAPE_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(base) / "foragescape" / f"kernels-{digest.hexdigest()}"


def kernel(function: Callable[..., Any]) -> Any:
    """Compile with numba: IEEE division without checks, no fast maths, the GIL released, kept on disk."""
    numba.config.CACHE_DIR = str(cache_folder())
    return numba.njit(error_model="numpy", nogil=True, cache=True)(function)
