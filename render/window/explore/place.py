"""Places of the explorer: which terrain is seen, where on it, and how closely; as values and as JSON.

Lengths on a terrain are relative perturbations: fractions of the norm of the genome in its middle.
"""

import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from agents import checks
from agents.errors import UserError
from sim.rollout.quantities import QUANTITIES, QuantityName
from sim.world.rules import LIFETIME_LIMITS

MOST_MAZES = 4096
MOST_RADIUS = 1000.0


@dataclass(frozen=True, slots=True)
class Terrain:
    """A plane through genome space around the champion, and the episodes that measure the heights over it."""

    seed: int = 0  # of the plane's two directions
    third: float = 0.0  # how far the plane is moved along a third direction
    turn: float = 0.0  # degrees by which the plane's first direction is turned towards the third
    lifetime: int = 200  # steps of an episode
    mazes: int = 16
    quantity: QuantityName = "pellets"

    def __post_init__(self) -> None:
        """Check the values; raises UserError."""
        most = {"seed": (0, 2**63), "lifetime": LIFETIME_LIMITS, "mazes": (1, MOST_MAZES)}
        for name, (low, high) in most.items():
            checks.whole(f"{name} of a place", getattr(self, name), low, high)
        for name in ("third", "turn"):
            _check_finite(getattr(self, name), name)
        checks.choice("quantity of a place", self.quantity, QuantityName)

    @property
    def categorical(self) -> bool:
        """True if the quantity names categories."""
        return QUANTITIES[self.quantity].categorical

    @property
    def summed(self) -> int:
        """How many mazes the heights are summed over; 1 for categories, which have no sum."""
        return 1 if self.categorical else self.mazes


@dataclass(frozen=True, slots=True)
class Place:
    """A view of a terrain: its centre (x, y), and `radius`, half the shorter side of what is visible."""

    terrain: Terrain
    x: float = 0.0
    y: float = 0.0
    radius: float = 0.7

    def __post_init__(self) -> None:
        """Check the values; raises UserError."""
        for name in ("x", "y", "radius"):
            _check_finite(getattr(self, name), name)
        checks.positive("radius of a place", self.radius, MOST_RADIUS)

    def table(self) -> dict[str, Any]:
        """The place as JSON data; `of` reads it back."""
        return {**asdict(self.terrain), "x": self.x, "y": self.y, "radius": self.radius}

    @classmethod
    def of(cls, table: object, source: str) -> "Place":
        """Read a place from JSON data. `source` names the file in the UserError that wrong data raises.

        Places from before there were quantities show pellets.
        """
        names = {*Terrain.__slots__, "x", "y", "radius"}
        table = {"quantity": Terrain().quantity, **table} if isinstance(table, Mapping) else table
        if not isinstance(table, Mapping) or set(table) != names:
            raise UserError(
                f"{source} holds no place (expected {', '.join(sorted(names))}); take a file that explore saved"
            )
        terrain = Terrain(**{name: table[name] for name in Terrain.__slots__})
        return cls(terrain, table["x"], table["y"], table["radius"])


def _check_finite(value: object, name: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
        raise UserError(f"{name} of a place must be a finite number, got {value!r}")
