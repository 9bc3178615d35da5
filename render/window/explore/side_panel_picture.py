"""Side panel picture: one forager's episode, or two side by side, over a bar to seek in.

H and W rows and columns of the picture, T steps of an episode. Places are x, y in its pixels.
"""

from dataclasses import dataclass

import numpy as np

from agents.errors import UserError
from render.legend import QUIET, Box, Frame, print_size
from render.picture import BACKGROUND, EDGE
from render.text import put_text
from render.window.controls import ACCENT, KNOWN, TRACK, button_box, put_play_button
from render.window.explore.origin import TerrainSampler
from render.window.small_maze import put_episode, put_message
from render.window.watch.duel import OTHER, YOU, Side, put_duel
from sim.world.life import Episode

PACE, ROOMY = 16, 32  # text sizes: width of the words beside the bar, and of a panel that has room for them


@dataclass(frozen=True, slots=True)
class SidePanelPicture:
    """All that a picture of `size` H, W is drawn from: names, episodes, maze, and `time` in steps."""

    names: tuple[str, ...]
    episodes: tuple[Episode, ...]  # empty until they are played
    sampler: TerrainSampler
    maze: int
    divergence: int | None  # the step in which two foragers begin to differ
    time: float
    playing: bool
    pace: str
    size: tuple[int, int]
    palette: str

    def draw(self) -> Frame:
        """Draw the picture uint8 [H, W, 3]; without room for the mazes it says so instead."""
        frame, size, text = np.empty((*self.size, 3), np.uint8), self.size, print_size(self.size)
        frame[:] = BACKGROUND
        if not self.episodes:
            put_text(frame, "playing ...", (size[1] // 2, size[0] // 2), text, QUIET, "mm")
            return frame
        try:
            self._put_mazes(frame[: size[0] - 3 * text])
        except UserError as error:
            put_message(frame, str(error).partition(";")[0])
        self._put_bar(frame, text)
        frame[:, :1] = EDGE
        return frame

    def _put_mazes(self, frame: Frame) -> None:
        """Draw the episodes at this moment; raises UserError where the mazes do not fit."""
        batch = self.sampler.forager_objective.mazes.carve()
        if len(self.episodes) == 2:
            sides = [Side(*side) for side in zip(self.names, self.episodes, (YOU, OTHER), strict=True)]
            mazes, differ = batch.take([self.maze]), self.divergence is not None and self.time >= self.divergence
            put_duel(frame, mazes, (sides[0], sides[1]), self.time, self._words(), bright=differ, palette=self.palette)
            return
        title, caption = f"Forager {self.names[0]}", f"maze {self.maze + 1} of {batch.count}"
        put_episode(frame, batch, self.maze, self.episodes[0], self.time, title, caption, self.palette)

    def _words(self) -> str:
        """Where the two foragers are, and when they part."""
        where = f"Maze {self.maze + 1} of {self.sampler.forager_objective.mazes.count}: "
        if self.divergence is None:
            return f"{where}alike to the end"
        if self.time < self.divergence:
            return f"{where}alike until step {self.divergence}"
        return f"{where}apart since step {self.divergence}"

    def _put_bar(self, frame: Frame, text: int) -> None:
        """Draw the seek bar, with a mark at the step in which the foragers begin to differ."""
        left, top, width, thick = seek_bar(self.size)
        lifetime = self.sampler.terrain.lifetime

        def at(step: float) -> int:
            return left + int(step / lifetime * (width - 1) + 0.5)

        rows = frame[top : top + thick]
        rows[:, left : left + width] = KNOWN if self.divergence is None else TRACK
        if self.divergence is not None:
            rows[:, left : at(self.divergence)] = KNOWN
        rows[:, left : at(self.time) + 1] = ACCENT
        if self.divergence is not None:
            x = at(self.divergence)
            frame[top - text // 2 : top + thick + text // 2, x - 1 : x + 2] = OTHER
        put_play_button(frame, button_box(seek_bar(self.size), text), self.playing)
        if self.size[1] < ROOMY * text:
            return
        put_text(frame, self.pace, (self.size[1] - round(1.5 * text), top + thick // 2), round(0.9 * text), QUIET, "rm")


def seek_bar(size: tuple[int, int]) -> Box:
    """The box of the seek bar in a picture of H, W: at its foot, between the play button and the words for the pace."""
    text = print_size(size)
    left, words = 3 * text, PACE if size[1] >= ROOMY * text else 2
    return left, size[0] - round(1.5 * text), max(10, size[1] - left - words * text), max(3, text // 3)
