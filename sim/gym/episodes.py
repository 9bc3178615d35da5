"""Episodes: the world of an environment, and the maze that each of its episodes is played in.

An environment draws its mazes by named randomness: word n of the stream (seed, "gym/<split>") names the maze of episode
n, where `seed` is the one that the environment was last reset with. So episode n of an environment of one seed always
has the same maze, and environments of different seeds draw independently from the same mazes, as in Procgen (Cobbe et
al. 2020). The mazes themselves belong to the `seed` of the config, as those of a learning run do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from agents.errors import UserError
from agents.randomness import stream
from sim.world.maze import Algorithm, MazeConfig, Mazes, MazeSet, Split, carve
from sim.world.rules import World

FRESH = 2**62  # mazes to draw from where none are fixed: so many that none comes twice
MOST_POOLED = 65536
DEFAULT = World()


@dataclass(frozen=True, slots=True)
class ForageConfig:
    """The options of an environment."""

    size: int = DEFAULT.maze.size
    """Cells along a side of the square mazes, 4 to 64."""
    algorithm: Algorithm = DEFAULT.maze.algorithm
    """How mazes are carved: backtracker, wilson, prim."""
    braid: float = DEFAULT.maze.braid
    """Share of the walls left inside the perfect maze that are opened into loops, 0 to 1."""
    pellets: float = DEFAULT.maze.pellets
    """Share of the cells other than the start that hold a pellet, 0 to 1; there is always at least one."""
    sight: int = DEFAULT.sight
    """How many cells along open corridors pellets are seen; 0 makes the forager blind to them."""
    lifetime: int = DEFAULT.lifetime
    """Steps of an episode."""
    seed: int = 0
    """Names the mazes: those of a learning run of this seed. The seed of a reset only names which of them are drawn."""
    split: Literal["train", "validation"] = "train"
    """Where the mazes are from; the test split is not for learning."""
    first: int = 0
    """Number of the first maze."""
    pool: int = 0
    """How many mazes, from the first on, episodes are drawn from; 0 draws a fresh one for every episode."""

    def __post_init__(self) -> None:
        """Refuse worlds that cannot be, and mazes that do not exist."""
        self.world.layout()
        check_seed(self.seed)
        for name, most in (("first", FRESH), ("pool", MOST_POOLED)):
            if not 0 <= getattr(self, name) <= most:
                raise UserError(f"{name} must be from 0 to {most}, got {getattr(self, name)}")

    @property
    def world(self) -> World:
        """The world."""
        return World(MazeConfig(self.size, self.algorithm, self.braid, self.pellets), self.sight, self.lifetime)

    def draws(self, seed: int) -> np.random.Philox:
        """The stream that names the mazes of an environment that was reset with this seed, from its first episode."""
        return stream(seed, f"gym/{self.split}")

    def draw(self, draws: np.random.Philox) -> int:
        """The number of the maze of the next episode."""
        return self.first + (int(draws.random_raw()) * (self.pool or FRESH) >> 64)

    def mazes(self, numbers: Sequence[int]) -> Mazes:
        """The mazes with these numbers, in this order."""
        if self.pool and all(self.first <= number < self.first + self.pool for number in numbers):
            pool = _pool(self.world.maze, self.seed, self.split, self.first, self.pool)
            return pool.take([number - self.first for number in numbers])
        return MazeSet(self.world.maze, self.seed, self.split, tuple(numbers)).carve()


@lru_cache(8)
def _pool(config: MazeConfig, seed: int, split: Split, first: int, count: int) -> Mazes:
    return carve(config, count, seed=seed, split=split, first=first)


def check_seed(seed: object) -> int:
    """A seed that names a stream, or UserError."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < 2**64:
        raise UserError(f"a seed must be a whole number from 0 to 2^64 - 1, got {seed!r}")
    return int(seed)
