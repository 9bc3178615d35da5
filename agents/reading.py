"""Reading files that others may have damaged: regular files of a sane size, and JSON without surprises.

Whatever a file holds, its reader gets a value or a UserError in bounded time and memory. A matching digest does not
change that: anyone can compute a digest.
"""

import hashlib
import json
import math
import os
import stat
from pathlib import Path
from typing import Any

from agents.errors import UserError

MOST_BYTES = 1 << 31  # of a file that is read whole, unless its reader says less
MOST_TEXT = 1 << 24  # bytes of a file of settings or metadata
MOST_DIGITS = 300  # of a whole number: all with fewer digits can become floats
MOST_DEPTH = 64  # of tables and lists in each other; what we write has less than 20


def read_regular(path: Path, most: int = MOST_BYTES) -> bytes:
    """The content of a regular file of at most `most` bytes.

    Raises OSError if it cannot be read; UserError for a pipe, a device, a folder, and a file that is larger.
    """
    # A pipe without a writer would block the opening for ever.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(handle, "rb") as file:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise UserError(f"cannot read {path}: it is not a regular file; name another, or take it from a backup")
        data = file.read(most + 1) if about.st_size <= most else b""
    if about.st_size > most or len(data) > most:
        size = max(about.st_size, len(data))
        raise UserError(f"cannot read {path}: it has {size} bytes, at most {most} are expected; name another")
    return data


def refuse_irregular(path: Path) -> None:
    """Raise UserError for a pipe, a device or a socket, which another library would wait for. Raises OSError."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise UserError(f"cannot read {path}: it is not a regular file; name another, or take it from a backup")


def parse_json(text: bytes | str, *, finite: bool = True) -> Any:
    """The value that a JSON text holds. Raises ValueError, and nothing else, for every text that we would not write.

    That is: no JSON, whole numbers of more than MOST_DIGITS digits, tables and lists that are nested more than
    MOST_DEPTH deep, and, if numbers should be `finite`, NaN and infinite ones.
    """
    number = _number if finite else float
    try:
        value = json.loads(text, parse_int=_whole, parse_float=number, parse_constant=number)
    except RecursionError as error:
        raise ValueError(f"it is nested more than {MOST_DEPTH} deep") from error
    _refuse_depth(value)
    return value


def parse_object(text: bytes | str, *, finite: bool = True) -> dict[str, Any]:
    """The object that a JSON text holds. Raises ValueError like `parse_json`, and for values of another kind."""
    value = parse_json(text, finite=finite)
    if not isinstance(value, dict):
        raise ValueError(f"it should be a JSON object, got {type(value).__name__}")
    return value


def content_digest(data: bytes) -> str:
    """The BLAKE2b digest of bytes, 32 hexadecimal digits."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def one_line(error: BaseException) -> str:
    """The beginning of an error's message without line breaks, or the name of its class."""
    return " ".join(str(error).split())[:200] or type(error).__name__


def _whole(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError(f"it has a number of {len(text)} digits, at most {MOST_DIGITS} are read")
    return int(text)


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"it has the number {text[:20]}, which is not finite")
    return value


def _refuse_depth(value: Any) -> None:
    """Raise ValueError if tables and lists are nested more than MOST_DEPTH deep."""
    level = [value]
    for _ in range(MOST_DEPTH + 1):
        pairs = [
            outer.values() if isinstance(outer, dict) else outer for outer in level if isinstance(outer, dict | list)
        ]
        level = [inner for values in pairs for inner in values]
        if not level:
            return
    raise ValueError(f"it is nested more than {MOST_DEPTH} deep")
