"""Picked foragers: the foragers of one or two clicked pixels, and the playback of their episodes in the same maze.

T steps of an episode, P weights of a genome.
"""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from render.legend import short_number
from render.window.event import Key, Tick
from render.window.explore.origin import TerrainSampler
from render.window.explore.tile_worker import TileWorker
from render.window.playback import Playback
from sim.landscape.parting import divergence
from sim.world.life import Episode, play_episode

RATE = 20.0  # steps a second at speed 1
KEYS = frozenset({"space", ".", ",", "+", "=", "-", "home", "end", "o"})  # of Playback; its other keys move the view


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
        self._waiting: list[Future[Episode]] = []
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

        Raises UserError where the landscape shows a function.
        """
        mazes = pick.sampler.forager_objective.mazes
        together = second and self.shown and self.picks[0].sampler.terrain == pick.sampler.terrain
        self.picks = (self.picks[0], pick) if together else (pick,)
        self.maze = min(self.maze, mazes.count - 1)
        self._play()

    def clear(self) -> None:
        """Remove the foragers."""
        self.picks, self.episodes, self._waiting = (), (), []

    def tick(self, seconds: float) -> str:
        """Let time pass; returns a message, or "". Playback stops at the step where two foragers diverge."""
        playback = self.playback
        if self._waiting and all(future.done() for future in self._waiting):
            self.episodes = tuple(future.result() for future in self._waiting)
            self._waiting, playback.frames = [], self.lifetime + 1
            playback.position, playback.playing, playback.forward = 0.0, True, True
            self.divergence = divergence(*self.episodes) if len(self.episodes) == 2 else None
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

    def _play(self) -> None:
        def job(pick: Pick, maze: int) -> Callable[[], Episode]:
            objective = pick.sampler.forager_objective
            return lambda: play_episode(pick.genome, objective.layout, objective.mazes.carve(), maze, objective.world)

        for waiting in self._waiting:
            waiting.cancel()
        self._waiting = [self._worker.submit(job(pick, self.maze)) for pick in self.picks]
        self.episodes, self.divergence = (), None
