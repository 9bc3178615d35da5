"""The seal of a page or a figure: a digest of all its bytes, in a comment behind them, which browsers skip.

The head of such a file says that it has a seal (`PROMISE`), so that a lost one is noticed as well. Files of older
versions have none.
"""

import re
from pathlib import Path

from agents.errors import UserError
from agents.reading import content_digest, read_regular
from agents.replacement import write_whole

PROMISE = b'data-seal="blake2b-128"'  # an attribute of the first element
_SEAL = b"<!-- seal %b -->\n"
_SEALED = re.compile(rb"<!-- seal ([0-9a-f]{32}) -->\n", re.ASCII)
_LENGTH = len(_SEAL % content_digest(b"").encode())
MOST_BYTES = 1 << 28  # of a page


def sealed(page: bytes) -> bytes:
    """A page or figure with its seal at the end."""
    return page + _SEAL % content_digest(page).encode()


def write_page(path: Path, text: str) -> None:
    """Write a page or figure with its seal, whole or not at all. The name of a folder in it may contain any byte."""
    write_whole(path, sealed(text.encode(errors="backslashreplace")))


def check_page_seal(path: Path) -> bool:
    """True if a page has its seal, False if it has none and promises none.

    Raises UserError if the seal is missing or is not that of these bytes; OSError if the page cannot be read.
    """
    data = read_regular(path, MOST_BYTES)
    found = _SEALED.fullmatch(data[-_LENGTH:])
    if found and found[1] == content_digest(data[:-_LENGTH]).encode():
        return True
    if found or PROMISE in data or b"<!-- seal " in data[-2 * _LENGTH :]:
        raise UserError(f"{path} is damaged (its digest differs); make it again, or take it from a backup")
    return False
