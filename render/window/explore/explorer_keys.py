"""Explorer keys: what each key of the explorer does to a visit."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from agents.errors import UserError
from render.palette import PALETTES
from render.window.explore.bookmarks import SLOTS
from render.window.explore.place import MOST_MAZES
from render.window.explore.view import View
from render.window.explore.visit import Visit
from render.window.key_help import Keys
from sim.world.rules import LIFETIME_LIMITS

SLIDE, TURN = 0.05, 5.0  # norms and degrees of a key press
PAN = 1 / 8  # of the shorter side
HELP: dict[str, Keys] = {
    "Where": (
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
        ("w W", "slide along a third direction, and back"),
        ("t T", "turn the plane, and back"),
    ),
    "Its colours": (
        ("p P", "next, previous palette"),
        ("e", "colours by rank, or linear"),
        ("l", "relief"),
        ("g", "tint what is guessed"),
    ),
    "Foragers": (
        ("hover", "value, coordinates, distance from the champion"),
        ("click", "play a pixel's forager"),
        ("shift-click", "play a second one beside it, until they part"),
        ("n N", "its next, previous maze"),
        ("space . ,", "play or pause, a step on, a step back"),
        ("+ -", "twice, half the speed"),
        ("Home End, bar", "first, last step, any step"),
        ("o", "at the end: stop, loop, ping-pong"),
    ),
    "Keep": (
        ("s", "save a picture that knows its place"),
        ("r", "record a journey; again: film it"),
    ),
    "The window": (
        ("h ?", "this list"),
        ("F11", "full screen"),
        ("Esc", "send the foragers away, at last close the window"),
        ("q", "close the window"),
    ),
}


def _palette(step: int, visit: Visit) -> None:
    at = (PALETTES.index(visit.look.palette) + step) % len(PALETTES)
    visit.look = replace(visit.look, palette=PALETTES[at])
    visit.toast.say(PALETTES[at])


def _equalise(visit: Visit) -> None:
    visit.look = replace(visit.look, equalise=not visit.look.equalise)
    visit.toast.say("colours by rank" if visit.look.equalise else "colours linear")


def _relief(visit: Visit) -> None:
    visit.look = replace(visit.look, relief=not visit.look.relief)
    visit.toast.say("with relief" if visit.look.relief else "without relief")


def _tint(visit: Visit) -> None:
    visit.look = replace(visit.look, tint=not visit.look.tint)
    visit.toast.say("what is guessed is tinted" if visit.look.tint else "no tint")


def _live(factor: float, visit: Visit) -> None:
    low, high = LIFETIME_LIMITS
    lifetime = min(high, max(low, round(visit.land.lifetime * factor)))
    if visit.relocate("life", lifetime=lifetime):
        visit.toast.say("1 step" if lifetime == 1 else f"{lifetime} steps")


def _mazes(factor: float, visit: Visit) -> None:
    mazes = min(MOST_MAZES, max(1, int(visit.land.mazes * factor)))
    if visit.relocate("mazes", mazes=mazes):
        visit.toast.say("one maze" if mazes == 1 else f"{mazes} mazes")


def _slide(step: float, visit: Visit) -> None:
    third = round(visit.land.third + step, 6) + 0.0
    if visit.relocate("slide", third=third):
        visit.toast.say(f"z = {third:+.2f} ‖g‖ along the third direction")


def _turn(step: float, visit: Visit) -> None:
    turn = (visit.land.turn + step) % 360
    if visit.relocate("turn", turn=turn):
        visit.toast.say(f"turned by {turn:.0f} degrees")


def _directions(visit: Visit) -> None:
    if visit.relocate("", seed=visit.land.seed + 1):
        visit.toast.say(f"two new directions: plane {visit.land.seed}")


def _pan(right: int, down: int, visit: Visit) -> None:
    step = round(PAN * min(visit.view.shape))
    visit.go(visit.land, visit.view.moved(right * step, down * step), "pan")


def _zoom(turns: int, visit: Visit) -> None:
    visit.go(visit.land, visit.view.zoomed(turns, visit.view.width // 2, visit.view.height // 2), "zoom")


def _fit(visit: Visit) -> None:
    home = visit.origin.home()
    visit.go(visit.land, View.of(home.x, home.y, home.radius, visit.view.shape))


def _autopilot(visit: Visit) -> None:
    visit.toast.say("autopilot; a stops it" if visit.pilot.toggle() else "you steer")


def _bookmark(visit: Visit) -> None:
    try:
        slot = visit.bookmarks.set(visit.place)
    except UserError as error:
        visit.toast.say(str(error))
        return
    visit.toast.say(f"bookmark {slot} set; {slot} returns here")


def _return(slot: str, visit: Visit) -> None:
    place = visit.bookmarks.places.get(slot)
    if place is None:
        visit.toast.say(f"no bookmark {slot} yet; b sets one")
    else:
        visit.visit(place)


COMMANDS: dict[str, Callable[[Visit], None]] = {
    "0": _fit,
    "backspace": Visit.undo,
    "z": partial(_zoom, 1),
    "Z": partial(_zoom, -1),
    "left": partial(_pan, -1, 0),
    "right": partial(_pan, 1, 0),
    "up": partial(_pan, 0, -1),
    "down": partial(_pan, 0, 1),
    "[": partial(_live, 0.5),
    "]": partial(_live, 2.0),
    "m": partial(_mazes, 2.0),
    "M": partial(_mazes, 0.5),
    "d": _directions,
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
    "b": _bookmark,
    "r": Visit.record,
    **{slot: partial(_return, slot) for slot in SLOTS},
}
