"""Watch config: what the window on foragers shows first."""

from dataclasses import dataclass
from typing import Literal

from agents import checks
from agents.errors import UserError
from render.palette import PALETTES

WatchedSplit = Literal["train", "validation"]  # the test split is not for looking


@dataclass(frozen=True, slots=True)
class WatchConfig:
    """What is watched first; keys change all of it."""

    generation: int | None = None
    """Watch who was champion in this generation; by default the newest."""
    grid: bool = False
    """Begin with the best sixteen of the newest population at once."""
    play: bool = False
    """Drive a forager with the arrow keys, against the champion in the same maze."""
    follow: bool = False
    """Follow a run that still evolves: new champions take over."""
    split: WatchedSplit = "validation"
    """Where the mazes are from; the test split is not for looking."""
    maze: int = 0
    """Number of the first maze."""
    palette: str = PALETTES[0]
    """Palette of the trail."""

    def __post_init__(self) -> None:
        """Refuse mazes that have no number, and two views at once."""
        checks.whole("maze", self.maze, 0, 2**62 - 1)
        if self.grid and self.play:
            raise UserError("expected grid or play, got both; in the window, m and d change between them")
