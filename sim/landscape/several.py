"""Objectives of several quantities: each of them alone, and all of them at the points of a plane."""

from dataclasses import replace

from agents.errors import UserError
from sim.landscape.function import FunctionObjective
from sim.landscape.landscape import Landscape
from sim.landscape.objective import AnyObjective
from sim.landscape.score import Observed


def separate(objective: AnyObjective) -> dict[str, AnyObjective]:
    """The objectives of the single quantities that an objective measures, by the names of these."""
    if isinstance(objective, FunctionObjective) or not isinstance(objective.score, Observed):
        return {objective.quantity: objective}
    return {name: replace(objective, score=objective.score.alone(name)) for name in objective.score.quantities}


def only(landscape: Landscape, quantity: str | None) -> Landscape:
    """The landscape of one of the quantities of a landscape, by default of the first.

    Raises UserError for a quantity that the landscape does not have.
    """
    objectives = separate(landscape.objective)
    name = next(iter(objectives)) if quantity is None else quantity
    if name not in objectives:
        raise UserError(f"the landscape has {', '.join(objectives)}, got {name}; choose one of these, or sweep anew")
    return replace(landscape, objective=objectives[name])
