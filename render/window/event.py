"""Events of a window, independent of any toolkit, and the interface of a window's model.

H and W rows and columns of the window's frame; x to the right and y down, in its pixels.
"""

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Key:
    """A key was pressed: `name` is the character it types ("a", "P", "+", "[", "?"), or its name ("space", "left",
    "right", "up", "down", "home", "end", "backspace", "escape", "return", "tab", "f11")."""

    name: str


@dataclass(frozen=True, slots=True)
class Pointer:
    """The mouse moved, or a button (1 left, 2 middle, 3 right) was pressed or released."""

    kind: Literal["move", "press", "release"]
    x: int
    y: int
    button: int = 0
    shift: bool = False


@dataclass(frozen=True, slots=True)
class Wheel:
    """The wheel turned `turns` notches (up is positive) over (x, y); touchpads turn it by fractions of a notch."""

    x: int
    y: int
    turns: float


@dataclass(frozen=True, slots=True)
class Resize:
    """The window has a new size."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed since the last tick."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Paste:
    """The person pasted a text from the clipboard."""

    text: str


Event = Key | Pointer | Wheel | Resize | Tick | Paste


@runtime_checkable
class Copied(Protocol):
    """A model whose content can be copied to the clipboard."""

    def copied(self) -> str:
        """What is copied now, as text."""


class Model(Protocol):
    """The content of a window: events change its state, and it draws a frame from the state."""

    @property
    def done(self) -> bool:
        """Whether the window should close."""

    @property
    def title(self) -> str:
        """What the window shows now, in a few words for its title bar."""

    def update(self, event: Event) -> None:
        """Handle one event; must return quickly."""

    def draw(self) -> Frame:
        """The frame uint8 [H, W, 3], of the size of the last Resize."""

    def close(self) -> None:
        """Stop all threads."""
