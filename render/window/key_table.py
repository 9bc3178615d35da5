"""The keys of all windows, in one table: a key has one meaning, in whichever window it is pressed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from render.window.key_help import Keys

Window = Literal["watch", "play", "explore"]
ALL: tuple[Window, ...] = ("watch", "play", "explore")
MAPS: tuple[Window, ...] = ("play", "explore")
DIGITS = tuple("123456789")


@dataclass(frozen=True, slots=True)
class KeyMeaning:
    """What some keys do: `shown` names them in the help, `keys` as in `event.Key`; a line on the mouse has no keys.

    `windows` are those that have these keys. `more` says for a window what the meaning comes to in it.
    """

    section: str
    shown: str
    keys: tuple[str, ...]
    does: str
    windows: tuple[Window, ...] = ALL
    more: Mapping[Window, str] = field(default_factory=dict)


TABLE = (
    KeyMeaning("Time", "space", ("space",), "play, pause"),
    KeyMeaning("Time", ". ,", (".", ","), "one step on, one back"),
    KeyMeaning("Time", "[ ]", ("[", "]"), "a tenth back, a tenth on"),
    KeyMeaning("Time", "Home End", ("home", "end"), "first, last step"),
    KeyMeaning("Time", "bar", (), "press or drag: any step"),
    KeyMeaning("Time", "+ -", ("+", "=", "-"), "twice, half the speed"),
    KeyMeaning("Time", "o", ("o",), "at the end: stop, loop, ping-pong", more={"watch": ", next maze"}),
    KeyMeaning("View", "wheel, z Z", ("z", "Z"), "zoom in, out"),
    KeyMeaning(
        "View",
        "drag, arrows",
        ("left", "right", "up", "down"),
        "move around",
        more={"watch": "; in a duel, a step", "play": "; land turns, with shift moves"},
    ),
    KeyMeaning("View", "0", ("0",), "see all again"),
    KeyMeaning("View", "Backspace", ("backspace",), "the view before"),
    KeyMeaning(
        "View",
        "v V",
        ("v", "V"),
        "next, previous view",
        ("watch", "play"),
        {"watch": ": one, sixteen, a duel with you", "play": ": from above, land, dive"},
    ),
    KeyMeaning("Colours", "p P", ("p", "P"), "next, previous palette"),
    KeyMeaning("Colours", "e", ("e",), "by rank, or linear", MAPS),
    KeyMeaning("Colours", "l", ("l",), "relief", MAPS),
    KeyMeaning("Colours", "i", ("i",), "tint interpolated pixels", ("explore",)),
    KeyMeaning("The landscape", "x X", ("x", "X"), "longer, shorter life", ("explore",)),
    KeyMeaning("The landscape", "m M", ("m", "M"), "more, fewer mazes", ("explore",)),
    KeyMeaning("The landscape", "u U", ("u", "U"), "another quantity: pellets, tempo, path ...", ("explore",)),
    KeyMeaning("The landscape", "d", ("d",), "draw two new directions", ("explore",)),
    KeyMeaning("The landscape", "w W", ("w", "W"), "slide along a third one, and back", ("explore",)),
    KeyMeaning("The landscape", "t T", ("t", "T"), "turn the plane, and back", ("explore",)),
    KeyMeaning("The landscape", "a", ("a",), "autopilot: towards detail, out again", ("explore",)),
    KeyMeaning("The landscape", "b, 1 to 9", ("b", *DIGITS), "set a bookmark, go to one", ("explore",)),
    KeyMeaning("Foragers", "hover", (), "value and place of a pixel", MAPS),
    KeyMeaning(
        "Foragers",
        "click",
        (),
        "play a forager",
        more={"watch": " of the sixteen alone", "explore": ": that of a pixel"},
    ),
    KeyMeaning("Foragers", "shift-click", (), "play a second one, until the two part", ("explore",)),
    KeyMeaning("Foragers", "n N", ("n", "N"), "next, previous maze"),
    KeyMeaning("Foragers", "g G", ("g", "G"), "next, previous champion", ("watch",), {"watch": "; other sixteen"}),
    KeyMeaning("Foragers", "f", ("f",), "follow a run that still evolves", ("watch",)),
    KeyMeaning("Foragers", "Enter", ("return",), "another duel, in the next maze", ("watch",)),
    KeyMeaning("Save", "s", ("s",), "save a picture"),
    KeyMeaning(
        "Save",
        "r",
        ("r",),
        "record a film; again: end it",
        more={"watch": " (of this episode)", "play": " (of the tour)", "explore": " (of your journey)"},
    ),
    KeyMeaning("Save", "c", ("c",), "a clip: land turns, two foragers part", ("explore",)),
    KeyMeaning("Save", "Ctrl-C Ctrl-V", ("ctrl-c", "ctrl-v"), "copy this place as text, paste one", ("explore",)),
    KeyMeaning("The window", "h ?", ("h", "?"), "this list"),
    KeyMeaning("The window", "F1", ("f1",), "a short tour, in five steps"),
    KeyMeaning("The window", "F11", ("f11",), "full screen"),
    KeyMeaning("The window", "Esc", ("escape",), "close what is open"),
    KeyMeaning("The window", "q", ("q",), "close the window"),
)
STAYS_OPEN = "q closes the window"
"""The message after Esc where nothing is open: Esc never closes a window, so that no key pressed twice ends a visit."""


def keys_of(window: Window) -> frozenset[str]:
    """The names of all keys that a window has."""
    return frozenset(key for line in TABLE if window in line.windows for key in line.keys)


def help_of(window: Window) -> dict[str, Keys]:
    """The help of a window: what its keys and its mouse do, under headings."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for line in TABLE:
        if window in line.windows:
            sections.setdefault(line.section, []).append((line.shown, line.does + line.more.get(window, "")))
    return {heading: tuple(lines) for heading, lines in sections.items()}
