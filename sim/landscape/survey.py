"""Surveys: the landscape around a run's champion. Joins the run's world to the geometry of `sim.landscape`."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from agents import genome
from agents.errors import UserError
from agents.genome import Genome
from sim.imitation.teacher import Ties
from sim.landscape.cost import Cost, cost
from sim.landscape.field import Field
from sim.landscape.goal import Name, goal_of, measure, named
from sim.landscape.plane import Plane, Window, directions, length, line, principal, random_plane, through
from sim.landscape.seek import seek
from sim.landscape.sweep import Objective, Progress, sweep
from sim.landscape.tour import Tour
from sim.landscape.tour_config import TourConfig, build
from sim.learning.run import Run
from sim.rollout.machine import CPU, Machine
from sim.world.maze import carve

LIMITS = {
    "frames": (1, 65536),
    "between": (0, 65536),
    "directions": (0, 2**64 - 1),
    "width": (1, 16384),
    "height": (1, 16384),
    "mazes": (1, 65536),
    "tile": (1, 4096),
    "repetitions": (1, 4096),
    "samples": (4, 65536),
}
TIES: Ties = "left"  # of the teacher that is imitated
PlaneKind = Literal["random", "principal", "line", "through"]


@dataclass(frozen=True, slots=True)
class SurveyConfig(TourConfig):
    """What is swept: a tour of windows on a plane around the champion, in some mazes."""

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
    objective: Name = "pellets"
    """pellets; return: of sampled play; imitation: a loss, cross-entropy with the teacher; smoothed: pellets around."""
    repetitions: int = 16
    """return: how often each maze is played."""
    sigma: float = 0.05
    """smoothed: standard deviation of what is added to each weight."""
    samples: int = 64
    """smoothed: genomes around each, an even number."""
    mazes: int = 16
    """Mazes that every pixel is played in."""
    first: int = 0
    """Number of the first of them."""
    split: Literal["train", "validation"] = "validation"
    """Where the mazes are from; the test split is not for looking."""
    seek: bool = True
    """Move a zoom's centre to where there is much to see at every depth; the window says where to look."""
    tile: int = 128
    """Side of the tiles that are swept, and stored, at once."""

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be made of."""
        for name, (least, most) in LIMITS.items():
            value = getattr(self, name)
            if value is not None and not least <= value <= most:
                raise UserError(f"{name} must be from {least} to {most}, got {value}")


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """A survey that is planned: where to look, what to measure there, and how to make it again."""

    tour: Tour
    objective: Objective
    provenance: dict[str, Any]

    def sweep(self, out: Path, *, tile: int, fresh: bool = False, progress: Progress | None = None) -> Path:
        """Sweep it into the field `out`; continues what is there."""
        goal, origin = goal_of(self.provenance)[0], self.provenance
        label: dict[str, Any] = {"provenance": origin, "quantity": goal.quantity, "unit": goal.unit}
        return sweep(self.objective, self.tour, out, **label, tile=tile, fresh=fresh, progress=progress)

    def cost(self) -> Cost:
        """What the sweep would take, from a timed sample."""
        return cost(self.objective, self.tour)


def plan(run: Run, config: SurveyConfig, *, machine: Machine = CPU) -> Survey:
    """Lay the tour through the run's champion and close the objective over the mazes."""
    setting, champion = run.setting(), run.champion()
    world = setting.world
    mazes = carve(world.maze, config.mazes, seed=setting.seed, split=config.split, first=config.first)
    champions = [_fitting(each, champion, run.path / "champions") for each in run.champions() or [champion]]
    provenance = {
        "layout": asdict(champion.layout),
        "mazes": mazes.identity(),
        "lifetime": world.lifetime,
        "sight": world.sight,
        "every": config.every if config.tour == "horizon" else world.lifetime,
        "champion": {name: value for name, value in champion.provenance.items() if name != "made_by"},
        **named(config.objective, {**asdict(config), "ties": TIES}),
    }
    objective = measure(config.tour, provenance, machine)
    plane = _plane(config, champion, champions)
    window = Window(config.x, config.y, config.radius, (config.height, config.width))
    if config.tour == "zoom" and config.seek:
        window = seek(objective, plane, window)
    tour = build(
        config,
        plane,
        window,
        third=_third(plane, champion, config.directions),
        champions=np.stack([each.weights for each in champions]),
        lifetime=world.lifetime,
        numbers=[each.provenance.get("generation", 0) for each in champions],
        mazes_seen=config.mazes,
    )
    return Survey(tour, objective, provenance)


def replan(field: Field, *, machine: Machine = CPU) -> Survey:
    """The survey that made a field, from the field alone: its objective returns the same bits.

    Where the field was opened in part and its frames are layers, the objective still returns all of them.
    """
    return Survey(field.tour, measure(field.tour.name, field.provenance, machine), field.provenance)


def _plane(config: SurveyConfig, champion: Genome, champions: list[Genome]) -> Plane:
    others = [_fitting(genome.load(path), champion, path).weights for path in config.genomes]
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


def _third(plane: Plane, champion: Genome, seed: int) -> NDArray[np.float64]:
    """A random direction [P] out of a plane: at right angles to u and v (Gram-Schmidt), and as long as u."""
    third: NDArray[np.float64] = directions(champion.weights, champion.layout, 3, seed)[2]
    for along in (plane.u, plane.v) * 2:  # twice is enough (Giraud et al. 2005)
        # BLAS sums in an order that depends on the machine; fsum rounds once
        third -= along * (math.fsum((third * along).tolist()) / length(along) ** 2)
    third *= length(plane.u) / length(third)
    return third


def _fitting(found: Genome, champion: Genome, path: Path) -> Genome:
    """A genome to lay a plane through, once it is sure that it is a single one and of the champion's layout."""
    if found.layout != champion.layout or found.weights.ndim != 1:
        got = f"{'a genome' if found.weights.ndim == 1 else 'a population'} of {found.layout.describe()}"
        raise UserError(f"{path} holds {got}, expected a genome of {champion.layout.describe()}; choose another")
    return found


def maze_counts(provenance: Mapping[str, Any], tour: Tour) -> NDArray[np.float64]:
    """How many mazes each frame's heights are summed over, [T]."""
    if tour.name == "mazes":
        return tour.values
    identity = provenance["mazes"]
    count = identity["range"][1] if "range" in identity else len(identity["indices"])
    return np.full(len(tour.values), float(count))
