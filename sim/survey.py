"""Surveys: the landscape around a run's champion. Joins the run's world to the geometry of `sim.landscape`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from agents import genome
from agents.errors import UserError
from agents.genome import Genome
from sim import objective
from sim.evolution import EvolutionConfig
from sim.landscape.plane import Plane, Window, directions, line, principal, random_plane, through
from sim.landscape.sweep import Cost, Objective, Progress, cost, sweep
from sim.landscape.tour import Tour, TourConfig, build
from sim.maze import Mazes, carve
from sim.run import Run

PlaneKind = Literal["random", "principal", "line", "through"]


@dataclass(frozen=True, slots=True)
class SurveyConfig:
    """What is swept: a tour of windows on a plane around the champion, in some mazes."""

    tour: TourConfig = field(default_factory=TourConfig)
    """The tour."""
    plane: PlaneKind = "random"
    """random directions, principal components of the champions, the line to another genome, through two others."""
    genomes: tuple[Path, ...] = ()
    """The other genome files: one for a line, two for a plane through three."""
    directions: int = 0
    """Seed of the random directions."""
    x: float = 0.0
    """Centre of the window along the first direction, in norms of the champion."""
    y: float = 0.0
    """Centre along the second direction."""
    radius: float = 0.7
    """Half the shorter side of the window, in norms."""
    width: int = 640
    """Pixels of a frame, across."""
    height: int = 360
    """Pixels of a frame, down."""
    mazes: int = 16
    """Mazes that every pixel is played in."""
    first: int = 0
    """Number of the first of them."""
    split: Literal["train", "validation"] = "validation"
    """Where the mazes are from; the test split is not for looking."""
    tile: int = 128
    """Side of the tiles that are swept, and stored, at once."""

    def __post_init__(self) -> None:
        """Refuse counts below one."""
        for name, most in (("width", 16384), ("height", 16384), ("mazes", 65536), ("tile", 4096)):
            if not 1 <= getattr(self, name) <= most:
                raise UserError(f"{name} must be from 1 to {most}, got {getattr(self, name)}")


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """A survey that is planned: where to look, what to measure there, and how to make it again."""

    tour: Tour
    objective: Objective
    provenance: dict[str, Any]

    def sweep(self, out: Path, *, tile: int, fresh: bool = False, progress: Progress | None = None) -> Path:
        """Sweep it into the field `out`; continues what is there."""
        return sweep(
            self.objective, self.tour, out, provenance=self.provenance, tile=tile, fresh=fresh, progress=progress
        )

    def cost(self) -> Cost:
        """What the sweep would take, from a timed sample."""
        return cost(self.objective, self.tour)


def plan(run: Run, config: SurveyConfig, *, threads: int | None = None) -> Survey:
    """Lay the tour through the run's champion and close the objective over the mazes."""
    evolution, champion = run.config(EvolutionConfig), run.champion()
    world, layout = evolution.world, champion.layout
    mazes = carve(world.maze, config.mazes, seed=evolution.seed, split=config.split, first=config.first)
    champions = run.champions()
    tour = build(
        config.tour,
        _plane(config, champion, champions),
        Window(config.x, config.y, config.radius, (config.height, config.width)),
        third=directions(champion.weights, layout, 3, config.directions)[2],
        champions=np.stack([each.weights for each in champions]),
        lifetime=world.lifetime,
        numbers=[each.provenance["generation"] for each in champions],
        mazes_seen=config.mazes,
    )
    match config.tour.kind:
        case "horizon":
            measure = objective.pellets_by_step(layout, mazes, world, config.tour.every, threads)
        case "mazes":
            measure = objective.pellets_by_maze(layout, mazes, world, threads)
        case _:
            measure = objective.pellets(layout, mazes, world, threads)
    return Survey(tour, measure, _provenance(mazes, evolution, champion))


def _plane(config: SurveyConfig, champion: Genome, champions: list[Genome]) -> Plane:
    others = [_other(path, champion) for path in config.genomes]
    match config.plane, len(others):
        case "random", 0:
            return random_plane(champion.weights, champion.layout, config.directions)
        case "principal", 0:
            return principal(np.stack([each.weights for each in champions]), champion.weights)
        case "line", 1:
            return line(champion.weights, others[0], champion.layout, config.directions)
        case "through", 2:
            return through(champion.weights, *others)
    wanted = {"random": "no", "principal": "no", "line": "one", "through": "two"}[config.plane]
    raise UserError(f"a {config.plane} plane takes {wanted} further genome files, got {len(others)}")


def _other(path: Path, champion: Genome) -> NDArray[Any]:
    other = genome.load(path)
    if other.layout != champion.layout or other.weights.ndim != 1:
        raise UserError(f"{path} holds {other.layout.describe()}, the champion is {champion.layout.describe()}")
    return other.weights


def _provenance(mazes: Mazes, evolution: EvolutionConfig, champion: Genome) -> dict[str, Any]:
    """All that makes the heights again, beside the geometry that the field holds: layout, world, mazes."""
    return {
        "layout": asdict(champion.layout),
        "mazes": mazes.identity(),
        "lifetime": evolution.world.lifetime,
        "sight": evolution.world.sight,
        "champion": dict(champion.provenance),
    }


def maze_counts(provenance: Mapping[str, Any], tour: Tour) -> NDArray[np.float64]:
    """How many mazes each frame's heights are summed over, [T]."""
    if tour.name == "mazes":
        return tour.values
    identity = provenance["mazes"]
    count = identity["range"][1] if "range" in identity else len(identity["indices"])
    return np.full(len(tour.values), float(count))
