"""Panes: the landscape and, beside it, the replay of a pixel's forager; each has a thread that draws it.

H and W rows and columns of the window's part that both fill. Places are x, y in its pixels.
"""

from functools import partial

from render.legend import Frame
from render.picture import BACKGROUND
from render.window.background_renderer import BackgroundRenderer, Rendered, fitted
from render.window.play.caption import put_mark
from render.window.play.field_renderer import FieldRenderer, Pixel, Shot
from render.window.play.pixel_replay import PixelReplay, ReplayMoment
from render.window.waiting_words import put_waiting_words, waiting_words

WAITING = "drawing ..."
Replayed = tuple[PixelReplay, ReplayMoment]
Pictures = tuple[Rendered[Shot] | None, Rendered[Replayed] | None]


class Panes:
    """Draws the requested pictures in threads; until they are finished, the newest finished ones are shown."""

    def __init__(self, renderer: FieldRenderer) -> None:
        """Draw the landscape with a renderer."""
        self._renderer = renderer
        self.landscape: BackgroundRenderer[Shot] = BackgroundRenderer()
        self.replay: BackgroundRenderer[Replayed] = BackgroundRenderer()

    def close(self) -> None:
        """Stop drawing."""
        self.landscape.close()
        self.replay.close()

    def picture(self, shot: Shot) -> Frame:
        """The landscape uint8 [H, W, 3] of a shot, however long that takes; nobody may change it."""
        return self.landscape.finish(shot, partial(self._renderer.draw, shot))

    def visible(self, shot: Shot) -> Shot:
        """The shot on the screen, which may be older than the requested one. The mouse points at this one."""
        newest = self.landscape.newest
        return shot if newest is None or newest.key.size != shot.size else newest.key

    def pixel_at(self, shot: Shot, x: int, y: int) -> Pixel | None:
        """The pixel of the field that is on the screen at a place, where `shot` is requested."""
        return self._renderer.pixel_at(self.visible(shot), x, y)

    def request(self, shot: Shot, replayed: Replayed | None) -> Pictures:
        """Ask for the pictures of a shot and of a replay; returns the newest finished ones."""
        landscape = self.landscape.request(shot, partial(self._renderer.draw, shot))
        if replayed is None:
            return landscape, None
        replay, moment = replayed
        return landscape, self.replay.request(replayed, partial(replay.draw, moment))

    def put(self, frame: Frame, pictures: Pictures, shot: Shot, replayed: Replayed | None) -> None:
        """Draw the pictures side by side into a frame, with a ring around the replayed pixel."""
        landscape, beside = pictures
        height, width = shot.size
        _put(frame[:height, :width], landscape)
        if replayed is None:
            return
        _put(frame[:height, width:], beside)
        place = self._renderer.place_of(self.visible(shot), replayed[0].pixel)
        if place is not None:
            put_mark(frame[:height, :width], place)


def _put(frame: Frame, picture: Rendered[Shot] | Rendered[Replayed] | None) -> None:
    """Draw a finished picture into a frame, or words while there is none."""
    size = (frame.shape[0], frame.shape[1])
    if picture is not None:
        frame[:] = fitted(picture.frame, size)
        return
    frame[:] = BACKGROUND
    put_waiting_words(frame, waiting_words(WAITING))
