"""Paths as words of a command line that a person can copy into a shell."""

import shlex
from pathlib import Path


def shell_word(path: str | Path) -> str:
    """A path as one word of a shell, which no program takes for an option.

    Characters that are not printable are escaped in the notation $'...' of bash and zsh, as they could control the
    terminal.
    """
    text = str(path)
    if text.startswith("-"):
        text = f"./{text}"
    if text.isprintable():
        return shlex.quote(text)
    return "$'" + "".join(map(_escaped, text)) + "'"


def _escaped(letter: str) -> str:
    """A letter between $' and '."""
    if letter in "\\'":
        return f"\\{letter}"
    if letter.isprintable():
        return letter
    return "".join(f"\\x{byte:02x}" for byte in letter.encode("utf-8", "surrogateescape"))
