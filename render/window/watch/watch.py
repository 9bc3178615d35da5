"""Watch: the model of the window on foragers: one episode, sixteen at once, or a person against the champion.

H and W rows and columns of the window.
"""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np

from render.legend import Frame
from render.palette import PALETTES, table
from render.picture import BACKGROUND
from render.window.controls import Toast, put_scrub_bar, share_at
from render.window.event import Event, Key, Pointer, Resize, Tick, Wheel
from render.window.gestures import GestureTracker
from render.window.key_help import next_help, put_help
from render.window.key_table import STAYS_OPEN, help_of
from render.window.lesson import Lesson, card_room, put_lesson
from render.window.watch.forage_grid import tile_at
from render.window.watch.picture_view import PictureView
from render.window.watch.watch_capture import WatchCapture
from render.window.watch.watch_config import WatchConfig
from render.window.watch.watch_keys import press_key
from render.window.watch.watch_layout import WatchLayout
from render.window.watch.watch_lesson import STEPS
from render.window.watch.watch_renderer import WatchRenderer
from render.window.watch.watch_session import WatchSession, maze_box, session_title

LEAST_PICTURE = 25  # text sizes: where a tour's card would leave less, it covers a part of the picture


class Watch:
    """Handles the events of the window and draws its frames; `session` holds who is watched, where and when."""

    def __init__(self, path: Path, config: WatchConfig) -> None:
        """Watch a run. Raises UserError."""
        table(config.palette)
        self.session = WatchSession(path, config.generation, config.split, config.maze, fog=config.fog)
        if config.follow:
            self.session.foragers.follower.toggle()
        self.session.show("grid" if config.grid else "duel" if config.play else "life")
        self.palette, self.size = config.palette, (720, 1280)
        self.done = self._saving = False
        self.help = 0  # the page of the help, if any
        self.toast, self.gestures, self.capture = Toast(), GestureTracker(), WatchCapture()
        self.lesson = Lesson(STEPS)
        self.view, self.renderer = PictureView(self.layout.picture), WatchRenderer()
        self._drawn: tuple[object, Frame, Frame] | None = None  # the last frame, and all that it was drawn from
        self.toast.say("h lists the keys, F1 begins a short tour")

    def close(self) -> None:
        """Stop all threads; an unfinished film ends here, and is kept."""
        self.capture.close()
        self.renderer.close()
        self.session.close()

    @property
    def title(self) -> str:
        """The run, who is watched, and where."""
        return session_title(self.session)

    @property
    def layout(self) -> WatchLayout:
        """Where things are in the window."""
        session, clock = self.session, self.session.playhead.clock
        follower = session.foragers.follower
        words = ["arrow keys drive"] if session.view == "duel" else [f"{clock.rate:g} steps/s", clock.ending]
        words += ["following"] if follower.following else ["run lost"] if follower.lost else []
        plain = WatchLayout(self.size, ", ".join(filter(None, [*words, self.capture.progress, "h help"])))
        return replace(plain, card=card_room(self.size, self.lesson, plain.strip, LEAST_PICTURE))

    @property
    def hovered(self) -> int:
        """The grid's tile under the cursor, or -1."""
        x, y = self.gestures.cursor
        return -1 if self.gestures.dragged or self.layout.part_at(x, y) != "view" else self._tile_at(x, y)

    def update(self, event: Event) -> None:
        """Handle one event."""
        match event:
            case Tick(seconds):
                self.toast.tick(seconds)
                self._say(self.session.tick(seconds))
                self._say(self.lesson.tick(self.session))
                self._say(self.capture.tick())
                if self._saving and self.session.ready:
                    self._saving = False
                    self._press("s")
            case Resize(width, height):
                self.size = (height, width)
            case Pointer():
                self._point(event)
            case Wheel(x, y, turns):
                self.view.zoom(x, y, turns)
            case Key(name):
                self._press(name)
        self.view.resize(self.layout.picture)

    def draw(self) -> Frame:
        """The frame uint8 [H, W, 3]; the same array as before where nothing has changed."""
        playhead, layout = self.session.playhead, self.layout
        picture = self.renderer.draw(self.session, self.view, self.palette, self.hovered)
        key = (
            layout,
            self.session.view,
            self.toast.text,
            self.toast.shown,
            self.help,
            self.lesson.words,
            playhead.playing,
        )
        if self._drawn is not None and self._drawn[0] == key and self._drawn[1] is picture:
            return self._drawn[2]
        frame = self._over_strip(picture)
        share = playhead.clock.time / self.session.world.lifetime
        put_scrub_bar(frame, layout.bar, share, playhead.playing, layout.label)
        whole = (0, 0, self.view.size[1], self.view.size[0]) if layout.card else None
        self.toast.put(frame, low=True, over=maze_box(self.session, self.view.size) or whole)
        put_lesson(frame, self.lesson.words, layout.strip if layout.card else None)
        if self.help:
            put_help(frame, "Watching foragers", help_of("watch"), self.help)
        self._drawn = (key, picture, frame)
        return frame

    def picture(self) -> Frame:
        """The picture [H, W, 3] of exactly this moment, without scrub bar, messages and a highlighted tile."""
        return self.renderer.draw(self.session, self.view, self.palette, -1, math.inf)

    def _over_strip(self, picture: Frame) -> Frame:
        """A picture over the empty strip of the scrub bar."""
        frame = np.full((*self.size, 3), BACKGROUND, np.uint8)
        frame[: self.view.size[0]] = picture
        return frame

    def _say(self, message: str) -> None:
        """Show a message, unless it is empty."""
        if message:
            self.toast.say(message)

    def _tile_at(self, x: int, y: int) -> int:
        """The grid's tile at a place, or -1."""
        session, team = self.session, self.session.foragers.team
        if session.view != "grid" or not team:
            return -1
        tile = tile_at(session.world.maze.size, self.view.size, *self.view.place_at(x, y))
        return tile if tile < len(team) else -1

    def _point(self, event: Pointer) -> None:
        """Handle the mouse: seek, drag the picture, or enlarge the clicked tile."""
        for gesture in self.gestures.update(event, self.layout.part_at(event.x, event.y)):
            match gesture.kind:
                case "seek":
                    self.session.playhead.seek(share_at(self.layout.bar, gesture.x) * self.session.world.lifetime)
                case "play":
                    self._press("space")
                case "grab":
                    self.view.remember()
                case "drag":
                    self.view.drag(gesture.x, gesture.y)
                case "click" if (tile := self._tile_at(gesture.x, gesture.y)) >= 0:
                    self.session.enlarge(tile)
                    self.view.fit()

    def _press(self, name: str) -> None:
        """Handle a key: those of the window first, then those of the session."""
        match name:
            case "h" | "?":
                self.help = next_help(self.help, help_of("watch"), self.size)
            case _ if self.help:
                self.help, self.done = 0, name == "q"
            case "f1" | "escape" if name == "f1" or self.lesson.on:
                self._say(self.lesson.toggle(self.session))
            case "q":
                self.done = True
            case "escape" if self.session.enlarged:
                self.session.show("grid")
                self.view.fit()
            case "escape":
                self._say(STAYS_OPEN)
            case "p" | "P":
                at = PALETTES.index(self.palette) if self.palette in PALETTES else -1
                self.palette = PALETTES[(at + (1 if name == "p" else -1)) % len(PALETTES)]
                self._say(self.palette)
            case "z" | "Z":
                self.view.zoom(self.view.size[1] // 2, self.view.size[0] // 2, 1 if name == "z" else -1)
            case "left" | "right" | "up" | "down" if self.session.view != "duel":
                self.view.move(name)
            case "0":
                self.view.fit()
            case "backspace":
                self.view.undo()
            case "s" if not self.session.ready:
                self._saving = True
                self._say("saved as soon as the foragers are played")
            case "s" if self.session.playhead.over:
                self._say(self.capture.save_card(self.session, self.palette))
            case "s":
                self._say(self.capture.save_picture(self.picture(), self.session, self.palette))
            case "r":
                self._say(self.capture.toggle_film(self.session, self.size, self.palette))
            case _:
                before = self.session.view
                self._say(press_key(self.session, name))
                if self.session.view != before:
                    self.view.fit()
