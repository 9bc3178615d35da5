"""The dimension of the level lines of a field."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from sim.landscape.field import Field
from sim.measures import FieldMeasure, Quantity, define
from sim.measures.boundary import HULL, OVER_PLANES, boundary_dimension
from sim.statistics.results import Findings
from sim.statistics.scaling import reported

LEVELS = {"lower": (0.25, "lower quartile"), "median": (0.5, "median"), "upper": (0.75, "upper quartile")}
LEVEL = define(
    level=Quantity(
        "level dimension",
        "Box-counting dimension of a level line: of the level that a quarter, half or three quarters of the pixels lie "
        "at or below. Pixels do not show the folds between them, so it reads low by up to 0.11: take it as \"at "
        "least\".",
        "", "blocks of planes", f"{OVER_PLANES} {HULL} Its upper bound includes the folds that are missed.",
        known="The edge of a disc measures 1.", smooth=1.0,
    ),
    level_points=Quantity(
        "boxes on a level line", "The shares to which the level dimension is fitted.",
        kind="curve", axes=("side of a box, pixels", "share of boxes"), log="xy",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LevelDimension(FieldMeasure):
    """Box-counting dimensions of three level lines of one frame of a field."""

    frame: int = -1
    """The number of the frame; -1 is the last."""

    version = 2
    quantities = LEVEL

    def compute(self, field: Field, seed: int) -> Findings:
        """Count boxes on each level line."""
        return level_dimensions(field.heights[self.frame], list(LEVELS), seed=seed)


def level_dimensions(fields: ArrayLike, levels: list[str], *, seed: int, suffix: str = "") -> Findings:
    """The dimensions of level lines of fields [H, W] or [G, H, W] as results of the quantity "level" with a suffix."""
    findings: Findings = {}
    for level in levels:
        share, detail = LEVELS[level]
        dimension = boundary_dimension(fields, share, seed=seed)
        findings |= reported(f"level{suffix}", f"level_{level}{suffix}", dimension, detail)
    return findings
