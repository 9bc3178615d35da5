"""Picked foragers: the foragers of one or two clicked pixels, and the playback of their episodes in the same maze.

T steps of an episode, P weights of a genome.
"""

from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any

from numpy.typing import NDArray

from render.ticks import short_number
from render.window.event import Key, Tick
from render.window.explore.origin import TerrainSampler
from render.window.explore.tile_worker import TileWorker
from render.window.playback import KEYS, Playback
from sim.landscape.parting import divergence, first_maze
from sim.world.life import Episode, play_episode

RATE = 20.0  # steps a second at speed 1
LEAD = 2.0  # seconds before two foragers part, at which their playback begins


Played = tuple[int, tuple[Episode, ...], bool]
"""A maze, the episodes in it, and whether the maze was searched for as one in which two foragers differ."""


@dataclass(frozen=True, slots=True, eq=False)
class Pick:
    """A clicked pixel: its coordinates on the plane, its genome [P], and the terrain that it belongs to."""

    x: float
    y: float
    genome: NDArray[Any]
    sampler: TerrainSampler

    @property
    def name(self) -> str:
        """The coordinates, as text."""
        return f"({short_number(self.x)}, {short_number(self.y)})"


class PickedForagers:
    """No forager, one, or two. The position of their `playback` is a number of steps."""

    def __init__(self, worker: TileWorker) -> None:
        """Start with no forager; `worker` plays the episodes."""
        self._worker = worker
        self._waiting: Future[Played] | None = None
        self.picks: tuple[Pick, ...] = ()
        self.episodes: tuple[Episode, ...] = ()
        self.maze = 0
        self.playback = Playback(1, RATE, "off")
        self.divergence: int | None = None

    @property
    def shown(self) -> bool:
        """Whether there are any."""
        return bool(self.picks)

    @property
    def ready(self) -> bool:
        """Whether their episodes have been played."""
        return bool(self.episodes)

    @property
    def lifetime(self) -> int:
        """T."""
        return self.picks[0].sampler.terrain.lifetime

    def pick(self, pick: Pick, second: bool = False) -> None:
        """Play the forager of a pixel: alone, or as the `second` beside the first where both share a terrain.

        Two are played in the first maze in which they differ, and the playback begins shortly before they part. Raises
        UserError where the landscape shows a function.
        """
        mazes = pick.sampler.forager_objective.mazes
        together = second and self.shown and self.picks[0].sampler.terrain == pick.sampler.terrain
        self.picks = (self.picks[0], pick) if together else (pick,)
        self.maze = min(self.maze, mazes.count - 1)
        self._play(search=together)

    def clear(self) -> None:
        """Remove the foragers."""
        self.picks, self.episodes, self._waiting = (), (), None

    def tick(self, seconds: float) -> str:
        """Let time pass; returns a message, or "". Playback stops at the step where two foragers diverge."""
        playback = self.playback
        if self._waiting is not None and self._waiting.done():
            return self._begin(*self._waiting.result())
        if not self.ready:
            return ""
        before = playback.position
        playback.update(Tick(seconds))
        if self.divergence is not None and before < self.divergence <= playback.position:
            playback.position, playback.playing = float(self.divergence), False
            return f"they part at step {self.divergence}; space goes on"
        return ""

    def press(self, key: str) -> str | None:
        """Handle a key of playback; returns a message or "", or None where the key means nothing here."""
        if not self.shown:
            return None
        if key in ("n", "N"):
            self._next_maze(1 if key == "n" else -1)
            return f"maze {self.maze + 1} of {self.picks[0].sampler.forager_objective.mazes.count}"
        if key not in KEYS:
            return None
        self.playback.update(Key(key))
        if key == "o":
            return f"at the end: {'stop' if self.playback.mode == 'off' else self.playback.mode}"
        return f"{short_number(RATE * 2.0**self.playback.power)} steps a second" if key in "+=-" else ""

    def _next_maze(self, on: int) -> None:
        self.maze = (self.maze + on) % self.picks[0].sampler.forager_objective.mazes.count
        self._play()

    def _play(self, *, search: bool = False) -> None:
        """Have the picks played in the present maze, or `search` the first one in which two differ."""
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = self._worker.submit(partial(_play_picks, self.picks, self.maze, search))
        self.episodes, self.divergence = (), None

    def _begin(self, maze: int, episodes: tuple[Episode, ...], searched: bool) -> str:
        """Take over episodes that were played; returns a message on where and when two foragers part."""
        self.maze, self.episodes, self._waiting = maze, episodes, None
        self.divergence = divergence(*episodes) if len(episodes) == 2 else None
        playback, count = self.playback, self.picks[0].sampler.forager_objective.mazes.count
        playback.frames, playback.position, playback.playing, playback.forward = self.lifetime + 1, 0.0, True, True
        if self.divergence is None:
            whole = "this maze" if count == 1 else f"all {count} mazes"
            return f"the two do the same in {whole}: click another pixel" if searched else ""
        if not searched:
            return ""
        playback.position = max(0.0, self.divergence - LEAD * RATE)
        return f"they part in maze {maze + 1} of {count}, at step {self.divergence} of {self.lifetime}"


def _play_picks(picks: tuple[Pick, ...], maze: int, search: bool) -> Played:
    """Play the foragers of picks in a maze, or `search` the first one in which two differ."""
    sampler = picks[0].sampler
    objective = sampler.forager_objective
    if search:
        found = first_maze([pick.genome for pick in picks], objective, sampler.machine)
        maze = maze if found is None else found
    mazes = objective.mazes.carve()
    played = (play_episode(pick.genome, objective.layout, mazes, maze, objective.world) for pick in picks)
    return maze, tuple(played), search
