"""Keepsakes: pictures and films of foragers at work, saved from their window.

H and W rows and columns of a frame.
"""

from typing import Any

import numpy as np

from render.legend import Frame
from render.window.capture import Recording, free_name, screenshot
from render.window.watch.foraging import Foraging
from render.window.watch.watch_picture import shots

FPS = 30.0
LONGEST = 120.0  # seconds of a film
HOLD = 1.0  # seconds that a film stays at its end


class Keepsakes:
    """What is saved, under free names in a folder; a film is encoded beside the window."""

    def __init__(self) -> None:
        """Nothing is saved yet."""
        self._recording: Recording | None = None

    @property
    def progress(self) -> str:
        """How far the film is, in a few words; empty where there is none."""
        film = self._recording
        return f"filming {100 * film.count // film.total} %" if film is not None and not film.done else ""

    def picture(self, frame: Frame, show: Foraging, palette: str) -> str:
        """Save a frame [H, W, 3] as a PNG; what to tell."""
        return screenshot(frame, _stem(show), _about(show, palette))

    def film(self, show: Foraging, size: tuple[int, int], palette: str) -> str:
        """Film the life that is shown, from its beginning as far as it is, at its speed; what to tell.

        Where a film is being made, end it instead.
        """
        if self._recording is not None:
            self._recording.stop(seconds=0.0)
            return "the film ends here"
        painter = show.painter()
        if painter is None or show.reached == 0:
            return "there is nothing to film yet"
        seconds = min(LONGEST, max(1.0, show.reached / show.clock.rate))
        moving = np.linspace(0.0, show.reached, round(FPS * seconds)).tolist()
        times = moving + [show.reached] * round(FPS * HOLD)
        path = free_name(_stem(show, moment=False), ".mp4")
        about = _about(show, palette)
        self._recording = Recording(shots(painter, times, size, palette), path, FPS, about, len(times))
        return f"filming {len(times) / FPS:.0f} s into {path}"

    def tick(self) -> str:
        """What became of a film, once it is done."""
        if self._recording is None or not self._recording.done:
            return ""
        told, self._recording = self._recording.message, None
        return told

    def close(self) -> None:
        """End a film that is being made; it is kept as far as it is."""
        if self._recording is not None:
            self._recording.stop()


def _stem(show: Foraging, *, moment: bool = True) -> str:
    who = f"{show.view}-g{show.forager.generation}" if show.view != "grid" else "grid"
    at = f"-step{int(show.clock.time)}" if moment else ""
    return f"watch-{show.cast.run.path.resolve().name}-{who}-maze{show.maze}{at}"


def _about(show: Foraging, palette: str) -> dict[str, Any]:
    shown = {"view": show.view, "split": show.split, "maze": show.maze, "step": show.clock.time, "palette": palette}
    foragers = show.team if show.view == "grid" else [show.forager]
    generations = sorted({each.generation for each in foragers})
    seed = show.cast.config.seed
    return {"window": "watch", "run": str(show.cast.run.path), "seed": seed, "generations": generations, **shown}
