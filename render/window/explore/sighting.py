"""Sightings: a place and the colours in which it is seen, as metadata of a picture and as a line of text."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from agents.errors import UserError
from agents.files import local_path
from agents.reading import parse_json
from render.animation import read_png_metadata
from render.palette import PALETTES
from render.window.explore.painting import ColourSettings
from render.window.explore.place import Place, Terrain

WHERE = ("x", "y", "radius")
PASSING = {"tint"}  # shows how far the computation is, and is no part of a finished picture
MOST_LETTERS = 4096  # of a place as text
FIX = "copy one with Ctrl-C in the window, or name a picture that explore saved with s"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A place and its colours."""

    place: Place
    colours: ColourSettings

    def table(self) -> dict[str, Any]:
        """The sighting as JSON data: a place, and a `look`."""
        look = {name: value for name, value in asdict(self.colours).items() if name not in PASSING}
        return {"place": self.place.table(), "look": look}

    def text(self) -> str:
        """The sighting as one line of text, with all digits; `read_text` reads it back."""
        table = self.table()
        return " ".join(f"{name}={_spelled(value)}" for name, value in {**table["place"], **table["look"]}.items())

    @classmethod
    def of(cls, table: object, source: str) -> "Sighting":
        """Read a sighting from JSON data; colours that it lacks are those of a new window.

        `source` names the file in the UserError that wrong data raises.
        """
        found = table if isinstance(table, Mapping) else {}
        look = found.get("look", {})
        known = {field.name: field for field in fields(ColourSettings) if field.name not in PASSING}
        if not isinstance(look, Mapping) or not set(look) <= set(known):
            raise UserError(f"{source} has other colour settings than {', '.join(known)}; {FIX}")
        plain = ColourSettings()
        for name, value in look.items():
            if type(value) is not type(getattr(plain, name)) or (name == "palette" and value not in PALETTES):
                raise UserError(f"{source} has {name} {value!r}; {FIX}")
        return cls(Place.of(found.get("place"), source), ColourSettings(**look))


def _spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value) if isinstance(value, float) else str(value)


def read_text(text: str, home: Place) -> Sighting:
    """Read a sighting from one line, such as "x=0.1 y=0.2 radius=1e-5"; what it lacks is as at `home`.

    Raises UserError.
    """
    words, plain = text[:MOST_LETTERS].split(), ColourSettings()
    values: dict[str, Any] = {**home.table(), **Sighting(home, plain).table()["look"]}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or name not in values:
            raise UserError(
                f"a place is written as {', '.join(f'{known}=...' for known in values)}, got {word!r}; {FIX}"
            )
        values[name] = _value(name, value, values[name])
    if not words:
        raise UserError(f"the text holds no place; {FIX}")
    names = (*Terrain.__slots__, *WHERE)
    table = {
        "place": {name: values[name] for name in names},
        "look": {name: values[name] for name in values if name not in names},
    }
    return Sighting.of(table, "the text")


def _value(name: str, text: str, like: object) -> object:
    """The value that a text stands for, of the type of another value."""
    try:
        if isinstance(like, bool):
            return {"true": True, "false": False}[text.lower()]
        return text if isinstance(like, str) else int(text) if isinstance(like, int) else float(text)
    except (ValueError, KeyError) as error:
        kind = {"bool": "true or false", "int": "a whole number", "float": "a number"}[type(like).__name__]
        raise UserError(f"{name} of a place is {kind}, got {text!r}; {FIX}") from error


def read_sighting(path: Path) -> Sighting:
    """Read the sighting that a picture of the explorer shows, from the PNG's metadata. Raises UserError."""
    try:
        about = parse_json(read_png_metadata(path).get("made_from", "null"))
    except UserError:
        raise
    except ValueError as error:
        raise UserError(f"{path} holds no place; {FIX}") from error
    return Sighting.of(about, str(path))


def read_at(at: str, home: Place) -> Sighting:
    """Read what a person named: a picture, or a place as text. Raises UserError."""
    path = local_path(at)
    return read_text(at, home) if "=" in at and not path.exists() else read_sighting(path)
