"""Gestures: turns mouse events into clicks, drags of the view, seeks on the scrub bar, presses of the play button.

Places are x, y in the window's pixels.
"""

from dataclasses import dataclass, field
from typing import Literal

from render.window.event import Pointer

Part = Literal["bar", "button", "view", ""]
SLACK = 4  # pixels that the mouse may move during a click


@dataclass(frozen=True, slots=True)
class Gesture:
    """A click or the start of a drag at x, y; a drag by x, y pixels; a seek to x; a press of the play button."""

    kind: Literal["click", "grab", "drag", "seek", "play"]
    x: int
    y: int
    shift: bool = False


@dataclass(slots=True)
class GestureTracker:
    """The place of the mouse, and what it drags: the scrub bar, the view, or nothing."""

    cursor: tuple[int, int] = (-1, -1)
    dragged: Part = ""
    _press: Pointer | None = field(default=None, repr=False)
    _pressed: Part = ""

    def update(self, event: Pointer, part: Part) -> list[Gesture]:
        """Handle a mouse event over a part of the window; returns the gestures that it makes."""
        gestures: list[Gesture] = []
        if event.kind == "press" and event.button == 1:
            self._press, self._pressed = event, part
            self.dragged = "bar" if part == "bar" else ""
            if part == "button":
                gestures.append(Gesture("play", event.x, event.y))
        elif event.kind == "release" and event.button == 1:
            if self._press is not None and not self.dragged and self._pressed == part == "view":
                gestures.append(Gesture("click", event.x, event.y))
            self._press, self.dragged = None, ""
        elif self._press is not None and not self.dragged and self._pressed == "view" and self._beyond_slack(event):
            self.dragged, self.cursor = "view", (self._press.x, self._press.y)
            gestures.append(Gesture("grab", *self.cursor))
        if self.dragged == "bar":
            gestures.append(Gesture("seek", event.x, event.y))
        elif self.dragged == "view":
            gestures.append(Gesture("drag", event.x - self.cursor[0], event.y - self.cursor[1], event.shift))
        self.cursor = (event.x, event.y)
        return gestures

    def _beyond_slack(self, event: Pointer) -> bool:
        press = self._press
        return press is not None and max(abs(event.x - press.x), abs(event.y - press.y)) > SLACK
