"""Controls: the scrub bar, the messages and the notes at the cursor that a window draws over its picture.

Boxes are x, y, width, height in pixels. All functions draw into the given frame uint8 [H, W, 3].
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from render.legend import BRIGHT, QUIET, Box, Frame, print_size
from render.text import put_text, text_width, wrap

ACCENT = (255, 176, 60)
TRACK, KNOWN = (58, 60, 70), (128, 131, 144)  # of a bar: what is not there yet, and what is
SHEET = (16, 17, 22)  # the colour under words
STAY = 3.5  # seconds that a message stays
FADING = 0.6  # seconds of these in which it fades, at the end
MOST_LINES = 4  # lines of a message


def text_size(frame: Frame) -> int:
    """The text size of a frame, in pixels."""
    return print_size((frame.shape[0], frame.shape[1]))


def within(box: Box, x: int, y: int, slack: int = 0) -> bool:
    """Whether a place lies in a box, or at most `slack` pixels outside."""
    left, top, width, height = box
    return left - slack <= x < left + width + slack and top - slack <= y < top + height + slack


def share_at(box: Box, x: int) -> float:
    """The fraction of a box that lies left of x, 0 to 1."""
    return min(1.0, max(0.0, (x - box[0]) / max(1, box[2] - 1)))


def put_sheet(frame: Frame, box: Box, strength: float = 0.86) -> None:
    """Darken a box, so that words on it can be read."""
    x, y, width, height = box
    part = frame[max(0, y) : max(0, y + height), max(0, x) : max(0, x + width)]
    part[:] = np.rint(part * np.float32(1 - strength) + np.float32(strength) * np.asarray(SHEET, np.float32))


def bar_box(size: tuple[int, int], left: int = 0, right: int = 0) -> Box:
    """The box of the scrub bar in a frame of H, W: in the lower margin, with `left` and `right` more pixels beside it.

    The play button stands left of the box, the label right of it.
    """
    (height, width), text = size, print_size(size)
    margin = round(min(2.3 * text, 0.045 * height))
    thick = max(4, round(0.32 * text))
    x = margin + round(1.6 * text) + left
    return x, height - round(0.85 * text) - thick // 2, max(10, width - margin - x - right), thick


def button_box(bar: Box, text: int) -> Box:
    """The box of the play button beside a bar, for letters of `text` pixels."""
    x, y, _, thick = bar
    half = round(0.75 * text)
    middle = x - round(1.05 * text), y + thick // 2
    return middle[0] - half, middle[1] - half, 2 * half + 1, 2 * half + 1


def put_scrub_bar(
    frame: Frame,
    box: Box,
    share: float,
    playing: bool,
    label: str = "",
    known: NDArray[np.floating] | None = None,
) -> None:
    """Draw the scrub bar with its play button and its label; `share` is the position, 0 to 1.

    For a film that is still being computed, `known` [T] is the fraction of each frame that is finished.
    """
    (x, y, width, thick), text = box, text_size(frame)
    line = np.empty((width, 3), np.float32)
    line[:] = TRACK
    if known is not None and known.size:
        there = known[np.arange(width) * known.size // width].astype(np.float32)[:, None]
        line += there * (np.asarray(KNOWN, np.float32) - line)
    else:
        line[:] = KNOWN
    head = round(min(1.0, max(0.0, share)) * (width - 1))
    line[: head + 1] = ACCENT
    frame[y : y + thick, x : x + width] = np.rint(line)
    _disc(frame, (x + head, y + thick / 2 - 0.5), 0.42 * text, BRIGHT)
    put_play_button(frame, button_box(box, text), playing)
    if label:
        put_text(frame, label, (x + width + text, y + thick // 2), round(0.9 * text), QUIET, "lm")


def put_play_button(frame: Frame, box: Box, playing: bool) -> None:
    """Draw what a click does: two bars, which pause, while playing; a triangle, which plays, while paused."""
    left, top, width, height = box
    half, x, y = max(3, round(0.28 * height)), left + width // 2, top + height // 2
    rows = range(max(-half, -y), min(half + 1, frame.shape[0] - y))
    for row in rows:
        if playing:
            bar = max(1, round(0.6 * half))
            frame[y + row, x - half : x - half + bar] = frame[y + row, x + half - bar : x + half] = BRIGHT
        else:
            reach = round(1.7 * (half - abs(row)))
            frame[y + row, x - half : x - half + max(1, reach)] = BRIGHT


@dataclass(slots=True)
class Toast:
    """A message that disappears after some seconds. Call `tick` as time passes, and `put` to draw it."""

    text: str = ""
    left: float = 0.0

    def say(self, text: str, seconds: float = STAY) -> None:
        """Show a message for some seconds, instead of the one before."""
        self.text, self.left = text, seconds

    def tick(self, seconds: float) -> None:
        """Let time pass."""
        self.left = max(0.0, self.left - seconds)

    @property
    def shown(self) -> float:
        """The opacity of the message, 0 to 1. When it changes, the frame must be drawn again."""
        return round(min(1.0, self.left / FADING), 2) if self.text else 0.0

    def put(self, frame: Frame, low: bool = False, past: Box = (0, 0, 0, 0), over: Box | None = None) -> None:
        """Draw the message at the top, below the box `past` if it would cover it; or `low`, above the scrub bar.

        With `over`, it stands at the top or the foot of that box, which has no words that it would cover.
        """
        if not self.shown:
            return
        height, width = frame.shape[:2]
        size = round(1.05 * text_size(frame))
        lines, wide = _broken(self.text, size, width)
        tall = round((0.7 + 1.4 * len(lines)) * size)
        left = (width - wide) // 2
        top = height - round(2.1 * size) - tall if low else round(1.3 * size)
        if over is not None:
            left = min(max(0, over[0] + (over[2] - wide) // 2), width - wide)
            top = over[1] + over[3] - size // 2 - tall if low else over[1] + size // 2
        if not low and left < past[0] + past[2]:
            top = max(top, past[1] + past[3] + size // 2)
        put_sheet(frame, (left, top, wide, tall), 0.86 * self.shown)
        for row, line in enumerate(lines):
            middle = (left + wide // 2, top + round((1.05 + 1.4 * row) * size))
            put_text(frame, line, middle, size, BRIGHT, "mm", self.shown)


@lru_cache(8)
def _broken(text: str, size: int, width: int) -> tuple[tuple[str, ...], int]:
    """The lines of a message, and the width of the sheet under them; cached, since many frames show one message."""
    lines = tuple(wrap(text, size, width - 4 * size)[:MOST_LINES])
    return lines, min(max(text_width(line, size) for line in lines) + 2 * size, width)


def note_box(size: tuple[int, int], lines: Sequence[str], place: tuple[int, int], strip: int = 0) -> Box:
    """The box of a note beside a place in a frame of `size` H, W, above a `strip` of rows at its foot."""
    height, width = size[0] - strip, size[1]
    text = print_size(size)
    wide = max(text_width(line, text) for line in lines) + round(1.4 * text)
    tall = round(1.4 * text * len(lines) + 0.8 * text)
    x, y = place[0] + text, place[1] + text
    x = x if x + wide <= width else max(0, place[0] - text - wide)
    y = y if y + tall <= height else max(0, place[1] - text - tall)
    return x, y, wide, tall


def put_note(frame: Frame, lines: Sequence[str], place: tuple[int, int], strip: int = 0) -> None:
    """Draw a few lines on a dark sheet beside a place, usually the cursor; the sheet stays inside the frame.

    Its last `strip` rows are kept free.
    """
    size = text_size(frame)
    x, y, wide, tall = note_box((frame.shape[0], frame.shape[1]), lines, place, strip)
    put_sheet(frame, (x, y, wide, tall))
    for row, line in enumerate(lines):
        at = (x + round(0.7 * size), y + round(0.5 * size + 1.4 * size * row))
        put_text(frame, line, at, size, QUIET if row else BRIGHT, "la")


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share a pixel."""
    (left, top, wide, tall), (x, y, width, height) = one, other
    return left < x + width and x < left + wide and top < y + height and y < top + tall


def _disc(frame: Frame, middle: tuple[float, float], radius: float, ink: tuple[int, int, int]) -> None:
    x, y = middle
    left, top = max(0, int(x - radius - 1)), max(0, int(y - radius - 1))
    part = frame[top : int(y + radius + 2), left : int(x + radius + 2)]
    rows, columns = np.mgrid[top : top + part.shape[0], left : left + part.shape[1]]
    cover = np.clip(radius + 0.5 - np.hypot(columns - x, rows - y), 0, 1)[..., None]
    part[:] = np.rint(part + cover * (np.asarray(ink) - part))
