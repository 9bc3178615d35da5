"""The settings of a landscape (`LandscapeSpec`), and the landscape that they describe around a run or a genome."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents import checks, genome
from agents.errors import UserError
from agents.genome import Genome
from agents.layout import Layout
from sim.landscape.landscape import ChampionStory, Landscape
from sim.landscape.objective import AnyObjective, Objective
from sim.landscape.plane import Plane, Window, line, principal, random_plane, through
from sim.landscape.rings import chosen
from sim.landscape.score import (
    ByMaze,
    ByStep,
    ExpectedReturn,
    Imitation,
    Layers,
    Observed,
    Pellets,
    Score,
    ScoreName,
    Smoothed,
)
from sim.landscape.seek import settle, watched
from sim.landscape.surroundings import out_of
from sim.landscape.tour import Tour
from sim.landscape.tour_config import TourConfig, build
from sim.landscape.vectors import vector
from sim.learning.run import Run
from sim.rollout.machine import CPU, Machine
from sim.rollout.quantities import QuantityName
from sim.world.maze import SIZE_LIMITS, MazeSet
from sim.world.rules import LIFETIME_LIMITS, World

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
    "lifetime": LIFETIME_LIMITS,
    "cells": SIZE_LIMITS,
}
PlaneKind = Literal["random", "principal", "line", "through"]


@dataclass(frozen=True, slots=True)
class LandscapeSpec(TourConfig):
    """The settings of a landscape: its plane through the champion, the tour of windows on it, and the objective."""

    plane: PlaneKind = "random"
    """The plane's directions: random; the champions' principal components; a line to another genome; through two."""
    genomes: tuple[Path, ...] = ()
    """Files of the other genomes: one for line, two for through."""
    directions: int = 0
    """Seed of the random directions."""
    x: float = 0.0
    """Centre of the window along the first direction, as a fraction of the champion's norm."""
    y: float = 0.0
    """Centre along the second direction."""
    radius: float = 0.7
    """Half the shorter side of the window, as a fraction of the champion's norm."""
    width: int = 640
    """Pixels of a frame, across."""
    height: int = 360
    """Pixels of a frame, down."""
    objective: ScoreName = "pellets"
    """pellets: greedy actions; return: sampled actions; imitation: a loss; smoothed: mean pellets, noisy weights."""
    quantity: tuple[QuantityName, ...] = ("pellets",)
    """Of greedy play, one or more: pellets; tempo, pellets so far summed over steps; divergence, the first step apart
    from the centre's path; revisits, steps into known cells; last_meal, its step; end, the last cell; path, a hash."""
    repetitions: int = 16
    """return: how many episodes are played in each maze."""
    sigma: float = 0.05
    """smoothed: standard deviation of the noise on each weight."""
    samples: int = 64
    """smoothed: how many noisy genomes are averaged, an even number."""
    mazes: int = 16
    """Mazes that every pixel is played in."""
    first: int = 0
    """Number of the first maze."""
    split: Literal["train", "validation"] = "validation"
    """Split that the mazes belong to; the test split is kept for the final evaluation."""
    lifetime: int | None = None
    """Steps of an episode, up to 100000; by default the run's. Longer lives show more detail deep in a zoom."""
    cells: int | None = None
    """Cells along a side of the mazes, 4 to 64; by default the run's."""
    seek: bool = True
    """zoom: move the centre, within the window, to a point with structure at every depth, and end where there is none.
    """
    tile: int = 128
    """Pixels along a side of a tile, which is computed and stored as a whole."""

    def __post_init__(self) -> None:
        """Check the numbers against their limits."""
        for name, (least, most) in LIMITS.items():
            if getattr(self, name) is not None:
                checks.whole(name, getattr(self, name), least, most)
        for name, value in (("the radius of a window", self.radius), ("depth", self.depth), ("sigma", self.sigma)):
            checks.scale(name, value)
        for name in ("x", "y"):
            checks.between(name, getattr(self, name), -checks.MOST_SCALE, checks.MOST_SCALE)
        Observed(self.quantity)  # refuses wrong ones
        if self.objective != "pellets" and self.quantity != ("pellets",):
            named = ", ".join(self.quantity)
            raise UserError(
                f"the objective {self.objective} has one quantity, its own; leave out {named}, or leave it out"
            )

    @property
    def score(self) -> Score:
        """The score that `objective` names, with its settings."""
        match self.objective:
            case "return":
                return ExpectedReturn(self.repetitions)
            case "imitation":
                return Imitation()
            case "smoothed":
                return Smoothed(self.sigma, self.samples)
        return Pellets() if self.quantity == ("pellets",) else Observed(self.quantity)

    @property
    def layers(self) -> Layers | None:
        """The layers of the objective, if the frames of the tour are layers."""
        if self.tour == "horizon":
            return ByStep(self.every)
        return ByMaze() if self.tour == "mazes" else None


def plan(run: Run, spec: LandscapeSpec, *, machine: Machine = CPU) -> Landscape:
    """The landscape of a spec around a run's champion. The machine plays episodes only to find the centre of a zoom.

    Raises UserError if settings, run and genome files do not fit together.
    """
    setting, champion = run.setting(), run.champion()
    champions = [_check_layout(each, champion, f"a champion's file of {run}") for each in run.champions() or [champion]]
    objective = forager_objective(spec, champion.layout, setting.world, setting.seed)
    plane = _plane(spec, champion, champions)
    path = np.stack([each.weights for each in champions]), [each.provenance.get("generation", 0) for each in champions]
    tour = _build_tour(spec, objective, plane, champion.weights, champion.layout, machine, path)
    about = {name: value for name, value in champion.provenance.items() if name != "made_by"}
    return Landscape(tour, objective, ChampionStory.from_json(about))


def plan_around(
    genome: ArrayLike, layout: Layout | None, objective: AnyObjective, spec: LandscapeSpec, *, machine: Machine = CPU
) -> Landscape:
    """The landscape of any objective around any genome [P], on a random plane.

    Only the tour, the window and the seed of the directions are taken from the spec. A genome without a layout is one
    row. Raises UserError for planes that are not random, and for a tour of layers if the objective is a function.
    """
    if spec.plane != "random":
        raise UserError(f"a {spec.plane} plane is laid through the champions of a run; choose a random plane, or a run")
    if spec.layers is not None and not isinstance(objective, Objective):
        raise UserError(f"a tour of {spec.tour} shows foragers, and a function has none; choose slide, turn or zoom")
    weights = vector(genome, "the genome")
    return Landscape(
        _build_tour(spec, objective, random_plane(weights, layout, spec.directions), weights, layout, machine),
        objective,
    )


def forager_objective(spec: LandscapeSpec, layout: Layout, world: World, seed: int) -> Objective:
    """The objective of a spec for networks of a layout; `seed` is that of the mazes."""
    maze = world.maze if spec.cells is None else replace(world.maze, size=spec.cells)
    world = replace(world, maze=maze, lifetime=world.lifetime if spec.lifetime is None else spec.lifetime)
    mazes = MazeSet(world.maze, seed, spec.split, range(spec.first, spec.first + spec.mazes))
    return Objective(spec.score, layout, world, mazes, spec.layers)


def _build_tour(
    spec: LandscapeSpec,
    objective: AnyObjective,
    plane: Plane,
    genome: NDArray[Any],
    layout: Layout | None,
    machine: Machine,
    path: tuple[NDArray[Any], Sequence[int]] | None = None,
) -> Tour:
    """The tour of a spec on a plane. `path` has the champions [G, P] of a run and their generations."""
    window = Window(spec.x, spec.y, spec.radius, (spec.height, spec.width))
    champions, numbers = path or (None, None)
    foraging = objective if isinstance(objective, Objective) else None
    tour = build(
        spec,
        plane,
        window,
        third=out_of(plane, genome, layout, spec.directions).third,
        champions=champions,
        numbers=numbers,
        lifetime=foraging.world.lifetime if foraging else 0,
        mazes_seen=foraging.mazes.count if foraging else 0,
    )
    if spec.tour != "zoom":
        return tour
    return chosen((settle if spec.seek else watched)(objective, tour, machine), spec.rings)


def _plane(spec: LandscapeSpec, champion: Genome, champions: list[Genome]) -> Plane:
    """The plane of a spec through the champion. Raises UserError for a wrong number of other genomes."""
    others = [_check_layout(genome.load(path), champion, str(path)).weights for path in spec.genomes]
    match spec.plane, len(others):
        case "random", 0:
            return random_plane(champion.weights, champion.layout, spec.directions)
        case "principal", 0:
            return principal(np.stack([each.weights for each in champions]), champion.weights)
        case "line", 1:
            return line(champion.weights, others[0], champion.layout, spec.directions)
        case "through", 2:
            return through(champion.weights, *others)
    wanted = {"random": "no", "principal": "no", "line": "one", "through": "two"}[spec.plane]
    raise UserError(f"a {spec.plane} plane takes {wanted} further genome files, got {len(others)}")


def _check_layout(other: Genome, champion: Genome, holder: str) -> Genome:
    """Return the other genome. Raises UserError if it is not a single genome of the champion's layout."""
    if other.layout != champion.layout or other.weights.ndim != 1:
        got = f"{'a genome' if other.weights.ndim == 1 else 'a population'} of {other.layout.describe()}"
        raise UserError(f"{holder} holds {got}, expected a genome of {champion.layout.describe()}; choose another")
    return other
