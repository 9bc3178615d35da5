"""Export: a tour as it is seen in a window, as a film; and how fast tours are played.

T frames of the tour; H and W rows and columns of the film's.
"""

from pathlib import Path
from typing import Any

from render.film import Scene, length, play, to_and_fro
from render.views import OCTAVE, SHORTEST, STAY
from render.window.capture import Recording
from render.window.play.stage import Look, Stage
from render.window.playback import Mode
from render.window.viewport import Viewport
from sim.landscape.tour import Tour

FPS = 30.0  # of a film
FASTEST = 24.0  # frames of a tour a second, and so many last SHORTEST seconds at least


def rate(tour: Tour) -> float:
    """Frames of a tour a second: as films play it, an octave of a zoom in OCTAVE seconds."""
    if tour.name == "zoom":
        return max(1, len(tour) - 1) / (OCTAVE * max(1.0, float(tour.values[-1])))
    return min(FASTEST, len(tour) / SHORTEST)


def scene(stage: Stage, look: Look, viewport: Viewport, size: tuple[int, int], mode: Mode, frames: int) -> Scene:
    """The first `frames` frames of the tour in frames of `size` H, W: once round, once through, or there and back."""
    tour = stage.field.tour
    round_ = mode == "loop" and tour.loop and frames == len(tour)
    laps = frames if round_ else frames - 1
    count = max(1, round(FPS * laps / rate(tour)) + (not round_))

    def draw(number: int) -> Any:
        position = number * laps / count if round_ else number * laps / max(1, count - 1)
        return stage.draw(look, position, size, viewport)

    once = Scene(count, draw)
    return to_and_fro(once, round(STAY * FPS)) if mode == "ping-pong" else once


def record(film: Scene, path: Path, about: dict[str, Any]) -> Recording:
    """Start to encode a scene beside the window."""
    return Recording(play([film], FPS), path, FPS, about, length([film], FPS))
