"""Visit: where the explorer is on the landscape of a run, how it got there, and what runs beside.

H and W rows and columns of a view.
"""

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from agents.errors import UserError
from agents.files import replace_file
from render.streams import say
from render.window.capture import Recording, free_name
from render.window.controls import Toast
from render.window.explore.beside import Beside
from render.window.explore.bookmarks import Bookmarks
from render.window.explore.journey import Filmer, path
from render.window.explore.painter import Look, Painter, Painting
from render.window.explore.pilot import Pilot
from render.window.explore.place import Ground, Land, Origin, Place
from render.window.explore.sight import Shift
from render.window.explore.tiles import Grid, Tiles
from render.window.explore.view import LOWEST, View, deepest
from render.window.explore.worker import Worker

EASE = 0.14  # seconds that a zoom takes to be seen
DRIFT = 1.4  # the same on autopilot
TOGETHER = 0.7  # seconds within which changes of one kind are undone at once
RESTED = 0.8  # seconds after which a place is worth recording
MOST_UNDONE = 500
FILM_SIZE, FILM_FPS = (360, 640), 30.0


class Visit:
    """The place, the threads that compute and paint it, and all that is said about it."""

    def __init__(self, origin: Origin, place: Place, size: tuple[int, int], folder: Path | None) -> None:
        """Begin at a place, seen at `size` H, W; pictures and films are saved in `folder`, or where we are."""
        self.origin, self.folder = origin, folder
        self._ground_of = lru_cache(8)(origin.ground)
        self.ground: Ground = self._ground_of(place.land)
        self.view = View.of(place.x, place.y, place.radius, size)
        self.bookmarks = Bookmarks.read(origin.path / "bookmarks.json")
        self.tiles, self.worker, self.painter = Tiles(), Worker(), Painter()
        self.beside, self.pilot = Beside(self.worker), Pilot(self.worker)
        self.toast, self.look = Toast(), Look()
        self.journey: list[Place] | None = None
        self.film: Recording | None = None
        self._filmer: Filmer | None = None
        self._filmed = ""  # the places of the film, as JSON
        self._grid: Grid | None = None
        self._undo: list[tuple[Land, View]] = []
        self._changed, self._clock, self._rest = (-9.0, ""), 0.0, 0.0
        self._ease: tuple[View, float, float] | None = None
        self._under: Painting | None = None

    @property
    def land(self) -> Land:
        """The land that is seen."""
        return self.ground.land

    @property
    def place(self) -> Place:
        """The place that is seen."""
        window = self.view.window
        return Place(self.land, window.x, window.y, window.radius)

    @property
    def settled(self) -> bool:
        """Whether all that is seen is exact, and painted."""
        painting = self.painter.painting
        if self._grid is None or self.worker.busy or self.painter.busy or painting is None:
            return False
        return (painting.view, painting.land) == (self.view, self.land) and bool(painting.known.all())

    @property
    def shift(self) -> Shift:
        """Where the view's left upper pixel is on its way to its place, x and y, and how large its pixels are there."""
        if self._ease is None:
            return 0.0, 0.0, 1.0
        old, left, whole = self._ease
        x, y, scale = self.view.offset(old)
        rest = left / whole
        now = scale ** (rest * rest * (3 - 2 * rest))
        part = (now - 1) / (scale - 1)
        return -x * part / now, -y * part / now, 1 / now

    @property
    def under(self) -> Painting | None:
        """What was painted before the view began to move, as long as it moves."""
        return self._under if self._ease is not None else None

    def go(self, land: Land, view: View, kind: str = "") -> None:
        """See another place, or say why not; changes of one `kind` in quick succession are undone together."""
        ground = self._ground_of(land)
        if (land, view) == (self.land, self.view):
            return
        if view.level > self.view.level and view.level > (floor := deepest(ground.plane, view)):
            self.toast.say(f"float64's floor: it tells no pixels closer than {2.0**-floor:.1g} norms apart here")
            return
        if view.level < LOWEST:
            self.toast.say("any wider is dust")
            return
        when, what = self._changed
        if kind != "undo" and not (kind and kind == what and self._clock - when < TOGETHER):
            self._undo = [*self._undo[-MOST_UNDONE:], (self.land, self.view)]
        if view.window.dtype != self.view.window.dtype:
            self.toast.say(f"{view.window.dtype} from here on: pixels are {view.pixel:.1g} norms apart")
        self._changed = (self._clock, kind)
        eased = land == self.land and view.level != self.view.level
        seconds = DRIFT if kind == "autopilot" else EASE
        self._ease = (self.view, seconds, seconds) if eased else None
        self._under = self.painter.painting
        self.ground, self.view, self._grid, self._rest = ground, view, None, 0.0

    def visit(self, place: Place) -> None:
        """See a place that was kept, or say why not."""
        try:
            self.go(place.land, View.of(place.x, place.y, place.radius, self.view.shape))
        except UserError as error:
            self.toast.say(str(error))

    def relocate(self, kind: str, **changes: float) -> bool:
        """See the same window of a land with these changes; or say why not, and False."""
        try:
            land = replace(self.land, **changes)  # type: ignore[arg-type]
            self.go(land, self.view, kind)
        except UserError as error:
            self.toast.say(str(error))
            return False
        return True

    def undo(self) -> None:
        """Go back to the place before."""
        if not self._undo:
            self.toast.say("nothing to undo")
            return
        land, view = self._undo.pop()
        self.go(land, view.resized(self.view.shape), "undo")

    def lay_out(self, shape: tuple[int, int]) -> None:
        """The view has another H, W; its left upper corner stays."""
        self.view, self._grid = self.view.resized(shape), None

    def shift_by(self, right: int, down: int) -> None:
        """See so many pixels further, at once: nothing that is undone."""
        self.view, self._grid = self.view.moved(right, down), None

    def tick(self, seconds: float) -> None:
        """Time goes by."""
        self._clock += seconds
        self._rest += seconds
        self.toast.tick(seconds)
        if self._ease is not None:
            view, left, whole = self._ease
            self._ease = (view, left - seconds, whole) if left > seconds else None
        said = self.beside.tick(seconds)
        if said:
            self.toast.say(said)
        onward = self.pilot.tick(seconds, self.ground, self.view)
        if onward is not None:
            self.go(self.land, onward.resized(self.view.shape), "autopilot")
        if self.journey is not None and self._rest >= RESTED and self.journey[-1] != self.place:
            self.journey.append(self.place)
        if self.film is not None and self.film.done:
            self.toast.say(self.film.message, 8.0)
            self.film = None

    def refresh(self) -> bool:
        """Have computed and painted what is seen; whether there is a new painting."""
        if self._grid is None:
            self._grid = self.tiles.grid(self.land, self.view)
            self.worker.look(self.ground, self.view, self._grid)
        return self.painter.ask(self._grid, self.land, self.view, self.look, self.worker.revision)

    def record(self) -> None:
        """Begin to note where one rests; or film the way through these places, in a thread."""
        if self.film is not None:
            self.toast.say("a film is still made; wait for it")
            return
        if self.journey is None:
            self.journey = [self.place]
            self.toast.say("recording: rest at places; r films the way through them")
            return
        visited, self.journey = [*self.journey, self.place], None
        places = [place for at, place in enumerate(visited) if not at or place != visited[at - 1]]
        self._filmer = Filmer(self.origin.ground, self.tiles, self.look, FILM_SIZE)
        about = {"run": str(self.origin.path), "journey": [place.table() for place in places]}
        self._filmed = json.dumps(about)
        name = free_name(f"{self.origin.path.resolve().name}-journey", ".mp4", self.folder)
        self.film = Recording(self._filmer.frames(places, FILM_FPS), name, FILM_FPS, about, len(path(places, FILM_FPS)))
        self.toast.say(f"filming {len(places)} places into {name}")

    def close(self) -> None:
        """Stop what runs beside the window; of an unfinished film the places are kept."""
        self.worker.close()
        self.painter.close()
        self.beside.close()
        if self.film is not None and self._filmer is not None:
            self._filmer.stopped.set()
            self.film.stop(keep=False)
            self._keep_journey(self.film.path)

    def _keep_journey(self, film: Path) -> None:
        """The places of a film that was not finished are kept beside it."""
        if film.exists():
            return
        try:
            replace_file(film.with_suffix(".json"), self._filmed.encode())
        except UserError as error:
            say(str(error))
            return
        kept = film.with_suffix(".json")
        say(f"the film was not finished; foragescape explore {self.origin.path} --journey {kept} --out {film} makes it")
