"""Player: plays a tour of landscapes, be it finished or still being swept; a model without any toolkit.

T frames of the tour; H and W rows and columns of the window's frame. Places are x, y in the window's pixels.
"""

from dataclasses import replace

import numpy as np

from agents.errors import UserError
from render.legend import Box, print_size
from render.picture import BACKGROUND
from render.text import text_width
from render.window import playback as playbacks
from render.window.capture import Recording, free_name, screenshot
from render.window.controls import Toast, bar_box, put_note, put_scrub_bar, share_at, within
from render.window.event import Event, Frame, Key, Pointer, Resize, Tick, Wheel
from render.window.key_help import WINDOW, Keys, put_help
from render.window.play import viewpoint as viewpoints
from render.window.play.caption import label, paced, put_status, state, told
from render.window.play.export import rate, record, scene
from render.window.play.grip import Grip, Part
from render.window.play.growing import Growing
from render.window.play.inset import Inset
from render.window.play.panes import Panes
from render.window.play.source import Sweeping
from render.window.play.stage import Pixel, Shot, Stage
from render.window.play.viewpoint import Viewpoint
from render.window.playback import Playback

HELP: dict[str, Keys] = {
    "Time": (*playbacks.KEYS, ("bar", "press or drag: seek")),
    "The landscape": viewpoints.KEYS,
    "Foragers": (
        ("hover", "value and place"),
        ("click", "replay the forager of a pixel"),
        ("m M", "its next, last maze"),
    ),
    "Keep": (
        ("s", "save a picture"),
        ("r", "film the tour as it is seen; again: stop"),
    ),
    "The window": WINDOW,
}
EVERY = 0.5  # seconds between two looks for new tiles
STRIP = 1.8  # of small print: the height of the scrub bar's strip
INSET = 0.44  # of the window's width


class Player:
    """Plays a field: see HELP."""

    def __init__(self, field: Growing, sweeping: Sweeping | None = None) -> None:
        """Play a field; `sweeping` is stopped when the window closes."""
        self.field, self.sweeping, self.name = field, sweeping, field.path.stem
        self.size = (720, 1280)
        self.stage = Stage(field)
        loop = field.tour.loop
        self.tour = Playback(1, rate(field.tour), "loop" if loop else "ping-pong")
        self.inset: Inset | None = None
        self.viewpoint = Viewpoint(self.stage, self.area)
        self.recording: Recording | None = None
        self.toast = Toast()
        self.helping = self.done = False
        self.grip = Grip()
        self._clock = self._looked = 0.0
        self.panes = Panes(self.stage)
        self._shown: tuple[object, Frame] | None = None
        self._reach()
        self.toast.say(
            "h lists the keys" if sweeping is None else f"sweeping into {field.path.name}; h lists the keys", 6.0
        )

    @property
    def playback(self) -> Playback:
        """What the keys of playing move: the forager's life where one is open, else the tour."""
        return self.inset.playback if self.inset else self.tour

    @property
    def area(self) -> tuple[int, int]:
        """H and W of the landscape's part of the window, which is its left."""
        height, width = self.size
        height -= round(STRIP * print_size(self.size))
        return height, width - round(INSET * width) if self.inset else width

    @property
    def bar(self) -> Box:
        """The scrub bar; its label has the room of the longest."""
        text, last = print_size(self.size), replace(self.playback, frames=self._total, position=self._total - 1)
        widest = label(last, self._total, self.inset is not None)
        return bar_box(self.size, right=text_width(widest, round(0.9 * text)) + text)

    def close(self) -> None:
        """Stop sweeping, which can be gone on with, and filming, which leaves no half film."""
        if self.recording is not None:
            self.recording.stop(keep=False)
        self.panes.close()
        if self.sweeping is not None:
            self.sweeping.stop()

    def update(self, event: Event) -> None:
        """Take in one event."""
        match event:
            case Resize(width, height):
                self.size = (height, width)
                self.viewpoint.fit(self.area)
            case Tick(seconds):
                self._tick(seconds)
            case Key():
                self._key(event)
            case Wheel(x, y, turns) if self._part(x, y) == "view":
                if self.viewpoint.look.view == "dive":
                    self.tour.seek(self.tour.position + turns / 4)
                else:
                    self.viewpoint.wheel(x, y, turns, self.tour.position, self._clock)
            case Pointer():
                self._pointer(event)

    def replay(self, pixel: Pixel | None) -> None:
        """Open the life of a pixel's forager beside the landscape, and stop the tour; None closes it."""
        try:
            self.inset = Inset(self.field, pixel, self.inset.maze if self.inset else 0) if pixel else None
        except UserError as error:
            self.toast.say(str(error))
        self.tour.playing &= self.inset is None
        self.viewpoint.fit(self.area)

    def draw(self) -> Frame:
        """The window's frame uint8 [H, W, 3]; the same array again where nothing has changed."""
        inset, shot, (height, width) = self.inset, self.shot, self.area
        life = (inset, inset.moment((height, self.size[1] - width), shot.look.palette)) if inset else None
        shown = self.panes.ask(shot, life)
        note = self._note()
        recorded = self.recording.message if self.recording else ""
        where = label(self.playback, self._total, inset is not None)
        known = None if inset or self.field.complete else self.field.known
        status = state(self.field, self.sweeping is not None and self.sweeping.alive) + [recorded] * bool(recorded)
        words = (where, status, note, self.toast.text, self.toast.shown, self.helping)
        share = self.playback.position / max(1, self._total - 1)
        moment = (share, self.playback.playing, self.grip.cursor if note else None)
        key = (shown, inset.pixel if inset else None, words, moment, self.field.version, self.size)
        if self._shown is not None and self._shown[0] == key:
            return self._shown[1]
        frame = np.empty((*self.size, 3), np.uint8)
        frame[height:] = BACKGROUND
        self.panes.put(frame, shown, shot, life)
        box = put_status(frame, status)
        put_scrub_bar(frame, self.bar, share, self.playback.playing, where, known)
        if note and not self.helping:
            put_note(frame, note, self.grip.cursor)
        if self.helping:
            put_help(frame, "Playing a landscape", HELP)
        else:
            self.toast.put(frame, past=box)
        self._shown = (key, frame)
        return frame

    @property
    def shot(self) -> Shot:
        """What the landscape's picture is to show now."""
        look, viewport = self.viewpoint.look, self.viewpoint.viewport
        position = float(self.tour.frame) if look.view == "flat" else self.tour.position
        return Shot(look, position, self.area, viewport, self.field.version)

    def picture(self) -> Frame:
        """The landscape as it is to be seen now, without what the window draws over it; not to be written to."""
        return self.panes.picture(self.shot)

    def under(self, x: int, y: int) -> Pixel | None:
        """The pixel of the field that is on the screen at a place."""
        seen = self.panes.seen(self.shot)
        return self.stage.under(seen.look, seen.position, seen.size, seen.viewport, x, y)

    def _tick(self, seconds: float) -> None:
        self._clock += seconds
        self.toast.tick(seconds)
        self.tour.update(Tick(seconds))
        if self.inset is not None and self.inset.episode is not None:
            self.inset.update(Tick(seconds))
        if self.sweeping is not None and self.sweeping.glance is not None:
            self.field.expect(self.sweeping.glance)
        if self._clock - self._looked >= EVERY:
            self._looked = self._clock
            self.field.refresh()
            self._reach()
            if self.sweeping is not None and self.sweeping.failure:
                self.toast.say(self.sweeping.failure, 8.0)
                self.sweeping = None
        if self.recording is not None and self.recording.done:
            self.toast.say(self.recording.message, 6.0)
            self.recording = None

    def _reach(self) -> None:
        """Play as far as there is something."""
        self.tour.frames = self.field.begun
        self.tour.wraps = self.field.tour.loop and self.field.begun == len(self.field)

    def _key(self, key: Key) -> None:
        match key.name:
            case "h" | "?":
                self.helping = not self.helping
            case "escape" if self.helping:
                self.helping = False
            case "escape" if self.inset:
                self.replay(None)
            case "escape" | "q":
                self.done = True
            case "s":
                about = self.viewpoint.about(self.tour.position)
                self.toast.say(screenshot(self.picture(), self.name, about))
            case "0" if self.viewpoint.look.view == "dive":
                self.tour.seek(0.0)
            case "r":
                self._record()
            case _:
                said = self.viewpoint.key(key.name)
                if said is None and (self.inset or self.tour).update(key) and key.name in ("o", "+", "=", "-"):
                    said = paced(self.playback)
                if said:
                    self.toast.say(said, 1.5)

    def _pointer(self, event: Pointer) -> None:
        for gesture in self.grip.update(event, self._part(event.x, event.y)):
            match gesture.kind:
                case "click":
                    under = self.under(gesture.x, gesture.y)
                    if under is not None:
                        self.replay(under)
                case "grasp":
                    self.viewpoint.remember()
                case "pull":
                    self.viewpoint.drag(gesture.x, gesture.y, gesture.shift)
                case "seek":
                    self.playback.seek(share_at(self.bar, gesture.x) * (self._total - 1))

    def _part(self, x: int, y: int) -> Part:
        """What there is at a place of the window."""
        if within(self.bar, x, y, print_size(self.size) // 2 + 2):
            return "bar"
        return "view" if 0 <= x < self.area[1] and 0 <= y < self.area[0] else ""

    def _note(self) -> list[str]:
        """What there is to say of the pixel under the cursor."""
        x, y = self.grip.cursor
        if self.grip.holds or self._part(x, y) != "view" or self.panes.land.newest is None:
            return []
        under = self.under(x, y)
        return [] if under is None else told(self.field, under)

    @property
    def _total(self) -> int:
        """Frames that the scrub bar stands for."""
        return self.inset.playback.frames if self.inset else len(self.field)

    def _record(self) -> None:
        if self.recording is not None:
            self.recording.stop(0)
            return
        point = self.viewpoint
        film = scene(self.stage, point.look, point.viewport, self.area, self.tour.mode, self.tour.frames)
        self.recording = record(film, free_name(self.name, ".mp4"), point.about(self.tour.position))
