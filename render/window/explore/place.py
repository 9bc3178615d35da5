"""Places of the explorer: all that determines its picture, what it is made of, and how it is kept in files.

P weights of a genome. A land is a plane and what is measured on it; a place is where on a land one looks.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from agents import checks
from agents.errors import UserError
from agents.layout import Layout
from render.animation import read_png_metadata
from sim.landscape.objective import AnyObjective, Objective
from sim.landscape.plane import Plane
from sim.landscape.score import Pellets
from sim.landscape.surroundings import around
from sim.learning.run import Run
from sim.rollout.machine import CPU, Machine
from sim.world.maze import MazeSet
from sim.world.rules import LIFETIME_LIMITS

MOST_MAZES = 4096
UNTIMED = 50_000  # agent-steps that a pixel of a function is taken for, so that the first batch is small
MOST_RADIUS = 1000.0


@dataclass(frozen=True, slots=True)
class Land:
    """A plane around the champion, and the episodes that are played on it."""

    seed: int = 0  # of the directions
    third: float = 0.0  # how far the plane is moved along the third direction, in norms
    turn: float = 0.0  # degrees by which u is turned towards the third direction
    lifetime: int = 200
    mazes: int = 16

    def __post_init__(self) -> None:
        """Refuse what cannot be measured."""
        most = {"seed": (0, 2**63), "lifetime": LIFETIME_LIMITS, "mazes": (1, MOST_MAZES)}
        for name, (low, high) in most.items():
            checks.whole(f"{name} of a place", getattr(self, name), low, high)
        for name in ("third", "turn"):
            _number(getattr(self, name), name)


@dataclass(frozen=True, slots=True)
class Place:
    """A land, the centre (x, y) and half the shorter side of what is seen of it, in norms."""

    land: Land
    x: float = 0.0
    y: float = 0.0
    radius: float = 0.7

    def __post_init__(self) -> None:
        """Refuse what cannot be seen."""
        for name in ("x", "y", "radius"):
            _number(getattr(self, name), name)
        checks.positive("radius of a place", self.radius, MOST_RADIUS)

    def table(self) -> dict[str, Any]:
        """The place as JSON has it."""
        return {**asdict(self.land), "x": self.x, "y": self.y, "radius": self.radius}

    @classmethod
    def of(cls, table: object, source: str) -> "Place":
        """The place that a table from `source` describes, or UserError."""
        names = {*Land.__slots__, "x", "y", "radius"}
        if not isinstance(table, Mapping) or set(table) != names:
            raise UserError(
                f"{source} tells no place (expected {', '.join(sorted(names))}); take one that explore saved"
            )
        land = Land(**{name: table[name] for name in Land.__slots__})
        return cls(land, table["x"], table["y"], table["radius"])


def _number(value: object, name: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UserError(f"{name} of a place must be a finite number, got {value!r}")


def read_place(path: Path) -> Place:
    """The place where a picture was taken, or UserError."""
    try:
        about = json.loads(read_png_metadata(path).get("made_from", "null"))
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path} tells no place; take a picture that explore saved with s") from error
    return Place.of(about.get("place") if isinstance(about, Mapping) else None, str(path))


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A land, ready to be sampled: its plane, what is measured there, and what computes it."""

    land: Land
    plane: Plane
    objective: AnyObjective
    machine: Machine = CPU

    @property
    def steps(self) -> int:
        """Agent-steps that a pixel takes; of a function that nobody has timed yet, more than it is likely to take."""
        return self.land.mazes * self.land.lifetime if isinstance(self.objective, Objective) else UNTIMED

    @property
    def foragers(self) -> Objective:
        """The objective of a land of foragers; UserError where it is a function's."""
        if not isinstance(self.objective, Objective):
            raise UserError("the pixels of this land are values of a function: there is no forager to play")
        return self.objective


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """A genome [P] that is explored around, and what is measured there; `path` is where bookmarks are kept.

    Read from a run, it is the champion, and the run may vanish afterwards. Made by hand, it may have any objective, and
    no layout.
    """

    path: Path
    genome: NDArray[Any]
    layout: Layout | None
    objective: AnyObjective
    machine: Machine = CPU

    @classmethod
    def open(cls, path: Path, machine: Machine = CPU) -> "Origin":
        """The run at `path`, or UserError, also where the machine lacks the device that it names."""
        run, machine = Run.open(path), Machine(machine.threads, machine.target)
        setting, champion = run.setting(), run.champion()
        if champion.weights.ndim != 1:
            raise UserError(f"the champion of {path} is a population, expected one genome; take it from a backup")
        mazes = MazeSet(setting.world.maze, setting.seed, "validation", range(Land().mazes))
        objective = Objective(Pellets(), champion.layout, setting.world, mazes)
        return cls(path, champion.weights, champion.layout, objective, machine)

    def home(self) -> Place:
        """Where one begins: around the genome."""
        if isinstance(self.objective, Objective):
            return Place(Land(lifetime=self.objective.world.lifetime))
        return Place(Land(lifetime=1, mazes=1))

    def ground(self, land: Land) -> Ground:
        """A land, ready to be sampled; UserError where there is no such."""
        plane = around(self.genome, self.layout, land.seed).moved(land.third, land.turn)
        return Ground(land, plane, self._measured(land), self.machine)

    def _measured(self, land: Land) -> AnyObjective:
        """The objective in the mazes and for the lifetime of a land."""
        objective = self.objective
        if isinstance(objective, Objective):
            mazes = replace(objective.mazes, numbers=range(land.mazes))
            return replace(objective, mazes=mazes, world=replace(objective.world, lifetime=land.lifetime))
        if (land.lifetime, land.mazes) != (1, 1):
            raise UserError("this landscape is a function's: it has no mazes and no lifetime to change")
        return objective
