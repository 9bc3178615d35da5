"""Grip: what the mouse means: a click, a pull, or a seek. Places are x, y in the window's pixels."""

from dataclasses import dataclass, field
from typing import Literal

from render.window.event import Pointer

Part = Literal["bar", "view", ""]
SLACK = 4  # pixels that the mouse may move in a click


@dataclass(frozen=True, slots=True)
class Gesture:
    """A click at x, y; a view grasped, or pulled by x, y; or a seek to x."""

    kind: Literal["click", "grasp", "pull", "seek"]
    x: int
    y: int
    shift: bool = False


@dataclass(slots=True)
class Grip:
    """Where the mouse is, and what it holds: the scrub bar, the view, or nothing."""

    cursor: tuple[int, int] = (-1, -1)
    holds: Part = ""
    _press: Pointer | None = field(default=None, repr=False)
    _pressed: Part = ""

    def update(self, event: Pointer, part: Part) -> list[Gesture]:
        """Take in what the mouse did over a part of the window; what that means."""
        meant: list[Gesture] = []
        if event.kind == "press" and event.button == 1:
            self._press, self._pressed = event, part
            self.holds = "bar" if part == "bar" else ""
        elif event.kind == "release" and event.button == 1:
            if self._press is not None and not self.holds and self._pressed == part == "view":
                meant.append(Gesture("click", event.x, event.y))
            self._press, self.holds = None, ""
        elif self._press is not None and not self.holds and self._pressed == "view" and self._far(event):
            self.holds, self.cursor = "view", (self._press.x, self._press.y)
            meant.append(Gesture("grasp", *self.cursor))
        if self.holds == "bar":
            meant.append(Gesture("seek", event.x, event.y))
        elif self.holds == "view":
            meant.append(Gesture("pull", event.x - self.cursor[0], event.y - self.cursor[1], event.shift))
        self.cursor = (event.x, event.y)
        return meant

    def _far(self, event: Pointer) -> bool:
        press = self._press
        return press is not None and max(abs(event.x - press.x), abs(event.y - press.y)) > SLACK
