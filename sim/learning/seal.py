"""The seal of a run folder: which files belong to it, with a digest of each, so that no change or loss goes unnoticed.

seal.json holds the digests of all parts of the run, and of the ledger the number of its entries and its head.
`sim.learning.sealed_files` reads and writes a folder with a seal.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import PurePath
from typing import Any

from agents.reading import content_digest, parse_object

NAME = "seal.json"
FORMAT = "foragescape-seal-1"
ABSENT = ""  # stands for the digest of a file that is not there

Digests = Mapping[str, str]
"""Digests of files, by their paths in the folder; ABSENT for a file that is being deleted."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What belongs to a run folder."""

    parts: Digests = field(default_factory=dict)
    """All parts of the run but the ledger."""
    becoming: Digests = field(default_factory=dict)
    """Parts that are being replaced, with their new digests."""
    openings: int = 0
    """Entries of the ledger."""
    head: str = ""
    """The running digest of the ledger after its last entry; see `sim.learning.ledger`."""

    def allowed(self, name: str) -> set[str]:
        """The digests that a file may have; two of them while it is being replaced."""
        old = self.parts.get(name, ABSENT)
        return {old, self.becoming.get(name, old)}

    def champions(self) -> list[str]:
        """The names of the files of all champions, oldest first."""
        names = {*self.parts, *self.becoming}
        return sorted((name for name in names if name.startswith("champions/")), key=lambda name: (len(name), name))

    def to_bytes(self) -> bytes:
        """The content of the file, which ends with a digest of the rest."""
        content = {"format": FORMAT, **asdict(self)}
        content["digest"] = content_digest(json.dumps(content, sort_keys=True).encode())
        return json.dumps(content, indent=1, sort_keys=True).encode() + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> "Seal":
        """Read what `to_bytes` returned. Raises ValueError for anything else."""
        table = parse_object(data)
        if table.get("format") != FORMAT:
            raise ValueError(f"its format should be {FORMAT!r}, got {table.get('format')!r}")
        digest = table.pop("digest", None)
        if digest != content_digest(json.dumps(table, sort_keys=True).encode()):
            raise ValueError("its digest differs")
        del table["format"]
        if set(table) != set(cls.__slots__) or not _fits(table):
            raise ValueError("it has other entries than a seal")
        return cls(**table)


def _fits(table: Mapping[str, Any]) -> bool:
    """True if the entries of a seal have the right kinds, and no name leads out of the folder."""
    digests = [table["parts"], table["becoming"]]
    if not all(isinstance(each, dict) and all(isinstance(text, str) for text in each.values()) for each in digests):
        return False
    names = [PurePath(name) for each in digests for name in each]
    if any(name.is_absolute() or ".." in name.parts for name in names):
        return False
    return type(table["openings"]) is int and table["openings"] >= 0 and isinstance(table["head"], str)
