"""Settings: what all learning runs have in common, however they learn."""

from dataclasses import dataclass, field

from agents.errors import UserError
from agents.layout import Cell, Layout
from sim.world.rules import World

MOST = {"generations": 10**9, "validation": 65536, "checkpoint": 10**9}


@dataclass(frozen=True, slots=True)
class Setting:
    """What is learned, where, and for how long. Whoever only wants to look at a run needs to know no more of it."""

    seed: int = 0
    """Names every random stream of the run."""
    generations: int = 1000
    """How many generations to learn: populations of an optimiser, or updates along a gradient."""
    validation: int = 512
    """Mazes on which the champion is chosen."""
    checkpoint: int = 10
    """Generations between two checkpoints, at each of which a champion may be chosen."""
    cell: Cell = "elman"
    """The recurrent cell."""
    hidden: int = 16
    """Hidden units."""
    world: World = field(default_factory=World)
    """The world."""

    def __post_init__(self) -> None:
        """Refuse counts that cannot be, seeds that name no stream, layouts that do not exist."""
        for name, most in MOST.items():
            if not 1 <= getattr(self, name) <= most:
                raise UserError(f"{name} must be from 1 to {most}, got {getattr(self, name)}")
        if not 0 <= self.seed < 2**64:
            raise UserError(f"seed must be from 0 to 2^64 - 1, got {self.seed}")
        self.world.layout(self.cell, self.hidden)

    @property
    def layout(self) -> Layout:
        """The layout of the networks that learn."""
        return self.world.layout(self.cell, self.hidden)
