"""Watch keys: what the keys for foragers, mazes and time do; `render.window.key_table` has all keys."""

from render.window.event import Key
from render.window.playback import KEYS as TIME
from render.window.watch.driver import compass
from render.window.watch.watch_session import View, WatchSession

VIEWS: tuple[View, ...] = ("life", "grid", "duel")
NAMES: dict[View, str] = {"life": "one forager", "grid": "sixteen at once", "duel": "you against the forager"}


def press_key(session: WatchSession, name: str) -> str:
    """Handle a key for foragers, mazes or time; returns a message, or ""."""
    direction, way = compass(name), -1 if name.isupper() else 1
    match name:
        case _ if session.view == "duel" and direction is not None:
            session.playhead.move(direction)
        case "return" if session.view == "duel":
            session.rematch()
        case "n" | "N":
            session.begin(session.maze + way)
        case "g" | "G":
            return session.change_foragers(way)
        case "f":
            return session.foragers.follower.toggle()
        case "v" | "V":
            session.show(VIEWS[(VIEWS.index(session.view) + way) % len(VIEWS)])
            return NAMES[session.view]
        case _ if name in TIME:
            return _press_clock(session, name)
    return ""


def _press_clock(session: WatchSession, name: str) -> str:
    """Handle a key for time; returns a message where speed or ending have changed."""
    clock = session.playhead.clock
    before = clock.ending, clock.rate
    session.playhead.press(Key(name))
    if before == (clock.ending, clock.rate):
        return ""
    return f"{clock.rate:g} steps a second; at the end: {clock.ending}"
