"""Labels: how pictures, films and windows name what a landscape shows. The rooms below hold no such words."""

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
    """A height with its unit: a mean over so many mazes."""
    unit = f" {objective.unit}" if objective.unit else ""
    return f"{height}{unit}{' a maze' if mazes > 1 else ''}"


def mean(objective: AnyObjective, mazes: float) -> list[str]:
    """What heights over so many mazes are means of, in a word or two; nothing for a function."""
    if isinstance(objective, FunctionObjective):
        return []
    return ["one maze" if mazes == 1 else f"mean of {mazes:.0f} mazes"]


def life(objective: AnyObjective) -> list[str]:
    """How long a forager lives; nothing for a function."""
    return [] if isinstance(objective, FunctionObjective) else [f"{objective.world.lifetime} steps"]


def _spelled(objective: FunctionObjective) -> str:
    return objective.quantity.replace("_", " ")
