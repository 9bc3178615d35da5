"""Goals: what a landscape measures, named so that a field's provenance suffices to measure it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from agents.errors import UserError
from agents.layout import Layout
from sim.imitation.teacher import bank
from sim.landscape import objective
from sim.landscape.smoothing import smooth
from sim.landscape.sweep import Objective
from sim.rollout.machine import Machine
from sim.world.maze import MazeSet
from sim.world.rules import World

Name = Literal["pellets", "return", "imitation", "smoothed"]


@dataclass(frozen=True, slots=True)
class Goal:
    """The quantity and unit of fields, the label of colour bars, the title of pictures, and the settings it has."""

    quantity: str
    unit: str
    label: str
    title: str
    settings: tuple[str, ...] = ()


GOALS: dict[Name, Goal] = {
    "pellets": Goal("pellets", "pellets", "pellets eaten per maze", "Fitness landscape"),
    "return": Goal(
        "expected_return",
        "pellets",
        "pellets per maze, sampled play",
        "Return of the stochastic policy",
        ("repetitions",),
    ),
    "imitation": Goal("cross_entropy", "nats", "loss: cross-entropy, nats", "Loss landscape", ("ties",)),
    "smoothed": Goal(
        "smoothed_pellets", "pellets", "pellets per maze, smoothed", "Smoothed fitness landscape", ("sigma", "samples")
    ),
}


def named(name: Name, settings: Mapping[str, Any]) -> dict[str, Any]:
    """A goal as provenance has it, with those of the settings that it heeds; pellets go without saying."""
    if name == "pellets":
        return {}
    return {"objective": {"name": name, **{each: settings[each] for each in GOALS[name].settings}}}


def goal_of(provenance: Mapping[str, Any]) -> tuple[Goal, dict[str, Any]]:
    """What a field measures, and the settings of that, its name among them. Raises UserError where there is no such."""
    settings = provenance.get("objective", {"name": "pellets"})
    name = settings.get("name") if isinstance(settings, dict) else None
    goal = {str(known): goal for known, goal in GOALS.items()}.get(str(name))
    if goal is None or not {*goal.settings} <= {*settings}:
        raise UserError(f"the field measures {settings!r}, which this version does not know; take another field")
    return goal, settings


def measure(tour: str, provenance: Mapping[str, Any], machine: Machine) -> Objective:
    """The objective of a tour of that name. A sweep and its repetition both come here, so they cannot differ."""
    try:
        parts = [provenance[name] for name in ("layout", "mazes", "lifetime", "sight", "every")]
        shape, identity, lifetime, sight, every = parts
        layout, mazes = Layout(**shape), MazeSet.from_json(identity).carve()
        world = World(mazes.config, sight, lifetime)
    except (KeyError, TypeError) as error:
        raise UserError(
            f"the field does not say how its heights were made ({error}); take one that sweep made"
        ) from error
    _, goal = goal_of(provenance)
    found: Objective
    match goal["name"], tour:
        case "pellets" | "smoothed", "horizon":
            found = objective.pellets_by_step(layout, mazes, world, every, machine)
        case "pellets" | "smoothed", "mazes":
            found = objective.pellets_by_maze(layout, mazes, world, machine)
        case "pellets" | "smoothed", _:
            found = objective.pellets(layout, mazes, world, machine)
        case "return", "horizon":
            found = objective.expected_return(layout, mazes, world, goal["repetitions"], machine, every)
        case name, "horizon" | "mazes":
            raise UserError(f"a tour of {tour} cannot show the objective {name}; choose slide, turn, zoom, generations")
        case "return", _:
            found = objective.expected_return(layout, mazes, world, goal["repetitions"], machine)
        case _:
            found = objective.imitation(layout, bank(mazes, world, ties=goal["ties"], machine=machine), machine)
    return smooth(found, goal["sigma"], goal["samples"], mazes.seed) if goal["name"] == "smoothed" else found
