"""Explorer: the model of the window on a run's landscape, which can be zoomed like a fractal.

H and W rows and columns of the window. Events change the place; a worker computes it, a painter colours it, and each
frame shows what is finished by then.
"""

from dataclasses import replace

import numpy as np

from agents.errors import UserError
from render.window.background_renderer import Rendered
from render.window.controls import note_box, overlap
from render.window.event import Event, Frame, Key, Paste, Pointer, Resize, Tick, Wheel
from render.window.explore.explorer_keys import COMMANDS
from render.window.explore.explorer_lesson import STEPS
from render.window.explore.explorer_session import ExplorerSession
from render.window.explore.landscape_panel import LandscapePanel, put_landscape_panel, put_progress
from render.window.explore.origin import Origin
from render.window.explore.painting import ColourSettings
from render.window.explore.panel_contents import panel_contents, still_contents, window_title
from render.window.explore.picked_foragers import Pick
from render.window.explore.place import Place
from render.window.explore.side_panel import panel_width
from render.window.explore.side_panel_picture import SidePanelPicture
from render.window.key_help import next_help, put_help
from render.window.key_table import STAYS_OPEN, help_of
from render.window.lesson import Lesson, card_box, put_lesson
from render.window.playback import KEYS as PLAYBACK_KEYS

NOTCH = 0.25  # octaves of a notch of the wheel; touchpads turn it by fractions
SLACK = 4  # pixels that the mouse must move to turn a click into a drag
OUTSIDE = (-1, -1)
OPENING = 2.0  # seconds; a screen or a window manager has given a new window its size by then


class Explorer:
    """Handles the events of the window and draws its frames; the state is in `session`."""

    def __init__(
        self,
        origin: Origin,
        place: Place | None = None,
        size: tuple[int, int] = (720, 1280),
        colours: ColourSettings | None = None,
    ) -> None:
        """Start at a place, by default around the origin's genome, in a window of H, W.

        The window may open in another size: until the person does something, it shows the same radius in any size.
        """
        self._start, self._opening = place or origin.home(), OPENING  # the seconds that are left of the opening
        self.session = ExplorerSession(origin, self._start, size, colours)
        self.size, self.done, self.help = size, False, 0  # the page of the help, if any
        self._cursor, self._pressed, self._dragging, self._seeking = OUTSIDE, OUTSIDE, False, False
        self._frame: Frame | None = None
        self.lesson = Lesson(STEPS)
        self._drawn: object = None  # all that the last frame was drawn from
        self.session.toast.say("h lists the keys, F1 begins a short tour; click a pixel, and its forager runs", 6.0)

    def update(self, event: Event) -> None:
        """Handle one event."""
        if isinstance(event, Key | Wheel | Paste) or (isinstance(event, Pointer) and event.kind == "press"):
            self._opening = 0.0
        match event:
            case Resize(width, height):
                self._resize((height, width))
            case Tick(seconds):
                self._opening -= seconds
                self.session.tick(seconds)
                self.session.say(self.lesson.tick(self.session))
            case Wheel(x, y, turns):
                lens = self.session.navigation.lens
                if turns and lens.contains(x, y):
                    self.session.move(lens.zoomed(NOTCH * turns, x, y), "zoom")
            case Pointer():
                self._point(event)
            case Key(name):
                self._press(name)
            case Paste(text):
                self.session.paste(text)

    def copied(self) -> str:
        """The visible place and its colours as a line of text."""
        return self.session.copy()

    def draw(self) -> Frame:
        """The frame [H, W, 3]; the same array as before where nothing has changed."""
        session = self.session
        session.refresh()
        panel = panel_contents(session, self._cursor, with_note=not (self.help or self._dragging))
        progress, toast = session.pipeline.progress, session.toast
        beside = session.side_panel.request(self.side_panel_size, session.colours.palette)
        words = (toast.text, toast.shown, self.help, self.lesson.words)
        drawn = (panel, progress, session.foragers.shown, beside, words, self.size)
        if self._frame is None or drawn != self._drawn:
            self._frame, self._drawn = self._compose(panel, progress, beside), drawn
        return self._frame

    def close(self) -> None:
        """Stop all threads."""
        self.session.close()

    @property
    def title(self) -> str:
        """The run and the visible place."""
        return window_title(self.session)

    @property
    def side_panel_size(self) -> tuple[int, int]:
        """H and W of the part of the window that shows the picked foragers."""
        return self.size[0], self.size[1] - self.session.navigation.lens.shape[1]

    def _resize(self, size: tuple[int, int]) -> None:
        """Take a new size; the middle of the view stays in the middle."""
        navigation = self.session.navigation
        if self._opening > 0:
            self.size = size
            navigation.open_at(self._start, size)
            return
        before = navigation.lens.shape
        self.size = size
        self._lay_out()
        now = navigation.lens.shape
        navigation.shift_by(before[1] // 2 - now[1] // 2, before[0] // 2 - now[0] // 2)

    def _lay_out(self) -> None:
        """Give the landscape the width that the side panel leaves."""
        beside = panel_width(self.size) if self.session.foragers.shown else 0
        self.session.navigation.resize((self.size[0], self.size[1] - beside))

    def _point(self, event: Pointer) -> None:
        """Handle the mouse: seek in the side panel; in the landscape drag, or pick the clicked pixel."""
        here, session = (event.x, event.y), self.session
        navigation, panel = session.navigation, session.side_panel
        x = event.x - navigation.lens.shape[1]  # in the side panel
        if event.kind == "press" and event.button == 1:
            if panel.on_button(self.side_panel_size, x, event.y):
                self._press("space")
                return
            self._seeking = panel.on_bar(self.side_panel_size, x, event.y)
        if self._seeking:
            panel.seek(self.side_panel_size, x)
            self._seeking = event.kind != "release"
        elif event.kind == "press" and event.button == 1 and navigation.lens.contains(*here):
            self._pressed, self._dragging = here, False
        elif event.kind == "release" and event.button == 1:
            if self._pressed != OUTSIDE and not self._dragging:
                self._pick(*self._pressed, event.shift)
            self._pressed, self._dragging = OUTSIDE, False
        elif event.kind == "move":
            self._cursor = here
            right, down = self._pressed[0] - event.x, self._pressed[1] - event.y
            if self._pressed != OUTSIDE and (self._dragging or max(abs(right), abs(down)) >= SLACK):
                session.move(navigation.lens.moved(right, down), "drag")
                self._dragging, self._pressed = True, here

    def _pick(self, x: int, y: int, second: bool) -> None:
        """Play the forager of a pixel of the landscape."""
        session, navigation = self.session, self.session.navigation
        point = navigation.view.point(*navigation.lens.point_at(x, y))
        genome = navigation.sampler.plane.at(point, navigation.view.window.dtype)
        try:
            session.foragers.pick(Pick(*point, genome, navigation.sampler), second)
        except UserError as error:
            session.say(str(error))
        self._lay_out()

    def _press(self, name: str) -> None:
        """Handle a key: those of the window first, then those of the picked foragers, then the commands."""
        session = self.session
        if name in ("h", "?"):
            self.help = next_help(self.help, help_of("explore"), self.size)
        elif name == "escape" and self.help:
            self.help = 0
        elif name == "f1" or (name == "escape" and self.lesson.on):
            session.say(self.lesson.toggle(session))
        elif name == "q":
            self.done = True
        elif name == "escape" and session.foragers.shown:
            session.foragers.clear()
            self._lay_out()
        elif name == "escape":
            session.say(STAYS_OPEN)
        elif name == "s":
            session.say(session.stills.save(still_contents(session, self.size)))
        elif (message := session.foragers.press(name)) is not None:
            session.say(message)
        elif name in COMMANDS:
            COMMANDS[name](session)
        elif name in PLAYBACK_KEYS:
            session.say("click a pixel: its forager plays")

    def _compose(self, panel: LandscapePanel, progress: float, beside: Rendered[SidePanelPicture] | None) -> Frame:
        frame, session = np.empty((*self.size, 3), np.uint8), self.session
        width = session.navigation.lens.shape[1]
        left, overlay = frame[:, :width], panel.overlay
        card = card_box((self.size[0], width), self.lesson.words)
        if card and overlay.note and overlap(card, note_box((self.size[0], width), overlay.note, overlay.cursor)):
            panel = replace(panel, overlay=replace(overlay, note=()))
        box = put_landscape_panel(left, panel)
        put_progress(left, progress)
        if session.foragers.shown:
            session.side_panel.put(frame[:, width:], beside)
        if self.help:
            put_help(frame, "Explore the landscape", help_of("explore"), self.help)
        else:
            session.toast.put(left, past=box)
            put_lesson(left, self.lesson.words)
        return frame
