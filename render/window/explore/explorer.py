"""Explorer: the landscape of a run as a fractal, live: the model of the window.

H and W rows and columns of the window. Events change which place is seen; a worker computes it, a painter colours it,
and each frame shows what there is by then.
"""

import time
from pathlib import Path

import numpy as np

from agents.errors import UserError
from render import labels
from render.window.background_renderer import Rendered
from render.window.capture import screenshot
from render.window.controls import Toast
from render.window.event import Event, Frame, Key, Pointer, Resize, Tick, Wheel
from render.window.explore.beside import KEYS as PLAYING
from render.window.explore.beside import Pick
from render.window.explore.explorer_keys import COMMANDS, HELP
from render.window.explore.lives import Lives
from render.window.explore.place import Origin, Place
from render.window.explore.sight import Sight, Words, captioned, panel_width, put_progress, put_sight
from render.window.explore.tiles import COARSEST
from render.window.explore.view import deepest
from render.window.explore.visit import Visit
from render.window.key_help import put_help
from sim.landscape.objective import Objective

SLACK = 4  # pixels that the mouse moves until a click is a drag
AWAY = (-1, -1)
FAR = 1e6  # pixels


class Explorer:
    """A visit, what the mouse does there, and the frames that show it."""

    def __init__(
        self,
        origin: Origin,
        place: Place | None = None,
        size: tuple[int, int] = (720, 1280),
        folder: Path | None = None,
    ) -> None:
        """Begin at a place, by default around the champion; pictures and films are saved in `folder`, or here."""
        self.visit = Visit(origin, place or origin.home(), size, folder)
        self.size, self.done, self.help = size, False, False
        self._cursor, self._pressed, self._dragging, self._seeking = AWAY, AWAY, False, False
        self._frame: Frame | None = None
        self._drawn: object = None
        self.visit.toast.say("h lists the keys; click a pixel, and its forager runs", 6.0)

    def update(self, event: Event) -> None:
        """Take in one event."""
        match event:
            case Resize(width, height):
                self._resize((height, width))
            case Tick(seconds):
                self.visit.tick(seconds)
            case Wheel(x, y, turns):
                if turns and self._over(x, y):
                    self.visit.go(self.visit.land, self.visit.view.zoomed(turns, x, y), "zoom")
            case Pointer():
                self._point(event)
            case Key(name):
                self._press(name)

    def draw(self) -> Frame:
        """The frame [H, W, 3]; the same array as before where nothing has changed."""
        visit = self.visit
        visit.refresh()
        sight, share, beside = self._sight(), self._share(), visit.beside
        lives = beside.ask(self._panel, visit.look.palette)
        drawn = (sight, share, beside.shown, lives, visit.toast.text, visit.toast.shown, self.help, self.size)
        if self._frame is None or drawn != self._drawn:
            self._frame, self._drawn = self._compose(sight, share, lives), drawn
        return self._frame

    def wait(self, seconds: float = 60.0) -> bool:
        """Let it compute until the picture is exact, or the time is over; whether it is."""
        end = time.perf_counter() + seconds
        while not self.visit.settled and time.perf_counter() < end:
            self.visit.refresh()
            time.sleep(0.002)
        return self.visit.settled

    def close(self) -> None:
        """Stop what runs beside the window."""
        self.visit.close()

    def _over(self, x: int, y: int) -> bool:
        return 0 <= x < self.visit.view.width and 0 <= y < self.visit.view.height

    @property
    def _panel(self) -> tuple[int, int]:
        """H and W of the part where the foragers are."""
        return self.size[0], self.size[1] - self.visit.view.width

    def _resize(self, size: tuple[int, int]) -> None:
        """What is in the middle of the view stays there."""
        before = self.visit.view
        self.size = size
        self._lay_out()
        now = self.visit.view
        self.visit.shift_by(before.width // 2 - now.width // 2, before.height // 2 - now.height // 2)

    def _lay_out(self) -> None:
        aside = panel_width(self.size) if self.visit.beside.shown else 0
        self.visit.lay_out((self.size[0], self.size[1] - aside))

    def _point(self, event: Pointer) -> None:
        here, visit = (event.x, event.y), self.visit
        x = event.x - visit.view.width  # in the panel
        if event.kind == "press" and event.button == 1 and visit.beside.on_bar(self._panel, x, event.y):
            self._seeking = True
        if self._seeking:
            visit.beside.seek(self._panel, x)
            self._seeking = event.kind != "release"
        elif event.kind == "press" and event.button == 1 and self._over(*here):
            self._pressed, self._dragging = here, False
        elif event.kind == "release" and event.button == 1:
            if self._pressed != AWAY and not self._dragging:
                self._pick(*self._pressed, event.shift)
            self._pressed, self._dragging = AWAY, False
        elif event.kind == "move":
            self._cursor = here
            right, down = self._pressed[0] - event.x, self._pressed[1] - event.y
            if self._pressed != AWAY and (self._dragging or max(abs(right), abs(down)) >= SLACK):
                visit.go(visit.land, visit.view.moved(right, down), "drag")
                self._dragging, self._pressed = True, here

    def _pick(self, x: int, y: int, second: bool) -> None:
        visit = self.visit
        point = visit.view.point(x, y)
        genome = visit.ground.plane.at(point, visit.view.window.dtype)
        try:
            visit.beside.pick(Pick(*point, genome, visit.ground), second)
        except UserError as error:
            visit.toast.say(str(error))
        self._lay_out()

    def _press(self, name: str) -> None:
        visit = self.visit
        if name in ("h", "?") or (self.help and name == "escape"):
            self.help = not self.help
        elif name == "q" or (name == "escape" and not visit.beside.shown):
            self.done = True
        elif name == "escape":
            visit.beside.clear()
            self._lay_out()
        elif name == "s":
            self._save()
        elif (said := visit.beside.press(name)) is not None:
            if said:
                visit.toast.say(said)
        elif name in COMMANDS:
            COMMANDS[name](visit)
        elif name in PLAYING:
            visit.toast.say("click a pixel: its forager plays")

    def _save(self) -> None:
        visit = self.visit
        about = {"run": str(visit.origin.path), "place": visit.place.table()}
        help_, toast, self.help, visit.toast = self.help, visit.toast, False, Toast()
        frame = self.draw()
        self.help, visit.toast = help_, toast
        toast.say(screenshot(frame, f"{visit.origin.path.resolve().name}-explore", about, visit.folder))

    def _compose(self, sight: Sight, share: float, lives: Rendered[Lives] | None) -> Frame:
        frame, visit = np.empty((*self.size, 3), np.uint8), self.visit
        left = frame[:, : visit.view.width]
        box = put_sight(left, sight)
        put_progress(left, share)
        if visit.beside.shown:
            visit.beside.put(frame[:, visit.view.width :], lives)
        if self.help:
            put_help(frame, "Explore the landscape", HELP)
        else:
            visit.toast.put(left, past=box)
        return frame

    def _share(self) -> float:
        """How far the passes are, 0 to 1; the pixels of each are four times those of the one before."""
        if not self.visit.worker.busy:
            return 1.0
        return 1 / max(1, self.visit.worker.stride) - 1 / COARSEST

    def _sight(self) -> Sight:
        visit, land, objective = self.visit, self.visit.land, self.visit.ground.objective
        title = f"Around the {'champion' if isinstance(objective, Objective) else 'genome'}"
        told = Words(
            f"{title}, plane {land.seed}" if land.seed else title,
            captioned(visit.view, land, objective, visit.origin.machine.where),
            labels.bar(objective),
        )
        marks = tuple(self._pixel(pick) for pick in visit.beside.picks)
        return Sight(
            visit.painter.painting,
            visit.under,
            visit.view,
            visit.shift,
            visit.look,
            told,
            self._status(),
            visit.journey is not None,
            marks,
            self._note(),
            self._cursor,
        )

    def _status(self) -> tuple[str, ...]:
        visit, lines = self.visit, []
        if visit.journey is not None:
            lines.append(f"recording, {len(visit.journey)} places; r films them")
        if visit.pilot.on:
            lines.append("autopilot, coming up" if visit.pilot.rising else "autopilot, diving")
        if visit.film is not None:
            lines.append(visit.film.message)
        if visit.view.window.dtype == "float64":
            floor = visit.view.level >= deepest(visit.ground.plane, visit.view)
            lines.append("float64's floor: no pixels are closer than these" if floor else "float64")
        return tuple(lines)

    def _pixel(self, pick: Pick) -> tuple[int, int]:
        """Where a forager's pixel lies in the view, far off where it is of another land."""
        view = self.visit.view
        if pick.ground.land != self.visit.land:
            return round(-FAR), round(-FAR)
        x, y = pick.x / view.pixel - view.left, -pick.y / view.pixel - view.top
        return round(min(FAR, max(-FAR, x))), round(min(FAR, max(-FAR, y)))

    def _note(self) -> tuple[str, ...]:
        """What is known of the pixel under the cursor."""
        visit, (x, y) = self.visit, self._cursor
        painting = visit.painter.painting
        if painting is None or self.help or self._dragging or not self._over(x, y):
            return ()
        if (painting.view, painting.land) != (visit.view, visit.land) or np.isnan(painting.heights[y, x]):
            return ()
        value = labels.value(visit.ground.objective, f"{painting.heights[y, x]:.4g}", visit.land.mazes)
        point = visit.view.point(x, y)
        genome = visit.origin.genome.astype(np.float64)
        away = np.linalg.norm(visit.ground.plane.at(point, np.float64) - genome) / np.linalg.norm(genome)
        digits = max(3, 2 + visit.view.level // 3)
        return (
            value if painting.known[y, x] else f"about {value}, guessed",
            f"x {point[0]:.{digits}f}, y {point[1]:.{digits}f}",
            f"{away:.3g} ‖g‖ from the {'champion' if visit.origin.layout else 'genome'}",
        )
