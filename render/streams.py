"""Print lines for people on stderr, also if nobody reads it, or its encoding lacks a character."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from io import TextIOWrapper
from typing import TextIO

_SILENT = ContextVar("silent", default=False)


@contextmanager
def silence(wanted: bool = True) -> Iterator[None]:
    """Say nothing and show no progress in the block, if `wanted`."""
    before = _SILENT.set(wanted or _SILENT.get())
    try:
        yield
    finally:
        _SILENT.reset(before)


def is_heard() -> bool:
    """True where somebody may read stderr and wants to."""
    # a stderr that was closed before the program began is None, and print would use stdout instead
    return sys.stderr is not None and not _SILENT.get()


def say(text: str) -> None:
    """Print a line on stderr, with escapes for what would control a terminal. If nobody reads it, do nothing."""
    if not is_heard():
        return
    try:
        print(printable(text), file=sys.stderr, flush=True)
    except OSError:
        discard_unwritable(sys.stderr)


def complain(text: str) -> None:
    """Print an error as one line on stderr."""
    say(f"foragescape: {' '.join(text.split())}")


class Notices(logging.Handler):
    """Prints what lower rooms log, such as a cache that cannot be used, as one line on stderr."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print a record."""
        complain(record.getMessage())


def printable(text: str) -> str:
    """A text with escapes for characters that are not printable, so that a file's name cannot control a terminal."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def discard_unwritable(stream: TextIO | None) -> None:
    """Redirect a stream that cannot be written to nowhere, or Python would print an error about it when it exits."""
    if stream is None:
        return
    try:
        stream.flush()
    except OSError:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), stream.fileno())


def escape_unencodable(stream: TextIO | None) -> None:
    """Let a stream write \\u2016 for a character that its encoding lacks, instead of raising an error."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
