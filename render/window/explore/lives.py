"""Lives: the picture of one forager's life, or of two side by side, and the bar that they are sought by.

H and W rows and columns of the picture, T steps of a life. Places are x, y in its pixels.
"""

from dataclasses import dataclass

import numpy as np

from agents.errors import UserError
from render.legend import QUIET, Box, Frame, print_size
from render.maze_picture import maze_picture
from render.picture import BACKGROUND, EDGE
from render.text import put_text
from render.window.controls import ACCENT, KNOWN, TRACK, put_play_sign
from render.window.explore.place import Ground
from render.window.watch.duel import OTHER, YOU, Side, put_duel
from sim.world.life import Episode


@dataclass(frozen=True, slots=True)
class Lives:
    """All that a picture of `size` H, W depends on: who lives how in which maze of a land, and the moment in steps."""

    names: tuple[str, ...]
    episodes: tuple[Episode, ...]  # none while they are still being played
    ground: Ground
    maze: int
    parting: int | None
    time: float
    playing: bool
    pace: str
    size: tuple[int, int]
    palette: str

    def draw(self) -> Frame:
        """The picture uint8 [H, W, 3], or, where there is no room for it, why not."""
        frame, size, text = np.empty((*self.size, 3), np.uint8), self.size, print_size(self.size)
        frame[:] = BACKGROUND
        if not self.episodes:
            put_text(frame, "playing ...", (size[1] // 2, size[0] // 2), text, QUIET, "mm")
            return frame
        try:
            self._put(frame[: size[0] - 3 * text])
        except UserError as error:
            put_text(frame, str(error).partition(";")[0], (size[1] // 2, size[0] // 2), text, QUIET, "mm")
        self._put_bar(frame, text)
        frame[:, :1] = EDGE
        return frame

    def _put(self, frame: Frame) -> None:
        batch = self.ground.foragers.mazes.carve()
        if len(self.episodes) == 2:
            sides = [Side(*each) for each in zip(self.names, self.episodes, (YOU, OTHER), strict=True)]
            mazes, parted = batch.take([self.maze]), self.parting is not None and self.time >= self.parting
            put_duel(frame, mazes, (sides[0], sides[1]), self.time, self._words(), bright=parted, palette=self.palette)
            return
        frame[:] = maze_picture(
            batch,
            self.maze,
            self.episodes[0],
            self.time,
            (frame.shape[0], frame.shape[1]),
            title=f"Forager {self.names[0]}",
            caption=f"maze {self.maze + 1} of {batch.count}",
            palette=self.palette,
        )

    def _words(self) -> str:
        if self.parting is None:
            return "alike to the end"
        if self.time < self.parting:
            return f"alike until step {self.parting}"
        return f"apart since step {self.parting}"

    def _put_bar(self, frame: Frame, text: int) -> None:
        """Where in their lives they are, and where these part."""
        left, top, width, thick = bar_of(self.size)
        life = self.ground.land.lifetime

        def at(step: float) -> int:
            return left + int(step / life * (width - 1) + 0.5)

        rows = frame[top : top + thick]
        rows[:, left : left + width] = KNOWN if self.parting is None else TRACK
        if self.parting is not None:
            rows[:, left : at(self.parting)] = KNOWN
        rows[:, left : at(self.time) + 1] = ACCENT
        if self.parting is not None:
            x = at(self.parting)
            frame[top - text // 2 : top + thick + text // 2, x - 1 : x + 2] = OTHER
        put_play_sign(frame, (left - round(1.2 * text), top + thick // 2), text, self.playing)
        put_text(frame, self.pace, (self.size[1] - round(1.5 * text), top + thick // 2), round(0.9 * text), QUIET, "rm")


def bar_of(size: tuple[int, int]) -> Box:
    """Where the bar lies in a picture of H, W: at its foot, between the play sign and what is said of the pace."""
    text = print_size(size)
    left = 3 * text
    return left, size[0] - round(1.5 * text), max(10, size[1] - left - 16 * text), max(3, text // 3)
