"""Watch capture: saves pictures and films of the watch window.

H and W rows and columns of a frame.
"""

import shlex
from typing import Any

import numpy as np

from render.legend import Frame
from render.window.capture import Recording, free_name, screenshot
from render.window.watch.score_card import score_card
from render.window.watch.watch_picture import duel_sides, shots
from render.window.watch.watch_session import WatchSession

FPS = 30.0
LONGEST = 120.0  # seconds of a film
HOLD = 1.0  # seconds that a film stays at its end


class WatchCapture:
    """Saves under free names in the working directory; a thread encodes at most one film at a time."""

    def __init__(self) -> None:
        """No film is being made."""
        self._recording: Recording | None = None

    @property
    def progress(self) -> str:
        """How far the film is, in a few words; "" without one."""
        film = self._recording
        return f"filming {100 * film.count // film.total} %" if film is not None and not film.done else ""

    def save_picture(self, frame: Frame, session: WatchSession, palette: str) -> str:
        """Save a frame [H, W, 3] as a PNG; returns a message."""
        return screenshot(frame, _stem(session), _about(session, palette))

    def save_card(self, session: WatchSession, palette: str) -> str:
        """Save the score card of a duel that is over; returns a message."""
        replay, driver, foragers = session.replay, session.playhead.driver, session.foragers
        if replay is None or driver is None:
            return "there is no duel whose score could be saved"
        sides = duel_sides(replay, driver, foragers.one)
        command = f"foragescape watch {shlex.quote(str(foragers.follower.run.path))} --play --maze {session.maze}"
        card = score_card(replay, driver, sides, foragers.one.generation, command, palette)
        about = {**_about(session, palette), "you": driver.pellets, "other": replay.episode.pellets}
        return screenshot(card, f"{_stem(session, moment=False)}-score", about)

    def toggle_film(self, session: WatchSession, size: tuple[int, int], palette: str) -> str:
        """Film the visible episode from its start, at its speed; or end the film that is being made.

        Returns a message.
        """
        if self._recording is not None:
            self._recording.stop(seconds=0.0)
            return "the film ends here"
        painter, reached = session.painter(), session.playhead.reached
        if painter is None or reached == 0:
            return "there is nothing to film yet"
        seconds = min(LONGEST, max(1.0, reached / session.playhead.clock.rate))
        moving = np.linspace(0.0, reached, round(FPS * seconds)).tolist()
        times = moving + [reached] * round(FPS * HOLD)
        path = free_name(_stem(session, moment=False), ".mp4")
        about = _about(session, palette)
        self._recording = Recording(shots(painter, times, size, palette), path, FPS, about, len(times))
        return f"filming {len(times) / FPS:.0f} s into {path}"

    def tick(self) -> str:
        """Returns a message once a film is finished or has failed, else ""."""
        if self._recording is None or not self._recording.done:
            return ""
        message, self._recording = self._recording.message, None
        return message

    def close(self) -> None:
        """End a film that is being made; its frames so far are kept."""
        if self._recording is not None:
            self._recording.stop()


def _stem(session: WatchSession, *, moment: bool = True) -> str:
    """The start of a file's name: what it shows."""
    who = f"{session.view}-g{session.foragers.one.generation}" if session.view != "grid" else "grid"
    at = f"-step{int(session.playhead.clock.time)}" if moment else ""
    return f"{session.foragers.follower.run.path.resolve().name}-watch-{who}-maze{session.maze}{at}"


def _about(session: WatchSession, palette: str) -> dict[str, Any]:
    """The metadata of a picture or film, as JSON data."""
    foragers, time = session.foragers, session.playhead.clock.time
    visible = foragers.team if session.view == "grid" else [foragers.one]
    return {
        "window": "watch",
        "run": str(foragers.follower.run.path),
        "seed": foragers.follower.config.seed,
        "generations": sorted({forager.generation for forager in visible}),
        "view": session.view,
        "split": session.split,
        "maze": session.maze,
        "step": time,
        "palette": palette,
    }
