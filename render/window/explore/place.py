"""Places of the explorer: all that determines its picture, what it is made of, and how it is kept in files.

P weights of a genome. A land is a plane and what is measured on it; a place is where on a land one looks.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from agents import checks
from agents.errors import UserError
from agents.genome import Genome
from agents.layout import Layout
from render.animation import read_png_metadata
from sim.landscape.objective import Pellets, pellets
from sim.landscape.plane import Plane, directions
from sim.learning.run import Run
from sim.rollout.machine import CPU, Machine
from sim.world.maze import Mazes, carve
from sim.world.rules import LIFETIME_LIMITS, World

MOST_MAZES = 4096
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
    """A land, ready to be sampled."""

    land: Land
    plane: Plane
    objective: Pellets
    layout: Layout
    mazes: Mazes
    world: World


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """A run, read once: its champion and its world. It may vanish afterwards."""

    path: Path
    champion: Genome
    world: World
    seed: int
    machine: Machine = CPU

    @classmethod
    def open(cls, path: Path, machine: Machine = CPU) -> "Origin":
        """The run at `path`, or UserError, also where the machine lacks the device that it names."""
        run, machine = Run.open(path), Machine(machine.threads, machine.target)
        config, champion = run.setting(), run.champion()
        if champion.weights.ndim != 1:
            raise UserError(f"the champion of {path} is a population, expected one genome; take it from a backup")
        return cls(path, champion, config.world, config.seed, machine)

    def home(self) -> Place:
        """Where one begins: around the champion."""
        return Place(Land(lifetime=self.world.lifetime))

    def ground(self, land: Land) -> Ground:
        """A land's plane, its mazes (of the validation split), and its objective."""
        genome, layout = self.champion.weights, self.champion.layout
        u, v, third = directions(genome, layout, 3, land.seed)
        angle = math.radians(land.turn)
        moved = np.asarray(genome, np.float64) + land.third * third if land.third else genome
        turned = math.cos(angle) * u + math.sin(angle) * third if land.turn else u
        mazes = carve(self.world.maze, land.mazes, seed=self.seed, split="validation")
        world = replace(self.world, lifetime=land.lifetime)
        objective = pellets(layout, mazes, world, self.machine)
        return Ground(land, Plane(moved, turned, v), objective, layout, mazes, world)
