"""Player layout: which part of the window shows the landscape, the replay and the scrub bar.

H and W rows and columns of the window. Places are x, y in its pixels.
"""

from dataclasses import dataclass

from render.legend import Box, print_size
from render.text import text_width
from render.window.controls import bar_box, button_box, within
from render.window.gestures import Part

STRIP = 1.8  # height of the strip under the panes, in text sizes; the scrub bar lies in it
REPLAY = 0.44  # width of the replay, as a fraction of the window's


@dataclass(frozen=True, slots=True)
class PlayerLayout:
    """A window of `size` H, W with or without a replay; `label` is the longest label of the scrub bar.

    `card` are the rows above the strip of the bar that the card of a tour takes.
    """

    size: tuple[int, int]
    replaying: bool
    label: str
    card: int = 0

    @property
    def strip(self) -> int:
        """The rows under the panes in which the scrub bar lies."""
        return round(STRIP * print_size(self.size))

    @property
    def area(self) -> tuple[int, int]:
        """H and W of the landscape's part, which is at the left."""
        height, width = self.size
        height -= self.strip + self.card
        return height, width - round(REPLAY * width) if self.replaying else width

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
        if within(self.bar, x, y, text // 2 + 2):
            return "bar"
        return "view" if 0 <= x < self.area[1] and 0 <= y < self.area[0] else ""
