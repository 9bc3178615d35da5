"""Window config: the size of a window and of its letters, as options of the commands that open one."""

from dataclasses import dataclass

from agents import checks
from agents.errors import UserError

SMALLEST, LARGEST = (320, 240), (16384, 16384)  # width and height of a window
SCALES = (0.5, 4.0)
WANTED = (1280, 720)  # width and height of a new window on a screen of usual size
OF_SCREEN, MOST = 2 / 3, 0.92  # shares of a screen that a new window takes, and that it takes at most


@dataclass(frozen=True, slots=True)
class WindowConfig:
    """How large a window and its letters are."""

    size: tuple[int, int] | None = None
    """Width and height of the window in pixels; by default it suits the screen."""
    scale: float = 1.0
    """Size of letters, bars and buttons, from 0.5 to 4 times the usual one."""
    fullscreen: bool = False
    """Fill the screen; F11 changes it later."""

    def __post_init__(self) -> None:
        """Check the values; raises UserError."""
        checks.positive("scale", self.scale, SCALES[1])
        if self.scale < SCALES[0]:
            raise UserError(f"scale must be from {SCALES[0]:g} to {SCALES[1]:g}, got {self.scale:g}")
        limits = zip(SMALLEST, self.size or SMALLEST, LARGEST, strict=True)
        if not all(low <= side <= high for low, side, high in limits):
            got = " x ".join(map(str, self.size or ()))
            raise UserError(
                f"a window is at least {SMALLEST[0]} x {SMALLEST[1]} pixels, got {got}; name a width and a height"
            )


def first_size(screen: tuple[int, int]) -> tuple[int, int]:
    """Width and height of a new window on a screen of this width and height.

    It is 1280 x 720 on usual screens, larger where the screen has many pixels, smaller where that does not fit.
    """
    fits = min(side / wanted for side, wanted in zip(screen, WANTED, strict=True))
    grow = max(min(1.0, MOST * fits), OF_SCREEN * fits)
    width, height = (max(least, round(grow * side)) for least, side in zip(SMALLEST, WANTED, strict=True))
    return width, height
