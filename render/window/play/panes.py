"""Panes: the landscape and, where one is open, the life beside it, each drawn in a thread of its own.

H and W rows and columns of the window's part that both fill. Places are x, y in its pixels.
"""

from functools import partial

from render.legend import QUIET, Frame, print_size
from render.picture import BACKGROUND
from render.text import put_text
from render.window.background_renderer import BackgroundRenderer, Rendered, fitted
from render.window.play.caption import put_mark
from render.window.play.inset import Inset, Moment
from render.window.play.stage import Shot, Stage

Life = tuple[Inset, Moment]
Shown = tuple[Rendered[Shot] | None, Rendered[Life] | None]


class Panes:
    """Draws what is asked for; what is shown meanwhile is the newest that is finished."""

    def __init__(self, stage: Stage) -> None:
        """Draw on a stage."""
        self.stage = stage
        self.land: BackgroundRenderer[Shot] = BackgroundRenderer()
        self.life: BackgroundRenderer[Life] = BackgroundRenderer()

    def close(self) -> None:
        """Draw no more."""
        self.land.close()
        self.life.close()

    def picture(self, shot: Shot) -> Frame:
        """The landscape uint8 [H, W, 3] of a shot, however long that takes; not to be written to."""
        return self.land.finish(shot, partial(self.stage.shoot, shot))

    def seen(self, shot: Shot) -> Shot:
        """The shot that is on the screen where another was asked for: what the mouse points at."""
        newest = self.land.newest
        return shot if newest is None or newest.key.size != shot.size else newest.key

    def ask(self, shot: Shot, life: Life | None) -> Shown:
        """What there is to see of these by now."""
        land = self.land.request(shot, partial(self.stage.shoot, shot))
        return land, None if life is None else self.life.request(life, partial(life[0].draw, life[1]))

    def put(self, frame: Frame, shown: Shown, shot: Shot, life: Life | None) -> None:
        """Lay them side by side into a frame; the pixel whose life it is gets a ring."""
        land, beside = shown
        height, width = shot.size
        _put(frame[:height, :width], land)
        if life is None:
            return
        _put(frame[:height, width:], beside)
        seen = self.seen(shot)
        at = self.stage.place(seen.look, seen.position, seen.size, seen.viewport, life[0].pixel)
        if at is not None:
            put_mark(frame[:height, :width], at)


def _put(frame: Frame, drawn: Rendered[Shot] | Rendered[Life] | None) -> None:
    size = (frame.shape[0], frame.shape[1])
    if drawn is not None:
        frame[:] = fitted(drawn.frame, size)
        return
    frame[:] = BACKGROUND
    put_text(frame, "drawing ...", (size[1] // 2, size[0] // 2), print_size(size), QUIET, "mm")
