"""The settings that all learning runs have, whatever the learner."""

from dataclasses import dataclass, field
from typing import Literal

from agents import checks
from agents.layout import Cell, Layout
from sim.world.rules import World

Choose = Literal["best", "last"]

LIMITS = {"generations": (1, 10**9), "validation": (1, 65536), "checkpoint": (1, 10**9), "pool": (0, 10**9)}


@dataclass(frozen=True, slots=True)
class Setting:
    """The settings that all runs have: seed, length, mazes, network and world. To show a run, no others are needed."""

    seed: int = 0
    """Names every random stream of the run."""
    generations: int = 1000
    """How many generations to learn: populations of an optimiser, or updates by a gradient."""
    pool: int = 0
    """Learn in this many fixed training mazes, the first of the run; 0 makes fresh mazes for every generation."""
    validation: int = 512
    """Mazes on which the champion is chosen."""
    checkpoint: int = 10
    """Generations between two checkpoints, at each of which a champion may be chosen."""
    choose: Choose = "best"
    """Which genome is champion: the best on the validation mazes so far, or the last, whatever it eats there."""
    cell: Cell = "elman"
    """The recurrent cell."""
    hidden: int = 16
    """Hidden units."""
    world: World = field(default_factory=World)
    """The world."""

    def __post_init__(self) -> None:
        """Refuse counts beyond their limits, wrong seeds and wrong layouts."""
        for name, (least, most) in LIMITS.items():
            checks.whole(name, getattr(self, name), least, most)
        checks.choice("choose", self.choose, Choose)
        checks.seed(self.seed)
        self.world.layout(self.cell, self.hidden)

    @property
    def layout(self) -> Layout:
        """The layout of the networks that learn."""
        return self.world.layout(self.cell, self.hidden)
