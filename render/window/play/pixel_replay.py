"""Pixel replay: the episode of the forager behind a pixel, replayed beside the landscape.

T steps of the episode; H and W rows and columns of the picture.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from agents.errors import UserError
from render.legend import Frame
from render.picture import BACKGROUND
from render.ticks import short_number
from render.window.event import Event, Key
from render.window.play.field_renderer import Pixel
from render.window.play.growing_field import GrowingField
from render.window.playback import Playback
from render.window.small_maze import put_episode, put_message
from sim.landscape.objective import Objective
from sim.world.life import Episode, play_episode

RATE = 16.0  # steps a second at speed 1


@dataclass(frozen=True, slots=True)
class ReplayMoment:
    """All that a picture of `size` H, W of one replay depends on: the maze, the episode in it, and the position."""

    maze: int
    episode: Episode | None
    position: float
    size: tuple[int, int]
    palette: str


class PixelReplay:
    """The forager of a pixel (frame, row, column) in one of the mazes; a thread plays its episode first."""

    def __init__(self, field: GrowingField, pixel: Pixel, maze: int = 0) -> None:
        """Start to play; raises UserError where the field shows a function, which has no foragers."""
        objective = field.landscape.objective
        if not isinstance(objective, Objective):
            raise UserError("the pixels of this field are values of a function: there is no forager to replay")
        self.pixel = pixel
        self.layout, self.mazes = objective.layout, objective.mazes.carve()
        self.world = replace(objective.world, lifetime=field.lifetime(pixel[0]) or objective.world.lifetime)
        self.count = field.mazes(pixel[0])  # of the mazes that the pixel's value is a mean over
        self.maze = maze % self.count
        self.genome = field.tour.genome(*pixel)
        self.value = float(field.heights(pixel[0])[pixel[1:]])
        self.playback = Playback(self.world.lifetime + 1, RATE, mode="off")
        self._played: Future[Episode] = self._play()

    @property
    def episode(self) -> Episode | None:
        """The episode, once it has been played."""
        return self._played.result() if self._played.done() else None

    def update(self, event: Event) -> bool:
        """Handle a Tick, a key of the playback, or n and N for another maze; returns False for any other event."""
        if isinstance(event, Key) and event.name in ("n", "N"):
            self.maze = (self.maze + (1 if event.name == "n" else -1)) % self.count
            self._played = self._play()
            self.playback.position, self.playback.playing = 0.0, True
            return True
        return self.playback.update(event)

    def moment(self, size: tuple[int, int], palette: str) -> ReplayMoment:
        """What the picture of `size` H, W shows now."""
        position = min(self.playback.position, float(self.world.lifetime))
        return ReplayMoment(self.maze, self.episode, position, size, palette)

    def draw(self, moment: ReplayMoment) -> Frame:
        """Draw the maze, the forager, its hidden units and its score, uint8 [H, W, 3]. Any thread may call it."""
        episode, count, life = moment.episode, self.count, self.world.lifetime
        if episode is None:
            return _message(moment.size, "playing its life ...")
        title = f"Maze {moment.maze + 1} of {count}"
        caption = f"The forager of this pixel eats {episode.pellets} pellets here in {life} step{'s' * (life != 1)}"
        if count > 1:
            caption += f", {short_number(round(self.value, 2))} a maze in all {count}; n: the next maze"
        frame = np.empty((*moment.size, 3), np.uint8)
        put_episode(frame, self.mazes, moment.maze, episode, moment.position, title, caption, moment.palette)
        return frame

    def _play(self) -> "Future[Episode]":
        return _pool().submit(play_episode, self.genome, self.layout, self.mazes, self.maze, self.world)


@cache
def _pool() -> ThreadPoolExecutor:
    """The thread that plays episodes; all replays share it."""
    return ThreadPoolExecutor(1, thread_name_prefix="forager")


def _message(size: tuple[int, int], words: str) -> Frame:
    """An empty picture of `size` H, W with words in the middle."""
    out = np.empty((*size, 3), np.uint8)
    out[:] = BACKGROUND
    put_message(out, words)
    return out
