"""Easel: the picture of foragers at work as a window shows it, through a viewport that comes closer.

H and W rows and columns of the picture. Places are x, y in its pixels.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from render.legend import Frame
from render.picture import BACKGROUND
from render.window.background_renderer import BackgroundRenderer, fitted
from render.window.viewport import Viewport
from render.window.watch import watch_picture as picture
from render.window.watch.foraging import Foraging

FINEST = 2  # a picture that is looked at closely is painted so much larger
PAST = 64  # viewports that can be gone back to


@dataclass(frozen=True, slots=True)
class Moment:
    """All that a picture of `size` H, W depends on: who is seen, how far their lives are played, when, and how."""

    who: tuple[Any, ...]
    hovered: int
    time: float
    palette: str
    size: tuple[int, int]
    viewport: Viewport


class Easel:
    """The newest picture uint8 [H, W, 3]; one that is to show something else is painted in a thread."""

    def __init__(self, size: tuple[int, int]) -> None:
        """A picture of `size` H, W."""
        self.size = size
        self.viewport = self._fitting()
        self.canvas: BackgroundRenderer[Moment] = BackgroundRenderer()
        self._past: list[Viewport] = []
        self._thinking: tuple[object, Frame] | None = None

    def close(self) -> None:
        """Paint no more."""
        self.canvas.close()

    def resize(self, size: tuple[int, int]) -> None:
        """Take another size, and all of the picture."""
        if size != self.size:
            self.size, self._past = size, []
            self.viewport = self._fitting()

    def zoom(self, x: int, y: int, turns: int) -> None:
        """Come closer by notches of the wheel, at a place."""
        self._go(self.viewport.zoomed(x, y, turns))

    def grab(self) -> None:
        """A drag begins: what Backspace undoes is all of it."""
        self._past = [*self._past[-PAST:], self.viewport]

    def drag(self, dx: int, dy: int) -> None:
        """Move the picture by pixels."""
        self.viewport = self.viewport.panned(dx, dy)

    def fit(self) -> None:
        """See all of the picture."""
        self._go(self._fitting())

    def undo(self) -> None:
        """The viewport of before."""
        before = [each for each in self._past if each != self.viewport]
        if before:
            self.viewport, self._past = before[-1], before[:-1]

    def under(self, x: int, y: int) -> tuple[int, int]:
        """The place of the whole picture that is seen at a place, (-1, -1) outside."""
        pixel = self.viewport.pixel(x, y)
        return (pixel[1], pixel[0]) if pixel is not None else (-1, -1)

    def paint(self, show: Foraging, palette: str, hovered: int, max_wait: float | None = None) -> Frame:
        """The picture uint8 [H, W, 3] of this moment, or, after `max_wait` seconds, the newest that is finished.

        The very one of before where nothing changed; not to be written to.
        """
        moment, painter = self._moment(show, palette, hovered), show.painter(hovered)
        if painter is None:
            return self._darkened(moment)
        drawn = self.canvas.request(moment, partial(_painted, painter, moment), max_wait)
        return self._darkened(moment) if drawn is None else fitted(drawn.frame, self.size)

    def _moment(self, show: Foraging, palette: str, hovered: int) -> Moment:
        steps = show.driver.steps if show.driver is not None else -1
        ready = tuple(each is not None for each in show.replays) if show.view == "grid" else show.replay is not None
        team = tuple(each.key for each in show.team) if show.view == "grid" else ()
        who = (show.view, show.maze, show.forager.key, team, ready, steps)
        return Moment(who, hovered, show.clock.time, palette, self.size, self.viewport)

    def _darkened(self, moment: Moment) -> Frame:
        """What was there before, darker, while a life is being played."""
        before = self.canvas.newest
        key = (moment.who, moment.size, before)
        if self._thinking is None or self._thinking[0] != key:
            bare = np.full((*self.size, 3), BACKGROUND, np.uint8)
            frame = bare if before is None else np.array(fitted(before.frame, self.size))
            picture.put_thinking(frame)
            self._thinking = key, frame
        return self._thinking[1]

    def _fitting(self) -> Viewport:
        return Viewport.fitting(self.size, (0, 0, self.size[1], self.size[0]))

    def _go(self, viewport: Viewport) -> None:
        if viewport != self.viewport:
            self.grab()
            self.viewport = viewport


def _painted(painter: picture.Painter, moment: Moment) -> Frame:
    """The picture of a moment, through its viewport: what is looked at closely is painted finer."""
    (height, width), viewport = moment.size, moment.viewport
    finer = FINEST if viewport.zoom > 1 else 1
    frame = np.full((finer * height, finer * width, 3), BACKGROUND, np.uint8)
    picture.paint_or_say(painter, frame, moment.time, moment.palette)
    if viewport.zoom <= 1:
        return frame
    fine = (frame.shape[0], frame.shape[1])
    larger = Viewport(
        fine, (0, 0, width, height), viewport.zoom, viewport.x * fine[1] / width, viewport.y * fine[0] / height
    )
    return larger.draw(frame)
