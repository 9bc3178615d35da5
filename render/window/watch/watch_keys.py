"""Watch keys: the list of keys that the help shows, and what the keys for foragers, mazes and time do."""

from render.window.event import Key
from render.window.key_help import WINDOW, Keys
from render.window.watch.driver import compass
from render.window.watch.watch_session import WatchSession

HELP: dict[str, Keys] = {
    "Time": (
        ("space", "play, pause"),
        (". ,", "one step on, one back"),
        ("+ -", "twice, half the speed"),
        ("Home End", "first, last step"),
        ("[ ] bar", "a tenth back, a tenth on, any step"),
        ("o", "at the end: next maze, stop, loop, ping-pong"),
    ),
    "Foragers and mazes": (
        ("n N", "next, previous maze"),
        ("g G", "next, previous champion"),
        ("m", "sixteen at once; click enlarges one, g shows others"),
        ("f", "follow a run that still evolves"),
    ),
    "Drive yourself": (
        ("d", "drive a forager against this one"),
        ("arrows", "a step up, right, down, left"),
        ("Enter", "again, in the next maze"),
    ),
    "View and save": (
        ("wheel drag", "zoom at the cursor, move"),
        ("0 Backspace", "see all, undo"),
        ("p P", "next, previous palette of the trail"),
        ("s", "save a picture"),
        ("r", "film this episode; again: end the film"),
    ),
    "The window": WINDOW,
}


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
        case "m":
            session.show("life" if session.view == "grid" else "grid")
        case "d":
            session.show("life" if session.view == "duel" else "duel")
        case "escape":
            session.show("grid")
        case _:
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
