"""Easel: the picture of foragers at work as a window shows it, through a lens that comes closer.

H and W rows and columns of the picture. Places are x, y in its pixels.
"""

from typing import Any

import numpy as np

from render.legend import Frame
from render.picture import BACKGROUND
from render.window.lens import Lens
from render.window.watch import watch_picture as picture
from render.window.watch.foraging import Foraging

FINEST = 2  # a picture that is looked at closely is painted so much larger
PAST = 64  # lenses that can be gone back to


class Easel:
    """The newest picture uint8 [H, W, 3], painted anew where something changed."""

    def __init__(self, size: tuple[int, int]) -> None:
        """A picture of `size` H, W."""
        self.size = size
        self.lens = self._fitting()
        self.picture: Frame = np.full((*size, 3), BACKGROUND, np.uint8)
        self._past: list[Lens] = []
        self._key: Any = None

    def resize(self, size: tuple[int, int]) -> None:
        """Take another size, and all of the picture."""
        if size != self.size:
            self.size, self._past = size, []
            self.lens = self._fitting()

    def zoom(self, x: int, y: int, turns: int) -> None:
        """Come closer by notches of the wheel, at a place."""
        self._go(self.lens.zoomed(x, y, turns))

    def grab(self) -> None:
        """A drag begins: what Backspace undoes is all of it."""
        self._past = [*self._past[-PAST:], self.lens]

    def drag(self, dx: int, dy: int) -> None:
        """Move the picture by pixels."""
        self.lens = self.lens.panned(dx, dy)

    def fit(self) -> None:
        """See all of the picture."""
        self._go(self._fitting())

    def undo(self) -> None:
        """The lens of before."""
        before = [each for each in self._past if each != self.lens]
        if before:
            self.lens, self._past = before[-1], before[:-1]

    def under(self, x: int, y: int) -> tuple[int, int]:
        """The place of the whole picture that is seen at a place, (-1, -1) outside."""
        pixel = self.lens.pixel(x, y)
        return (pixel[1], pixel[0]) if pixel is not None else (-1, -1)

    def paint(self, show: Foraging, palette: str, hovered: int) -> Frame:
        """The picture uint8 [H, W, 3] of this moment; the very one of before where nothing changed."""
        steps = show.driver.steps if show.driver is not None else -1
        ready = [each is not None for each in show.replays] if show.view == "grid" else show.replay is not None
        team = [each.key for each in show.team] if show.view == "grid" else []
        who = (show.view, show.maze, show.forager.key, team, ready, steps)
        key = (who, hovered, show.clock.time, palette, self.size, self.lens)
        if key == self._key:
            return self.picture
        self._key = key
        painter = show.painter(hovered)
        if painter is None:  # what was there before, darker
            fits = self.picture.shape == (*self.size, 3)
            self.picture = self.picture.copy() if fits else np.full((*self.size, 3), BACKGROUND, np.uint8)
            picture.put_thinking(self.picture)
            return self.picture
        close = self.lens.zoom > 1
        finer = FINEST if close else 1
        size = (finer * self.size[0], finer * self.size[1])
        frame = np.full((*size, 3), BACKGROUND, np.uint8)
        picture.paint_or_say(painter, frame, show.clock.time, palette)
        self.picture = self._look(frame) if close else frame
        return self.picture

    def _look(self, frame: Frame) -> Frame:
        """The part of a frame, painted finer than the picture, that is under the lens."""
        (height, width), lens = self.size, self.lens
        fine = (frame.shape[0], frame.shape[1])
        larger = Lens(fine, (0, 0, width, height), lens.zoom, lens.x * fine[1] / width, lens.y * fine[0] / height)
        return larger.look(frame)

    def _fitting(self) -> Lens:
        return Lens.fitting(self.size, (0, 0, self.size[1], self.size[0]))

    def _go(self, lens: Lens) -> None:
        if lens != self.lens:
            self.grab()
            self.lens = lens
