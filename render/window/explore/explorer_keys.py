"""Explorer keys: the list of keys that the help shows, and the command that each key runs."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from agents.errors import UserError
from render import objective_labels as labels
from render.palette import PALETTES
from render.window.explore.bookmarks import SLOTS
from render.window.explore.explorer_session import ExplorerSession
from render.window.explore.place import MOST_MAZES
from render.window.explore.view import View
from render.window.key_help import Keys
from sim.rollout.quantities import NAMES
from sim.world.rules import LIFETIME_LIMITS

SLIDE, TURN = 0.05, 5.0  # what a key press adds: a fraction of the genome's norm, degrees
PAN = 1 / 8  # what a key press pans, as a fraction of the view's shorter side
HELP: dict[str, Keys] = {
    "Place": (
        ("wheel, z Z", "zoom at the cursor, or in the middle"),
        ("drag, arrows", "pan"),
        ("0 Backspace", "all of it again, the view before"),
        ("a", "autopilot: towards detail, and out again"),
        ("b, 1 to 9", "set a bookmark, go to one"),
    ),
    "The landscape": (
        ("[ ]", "shorter, longer life"),
        ("m M", "more, fewer mazes"),
        ("d", "draw two new directions"),
        ("v V", "show another quantity: pellets, tempo, path ..."),
        ("w W", "slide along a third direction, and back"),
        ("t T", "turn the plane, and back"),
    ),
    "Its colours": (
        ("p P", "next, previous palette"),
        ("e", "colours by rank, or linear"),
        ("l", "relief"),
        ("g", "tint guessed pixels"),
    ),
    "Foragers": (
        ("hover", "value, coordinates, distance from the champion"),
        ("click", "play a pixel's forager"),
        ("shift-click", "play a second one beside it, until they differ"),
        ("n N", "its next, previous maze"),
        ("space . ,", "play or pause, a step on, a step back"),
        ("+ -", "twice, half the speed"),
        ("Home End, bar", "first, last step, any step"),
        ("o", "at the end: stop, loop, ping-pong"),
    ),
    "Save": (
        ("s", "save a picture with its place"),
        ("r", "record a journey; again: film it"),
    ),
    "The window": (
        ("h ?", "this list"),
        ("F11", "full screen"),
        ("Esc", "close the foragers, then the window"),
        ("q", "close the window"),
    ),
}


def _palette(step: int, session: ExplorerSession) -> None:
    at = (PALETTES.index(session.colours.palette) + step) % len(PALETTES)
    session.colours = replace(session.colours, palette=PALETTES[at])
    session.say(PALETTES[at])


def _equalise(session: ExplorerSession) -> None:
    session.colours = replace(session.colours, equalise=not session.colours.equalise)
    session.say("colours by rank" if session.colours.equalise else "colours linear")


def _relief(session: ExplorerSession) -> None:
    session.colours = replace(session.colours, relief=not session.colours.relief)
    session.say("with relief" if session.colours.relief else "without relief")


def _tint(session: ExplorerSession) -> None:
    session.colours = replace(session.colours, tint=not session.colours.tint)
    session.say("guessed pixels are tinted" if session.colours.tint else "no tint")


def _lifetime(factor: float, session: ExplorerSession) -> None:
    low, high = LIFETIME_LIMITS
    lifetime = min(high, max(low, round(session.navigation.terrain.lifetime * factor)))
    if session.change_terrain("life", lifetime=lifetime):
        session.say("1 step" if lifetime == 1 else f"{lifetime} steps")


def _mazes(factor: float, session: ExplorerSession) -> None:
    mazes = min(MOST_MAZES, max(1, int(session.navigation.terrain.mazes * factor)))
    if session.change_terrain("mazes", mazes=mazes):
        session.say("one maze" if mazes == 1 else f"{mazes} mazes")


def _slide(step: float, session: ExplorerSession) -> None:
    third = round(session.navigation.terrain.third + step, 6) + 0.0
    if session.change_terrain("slide", third=third):
        session.say(f"z = {third:+.2f} ‖g‖ along the third direction")


def _turn(step: float, session: ExplorerSession) -> None:
    turn = (session.navigation.terrain.turn + step) % 360
    if session.change_terrain("turn", turn=turn):
        session.say(f"turned by {turn:.0f} degrees")


def _directions(session: ExplorerSession) -> None:
    if session.change_terrain("", seed=session.navigation.terrain.seed + 1):
        session.say(f"two new directions: plane {session.navigation.terrain.seed}")


def _quantity(step: int, session: ExplorerSession) -> None:
    name = NAMES[(NAMES.index(session.navigation.terrain.quantity) + step) % len(NAMES)]
    if session.change_terrain("", quantity=name):
        session.say(labels.title(session.navigation.sampler.objective))


def _pan(right: int, down: int, session: ExplorerSession) -> None:
    view = session.navigation.view
    step = round(PAN * min(view.shape))
    session.move(view.moved(right * step, down * step), "pan")


def _zoom(turns: int, session: ExplorerSession) -> None:
    view = session.navigation.view
    session.move(view.zoomed(turns, view.width // 2, view.height // 2), "zoom")


def _home(session: ExplorerSession) -> None:
    home = session.origin.home()
    session.move(View.of(home.x, home.y, home.radius, session.navigation.view.shape))


def _autopilot(session: ExplorerSession) -> None:
    session.say("autopilot; a stops it" if session.autopilot.toggle() else "you steer")


def _set_bookmark(session: ExplorerSession) -> None:
    try:
        slot = session.bookmarks.set(session.navigation.place)
    except UserError as error:
        session.say(str(error))
        return
    session.say(f"bookmark {slot} set; {slot} returns here")


def _return_to_bookmark(slot: str, session: ExplorerSession) -> None:
    place = session.bookmarks.places.get(slot)
    if place is None:
        session.say(f"no bookmark {slot} yet; b sets one")
    else:
        session.return_to(place)


COMMANDS: dict[str, Callable[[ExplorerSession], None]] = {
    "0": _home,
    "backspace": ExplorerSession.undo,
    "z": partial(_zoom, 1),
    "Z": partial(_zoom, -1),
    "left": partial(_pan, -1, 0),
    "right": partial(_pan, 1, 0),
    "up": partial(_pan, 0, -1),
    "down": partial(_pan, 0, 1),
    "[": partial(_lifetime, 0.5),
    "]": partial(_lifetime, 2.0),
    "m": partial(_mazes, 2.0),
    "M": partial(_mazes, 0.5),
    "d": _directions,
    "v": partial(_quantity, 1),
    "V": partial(_quantity, -1),
    "w": partial(_slide, SLIDE),
    "W": partial(_slide, -SLIDE),
    "t": partial(_turn, TURN),
    "T": partial(_turn, -TURN),
    "a": _autopilot,
    "p": partial(_palette, 1),
    "P": partial(_palette, -1),
    "e": _equalise,
    "l": _relief,
    "g": _tint,
    "b": _set_bookmark,
    "r": ExplorerSession.toggle_recording,
    **{slot: partial(_return_to_bookmark, slot) for slot in SLOTS},
}
