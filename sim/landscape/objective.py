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
from sim.landscape.observing import observed, refuse_overflow
from sim.landscape.over_mazes import layered, total
from sim.landscape.score import (
    ByMaze,
    ByStep,
    ExpectedReturn,
    Imitation,
    Layers,
    Observed,
    Pellets,
    Score,
    Smoothed,
    score_from_json,
    score_json,
)
from sim.landscape.smoothing import smooth
from sim.rollout import play
from sim.rollout.machine import CPU, Machine
from sim.rollout.observe import observe
from sim.rollout.quantities import QUANTITIES, QuantityName
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
        if isinstance(self.score, Observed):
            refuse_overflow(self.score.quantities, self.mazes.count, self.world)
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
        """The name of what is measured, an identifier; the first one, where several are observed."""
        return self.score.quantity

    @property
    def unit(self) -> str:
        """The unit of the values of `evaluate` and `outcomes`."""
        return self.score.unit

    @property
    def categorical(self) -> bool:
        """True if values are hashes of categories, which are equal or not; else they are sums over mazes."""
        return isinstance(self.score, Observed) and QUANTITIES[self.score.quantities[0]].categorical

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
                sums = _in_parts(self, genomes, lambda part: total(_sampled(self, part, self.every, machine)))
                return (sums[:, 0] if self.layers is None else sums) / repetitions
            case Observed():
                return _observed(self, (self.score.quantities[0],), genomes, None, machine)[self.quantity]
        return _in_parts(self, genomes, lambda part: layered(_greedy(self, part, machine), self.layers))

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
            case Observed():
                names = self.score.quantities[:1]
                setting = self.layout, self.mazes.carve(), self.world
                return observe(genomes, *setting, names, machine=machine)[names[0]]
        return play(genomes, self.layout, self.mazes.carve(), self.world, machine=machine)

    def on_plane(self, plane: "Plane", xy: NDArray[np.float64], dtype: str, machine: Machine = CPU) -> NDArray[Any]:
        """What `evaluate` returns for the genomes at points [N, 2] of a plane.

        `dtype`, float32 or float64, is the type of the genomes. Where a GPU counts pellets, it also computes them.
        """
        if isinstance(self.score, Observed):
            alone = self.score.quantities[:1]
            return _observed(self, alone, plane.at(xy, dtype, machine), plane.centre, machine)[self.quantity]
        if machine.target == "cpu" or not isinstance(self.score, Pellets):
            return self.evaluate(plane.at(xy, dtype, machine), machine)
        from sim.rollout.gpu import play_plane

        setting, by_maze = (self.layout, self.mazes.carve(), self.world), isinstance(self.layers, ByMaze)
        counts = play_plane("cuda", plane, xy, dtype, *setting, self.every, by_maze=by_maze)
        return layered(counts, self.layers) if by_maze else counts[:, 0] if self.layers is None else counts

    def all_on_plane(
        self, plane: "Plane", xy: NDArray[np.float64], dtype: str, machine: Machine = CPU
    ) -> dict[str, NDArray[Any]]:
        """What `on_plane` returns for each of the quantities, by name; all come from the same rollout."""
        if not isinstance(self.score, Observed):
            return {self.quantity: self.on_plane(plane, xy, dtype, machine)}
        return _observed(self, self.score.quantities, plane.at(xy, dtype, machine), plane.centre, machine)

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
    """Pellets by greedy play, [N, M, K]."""
    mazes = objective.mazes.carve()
    return play(genomes, objective.layout, mazes, objective.world, every=objective.every, machine=machine)


def _observed(
    objective: Objective,
    names: tuple[QuantityName, ...],
    genomes: NDArray[Any],
    centre: NDArray[Any] | None,
    machine: Machine,
) -> dict[str, NDArray[np.int32]]:
    """The values of quantities by greedy play, by name: [N], or [N, K] with layers; `centre` is a genome [P]."""
    world, mazes, layout = objective.world, objective.mazes, objective.layout

    def values(part: NDArray[Any]) -> NDArray[np.int32]:
        return observed(part, names, centre, layout, mazes, world, objective.layers, objective.every, machine)

    stacked = _in_parts(objective, genomes, values, len(names) + 1)
    return {name: stacked[..., at] for at, name in enumerate(names)}


def _sampled(objective: Objective, genomes: NDArray[Any], every: int, machine: Machine) -> NDArray[np.int32]:
    """Pellets by sampled play in all mazes, R times over, [N, R M, K]."""
    mazes, numbers = repeated(objective.mazes, _repetitions(objective))
    options: dict[str, Any] = {"policy": "sampled", "repetition": numbers, "machine": machine}
    return play(genomes, objective.layout, mazes, objective.world, every=every, **options)


def _repetitions(objective: Objective) -> int:
    """R, the number of times that an evaluation plays each maze."""
    return objective.score.repetitions if isinstance(objective.score, ExpectedReturn) else 1


def _in_parts(
    objective: Objective, genomes: NDArray[Any], values: Callable[[NDArray[Any]], NDArray[np.int32]], counts: int = 1
) -> NDArray[np.int32]:
    """Call `values` on parts of the genomes [N, P], and join what it returns.

    The parts are small enough for MOST_COUNTS numbers of `counts` quantities.
    """
    episodes = objective.mazes.count * _repetitions(objective) * counts
    part = max(1, MOST_COUNTS // (episodes * (objective.world.lifetime // objective.every)))
    parts = [values(genomes[first : first + part]) for first in range(0, max(1, len(genomes)), part)]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
