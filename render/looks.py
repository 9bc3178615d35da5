"""How the heights of a landscape are looked at: the numbers that are drawn, and the settings that categories need.

Numbers have a palette, may be coloured by rank, and have relief. Categories have none of these: their colours are hues
by chance.
"""

from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from render.categories import CATEGORIES, MOST, category_numbers
from sim.landscape.objective import AnyObjective

L = TypeVar("L")
"""Settings of a picture, a film or a window: a frozen dataclass with a palette, equalise and relief."""


def shown(objective: AnyObjective, heights: NDArray[Any], mazes: Any) -> NDArray[np.float32]:
    """The numbers float32 that stand for stored heights: means over mazes, or the numbers of categories."""
    if objective.categorical:
        return category_numbers(heights)
    return np.asarray(heights / mazes, np.float32)


def looked(objective: AnyObjective, look: L, **others: Any) -> L:
    """The settings of a look at an objective: those that were chosen, or, for categories, the only ones that fit.

    `others` are more settings that categories need.
    """
    if not objective.categorical:
        return look
    changed: L = replace(look, palette=CATEGORIES, equalise=False, relief=False, **others)  # type: ignore[type-var]
    return changed


def category_limits() -> tuple[float, float]:
    """The colour limits of categories, whose numbers are spread evenly between them."""
    return 0.0, float(MOST)
