"""Watch layout: which part of the watch window shows the picture and the scrub bar.

H and W rows and columns of the window. Places are x, y in its pixels.
"""

from dataclasses import dataclass

from render.legend import Box, print_size
from render.text import text_width
from render.window.controls import bar_box, button_box, within
from render.window.gestures import Part


@dataclass(frozen=True, slots=True)
class WatchLayout:
    """A window of `size` H, W; `label` stands beside its scrub bar, `card` are the rows that a tour's card takes."""

    size: tuple[int, int]
    label: str
    card: int = 0

    @property
    def strip(self) -> int:
        """The rows at the bottom in which the scrub bar lies."""
        return round(1.3 * print_size(self.size))

    @property
    def picture(self) -> tuple[int, int]:
        """H and W of the picture: all but the strip for the scrub bar at the bottom, and a card above it."""
        return self.size[0] - self.strip - self.card, self.size[1]

    @property
    def bar(self) -> Box:
        """The box of the scrub bar, with room for the label beside it."""
        text = print_size(self.size)
        return bar_box(self.size, right=text_width(self.label, round(0.9 * text)) + text)

    def part_at(self, x: int, y: int) -> Part:
        """Which part of the window is at a place."""
        text = print_size(self.size)
        if within(button_box(self.bar, text), x, y):
            return "button"
        if within(self.bar, x, y, text // 2):
            return "bar"
        return "view" if within((0, 0, self.picture[1], self.picture[0]), x, y) else ""
