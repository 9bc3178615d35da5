"""Bookmarks: places that a person wants to see again, nine of a run, in its bookmarks.json."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from agents.errors import UserError
from agents.files import replace_file
from render.window.explore.place import Place

SLOTS = "123456789"


@dataclass(slots=True)
class Bookmarks:
    """The places by slot, "1" to "9", and the file that they are kept in."""

    path: Path
    places: dict[str, Place] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Bookmarks":
        """Those of a file, none where there is no file, or UserError."""
        if not path.exists():
            return cls(path)
        fix = "mend or delete it"
        try:
            table = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError) as error:
            raise UserError(f"{path} is damaged ({' '.join(str(error).split())}); {fix}") from error
        if not isinstance(table, dict) or not set(table) <= set(SLOTS):
            raise UserError(f"{path} should hold places by their slots 1 to 9; {fix}")
        return cls(path, {slot: Place.of(place, f"{path}, slot {slot},") for slot, place in table.items()})

    def set(self, place: Place) -> str:
        """Keep a place in the first free slot, or else the last; returns the slot, or raises UserError."""
        slot = next((slot for slot in SLOTS if slot not in self.places), SLOTS[-1])
        places = {**self.places, slot: place}
        table = {name: places[name].table() for name in sorted(places)}
        replace_file(self.path, json.dumps(table, indent=2).encode() + b"\n")
        self.places = places
        return slot
