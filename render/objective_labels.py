"""The words for an objective in pictures, films and windows: titles, colour bar labels, and values with their unit.

They are here because `sim` and `agents` hold no titles and labels.
"""

from render.ticks import short_number
from sim.landscape.function import FunctionObjective
from sim.landscape.objective import AnyObjective
from sim.landscape.score import Observed

BARS = {
    "pellets": "pellets eaten per maze",
    "return": "pellets per maze, sampled play",
    "imitation": "loss: cross-entropy, nats",
    "smoothed": "pellets per maze, smoothed",
    "tempo": "pellets so far, summed over all steps",
    "divergence": "first step apart from the champion",
    "revisits": "steps into known cells per maze",
    "last_meal": "step of the last meal",
    "end": "one colour for each last cell",
    "path": "one colour for each path",
}
"""The labels of colour bars, by the name of a score or of a quantity."""
TITLES = {
    "pellets": "Fitness landscape",
    "return": "Return of the stochastic policy",
    "imitation": "Loss landscape",
    "smoothed": "Smoothed fitness landscape",
    "tempo": "How early foragers eat",
    "divergence": "When foragers part",
    "revisits": "How often foragers return to known cells",
    "last_meal": "When foragers eat their last pellet",
    "end": "Where foragers end",
    "path": "Which path foragers take",
}
"""The titles of pictures, by the same names."""
ON_PAGE = {
    "pellets": "pellets eaten",
    "tempo": "pellets so far, summed over all steps,",
    "divergence": "first step apart from the champion",
    "revisits": "steps into known cells",
    "last_meal": "step of the last meal",
    "end": "one colour for each last cell",
    "path": "one colour for each path",
}
MEANINGS = {
    "pellets": "how many pellets that forager eats",
    "tempo": "how early that forager eats",
    "divergence": "when that forager parts from the champion",
    "revisits": "how often that forager returns to cells that it knows",
    "last_meal": "when that forager eats its last pellet",
    "end": "in which cell that forager ends",
    "path": "which path that forager takes",
}
CHOICES = {
    "pellets": "pellets eaten",
    "tempo": "how early it eats",
    "divergence": "when it parts",
    "revisits": "how often it returns",
    "last_meal": "its last meal",
    "end": "its last cell",
    "path": "its path",
}
"""The words of quantities on shared pages, which show nothing else."""


def bar(objective: AnyObjective) -> str:
    """The label of a colour bar."""
    if isinstance(objective, FunctionObjective):
        return ", ".join(filter(None, (_spelled(objective), objective.unit)))
    return BARS[_name(objective)]


def title(objective: AnyObjective) -> str:
    """The title of a picture."""
    if isinstance(objective, FunctionObjective):
        return f"Landscape of {_spelled(objective)}"
    return TITLES[_name(objective)]


def on_page(objective: AnyObjective) -> str:
    """What a colour shows, to be followed by "in 200 steps" and the mazes; for a page."""
    return ON_PAGE[_name(objective)]


def meaning(objective: AnyObjective) -> str:
    """What a colour says of a forager, after "its colour says"."""
    return MEANINGS[_name(objective)]


def choice(objective: AnyObjective) -> str:
    """What a page can show of a forager, as one of several choices."""
    return CHOICES[_name(objective)]


def value(objective: AnyObjective, height: float, mazes: int) -> str:
    """A height with its unit, as in "3.5 pellets a maze"; `mazes` is how many mazes the height is a mean over.

    The height of a category is its number, and what is told is its name in hexadecimal digits.
    """
    if objective.categorical:
        return f"{_spelled(objective)} {int(height):06x}"
    number = short_number(float(f"{height:.4g}"))
    if not isinstance(objective, FunctionObjective) and _name(objective) in ("divergence", "last_meal"):
        event = "apart from" if objective.quantity == "divergence" else "last meal in"
        return f"{event} step {number}{' on average' if mazes > 1 else ''}"
    unit = f" {objective.unit}" if objective.unit else ""
    return f"{number}{unit}{' a maze' if mazes > 1 else ''}"


def mean(objective: AnyObjective, mazes: float) -> list[str]:
    """The part of a caption that says over how many mazes heights are means; no part for a function's landscape."""
    if isinstance(objective, FunctionObjective):
        return []
    if mazes == 1:
        return ["one maze"]
    return [f"{mazes:.0f} mazes together" if objective.categorical else f"mean of {mazes:.0f} mazes"]


def life(objective: AnyObjective) -> list[str]:
    """The part of a caption that says how many steps a forager lives; no part for a function's landscape."""
    return [] if isinstance(objective, FunctionObjective) else [f"{objective.world.lifetime} steps"]


def _name(objective: AnyObjective) -> str:
    """The name under which the words of an objective of our world are listed."""
    score = None if isinstance(objective, FunctionObjective) else objective.score
    return score.quantity if isinstance(score, Observed) else score.name if score is not None else ""


def _spelled(objective: AnyObjective) -> str:
    """The name of what is measured, in words."""
    return objective.quantity.replace("_", " ")
