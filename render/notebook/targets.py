"""Targets: the genome in the centre of a landscape and the objective that gives the heights, from any source.

P weights of a genome.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from numpy.typing import ArrayLike, NDArray

from agents import checks
from agents.errors import UserError
from agents.genome import Genome
from agents.layout import Layout
from render.notebook.inputs import RunLike, genome_of, run_of
from sim.landscape.function import Function, FunctionObjective
from sim.landscape.landscape import Landscape
from sim.landscape.objective import AnyObjective, Objective
from sim.landscape.spec import LandscapeSpec, forager_objective, plan, plan_around
from sim.landscape.tour_config import TourConfig
from sim.rollout.machine import Machine
from sim.rollout.quantities import QuantityName
from sim.world.rules import World

Source = RunLike | Genome | Objective | Function
"""What a landscape is made from: a run, a genome, an objective, or any function of genomes."""

OF_FUNCTIONS = {each.name for each in fields(TourConfig)} | {
    "plane", "directions", "x", "y", "radius", "width", "height", "seek", "tile",
}  # fmt: skip
"""The settings of a landscape that do not belong to the objective."""


@dataclass(frozen=True, slots=True, eq=False)
class Around:
    """What must be given with a source that is not a run; see `render.notebook.mapping.landscape`."""

    genome: Genome | ArrayLike | None = None
    layout: Layout | None = None
    world: World | None = None
    seed: int | None = None
    quantity: str | tuple[str, ...] | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """A genome [P], its layout or None, and the objective that is evaluated around it."""

    genome: NDArray[Any]
    layout: Layout | None
    objective: AnyObjective


def planned(
    source: Source, spec: LandscapeSpec, given: Mapping[str, Any], around: Around, machine: Machine
) -> Landscape:
    """The landscape of a source. Raises UserError for settings in `given` that do not apply to it."""
    if is_run(source):
        _refuse_of_run(around)
        return plan(run_of(source), _observing(spec, around), machine=machine)
    found = target_of(source, spec, given, around)
    return plan_around(found.genome, found.layout, found.objective, spec, machine=machine)


def target_of(source: Source, spec: LandscapeSpec, given: Mapping[str, Any], around: Around) -> Target:
    """The target of a source. Raises UserError for settings in `given` that do not apply to it."""
    if isinstance(source, Genome):
        refuse(around, "a genome is looked at around itself", "genome", "layout", "unit")
        world, (weights, layout) = around.world or World(), genome_of(source, None)
        objective = forager_objective(_observing(spec, around), source.layout, world, around.seed or 0)
        return Target(weights, layout, objective)
    if not callable(source) and not isinstance(source, Objective):
        _refuse_of_run(around)
        run = run_of(source)
        setting, champion = run.setting(), run.champion()
        objective = forager_objective(_observing(spec, around), champion.layout, setting.world, setting.seed)
        return Target(champion.weights, champion.layout, objective)
    refuse(around, "an objective or function says itself what it measures", "world", "seed")
    for name in given:
        if name not in OF_FUNCTIONS:
            raise UserError(f"an objective or function says itself what it measures; leave {name} out, or give a run")
    weights, layout = genome_of(around.genome, around.layout)
    if isinstance(source, Objective):
        refuse(around, "an objective has a quantity and a unit of its own", "quantity", "unit")
        return Target(weights, layout or source.layout, replace(source, layers=spec.layers or source.layers))
    return Target(weights, layout, _named(source, around))


def is_run(source: object) -> bool:
    """True if a source is not a genome, objective or function, and so must be a run."""
    return not (isinstance(source, Genome | Objective) or callable(source))


def refuse(around: Around, why: str, *names: str) -> None:
    """Raise UserError if one of these names was given."""
    for name in names:
        if getattr(around, name) is not None:
            raise UserError(f"{why}; leave {name} out")


def _refuse_of_run(around: Around) -> None:
    """Raise UserError if something was given that a run has itself."""
    own = (name for name in Around.__slots__ if name != "quantity")
    refuse(around, "a run has a champion, a world and mazes of its own", *own)


def _observing(spec: LandscapeSpec, around: Around) -> LandscapeSpec:
    """The spec with the quantities of greedy play that were asked for, if any."""
    if around.quantity is None:
        return spec
    names = (around.quantity,) if isinstance(around.quantity, str) else around.quantity
    for name in names:
        checks.choice("quantity", name, QuantityName)
    return replace(spec, quantity=names)  # type: ignore[arg-type] # they were just checked


def _named(function: Function, around: Around) -> FunctionObjective:
    """The objective of a function. Its quantity is the name that was given, or else the name of the function."""
    name = getattr(function, "__name__", "")
    own = name if name.isidentifier() else "value"
    quantity = around.quantity
    if isinstance(quantity, tuple):
        raise UserError(f"a function has one quantity, got {', '.join(quantity)}; leave the others out")
    if quantity is not None and not quantity.isidentifier():
        raise UserError(f"quantity must be an identifier, as fields name their array by it, got {quantity!r}")
    return FunctionObjective.of(function, quantity or own, around.unit or "")
