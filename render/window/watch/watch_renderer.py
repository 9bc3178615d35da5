"""Watch renderer: draws the visible part of the watch window's picture in a thread.

H and W rows and columns of the picture.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from render.legend import Frame
from render.picture import BACKGROUND
from render.window.background_renderer import BackgroundRenderer, fitted
from render.window.viewport import Viewport
from render.window.waiting_words import waiting_words
from render.window.watch import watch_picture as picture
from render.window.watch.picture_view import PictureView
from render.window.watch.watch_session import WatchSession

FINER = 2  # an enlarged picture is painted with so many times the pixels


@dataclass(frozen=True, slots=True)
class Moment:
    """All that a picture of `size` H, W depends on: who is visible, how much of it is played, the time, and how."""

    who: tuple[Any, ...]
    hovered: int
    time: float
    palette: str
    size: tuple[int, int]
    viewport: Viewport


class WatchRenderer:
    """The newest picture uint8 [H, W, 3] of a session; a thread paints the next one."""

    def __init__(self) -> None:
        """Nothing is painted yet."""
        self.pictures: BackgroundRenderer[Moment] = BackgroundRenderer()
        self._waiting: tuple[object, Frame] | None = None  # the picture shown while an episode is played, and its key

    def close(self) -> None:
        """Stop painting."""
        self.pictures.close()

    def draw(
        self, session: WatchSession, view: PictureView, palette: str, hovered: int, max_wait: float | None = None
    ) -> Frame:
        """The picture uint8 [H, W, 3] of this moment, or, after `max_wait` seconds, the newest that is finished.

        The same array as before where nothing has changed; nobody may write to it.
        """
        moment = _moment(session, view, palette, hovered)
        painter = session.painter(hovered)
        if painter is None:
            return self._draw_waiting(moment)
        drawn = self.pictures.request(moment, partial(_paint, painter, moment), max_wait)
        return self._draw_waiting(moment) if drawn is None else fitted(drawn.frame, view.size)

    def _draw_waiting(self, moment: Moment) -> Frame:
        """The picture before, darkened, while an episode is played."""
        before, words = self.pictures.newest, waiting_words("computing ...")
        key = (moment.who, moment.size, before, words)
        if self._waiting is None or self._waiting[0] != key:
            bare = np.full((*moment.size, 3), BACKGROUND, np.uint8)
            frame = bare if before is None else np.array(fitted(before.frame, moment.size))
            picture.put_waiting(frame, words)
            self._waiting = key, frame
        return self._waiting[1]


def _moment(session: WatchSession, view: PictureView, palette: str, hovered: int) -> Moment:
    """The present moment of a session."""
    foragers, playhead, grid = session.foragers, session.playhead, session.view == "grid"
    steps = playhead.driver.steps if playhead.driver is not None else -1
    played = tuple(replay is not None for replay in session.replays) if grid else session.replay is not None
    team = tuple(forager.key for forager in foragers.team) if grid else ()
    learning = len(foragers.follower.curve) if foragers.follower.following else 0
    who = (session.view, session.maze, foragers.one.key, team, played, steps, learning)
    return Moment(who, hovered, playhead.clock.time, palette, view.size, view.viewport)


def _paint(painter: picture.Painter, moment: Moment) -> Frame:
    """The picture of a moment through its viewport; an enlarged part is painted with more pixels."""
    (height, width), viewport = moment.size, moment.viewport
    finer = FINER if viewport.zoom > 1 else 1
    frame = np.full((finer * height, finer * width, 3), BACKGROUND, np.uint8)
    picture.paint_or_say(painter, frame, moment.time, moment.palette)
    if viewport.zoom <= 1:
        return frame
    fine = (frame.shape[0], frame.shape[1])
    larger = Viewport(
        fine, (0, 0, width, height), viewport.zoom, viewport.x * fine[1] / width, viewport.y * fine[0] / height
    )
    return larger.draw(frame)
