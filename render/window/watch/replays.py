"""Replays: plays the episodes of foragers in a thread, and stores them.

Each replay has a batch of a single maze.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from render.window.watch.roster import Forager
from sim.world.life import Episode, play_episode
from sim.world.maze import Mazes, Split, carve
from sim.world.rules import World

KEPT = 96  # number of stored replays that are not requested now, but may be requested again
Name = tuple[bytes, int]


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """An episode, and its maze in a batch of one."""

    mazes: Mazes
    episode: Episode


class Replays:
    """The episodes of foragers in the mazes of one split; `request` them, and `get` them later."""

    def __init__(self, world: World, seed: int, split: Split) -> None:
        """Nothing is played yet."""
        self._world, self._seed, self._split = world, seed, split
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="replays")
        self._jobs: dict[Name, Future[Replay]] = {}

    def request(self, wanted: Sequence[tuple[Forager, int]]) -> None:
        """Play foragers in mazes of these numbers, in this order; cancel earlier requests that have not begun."""
        names = {(forager.key, maze) for forager, maze in wanted}
        # `cancel` is false for jobs that have begun or are finished; these stay.
        for name in [name for name, job in self._jobs.items() if name not in names and job.cancel()]:
            del self._jobs[name]
        for forager, maze in wanted:
            if (forager.key, maze) not in self._jobs:
                self._jobs[forager.key, maze] = self._pool.submit(self._play, forager, maze)
        idle = [name for name in self._jobs if name not in names]
        for name in idle[: max(0, len(idle) - KEPT)]:
            del self._jobs[name]

    def get(self, forager: Forager, maze: int) -> Replay | None:
        """The episode of a forager in a maze, or None while it is not played."""
        job = self._jobs.get((forager.key, maze))
        return job.result() if job is not None and job.done() else None

    def close(self) -> None:
        """Stop playing."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _play(self, forager: Forager, maze: int) -> Replay:
        mazes = carve(self._world.maze, 1, seed=self._seed, split=self._split, first=maze)
        return Replay(mazes, play_episode(forager.weights, forager.layout, mazes, 0, self._world))
