"""Histories: what a run wrote down of its own learning, as curves.

K records of a quantity.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from sim.learning.run import Run

QUANTITIES = (
    "validation", "mean", "loss", "validation_loss", "validation_teacher_loss", "entropy", "critic_loss",
)  # fmt: skip
LARGEST = 2.0**53  # what is larger is damage, and has no place on an axis

Curves = dict[str, NDArray[np.float64]]
"""Of quantities, each [K, 2]: a generation and a value, the generations rising."""


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """How a run learned: its curves, and what a generation took; `damage` says why there are none."""

    curves: Curves
    steps: int
    """Agent-steps of a generation."""
    mazes: int
    """Training mazes met until the champion was chosen, the first of the run's own stream."""
    validation: int
    """Validation mazes that the champion was chosen by, the first of the run's own stream."""
    damage: str = ""

    def json(self) -> dict[str, Any]:
        """All of it, ready for JSON."""
        curves = {name: curve.tobytes().hex() for name, curve in self.curves.items()}
        return {"curves": curves, "steps": self.steps, "mazes": self.mazes, "validation": self.validation}


def read(run: Run) -> tuple[Curves, str]:
    """The curves of a run, and why there are none where its history is damaged."""
    try:
        return curves(run.history()), ""
    except UserError as error:
        return {}, str(error)


def curves(records: Iterable[Mapping[str, Any]]) -> Curves:
    """The curves of records; what is no number, or of no later generation than what came before, is left out."""
    found: dict[str, list[tuple[float, float]]] = {}
    last = 0.0
    for record in records:
        generation = _number(record.get("generation"))
        if generation is None or generation <= last:
            continue
        last = generation
        for name in QUANTITIES:
            value = _number(record.get(name))
            if value is not None:
                found.setdefault(name, []).append((generation, value))
    return {name: np.array(points) for name, points in found.items()}


def _number(value: Any) -> float | None:
    """A number of a record, or None for what is none, or too large to be one."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -LARGEST <= value <= LARGEST:
        return None
    return float(value)
