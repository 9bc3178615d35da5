"""The ledger of a run: a line of JSON for every use of the test mazes, each chained to all lines before it.

The running digest after a line is the digest of that after the line before, followed by the line; before the first line
it is empty. A line holds the running digest before it, as "previous". So a line that is changed, moved or lost breaks
the chain at the next one, and the seal of the run has the digest after the last line. Lines that older versions wrote
are not chained, and come first; the chain that begins after them holds their digest.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agents.errors import UserError
from agents.files import replace_file
from agents.reading import content_digest, one_line, parse_object
from sim.learning.seal import Seal
from sim.learning.sealed_files import TRIES, read_file, read_seal, write_seal

NAME = "ledger.jsonl"
FIX = "take it from a backup"

Entry = dict[str, Any]


def advance(head: str, line: bytes) -> str:
    """The running digest after a `line`, from that before it."""
    return content_digest(head.encode() + line)


def openings(folder: Path) -> list[Entry]:
    """The entries of the ledger of a run. Raises UserError that says what of it is missing or changed."""
    for _ in range(TRIES):
        sealed = read_seal(folder)
        try:
            return read_ledger(folder, sealed)[0]
        except UserError:
            if read_seal(folder) == sealed:  # else a writer added an entry meanwhile
                raise
    raise UserError(f"another process keeps writing to {folder}; wait for it")


def append(folder: Path, seal: Seal, entry: Mapping[str, Any]) -> int:
    """Append an entry to the ledger of a locked run, then count it in the seal; return the number of entries."""
    path, (entries, head) = folder / NAME, read_ledger(folder, seal)
    line, lines = json.dumps({**entry, "previous": head}).encode(), read_file(path) or b""
    if lines and not lines.endswith(b"\n"):  # the last line break was lost, which is not part of the chain
        lines += b"\n"
    replace_file(path, lines + line + b"\n")
    write_seal(folder, Seal(seal.parts, seal.becoming, len(entries) + 1, advance(head, line)))
    return len(entries) + 1


def settle(folder: Path) -> None:
    """Count the entries that a killed writer wrote and did not count in the seal. The run must be locked."""
    seal = read_seal(folder)
    if seal is None:
        return
    try:
        entries, head = read_ledger(folder, seal)
    except UserError:
        return  # whoever reads the ledger says what is wrong with it
    if len(entries) > seal.openings:
        write_seal(folder, Seal(seal.parts, seal.becoming, len(entries), head))


def read_ledger(folder: Path, seal: Seal | None) -> tuple[list[Entry], str]:
    """The entries of the ledger of a run, and its running digest; checked against the seal of the run.

    There may be more entries than the seal counts, because an entry is written before the seal is. Raises UserError
    that says what is missing or changed.
    """
    path, entries = folder / NAME, list[Entry]()
    data, heads, chained = read_file(path) or b"", [""], False
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            entry = parse_object(line)
        except ValueError as error:
            raise UserError(f"{path} is damaged (line {number}: {one_line(error)}); {FIX}") from error
        chained = chained or "previous" in entry
        if chained and entry.get("previous") != heads[-1]:
            raise UserError(f"{path} is damaged (a line before line {number} was changed, moved or lost); {FIX}")
        entries.append(entry)
        heads.append(advance(heads[-1], line))
    if seal is None:
        if chained:
            raise UserError(f"{path} is of a run with a seal, which is missing beside it; {FIX}")
        return entries, heads[-1]
    if len(entries) < seal.openings:
        lost = f"{seal.openings - len(entries)} of {seal.openings} openings of the test mazes are missing"
        raise UserError(f"{path} is damaged ({lost}); {FIX}")
    if heads[seal.openings] != seal.head or not all("previous" in entry for entry in entries[seal.openings :]):
        raise UserError(f"{path} is damaged (a line was changed, moved or lost); {FIX}")
    return entries, heads[-1]
