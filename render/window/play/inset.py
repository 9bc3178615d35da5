"""Inset: the life of the forager behind a pixel, replayed beside the landscape.

T steps of the life; H and W rows and columns of the inset's frame.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np

from agents.errors import UserError
from render.legend import QUIET, Frame, number, print_size
from render.maze_picture import maze_picture
from render.picture import BACKGROUND
from render.text import put_text
from render.window.event import Event, Key
from render.window.play.growing import Growing
from render.window.play.stage import Pixel
from render.window.playback import Playback
from sim.landscape.objective import Objective
from sim.world.life import Episode, play_episode

RATE = 16.0  # steps a second at speed 1


@dataclass(frozen=True, slots=True)
class Moment:
    """All that a frame of `size` H, W depends on, beside whose life it is: a maze, the life there, and when."""

    maze: int
    episode: Episode | None
    position: float
    size: tuple[int, int]
    palette: str


class Inset:
    """The forager of a pixel (frame, row, column) in one of the mazes; its life is played in a thread first."""

    def __init__(self, field: Growing, pixel: Pixel, maze: int = 0) -> None:
        """Raises UserError where the field shows a function, and no foragers."""
        objective = field.landscape.objective
        if not isinstance(objective, Objective):
            raise UserError("the pixels of this field are values of a function: there is no forager to replay")
        self.pixel = pixel
        self.layout, self.mazes, self.world = objective.layout, objective.mazes.carve(), objective.world
        self.maze = maze % self.mazes.count
        self.genome = field.tour.genome(*pixel)
        self.value = float(field.heights(pixel[0])[pixel[1:]])
        self.playback = Playback(self.world.lifetime + 1, RATE, mode="off")
        self._life: Future[Episode] = self._live()

    @property
    def episode(self) -> Episode | None:
        """The life, once it has been played."""
        return self._life.result() if self._life.done() else None

    def wait(self) -> Episode:
        """The life, as soon as it has been played."""
        return self._life.result()

    def update(self, event: Event) -> bool:
        """Take in time, the keys of the playback, and m M: another maze. Whether it was one of them."""
        if isinstance(event, Key) and event.name in ("m", "M"):
            self.maze = (self.maze + (1 if event.name == "m" else -1)) % self.mazes.count
            self._life = self._live()
            self.playback.position, self.playback.playing = 0.0, True
            return True
        return self.playback.update(event)

    def moment(self, size: tuple[int, int], palette: str) -> Moment:
        """What is to be seen now."""
        position = min(self.playback.position, float(self.world.lifetime))
        return Moment(self.maze, self.episode, position, size, palette)

    def draw(self, moment: Moment) -> Frame:
        """The maze, the forager in it, its mind and its fortune: uint8 [H, W, 3]. For any thread."""
        episode, count = moment.episode, self.mazes.count
        if episode is None:
            return _blank(moment.size, "playing its life ...")
        title = f"Maze {moment.maze + 1} of {count}"
        caption = f"The forager of this pixel eats {episode.pellets} pellets here"
        if count > 1:
            caption += f", {number(round(self.value, 2))} a maze in all {count}; m: the next maze"
        try:
            return maze_picture(
                self.mazes,
                moment.maze,
                episode,
                moment.position,
                moment.size,
                title=title,
                caption=caption,
                palette=moment.palette,
            )
        except UserError:
            return _blank(moment.size, "too little room for the maze")

    def _live(self) -> "Future[Episode]":
        return _player().submit(play_episode, self.genome, self.layout, self.mazes, self.maze, self.world)


@cache
def _player() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="forager")


def _blank(size: tuple[int, int], words: str) -> Frame:
    out = np.empty((*size, 3), np.uint8)
    out[:] = BACKGROUND
    put_text(out, words, (size[1] // 2, size[0] // 2), print_size(size), QUIET, "mm")
    return out
