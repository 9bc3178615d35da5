"""The words for an objective in pictures, films and windows: titles, colour bar labels, and values with their unit.

They are here because `sim` and `agents` hold no titles and labels.
"""

from sim.landscape.function import FunctionObjective
from sim.landscape.objective import AnyObjective
from sim.landscape.score import ScoreName

BARS: dict[ScoreName, str] = {
    "pellets": "pellets eaten per maze",
    "return": "pellets per maze, sampled play",
    "imitation": "loss: cross-entropy, nats",
    "smoothed": "pellets per maze, smoothed",
}
TITLES: dict[ScoreName, str] = {
    "pellets": "Fitness landscape",
    "return": "Return of the stochastic policy",
    "imitation": "Loss landscape",
    "smoothed": "Smoothed fitness landscape",
}


def bar(objective: AnyObjective) -> str:
    """The label of a colour bar."""
    if isinstance(objective, FunctionObjective):
        return ", ".join(filter(None, (_spelled(objective), objective.unit)))
    return BARS[objective.score.name]


def title(objective: AnyObjective) -> str:
    """The title of a picture."""
    if isinstance(objective, FunctionObjective):
        return f"Landscape of {_spelled(objective)}"
    return TITLES[objective.score.name]


def value(objective: AnyObjective, height: str, mazes: int) -> str:
    """A height with its unit, as in "3.5 pellets a maze"; `mazes` is how many mazes the height is a mean over."""
    unit = f" {objective.unit}" if objective.unit else ""
    return f"{height}{unit}{' a maze' if mazes > 1 else ''}"


def mean(objective: AnyObjective, mazes: float) -> list[str]:
    """The part of a caption that says over how many mazes heights are means; no part for a function's landscape."""
    if isinstance(objective, FunctionObjective):
        return []
    return ["one maze" if mazes == 1 else f"mean of {mazes:.0f} mazes"]


def life(objective: AnyObjective) -> list[str]:
    """The part of a caption that says how many steps a forager lives; no part for a function's landscape."""
    return [] if isinstance(objective, FunctionObjective) else [f"{objective.world.lifetime} steps"]


def _spelled(objective: FunctionObjective) -> str:
    """The name of what a function measures, in words."""
    return objective.quantity.replace("_", " ")
