"""Watch config: the settings of what the watch window shows first."""

from dataclasses import dataclass
from typing import Literal

from agents import checks
from agents.errors import UserError
from render.palette import PALETTES

WatchedSplit = Literal["train", "validation"]  # nobody should look at the test split


@dataclass(frozen=True, slots=True)
class WatchConfig:
    """What the window shows first; keys change all of it."""

    generation: int | None = None
    """Watch the champion of this generation; by default the newest."""
    grid: bool = False
    """Begin with the best sixteen of the newest population, side by side."""
    play: bool = False
    """Drive a forager with the arrow keys, against the champion in the same maze."""
    fog: bool = False
    """With --play: see only what a forager feels, the walls around it, until the duel is over."""
    follow: bool = False
    """Follow a run that still evolves: new champions take over, and its learning curve is shown."""
    split: WatchedSplit = "validation"
    """The split of the mazes; test mazes cannot be watched, so that they stay unseen."""
    maze: int = 0
    """Number of the first maze."""
    palette: str = PALETTES[0]
    """Palette of the trail."""

    def __post_init__(self) -> None:
        """Raise UserError for a negative maze number, for two views at once, and for fog where nobody drives."""
        checks.whole("maze", self.maze, 0, 2**62 - 1)
        if self.fog and not self.play:
            raise UserError("fog hides what a person who drives would see; take play as well")
        if self.grid and self.play:
            raise UserError("expected grid or play, got both; in the window, v changes between them")
