"""Square mazes with pellets, carved in batches, and values that name them.

M mazes of n x n cells; cell = row*n + column, with row 0 in the north. A maze is a pure function of its config, seed,
split and index; it does not depend on the other mazes of its batch. Its random words come from the stream
(seed, "maze/<split>", index) of `agents.randomness`, and `sim.world.carving` uses them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from operator import eq
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from agents import checks
from agents.errors import UserError
from agents.randomness import words

Algorithm = Literal["backtracker", "wilson", "prim"]
Split = Literal["train", "validation", "test"]

SIZE_LIMITS = (4, 64)
MOST_NUMBER = 2**63 - 1  # the largest number of a maze
CARVED = 4  # sets of carved mazes that a process keeps in memory
# words for carving one cell: exact for two algorithms, a first guess for Wilson's walks, whose length has no bound
WORDS_PER_CELL: dict[Algorithm, int] = {"backtracker": 1, "wilson": 6, "prim": 2}


@dataclass(frozen=True, slots=True)
class MazeConfig:
    """The settings that all mazes of a batch share."""

    size: int = 10
    """Cells along a side of the square maze, 4 to 64."""
    algorithm: Algorithm = "backtracker"
    """How mazes are carved: backtracker (long corridors), wilson (every maze equally likely), prim (many dead ends)."""
    braid: float = 0.25
    """Share of the walls inside the perfect maze that are opened, which makes loops, 0 to 1."""
    pellets: float = 1.0
    """Share of the cells other than the start that hold a pellet, 0 to 1; there is always at least one pellet."""

    def __post_init__(self) -> None:
        """Raise UserError for settings out of range."""
        checks.whole("size", self.size, *SIZE_LIMITS)
        checks.choice("algorithm", self.algorithm, Algorithm)
        checks.between("braid", self.braid, 0, 1, "(a share)")
        checks.between("pellets", self.pellets, 0, 1, "(a share)")

    @property
    def opened_walls(self) -> int:
        """The number of walls that are opened, of the (n-1)^2 interior walls of a perfect maze."""
        return round((self.size - 1) ** 2 * self.braid)

    @property
    def laid_pellets(self) -> int:
        """The number of pellets in each maze."""
        return max(1, round((self.size**2 - 1) * self.pellets))


@dataclass(frozen=True, slots=True, eq=False)
class Mazes:
    """A batch of M mazes of one config, seed and split.

    indices  int64 [M]         number of each maze in its split
    open     uint8 [M, n, n]   bit d is set where there is a passage in direction d: 0 north, 1 east, 2 south, 3 west
    pellets  bool [M, n, n]    true where there is a pellet at the start of an episode
    start    int32 [M]         cell where the forager starts; it never holds a pellet
    heading  int32 [M]         direction that the forager faces at the start; there may be a wall
    """

    config: MazeConfig
    seed: int
    split: Split
    indices: NDArray[np.int64]
    open: NDArray[np.uint8]
    pellets: NDArray[np.bool_]
    start: NDArray[np.int32]
    heading: NDArray[np.int32]

    @property
    def count(self) -> int:
        """M, the number of mazes."""
        return len(self.indices)

    @property
    def size(self) -> int:
        """n, the number of cells along a side."""
        return self.config.size

    @property
    def pellet_counts(self) -> NDArray[np.int64]:
        """The number of pellets in each maze, [M]."""
        counts: NDArray[np.int64] = self.pellets.sum(axis=(1, 2), dtype=np.int64)
        return counts

    def take(self, places: Sequence[int] | NDArray[np.integer[Any]]) -> "Mazes":
        """A copy of the mazes at these places of the batch (0 to M-1, not their indices), in this order."""
        chosen = np.asarray(places)
        if chosen.ndim != 1 or chosen.size == 0 or chosen.dtype.kind not in "iu":
            raise UserError(f"places must be a list of one or more whole numbers, got {places!r}")
        outside = chosen[(chosen < 0) | (chosen >= self.count)]
        if outside.size:
            raise UserError(f"places must be from 0 to {self.count - 1} in a batch of {self.count}, got {outside[0]}")
        arrays = (self.indices, self.open, self.pellets, self.start, self.heading)
        return Mazes(self.config, self.seed, self.split, *(array[chosen] for array in arrays))

    def identity(self) -> dict[str, Any]:
        """The mazes' names as JSON: see `MazeSet.json`."""
        return MazeSet(self.config, self.seed, self.split, tuple(self.indices.tolist())).json()


@dataclass(frozen=True, slots=True)
class MazeSet:
    """The names of the mazes in a batch: a value to compare, hash and send, from which the mazes can be carved.

    `numbers` are the mazes' numbers in their split, in the order of the batch: a range if they are consecutive, else a
    tuple. Two sets are equal if and only if their batches are equal.
    """

    config: MazeConfig
    seed: int
    split: Split
    numbers: range | tuple[int, ...]

    def __post_init__(self) -> None:
        """Raise UserError for names that no maze has; turn consecutive numbers into a range."""
        checks.seed(self.seed)
        checks.choice("split", self.split, Split)
        numbers = self.numbers
        if not len(numbers):
            raise UserError(f"a set of mazes needs one maze number or more, got {numbers!r}")
        for number in (numbers[0], numbers[-1]) if isinstance(numbers, range) else numbers:
            checks.whole("maze number", number, 0, MOST_NUMBER)
        follow = range(numbers[0], numbers[0] + len(numbers))
        numbers = follow if numbers == follow or all(map(eq, numbers, follow)) else tuple(numbers)
        object.__setattr__(self, "numbers", numbers)

    @property
    def count(self) -> int:
        """M, the number of mazes."""
        return len(self.numbers)

    def json(self) -> dict[str, Any]:
        """The set as a JSON object: config, seed, split, and either range [first, count] or indices."""
        head = {"config": asdict(self.config), "seed": self.seed, "split": self.split}
        if isinstance(self.numbers, range):
            return {**head, "range": [self.numbers.start, self.count]}
        return {**head, "indices": list(self.numbers)}

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> "MazeSet":
        """The set from the object that `json` made. Raises UserError for any other value."""
        expected = ({"config", "seed", "split", "range"}, {"config", "seed", "split", "indices"})
        if not isinstance(table, Mapping) or set(table) not in expected:
            got = ", ".join(map(str, table)) if isinstance(table, Mapping) else repr(table)
            raise UserError(f"mazes are named by config, seed, split and range or indices, got {got}")
        config, names = table["config"], [field.name for field in fields(MazeConfig)]
        if not isinstance(config, Mapping) or set(config) != set(names):
            raise UserError(f"config of mazes must have {', '.join(names)}, got {config!r}")
        key = "range" if "range" in table else "indices"
        numbers = table[key]
        if not isinstance(numbers, list) or not numbers or (key == "range" and len(numbers) != 2):
            wanted = "[first, count]" if key == "range" else "a list of one or more maze numbers"
            raise UserError(f"{key} of mazes must be {wanted}, got {numbers!r}")
        numbers = _consecutive(*numbers) if key == "range" else tuple(numbers)
        return cls(MazeConfig(**config), table["seed"], table["split"], numbers)

    def carve(self) -> Mazes:
        """Carve the mazes. The process keeps the last few batches in memory: do not write to their arrays."""
        return _carved(self)


def carve(config: MazeConfig, count: int, *, seed: int, split: Split, first: int = 0) -> Mazes:
    """Carve mazes number `first` to `first + count - 1` of a split.

    `seed` is in [0, 2**64). Mazes of different splits are drawn from different random words.
    """
    return _carve(MazeSet(config, seed, split, _consecutive(first, count)))


def pick(config: MazeConfig, indices: NDArray[np.int64], *, seed: int, split: Split) -> Mazes:
    """Carve the mazes [M] of a split with these numbers, in this order; a repeated number is carved once."""
    numbers, places = np.unique(indices, return_inverse=True)
    return _carve(MazeSet(config, seed, split, tuple(numbers.tolist()))).take(places)


@lru_cache(maxsize=CARVED)
def _carved(mazes: MazeSet) -> Mazes:
    return _carve(mazes)


def _carve(mazes: MazeSet) -> Mazes:
    from sim.world.carving import BACKTRACKER, PRIM, WILSON, carve_maze

    config, seed, purpose = mazes.config, mazes.seed, f"maze/{mazes.split}"
    indices = np.array(mazes.numbers, np.int64)
    algorithm = {"backtracker": BACKTRACKER, "wilson": WILSON, "prim": PRIM}[config.algorithm]
    size, count = config.size, len(indices)
    opened, laid = config.opened_walls, config.laid_pellets
    passages = np.zeros((count, size, size), np.uint8)
    pellets = np.zeros((count, size, size), np.bool_)
    start, heading = np.zeros(count, np.int32), np.zeros(count, np.int32)
    batch = (passages, pellets, start, heading)
    for maze, index in enumerate(indices.tolist()):
        # two more words for each cell, as pellets and braid need nearly so many
        enough = (WORDS_PER_CELL[config.algorithm] + 2) * size**2
        # a longer draw begins with the same words, so repeating with more words gives the same maze
        while carve_maze(words(enough, seed, purpose, index), algorithm, opened, laid, maze, *batch) < 0:
            enough *= 2
    return Mazes(config, seed, mazes.split, indices, *batch)


def _consecutive(first: int, count: int) -> range:
    checks.whole("count", count, 1, MOST_NUMBER)
    checks.whole("first", first, 0, MOST_NUMBER - count)
    return range(first, first + count)
