"""Journey recorder: notes the places where the person rests, and films the way through them in a thread."""

import json
from pathlib import Path

from agents.errors import UserError
from agents.replacement import write_whole
from render.streams import say
from render.window.capture import Recorder, Recording, free_name
from render.window.explore.camera_path import camera_path
from render.window.explore.journey_film import JourneyFilmer
from render.window.explore.origin import Origin
from render.window.explore.painting import ColourSettings
from render.window.explore.place import Place
from render.window.explore.tiles import TileCache

RESTED = 0.8  # seconds after which a place is worth noting
FILM_SIZE, FILM_FPS = (360, 640), 30.0
MESSAGE_SECONDS = 8.0


class JourneyRecorder(Recorder):
    """The places noted so far while `places` is not None, and the film that is being made, if any."""

    def __init__(self, origin: Origin, tiles: TileCache) -> None:
        """Film around an origin; reuse and add to known `tiles`."""
        super().__init__()
        self._origin, self._tiles = origin, tiles
        self._filmer: JourneyFilmer | None = None
        self._about = ""  # the places of the film, as JSON
        self._rested = 0.0
        self.places: list[Place] | None = None

    def moved(self) -> None:
        """Note that the view has just moved: the rest at a place starts anew."""
        self._rested = 0.0

    def toggle(self, place: Place, colours: ColourSettings) -> str:
        """Start to note places, or film those that were noted; returns a message."""
        if self.film is not None:
            return "a film is still made; wait for it"
        if self.places is None:
            self.places = [place]
            return "recording: rest at places; r films the way through them"
        visited, self.places = [*self.places, place], None
        places = [place for at, place in enumerate(visited) if not at or place != visited[at - 1]]
        self._filmer = JourneyFilmer(self._origin.sampler, self._tiles, colours, FILM_SIZE)
        about = {"run": str(self._origin.path), "journey": [place.table() for place in places]}
        self._about = json.dumps(about)
        name = free_name(f"{self._origin.path.resolve().name}-journey", ".mp4")
        frames = self._filmer.frames(places, FILM_FPS)
        self.film = Recording(frames, name, FILM_FPS, about, len(camera_path(places, FILM_FPS)))
        return f"filming {len(places)} places into {name}"

    def tick(self, seconds: float, place: Place) -> str:
        """Let time pass at a place, and note it after a rest; returns a message once a film is finished, or ""."""
        self._rested += seconds
        if self.places is not None and self._rested >= RESTED and self.places[-1] != place:
            self.places.append(place)
        return self.finished()

    def close(self) -> None:
        """Stop an unfinished film, and save its places as JSON instead."""
        if self.film is None or self._filmer is None:
            return
        self._filmer.stopped.set()
        self.film.stop(keep=False)
        film = self.film.path
        if not film.exists():
            self._save_places(film)

    def _save_places(self, film: Path) -> None:
        kept = film.with_suffix(".json")
        try:
            write_whole(kept, self._about.encode())
        except UserError as error:
            say(str(error))
            return
        run = self._origin.path
        say(f"the film was not finished; foragescape explore {run} --journey {kept} --out {film} makes it")
