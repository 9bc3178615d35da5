"""The dimension of level lines of a field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from numpy.typing import ArrayLike

from agents.errors import UserError
from sim.landscape.field import Field
from sim.measures import FieldMeasure, Quantity
from sim.measures.boundary import OVER_PLANES, boundary_dimension
from sim.statistics.results import Findings
from sim.statistics.scaling import reported

LEVELS = {"lower": 0.25, "median": 0.5, "upper": 0.75}
NAMES = {"lower": "lower quartile", "median": "median", "upper": "upper quartile"}
LEVEL: dict[str, Quantity] = {
    "level": Quantity(
        "level dimension",
        "Box-counting dimension of a level line: the level that a quarter, half or three quarters of the pixels lie at "
        "or below.",
        "", "blocks of planes", OVER_PLANES, known="A disc's edge measures 1.",
    ),
    "level_points": Quantity(
        "boxes on a level line", "The shares that the level dimension is fitted to.",
        kind="curve", axes=("side of a box, pixels", "share of boxes"), log="xy",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LevelDimension(FieldMeasure):
    """Box-counting dimensions of three level lines of one frame of a field."""

    frame: int = -1
    """Which frame; -1 is the last."""
    levels: tuple[str, ...] = tuple(LEVELS)
    """Which levels: lower, median, upper (the quartiles of its pixels)."""

    quantities: ClassVar[Mapping[str, Quantity]] = LEVEL

    def __post_init__(self) -> None:
        """Refuse levels that have no name."""
        if not self.levels or not set(self.levels) <= set(LEVELS):
            raise UserError(f"levels must be some of {', '.join(LEVELS)}, got {', '.join(self.levels) or 'none'}")

    def compute(self, field: Field, seed: int) -> Findings:
        """Count boxes on each level line."""
        return dimensions(field.heights[self.frame], self.levels, seed=seed)


def dimensions(fields: ArrayLike, levels: tuple[str, ...], *, seed: int, suffix: str = "") -> Findings:
    """The dimensions of level lines of fields [H, W] or [G, H, W] as results, the quantity's name with a suffix."""
    found: Findings = {}
    for level in levels:
        dimension = boundary_dimension(fields, LEVELS[level], seed=seed)
        found |= reported(f"level{suffix}", f"level_{level}{suffix}", dimension, NAMES[level])
    return found
