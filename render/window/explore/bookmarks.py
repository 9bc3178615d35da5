"""Bookmarks: nine places of a run that the person wants to see again, stored in its bookmarks.json."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from agents.errors import UserError
from agents.reading import MOST_TEXT, one_line, parse_json, read_regular
from agents.replacement import write_whole
from render.window.explore.place import Place

SLOTS = "123456789"


@dataclass(slots=True)
class Bookmarks:
    """Places by slot, "1" to "9", and the file that stores them."""

    path: Path
    places: dict[str, Place] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Bookmarks":
        """Read the bookmarks of a file; there are none where it does not exist. Raises UserError if it is damaged."""
        if not path.exists():
            return cls(path)
        fix = "mend or delete it"
        try:
            table = parse_json(read_regular(path, MOST_TEXT))
        except (OSError, ValueError) as error:
            raise UserError(f"{path} is damaged ({one_line(error)}); {fix}") from error
        if not isinstance(table, dict) or not set(table) <= set(SLOTS):
            raise UserError(f"{path} should hold places by their slots 1 to 9; {fix}")
        return cls(path, {slot: Place.of(place, f"{path}, slot {slot},") for slot, place in table.items()})

    def set(self, place: Place) -> str:
        """Store a place in the first free slot, or else in the last one; returns the slot. Raises UserError."""
        slot = next((slot for slot in SLOTS if slot not in self.places), SLOTS[-1])
        places = {**self.places, slot: place}
        table = {name: places[name].table() for name in sorted(places)}
        write_whole(self.path, json.dumps(table, indent=2).encode() + b"\n")
        self.places = places
        return slot
