"""Explorer keys: the command that each key of the landscape runs; `render.window.key_table` has all keys."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from agents.errors import UserError
from render import objective_labels as labels
from render.palette import PALETTES
from render.ticks import percent
from render.window.explore.bookmarks import SLOTS
from render.window.explore.explorer_session import ExplorerSession
from render.window.explore.journey_recorder import MESSAGE_SECONDS
from render.window.explore.lens import Lens
from render.window.explore.place import MOST_MAZES
from render.window.viewport import ARROWS, arrow_drag
from sim.rollout.quantities import NAMES
from sim.world.rules import LIFETIME_LIMITS

SLIDE, TURN = 0.05, 5.0  # what a key press adds: a fraction of the genome's norm, degrees


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
        session.say(f"weights changed by {percent(third)} along a third direction")


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


def _pan(key: str, session: ExplorerSession) -> None:
    lens = session.navigation.lens
    right, down = arrow_drag(key, lens.shape)
    session.move(lens.moved(-right, -down), "pan")


def _zoom(turns: int, session: ExplorerSession) -> None:
    lens = session.navigation.lens
    session.move(lens.zoomed(turns, lens.shape[1] // 2, lens.shape[0] // 2), "zoom")


def _home(session: ExplorerSession) -> None:
    home = session.origin.home()
    session.move(Lens.of(home.x, home.y, home.radius, session.navigation.lens.shape))


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


def _record(session: ExplorerSession) -> None:
    session.say(session.recorder.toggle(session.navigation.place, session.colours))


def _clip(session: ExplorerSession) -> None:
    """Make a clip of the view: the land turns, two pixels are picked, and their foragers part."""
    here, stem = session.navigation, session.origin.path.resolve().name
    try:
        message = session.clips.start(here.sampler, here.view.window, stem, session.colours.palette)
    except UserError as error:
        message = str(error)
    session.say(message, MESSAGE_SECONDS)


COMMANDS: dict[str, Callable[[ExplorerSession], None]] = {
    "0": _home,
    "backspace": ExplorerSession.undo,
    "z": partial(_zoom, 1),
    "Z": partial(_zoom, -1),
    **{key: partial(_pan, key) for key in ARROWS},
    "x": partial(_lifetime, 2.0),
    "X": partial(_lifetime, 0.5),
    "m": partial(_mazes, 2.0),
    "M": partial(_mazes, 0.5),
    "d": _directions,
    "u": partial(_quantity, 1),
    "U": partial(_quantity, -1),
    "w": partial(_slide, SLIDE),
    "W": partial(_slide, -SLIDE),
    "t": partial(_turn, TURN),
    "T": partial(_turn, -TURN),
    "a": _autopilot,
    "p": partial(_palette, 1),
    "P": partial(_palette, -1),
    "e": _equalise,
    "l": _relief,
    "i": _tint,
    "b": _set_bookmark,
    "r": _record,
    "c": _clip,
    **{slot: partial(_return_to_bookmark, slot) for slot in SLOTS},
}
