"""Watch: the window on foragers at work: one life, sixteen at once, or a person against the champion.

H and W rows and columns of the window. Time is in steps of a life of T, from 0 to T.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np

from render.legend import Box, Frame, print_size
from render.palette import PALETTES, table
from render.picture import BACKGROUND
from render.text import text_width
from render.window.controls import Toast, bar_box, put_scrub_bar, share_at, within
from render.window.event import Event, Key, Pointer, Resize, Tick, Wheel
from render.window.key_help import WINDOW, Keys, put_help
from render.window.watch.driver import compass
from render.window.watch.easel import Easel
from render.window.watch.forage_grid import tile_at
from render.window.watch.foraging import Foraging, View
from render.window.watch.keepsake import Keepsakes
from render.window.watch.watch_config import WatchConfig

CLICK = 4  # pixels that the mouse may move in a click
HELP: dict[str, Keys] = {
    "Time": (
        ("space", "play, pause"),
        (". ,", "one step on, one back"),
        ("+ -", "twice, half the speed"),
        ("Home End", "first, last step"),
        ("[ ] bar", "a tenth back, a tenth on, any step"),
        ("o", "at the end: next maze, stop, loop, ping-pong"),
    ),
    "Who, and where": (
        ("n N", "next, previous maze"),
        ("g G", "next, previous champion"),
        ("m", "sixteen at once; click enlarges one, g changes who"),
        ("f", "follow a run that still evolves"),
    ),
    "Yourself": (
        ("d", "drive one yourself, against this forager"),
        ("arrows", "a step up, right, down, left"),
        ("Enter", "again, in the next maze"),
    ),
    "Look, and keep": (
        ("wheel drag", "closer at the cursor, move"),
        ("0 Backspace", "see all, undo"),
        ("p P", "next, previous palette of the trail"),
        ("s", "save a picture"),
        ("r", "film this life; again: end the film"),
    ),
    "The window": WINDOW,
}


class Watch:
    """The model of the window: feed it events, and draw it."""

    def __init__(self, path: Path, config: WatchConfig) -> None:
        """Watch a run. Raises UserError."""
        table(config.palette)
        self.foraging = Foraging(path, config.generation, config.split, config.maze)
        self.foraging.cast.following = config.follow
        self.foraging.show("grid" if config.grid else "duel" if config.play else "life")
        self.palette, self.size, self.hovered = config.palette, (720, 1280), -1
        self.done = self.help = self._seeking = False
        self.toast = Toast()
        self.toast.say("h lists the keys")
        self.easel = Easel(self._room())
        self._keepsakes = Keepsakes()
        self._pressed: Pointer | None = None
        self._cursor = (0, 0)
        self._key: tuple[Any, ...] = ()
        self._frame: Frame = np.zeros((0, 0, 3), np.uint8)
        self._painted = self._frame

    def close(self) -> None:
        """Stop what runs beside the window; a film that is being made ends here, and is kept."""
        self._keepsakes.close()
        self.easel.close()
        self.foraging.close()

    def update(self, event: Event) -> None:
        """Take in one event."""
        match event:
            case Tick(seconds):
                self.toast.tick(seconds)
                self._say(self.foraging.tick(seconds))
                self._say(self._keepsakes.tick())
            case Resize(width, height):
                self.size = (height, width)
                self.easel.resize(self._room())
            case Pointer("press", button=1):
                self._press_mouse(event)
            case Pointer("release", button=1):
                self._release_mouse(event)
            case Pointer("move", x, y):
                self._move_mouse(x, y)
            case Wheel(x, y, turns):
                self.easel.zoom(x, y, turns)
            case Key(name):
                self._press_key(name)

    def draw(self) -> Frame:
        """The frame uint8 [H, W, 3]; the very one of before where nothing changed."""
        show = self.foraging
        painted = self.easel.paint(show, self.palette, self.hovered)
        label = self._label()
        key = (self.size, self.toast.text, self.toast.shown, self.help, show.playing, label)
        if painted is not self._painted or key != self._key:
            self._key, self._painted = key, painted
            self._frame = self._bare(painted)
            put_scrub_bar(self._frame, self._bar(), show.clock.time / show.world.lifetime, show.playing, label)
            self.toast.put(self._frame, low=True)
            if self.help:
                put_help(self._frame, "Watching foragers", HELP)
        return self._frame

    def _clean(self) -> Frame:
        """The picture of this very moment without controls, [H, W, 3]."""
        return self._bare(self.easel.paint(self.foraging, self.palette, self.hovered, math.inf))

    def _bare(self, painted: Frame) -> Frame:
        """A picture over the room for the controls."""
        frame = np.full((*self.size, 3), BACKGROUND, np.uint8)
        frame[: self.easel.size[0]] = painted
        return frame

    def _room(self) -> tuple[int, int]:
        """H and W of the picture: all but a line for the controls."""
        return self.size[0] - round(1.3 * print_size(self.size)), self.size[1]

    def _bar(self) -> Box:
        text = print_size(self.size)
        return bar_box(self.size, right=text_width(self._label(), round(0.9 * text)) + text)

    def _label(self) -> str:
        show = self.foraging
        words = ["arrow keys drive"] if show.view == "duel" else [f"{show.clock.rate:g} steps/s", show.clock.ending]
        words += ["following"] if show.cast.following else ["run lost"] if show.cast.lost else []
        return ", ".join(filter(None, [*words, self._keepsakes.progress, "h help"]))

    def _say(self, text: str) -> None:
        if text:
            self.toast.say(text)

    def _press_mouse(self, event: Pointer) -> None:
        bar = self._bar()
        if within(bar, event.x, event.y, print_size(self.size) // 2):
            self._seeking = True
            self.foraging.seek(share_at(bar, event.x) * self.foraging.world.lifetime)
        else:
            self._pressed, self._cursor = event, (event.x, event.y)
            self.easel.grab()

    def _move_mouse(self, x: int, y: int) -> None:
        if self._seeking:
            self.foraging.seek(share_at(self._bar(), x) * self.foraging.world.lifetime)
        elif self._pressed is not None:
            self.easel.drag(x - self._cursor[0], y - self._cursor[1])
            self._cursor = (x, y)
        else:
            self.hovered = self._tile(x, y)

    def _release_mouse(self, event: Pointer) -> None:
        began, self._pressed, self._seeking = self._pressed, None, False
        if began is None or max(abs(event.x - began.x), abs(event.y - began.y)) > CLICK:
            return
        tile = self._tile(event.x, event.y)
        if tile >= 0:
            self.foraging.enlarge(tile)
            self.easel.fit()
            self.hovered = -1

    def _tile(self, x: int, y: int) -> int:
        """The grid's tile at a place of the window, or -1."""
        show = self.foraging
        if show.view != "grid" or not show.team:
            return -1
        tile = tile_at(show.world.maze.size, self.easel.size, *self.easel.under(x, y))
        return tile if tile < len(show.team) else -1

    def _press_key(self, name: str) -> None:
        show, direction = self.foraging, compass(name)
        if self.help:
            self.help, self.done = False, name == "q"
        elif show.view == "duel" and direction is not None:
            show.head(direction)
        elif show.view == "duel" and name == "return":
            show.again()
        elif not self._act(name):
            before = show.clock.ending, show.clock.rate
            show.press(Key(name))
            if before != (show.clock.ending, show.clock.rate):
                self._say(f"{show.clock.rate:g} steps a second; at the end: {show.clock.ending}")

    def _act(self, name: str) -> bool:
        """Do what a key is for, unless it is one of the clock's; whether it was not."""
        show = self.foraging
        match name:
            case "h" | "?":
                self.help = True
            case "q":
                self.done = True
            case "escape":
                if show.enlarged:
                    self._show("grid")
                else:
                    self.done = True
            case "n" | "N":
                show.begin(show.maze + (1 if name == "n" else -1))
            case "g" | "G":
                self._say(show.elect(1 if name == "g" else -1))
            case "f":
                self._say(show.cast.follow())
            case "m":
                self._show("life" if show.view == "grid" else "grid")
            case "d":
                self._show("life" if show.view == "duel" else "duel")
            case "p" | "P":
                self._recolour(1 if name == "p" else -1)
            case "0":
                self.easel.fit()
            case "backspace":
                self.easel.undo()
            case "s":
                self._say(self._keepsakes.picture(self._clean(), show, self.palette))
            case "r":
                self._say(self._keepsakes.film(show, self.size, self.palette))
            case _:
                return False
        return True

    def _show(self, view: View) -> None:
        self.foraging.show(view)
        self.easel.fit()
        self.hovered = -1

    def _recolour(self, way: int) -> None:
        at = PALETTES.index(self.palette) if self.palette in PALETTES else -1
        self.palette = PALETTES[(at + way) % len(PALETTES)]
        self._say(self.palette)
