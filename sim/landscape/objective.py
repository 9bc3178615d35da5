"""Objectives: what the heights of a landscape measure, as values that any process can evaluate.

N genomes of P weights, M mazes, K layers of an evaluation or counts of an episode, R repetitions. All genomes see the
same mazes, the same random draws and the same teacher, and every height is a sum over the mazes.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from agents.layout import Layout
from sim.imitation.loss import cross_entropy
from sim.landscape.function import FunctionObjective
from sim.landscape.kept_inputs import demonstrations, repeated
from sim.landscape.score import (
    ByMaze,
    ByStep,
    ExpectedReturn,
    Imitation,
    Layers,
    Pellets,
    Score,
    Smoothed,
    score_from_json,
    score_json,
)
from sim.landscape.smoothing import smooth
from sim.rollout import play
from sim.rollout.machine import CPU, Machine
from sim.values import parse_all
from sim.world.maze import MazeSet
from sim.world.rules import World

if TYPE_CHECKING:
    from sim.landscape.plane import Plane
    from sim.landscape.tour import Tour

MOST_COUNTS = 1 << 23  # numbers in the counts [N, M, K] of a rollout; more genomes are played in parts


@dataclass(frozen=True, slots=True)
class Objective:
    """The score of genomes of a `layout` in given `mazes` of a `world`.

    With `layers` an evaluation returns several values of a genome, which are the frames of a tour; else it returns one.
    """

    score: Score
    layout: Layout
    world: World
    mazes: MazeSet
    layers: Layers | None = None

    def __post_init__(self) -> None:
        """Refuse parts that do not fit together, and the test mazes."""
        if self.mazes.config != self.world.maze:
            raise UserError(f"the mazes must be those of the world, got {self.mazes.config} and {self.world.maze}")
        if self.mazes.split == "test":
            raise UserError("landscapes have no test mazes, which are for the final evaluation; choose another split")
        if self.layers is None:
            return
        if self.layers.tour not in self.score.layers:
            raise UserError(
                f"a tour of {self.layers.tour} cannot show the objective {self.score.name}; "
                "choose slide, turn, zoom, generations"
            )
        if self.every < 1 or self.world.lifetime % self.every:
            raise UserError(
                f"the counting interval must divide the lifetime of {self.world.lifetime} steps, got {self.every}"
            )

    @property
    def quantity(self) -> str:
        """The name of what is measured, an identifier."""
        return self.score.quantity

    @property
    def unit(self) -> str:
        """The unit of the values of `evaluate` and `outcomes`."""
        return self.score.unit

    @property
    def every(self) -> int:
        """The steps of life between two layers; the whole lifetime, unless layers are steps."""
        return self.layers.every if isinstance(self.layers, ByStep) else self.world.lifetime

    @property
    def returns(self) -> tuple[np.dtype[Any], int]:
        """The type of the values that `evaluate` returns, int32 or float64, and K, their number for each genome."""
        dtype = np.dtype(self.score.dtype)
        match self.layers:
            case ByStep(every):
                return dtype, self.world.lifetime // every
            case ByMaze():
                return dtype, self.mazes.count
        return dtype, 1

    def maze_counts(self, tour: "Tour") -> NDArray[np.float64]:
        """How many mazes the heights of each frame of a tour are summed over, [T]."""
        if isinstance(self.layers, ByMaze):
            return tour.axis.values
        return np.full(len(tour), float(self.mazes.count))

    def evaluate(self, genomes: NDArray[Any], machine: Machine = CPU) -> NDArray[Any]:
        """The values of genomes [N, P], summed over mazes: [N], or [N, K] with layers; see `returns`.

        The arithmetic is that of the genomes, float32 or float64. A value depends on its own genome only, not on the
        others and not on the machine.
        """
        match self.score:
            case Smoothed(sigma, samples):
                pellets = replace(self, score=Pellets())
                return smooth(partial(pellets.evaluate, machine=machine), genomes, sigma, samples, self.mazes.seed)
            case Imitation():
                # cumsum adds the mazes one by one; the order in which numpy's sum adds them depends on N
                return np.cumsum(self.outcomes(genomes, machine), axis=1)[:, -1]
            case ExpectedReturn(repetitions):
                total = _in_parts(self, genomes, lambda part: _total(_sampled(self, part, self.every, machine)))
                return _layered(self, total) / repetitions
        return _in_parts(self, genomes, lambda part: _layered(self, _greedy(self, part, machine)))

    def outcomes(self, genomes: NDArray[Any], machine: Machine = CPU) -> NDArray[Any]:
        """The values of genomes [N, P] in each maze, [N, M], over the whole life; layers make no difference.

        Measures of roughness use them, because a sum over mazes can hide a change in one of them.
        """
        match self.score:
            case Smoothed(sigma, samples):
                pellets = replace(self, score=Pellets())
                return smooth(partial(pellets.outcomes, machine=machine), genomes, sigma, samples, self.mazes.seed)
            case Imitation(ties):
                episodes = demonstrations(self.mazes, self.world, ties, machine)
                return cross_entropy(genomes, self.layout, episodes, machine)
            case ExpectedReturn(repetitions):
                eaten = _sampled(self, genomes, self.world.lifetime, machine).reshape(len(genomes), repetitions, -1)
                mean: NDArray[np.float64] = eaten.sum(axis=1, dtype=np.int32) / repetitions
                return mean
        return play(genomes, self.layout, self.mazes.carve(), self.world, machine=machine)

    def on_plane(self, plane: "Plane", xy: NDArray[np.float64], dtype: str, machine: Machine = CPU) -> NDArray[Any]:
        """What `evaluate` returns for the genomes at points [N, 2] of a plane.

        `dtype`, float32 or float64, is the type of the genomes. Where a GPU counts pellets, it also computes them.
        """
        if machine.target == "cpu" or not isinstance(self.score, Pellets):
            return self.evaluate(plane.at(xy, dtype, machine), machine)
        from sim.rollout.gpu import play_plane

        setting, by_maze = (self.layout, self.mazes.carve(), self.world), isinstance(self.layers, ByMaze)
        return _layered(self, play_plane("cuda", plane, xy, dtype, *setting, self.every, by_maze=by_maze))

    def json(self) -> dict[str, Any]:
        """The objective as JSON values, with the keys that fields have, and `layers` if there are layers."""
        table: dict[str, Any] = {
            "layout": asdict(self.layout),
            "mazes": self.mazes.json(),
            "lifetime": self.world.lifetime,
            "sight": self.world.sight,
            "every": self.every,
        }
        if not isinstance(self.score, Pellets):
            table["objective"] = score_json(self.score)
        if self.layers is not None:
            table["layers"] = self.layers.tour
        return table

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> "Objective":
        """Read what `json` returned. Ignores other keys; raises UserError if a key is missing or its value is wrong."""
        try:
            mazes = MazeSet.from_json(table["mazes"])
            world = {"maze": asdict(mazes.config), "sight": table["sight"], "lifetime": table["lifetime"]}
            layout, every = parse_all(Layout, table["layout"]), table["every"]
            kinds: dict[str | None, Layers | None] = {None: None, "horizon": ByStep(every), "mazes": ByMaze()}
            if type(every) is not int:
                raise TypeError(f"every is {every!r}")
            return cls(
                score_from_json(table.get("objective", {"name": Pellets.name})),
                layout,
                parse_all(World, world),
                mazes,
                kinds[table.get("layers")],
            )
        except (KeyError, TypeError) as error:
            raise UserError(
                f"the field does not say how its heights were made ({error}); choose one that a sweep made"
            ) from error


AnyObjective = Objective | FunctionObjective
"""All that can be swept, measured and shown: an objective of our world, or any function of genomes."""


def _greedy(objective: Objective, genomes: NDArray[Any], machine: Machine) -> NDArray[np.int32]:
    """Pellets by greedy play: [N, M, K] if layers are mazes, else [N, K], summed over the mazes."""
    mazes = objective.mazes.carve()
    counts = play(genomes, objective.layout, mazes, objective.world, every=objective.every, machine=machine)
    return counts if isinstance(objective.layers, ByMaze) else _total(counts)


def _sampled(objective: Objective, genomes: NDArray[Any], every: int, machine: Machine) -> NDArray[np.int32]:
    """Pellets by sampled play in all mazes, R times over, [N, R M, K]."""
    mazes, numbers = repeated(objective.mazes, _repetitions(objective))
    options: dict[str, Any] = {"policy": "sampled", "repetition": numbers, "machine": machine}
    return play(genomes, objective.layout, mazes, objective.world, every=every, **options)


def _repetitions(objective: Objective) -> int:
    """R, the number of times that an evaluation plays each maze."""
    return objective.score.repetitions if isinstance(objective.score, ExpectedReturn) else 1


def _layered(objective: Objective, counts: NDArray[np.int32]) -> NDArray[np.int32]:
    """The values, [N] or [N, K], from counts [N, M, K] if layers are mazes, else from their sums over mazes, [N, K]."""
    match objective.layers:
        case ByMaze():
            return np.cumsum(counts[..., -1], axis=1, dtype=np.int32)
        case ByStep():
            return counts
    return counts[..., 0]


def _in_parts(
    objective: Objective, genomes: NDArray[Any], values: Callable[[NDArray[Any]], NDArray[np.int32]]
) -> NDArray[np.int32]:
    """Call `values` on parts of the genomes [N, P] that are small enough for MOST_COUNTS, and join what it returns."""
    episodes = objective.mazes.count * _repetitions(objective)
    part = max(1, MOST_COUNTS // (episodes * (objective.world.lifetime // objective.every)))
    parts = [values(genomes[first : first + part]) for first in range(0, max(1, len(genomes)), part)]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _total(counts: NDArray[np.int32]) -> NDArray[np.int32]:
    """Sum counts [N, M, K] over mazes, [N, K]. In memory each layer of the sums is contiguous, as fields store it."""
    from sim.landscape.counts import sum_mazes  # compiled with numba, which the command line does not import

    total = np.empty((counts.shape[2], len(counts)), np.int32)
    sum_mazes(counts, total)
    return total.T
