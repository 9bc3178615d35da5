"""Lessons: a short tour inside a window, in steps that the person does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from render.legend import BRIGHT, QUIET, Box, Frame, print_size
from render.text import put_text, text_width, wrap
from render.window.controls import ACCENT, put_sheet, text_size

THE_END = "that was the tour; h lists all keys"
END = "Esc ends it"
OF_WIDTH, LETTERS = 0.8, 44  # most width of the words on a card: a share of the frame, and text sizes
LARGER = 1.25  # the size of the task's letters, in text sizes
ABOVE = 9.5  # text sizes between the foot of the frame and a card over a picture: legends and bars are there


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
    def on(self) -> bool:
        """Whether the tour is on."""
        return self._at >= 0

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


def card_room(size: tuple[int, int], lesson: Lesson, strip: int, least: float) -> int:
    """The rows of a window of `size` H, W that the highest card of a tour needs, above a `strip` at the window's foot.

    0 while the tour is off, and where that leaves less than `least` text sizes for the picture: a card then covers it.
    """
    if not lesson.on:
        return 0
    tall = max(_card(size, ("tour, step 1 of 9", step.words))[0][3] for step in lesson.steps)
    return tall if size[0] - strip - tall >= least * print_size(size) else 0


def card_box(size: tuple[int, int], words: tuple[str, str], strip: int | None = None) -> Box | None:
    """The box of a step's card in a frame of `size` H, W; None while the tour is off.

    It lies just above a `strip` of rows that is kept free at the foot, by default the usual one for a legend.
    """
    if not words[1]:
        return None
    (left, _, wide, tall), _ = _card(size, words)
    text = print_size(size)
    return left, max(text // 2, size[0] - (round(ABOVE * text) if strip is None else strip) - tall), wide, tall


def put_lesson(frame: Frame, words: tuple[str, str], strip: int | None = None) -> None:
    """Draw a step of a tour on a card near the foot of a frame [H, W, 3]; nothing while the tour is off."""
    frame_size = (frame.shape[0], frame.shape[1])
    box = card_box(frame_size, words, strip)
    if box is None:
        return
    (left, top, wide, tall), size = box, text_size(frame)
    put_sheet(frame, box, 0.92)
    frame[top : top + tall, left : left + max(2, size // 5)] = ACCENT
    put_text(frame, words[0], (left + round(1.5 * size), top + size), size, ACCENT)
    put_text(frame, END, (left + wide - round(1.5 * size), top + size), size, QUIET, "ra")
    for row, line in enumerate(_card(frame_size, words)[1]):
        at = (left + round(1.5 * size), top + round(2.7 * size + 1.45 * LARGER * size * row))
        put_text(frame, line, at, round(LARGER * size), BRIGHT)


def _card(size: tuple[int, int], words: tuple[str, str]) -> tuple[Box, list[str]]:
    """The box of a card, at the top of a frame of `size` H, W, and the lines of its task."""
    (heading, task), width, text = words, size[1], print_size(size)
    large = round(LARGER * text)
    lines = wrap(task, large, min(round(OF_WIDTH * width), LETTERS * text))
    ends = text_width(heading, text) + text_width(END, text) + 3 * text
    wide = min(width, max(ends, *(text_width(line, large) for line in lines)) + 3 * text)
    return ((width - wide) // 2, 0, wide, round(3.4 * text + 1.45 * LARGER * text * len(lines))), lines
