"""Tour film: films a tour as the window shows it.

T frames of the tour; H and W rows and columns of the film's.
"""

from typing import Any

from render.film import Scene, length, play, to_and_fro
from render.film_zoom import OCTAVE
from render.views import SHORTEST, STAY
from render.window.capture import Recorder, Recording, free_name
from render.window.play.field_renderer import FieldRenderer, Shot
from render.window.playback import Mode, Playback
from sim.landscape.tour import Tour

FPS = 30.0  # of the film
FASTEST = 24.0  # frames of a tour a second; a tour of few frames is slower, so that it lasts SHORTEST seconds


def rate(tour: Tour) -> float:
    """Frames of a tour a second; an octave of a zoom takes OCTAVE seconds, as in films."""
    if tour.name == "zoom":
        return max(1, len(tour) - 1) / (OCTAVE * max(1.0, float(tour.axis.values[-1])))
    return min(FASTEST, len(tour) / SHORTEST)


def scene(renderer: FieldRenderer, shot: Shot, mode: Mode, frames: int) -> Scene:
    """The first `frames` frames of the tour, shown like `shot`: once around, once through, or there and back."""
    tour = renderer.field.tour
    around = mode == "loop" and tour.loop and frames == len(tour)
    laps = frames if around else frames - 1
    count = max(1, round(FPS * laps / rate(tour)) + (not around))

    def draw(number: int) -> Any:
        position = number * laps / count if around else number * laps / max(1, count - 1)
        return renderer.draw(Shot(shot.settings, position, shot.size, shot.viewport, renderer.field.version))

    once = Scene(count, draw)
    return to_and_fro(once, round(STAY * FPS)) if mode == "ping-pong" else once


class TourRecorder(Recorder):
    """The film of a tour that is being encoded in a thread, if any."""

    @property
    def status(self) -> str:
        """How far the film is, or "" without one."""
        return self.film.message if self.film is not None else ""

    def toggle(self, renderer: FieldRenderer, shot: Shot, tour: Playback, about: dict[str, Any]) -> None:
        """Film the tour so far as `shot` shows it; or end the film that is being made."""
        if self.film is not None:
            self.film.stop(0)
            return
        film = scene(renderer, shot, tour.mode, tour.frames)
        path = free_name(f"{renderer.field.path.stem}-play", ".mp4")
        self.film = Recording(play([film], FPS), path, FPS, about, length([film], FPS))
