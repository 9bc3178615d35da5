"""Lessons: a short tour inside a window, in steps that the person does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from render.legend import BRIGHT, QUIET, Frame
from render.text import put_text, text_width, wrap
from render.window.controls import ACCENT, put_sheet, text_size

THE_END = "that was the tour; h lists all keys"
OF_WIDTH, LETTERS = 0.8, 44  # most width of the sheet: a share of the frame, and text sizes
ABOVE = 9.5  # text sizes between the foot of the frame and the sheet: legends and bars are there


@dataclass(frozen=True, slots=True)
class Step:
    """What the person is asked to do; it is done once `done` holds for `facts` of the model at its start and now."""

    words: str
    facts: Callable[[Any], Any]
    done: Callable[[Any, Any], bool]


class Lesson:
    """The steps of a tour and the present one, if the tour is on."""

    def __init__(self, steps: Sequence[Step]) -> None:
        """Start switched off."""
        self.steps = tuple(steps)
        self._at = -1
        self._before: Any = None

    @property
    def words(self) -> tuple[str, str]:
        """The number of the step and what to do; empty texts while the tour is off."""
        if self._at < 0:
            return "", ""
        return f"tour, step {self._at + 1} of {len(self.steps)}", self.steps[self._at].words

    def toggle(self, model: Any) -> str:
        """Begin the tour, or end it; returns a message."""
        if self._at >= 0:
            self._at = -1
            return "the tour ends; F1 begins it again"
        self._begin(0, model)
        return ""

    def tick(self, model: Any) -> str:
        """Go on to the next step once this one is done; returns a message at the end of the tour."""
        if self._at < 0:
            return ""
        step = self.steps[self._at]
        if not step.done(self._before, step.facts(model)):
            return ""
        if self._at + 1 < len(self.steps):
            self._begin(self._at + 1, model)
            return ""
        self._at = -1
        return THE_END

    def _begin(self, at: int, model: Any) -> None:
        self._at, self._before = at, self.steps[at].facts(model)


def changed(before: Any, now: Any) -> bool:
    """Whether a fact is another one than at the start of a step."""
    return bool(before != now)


def put_lesson(frame: Frame, words: tuple[str, str]) -> None:
    """Draw a step of a tour on a sheet above the foot of a frame [H, W, 3]; nothing while the tour is off."""
    heading, task = words
    if not task:
        return
    (height, width), size = frame.shape[:2], text_size(frame)
    large = round(1.25 * size)
    lines = wrap(task, large, min(round(OF_WIDTH * width), LETTERS * size))
    end = "F1 ends it"
    wide = max(
        text_width(heading, size) + text_width(end, size) + 3 * size, *(text_width(line, large) for line in lines)
    )
    wide, tall = min(width, wide + 3 * size), round(3.4 * size + 1.45 * large * len(lines))
    left, top = (width - wide) // 2, max(size // 2, height - round(ABOVE * size) - tall)
    put_sheet(frame, (left, top, wide, tall), 0.92)
    frame[top : top + tall, left : left + max(2, size // 5)] = ACCENT
    put_text(frame, heading, (left + round(1.5 * size), top + size), size, ACCENT)
    put_text(frame, end, (left + wide - round(1.5 * size), top + size), size, QUIET, "ra")
    for row, line in enumerate(lines):
        at = (left + round(1.5 * size), top + round(2.7 * size + 1.45 * large * row))
        put_text(frame, line, at, large, BRIGHT)
