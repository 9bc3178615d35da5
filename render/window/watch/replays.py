"""Replays: plays the episodes of foragers in a thread, and stores them.

Each replay has a batch of a single maze.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from render.window.watch.roster import Forager
from sim.rollout.machine import Machine
from sim.rollout.trace import Trace, trace
from sim.world.life import Episode, play_episode
from sim.world.maze import Mazes, Split, carve
from sim.world.rules import World

TEAMS = 8  # number of stored teams that are not requested now
KEPT = 96  # number of stored replays that are not requested now, but may be requested again
Name = tuple[bytes, int]


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """An episode, and its maze in a batch of one."""

    mazes: Mazes
    episode: Episode


Team = tuple[tuple[bytes, ...], int]


class Replays:
    """The episodes of foragers in the mazes of one split; `request` them, and `get` them later.

    A forager alone is played in plain Python, which also records its hidden units; a team that is watched together is
    played by the rollouts' kernel, at once and without hidden units.
    """

    def __init__(self, world: World, seed: int, split: Split) -> None:
        """Nothing is played yet."""
        self._world, self._seed, self._split = world, seed, split
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="replays")
        self._jobs: dict[Name, Future[Replay]] = {}
        self._teams: dict[Team, Future[list[Replay]]] = {}

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

    def request_team(self, team: Sequence[Forager], mazes: Sequence[int]) -> None:
        """Play a team in mazes of these numbers, in this order; cancel earlier requests that have not begun."""
        self.request([])
        wanted = [(tuple(forager.key for forager in team), maze) for maze in mazes]
        for name in [name for name, job in self._teams.items() if name not in wanted and job.cancel()]:
            del self._teams[name]
        for name in wanted if team else []:
            if name not in self._teams:
                self._teams[name] = self._pool.submit(self._play_team, list(team), name[1])
        idle = [name for name in self._teams if name not in wanted]
        for name in idle[: max(0, len(idle) - TEAMS)]:
            del self._teams[name]

    def get_team(self, team: Sequence[Forager], maze: int) -> list[Replay] | None:
        """The episodes of a team in a maze, without hidden units, or None while they are not played."""
        job = self._teams.get((tuple(forager.key for forager in team), maze))
        return job.result() if job is not None and job.done() else None

    def close(self) -> None:
        """Stop playing."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _play(self, forager: Forager, maze: int) -> Replay:
        mazes = self._carve(maze)
        return Replay(mazes, play_episode(forager.weights, forager.layout, mazes, 0, self._world))

    def _play_team(self, team: list[Forager], maze: int) -> list[Replay]:
        mazes, genomes = self._carve(maze), np.stack([forager.weights for forager in team])
        traces = trace(genomes, team[0].layout, mazes, self._world, machine=Machine(threads=1))
        return [Replay(mazes, episode_of(traces, number)) for number in range(len(team))]

    def _carve(self, maze: int) -> Mazes:
        return carve(self._world.maze, 1, seed=self._seed, split=self._split, first=maze)


def episode_of(traces: Trace, number: int) -> Episode:
    """The episode of genome `number` in maze 0 of traces, with neither senses nor hidden units."""
    nothing = np.zeros((traces.eaten.shape[-1], 0), np.float32)
    return Episode(
        traces.places[number, 0].astype(np.int32),
        traces.headings[number, 0].astype(np.int32),
        traces.actions[number, 0].astype(np.int32),
        traces.eaten[number, 0],
        nothing,
        nothing,
    )
