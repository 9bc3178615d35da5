"""Player: the model of the window that plays a tour of landscapes, finished or still being swept.

T frames of the tour; H and W rows and columns of the window's frame. Places are x, y in the window's pixels.
"""

from dataclasses import replace

import numpy as np

from agents.errors import UserError
from render.legend import heading_height
from render.picture import BACKGROUND
from render.window.capture import screenshot
from render.window.controls import Toast, share_at
from render.window.event import Event, Frame, Key, Pointer, Resize, Tick, Wheel
from render.window.gestures import GestureTracker
from render.window.key_help import next_help
from render.window.key_table import STAYS_OPEN, help_of
from render.window.lesson import Lesson, card_room, put_lesson
from render.window.play.background_sweep import BackgroundSweep
from render.window.play.caption import field_status, field_title, pixel_note, position_label, speed_message
from render.window.play.field_renderer import FieldRenderer, Pixel
from render.window.play.field_updates import FieldUpdates
from render.window.play.growing_field import GrowingField
from render.window.play.panes import WAITING, Panes, Replayed
from render.window.play.pixel_replay import PixelReplay
from render.window.play.player_layout import PlayerLayout
from render.window.play.player_lesson import STEPS
from render.window.play.player_overlay import Overlay, put_overlay
from render.window.play.tour_film import TourRecorder, rate
from render.window.play.view_control import ViewControl
from render.window.playback import Playback
from render.window.waiting_words import waiting_words

LEAST_PICTURE = 18  # text sizes: where a tour's card would leave less, it covers a part of the picture


class Player:
    """Plays a field. The keys act on the replay of a pixel's forager while one is open, else on the tour."""

    def __init__(self, field: GrowingField, sweep: BackgroundSweep | None = None) -> None:
        """Play a field; `sweep` is stopped when the window closes."""
        self.field, self.size = field, (720, 1280)
        self.updates = FieldUpdates(field, sweep)
        self.renderer = FieldRenderer(field)
        self.tour = Playback(1, rate(field.tour), "loop" if field.tour.loop else "ping-pong")
        self.replay: PixelReplay | None = None
        self.lesson = Lesson(STEPS)
        self.view = ViewControl(self.renderer, self.layout.area)
        self.panes = Panes(self.renderer)
        self.recorder = TourRecorder()
        self.toast, self.gestures = Toast(), GestureTracker()
        self.helping, self.done = 0, False  # the page of the help, if any
        self._clock = 0.0
        self._drawn: tuple[object, Frame] | None = None  # all that the last frame was drawn from, and the frame
        limit(self.tour, self.field)
        sweeping = "" if sweep is None else f"sweeping into {field.path.name}; "
        self.toast.say(f"{sweeping}h lists the keys, F1 begins a short tour", 6.0)

    @property
    def title(self) -> str:
        """The field and the visible frame."""
        return field_title(self.field, self.tour.frame)

    @property
    def playback(self) -> Playback:
        """The playback that the keys act on."""
        return self.replay.playback if self.replay else self.tour

    @property
    def layout(self) -> PlayerLayout:
        """Where things are in the window; the scrub bar leaves room for its longest label."""
        last = replace(self.playback, frames=self._total, position=self._total - 1)
        label, replaying = position_label(last, self._total, bool(self.replay)), self.replay is not None
        plain = PlayerLayout(self.size, replaying, label)
        return replace(plain, card=card_room(self.size, self.lesson, plain.strip, LEAST_PICTURE))

    def close(self) -> None:
        """Stop all threads. The sweep can be continued later; an unfinished film is deleted."""
        self.recorder.close()
        self.panes.close()
        self.updates.close()

    def update(self, event: Event) -> None:
        """Handle one event."""
        match event:
            case Resize(width, height):
                self.size = (height, width)
            case Tick(seconds):
                self._tick(seconds)
            case Key():
                self._key(event)
            case Wheel(x, y, turns) if self.layout.part_at(x, y) == "view":
                if self.view.settings.view == "dive":
                    self.tour.seek(self.tour.position + turns / 4)
                else:
                    self.view.wheel(x, y, turns, self.tour.position, self._clock)
            case Pointer():
                self._pointer(event)
        if self.view.area != self.layout.area:
            self.view.fit(self.layout.area)

    def open_replay(self, pixel: Pixel | None) -> None:
        """Replay the forager of a pixel beside the landscape, and pause the tour; None closes the replay."""
        try:
            self.replay = PixelReplay(self.field, pixel, self.replay.maze if self.replay else 0) if pixel else None
        except UserError as error:
            self.toast.say(str(error))
        self.tour.playing &= self.replay is None
        self.view.fit(self.layout.area)

    def draw(self) -> Frame:
        """The window's frame uint8 [H, W, 3]; the same array as before where nothing has changed."""
        layout, shot, replay = self.layout, self.view.shot(self.tour.position), self.replay
        (height, width), palette = layout.area, self.view.settings.palette
        replayed: Replayed | None = None
        if replay is not None:
            replayed = (replay, replay.moment((height, self.size[1] - width), palette))
        pictures, overlay = self.panes.request(shot, replayed), self._overlay(layout)
        words = (overlay, self.toast.text, self.toast.shown, self.lesson.words, waiting_words(WAITING))
        key = (pictures, replay.pixel if replay else None, words, self.field.version, self.size)
        if self._drawn is not None and self._drawn[0] == key:
            return self._drawn[1]
        frame = np.empty((*self.size, 3), np.uint8)
        frame[height:] = BACKGROUND
        self.panes.put(frame, pictures, shot, replayed)
        put_overlay(frame, overlay, layout, self.field, self.toast)
        put_lesson(frame, ("", "") if self.helping else self.lesson.words, layout.strip if layout.card else None)
        self._drawn = (key, frame)
        return frame

    def _overlay(self, layout: PlayerLayout) -> Overlay:
        """What is drawn over the landscape now."""
        x, y = self.gestures.cursor
        pixel, covered = None, self.lesson.on and not layout.card
        overlaid = self.renderer.is_overlaid(layout.area, self.view.settings.view)
        if (
            not (self.gestures.dragged or covered)
            and layout.part_at(x, y) == "view"
            and self.panes.landscape.newest is not None
        ):
            pixel = self.panes.pixel_at(self.view.shot(self.tour.position), x, y)
        film = self.recorder.status
        return Overlay(
            (*field_status(self.field, self.updates.sweeping), *(film,) * bool(film)),
            position_label(self.playback, self._total, bool(self.replay)),
            self.playback.position / max(1, self._total - 1),
            self.playback.playing,
            () if pixel is None else pixel_note(self.field, pixel),
            None if pixel is None else (x, y),
            self.helping,
            heading_height(layout.area) if overlaid else 0,
            None if overlaid else self.renderer.layout(layout.area).field,
        )

    def _tick(self, seconds: float) -> None:
        self._clock += seconds
        self.toast.tick(seconds)
        self.tour.update(Tick(seconds))
        if self.replay is not None and self.replay.episode is not None:
            self.replay.update(Tick(seconds))
        learned = self.lesson.tick(self)
        if learned:
            self.toast.say(learned)
        failure = self.updates.tick(seconds)
        limit(self.tour, self.field)
        if failure:
            self.toast.say(failure, 8.0)
        saved = self.recorder.finished()
        if saved:
            self.toast.say(saved, 6.0)

    def _key(self, key: Key) -> None:
        view = self.view
        match key.name:
            case "h" | "?":
                self.helping = next_help(self.helping, help_of("play"), self.size)
            case "escape" if self.helping:
                self.helping = 0
            case "escape" if self.lesson.on:
                self.toast.say(self.lesson.toggle(self))
            case "escape" if self.replay:
                self.open_replay(None)
            case "escape":
                self.toast.say(STAYS_OPEN)
            case "f1":
                self.toast.say(self.lesson.toggle(self))
            case "q":
                self.done = True
            case "s":
                picture = self.panes.picture(view.shot(self.tour.position))
                saved = screenshot(picture, f"{self.field.path.stem}-play", view.about(self.tour.position))
                whole = self.field.coverage.by_frame[self.tour.frame] == 1
                self.toast.say(saved if whole else f"{saved}; this frame is not swept to its end yet")
            case "z" | "Z":
                self.update(Wheel(view.area[1] // 2, view.area[0] // 2, 1 if key.name == "z" else -1))
            case "0" if view.settings.view == "dive":
                self.tour.seek(0.0)
            case "r":
                shot, about = view.shot(self.tour.position), view.about(self.tour.position)
                self.recorder.toggle(self.renderer, shot, self.tour, about)
            case _:
                message = view.key(key.name)
                if message is None and (self.replay or self.tour).update(key) and key.name in ("o", "+", "=", "-"):
                    message = speed_message(self.playback)
                if message:
                    self.toast.say(message, 1.5)

    def _pointer(self, event: Pointer) -> None:
        for gesture in self.gestures.update(event, self.layout.part_at(event.x, event.y)):
            match gesture.kind:
                case "click":
                    pixel = self.panes.pixel_at(self.view.shot(self.tour.position), gesture.x, gesture.y)
                    if pixel is not None:
                        self.open_replay(pixel)
                case "play":
                    self.playback.update(Key("space"))
                case "grab":
                    self.view.remember()
                case "drag":
                    self.view.drag(gesture.x, gesture.y, gesture.shift)
                case "seek":
                    self.playback.seek(share_at(self.layout.bar, gesture.x) * (self._total - 1))

    @property
    def _total(self) -> int:
        """The number of frames that the scrub bar stands for."""
        return self.replay.playback.frames if self.replay else len(self.field)


def limit(tour: Playback, field: GrowingField) -> None:
    """Let a tour play only the frames of a field that have been begun."""
    tour.frames = field.coverage.begun
    tour.wraps = field.tour.loop and tour.frames == len(field)
