"""The legend of a picture of a field: colour bar, scale bar, title and caption, beside the field or over its foot."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.categories import CATEGORIES
from render.palette import Equaliser, table
from render.scrim import scrim
from render.text import put_text, text_width, wrap
from render.ticks import nice, percent, short_number, ticks

Frame = NDArray[np.uint8]
Box = tuple[int, int, int, int]  # x, y, width, height in pixels

UNIT = "pellets eaten per maze"
BRIGHT, QUIET = (238, 238, 242), (182, 185, 195)
LEAST = 7  # pixels: smaller letters cannot be read
SAFE = 0.12  # the share of an upright frame's height that apps cover at its foot; half as much at its head
WORDS_BESIDE = 24  # the width of words beside the colour bar at the foot, at least, where the height of a letter is 1
SHORT = 0.3  # the share of a line's width below which a last line is short
HEADING = 6  # the depth of usual words at the head


@dataclass(frozen=True, slots=True, eq=False)
class ColourBar:
    """A strip of colours with its numbers and its label `unit`; `limits` and `equalise` as in `put_colour_bar`."""

    limits: tuple[float, float]
    palette: str
    equalise: Equaliser | None
    unit: str


def put_colour_bar(
    frame: Frame,
    position: tuple[int, int],
    width: int,
    limits: tuple[float, float],
    palette: str,
    equalise: Equaliser | None,
    unit: str,
    text: int,
    room: int | None = None,
) -> None:
    """Draw a colour bar into a frame [H, W, 3]: the label above, the numbers below.

    `position` is x, y of the strip of colours. `limits` are the values of its ends, unless `equalise` gives each colour
    its value by rank. `text` is the size of letters in pixels: the label reaches 1.6 `text` above the strip, the
    numbers 2.2 `text` below its top. Categories have no numbers. Where the label does not fit the `room` (pixels, by
    default to the frame's edge), it does not say that colour goes by rank; the uneven numbers still show it.
    """
    left, top = position
    thick = max(4, round(0.7 * text))
    colours = table(palette)
    shares = np.linspace(0, len(colours) - 1, max(2, width)).astype(np.intp)
    rows, columns = frame[max(0, top) : top + thick], slice(left, left + len(shares))
    rows[:, columns] = colours[shares][: max(0, frame.shape[1] - left)]
    label, text = _label(unit, equalise is not None, text, frame.shape[1] - left if room is None else room)
    put_text(frame, label, (left, top - round(0.55 * text)), text, QUIET, "ls")
    if palette == CATEGORIES:
        return
    free = -math.inf
    last = left + width - 1
    for value, share in ticks(limits, equalise):
        x, name = left + round(share * (width - 1)), short_number(value)
        wide = text_width(name, text)
        middle = min(max(x, left + wide // 2), last - wide // 2)
        if middle - wide / 2 < free:
            continue
        frame[top + thick : top + thick + max(2, text // 4), x : x + 1] = QUIET
        put_text(frame, name, (middle, top + thick + round(0.45 * text)), text, QUIET, "ma")
        free = middle + wide / 2 + 0.8 * text


def _label(unit: str, ranked: bool, text: int, room: int) -> tuple[str, int]:
    """The label of a colour bar in `room` pixels, and the size of its letters, which are smaller if it must be so."""
    labels = [f"{unit}, colours by rank", f"{unit}, by rank", unit] if ranked else [unit]
    label = next((label for label in labels if text_width(label, text) <= room), labels[-1])
    while text > LEAST and text_width(label, text) > room:
        text -= 1
    return label, text


def put_two_bars(
    frame: Frame, position: tuple[int, int], width: int, bars: tuple[ColourBar, ColourBar], text: int
) -> None:
    """Draw two colour bars side by side, `width` pixels in all; the others are as in `put_colour_bar`."""
    gap = 2 * text
    each = (width - gap) // 2
    text = min(_label(bar.unit, bar.equalise is not None, text, each)[1] for bar in bars)  # one size for both
    for number, bar in enumerate(bars):
        at = position[0] + number * (each + gap), position[1]
        put_colour_bar(frame, at, each, bar.limits, bar.palette, bar.equalise, bar.unit, text, each)


def put_scale_bar(frame: Frame, position: tuple[int, int], width: int, spacing: float, text: int) -> None:
    """Draw a scale bar into a frame [H, W, 3]: a line with two ends, and its length above it.

    The line begins at `position` x, y and has at most `width` pixels. `spacing` is the side of a pixel, as a fraction
    of the genome's norm. The length is in percent of this norm.
    """
    left, top = position
    length = nice(spacing * width)
    end = left + max(1, round(length / spacing))
    thin, tall = max(1, text // 9), max(3, text // 2)
    frame[top : top + thin, left:end] = BRIGHT
    for x in (left, end - thin):
        frame[top - tall // 2 : top + tall // 2 + thin, x : x + thin] = BRIGHT
    put_text(frame, percent(length), (left, top - round(0.55 * text)), text, QUIET, "ls")


def put_words(frame: Frame, title: str, caption: str, box: Box, text: int) -> None:
    """Draw title and caption into a box x, y, width, height, from its top; lines that do not fit are left out."""
    x, y, width, height = box
    large, small = round(1.8 * text), round(1.1 * text)
    foot = y + height
    for words, size, ink in ((title, large, BRIGHT), (caption, small, QUIET)):
        for line in _lines(words, size, width):
            if y + size > foot:
                return
            put_text(frame, line, (x, y), size, ink, "la")
            y += round(1.35 * size)
        y += round(0.4 * text)


def _lines(words: str, size: int, width: int) -> list[str]:
    """Break words into lines; where the last would be short, all are made narrower, so that no word is left alone."""
    lines = wrap(words, size, width) if words else []
    for narrower in range(width - size, width // 2, -size):
        if len(lines) < 2 or text_width(lines[-1], size) >= SHORT * width:
            break
        again = wrap(words, size, narrower)
        if len(again) != len(lines):
            break
        lines = again
    return lines


def words_depth(title: str, caption: str, width: int, text: int) -> int:
    """The rows that `put_words` needs for all lines of title and caption in a box of a width."""
    depth = last = 0
    for words, size in ((title, round(1.8 * text)), (caption, round(1.1 * text))):
        lines = len(_lines(words, size, width))
        if lines:
            last = depth + (lines - 1) * round(1.35 * size) + size
        depth += lines * round(1.35 * size) + round(0.4 * text)
    return last


_scale = [1.0]  # of all letters of this process; see `scale_letters`


def scale_letters(factor: float) -> None:
    """Draw all letters, bars and margins of this process `factor` times as large from now on: a person asked for it."""
    _scale[0] = factor


def print_size(size: tuple[int, int]) -> int:
    """The size of small letters, in pixels, in a frame of `size` H, W; upright frames are watched on phones."""
    usual = size[1] / 38 if is_upright(size) else min(size[0], 0.95 * size[1]) / 51
    return max(9, round(usual * _scale[0]))


def is_upright(size: tuple[int, int]) -> bool:
    """True for a frame of `size` H, W that is much higher than wide."""
    return size[1] < 0.75 * size[0]


def foot(size: tuple[int, int]) -> Box:
    """The box for a legend over the foot of a frame of `size` H, W."""
    (height, width), text = size, print_size(size)
    margin, tall = round(min(2.3 * text, 0.045 * height)), round(7.2 * text)
    lift = round(SAFE * height) if is_upright(size) else 0
    return margin, height - tall - lift, width - 2 * margin, tall - margin // 2


def put_foot(
    frame: Frame,
    limits: tuple[float, float],
    palette: str,
    equalise: Equaliser | None,
    title: str,
    caption: str,
    spacing: float | None = None,
    unit: str = UNIT,
    second: ColourBar | None = None,
) -> None:
    """Draw the whole legend over the foot of a frame that the field fills; the scale bar only if `spacing` is given.

    With a `second` colour bar, both are side by side. A frame that is too small for a legend is not changed.
    """
    text = print_size((frame.shape[0], frame.shape[1]))
    if min(frame.shape[:2]) < 8 * text:
        return
    x, y, room, depth = foot((frame.shape[0], frame.shape[1]))
    floor = y + depth - round(2.4 * text)
    scrim(frame, round(1.5 * (frame.shape[0] - y)))
    bar, ruler = min(room // 2, (24 if second is None else 42) * text), min(room // 6, 8 * text)
    beside = room - bar - ruler - 4 * text
    if second is not None and beside < WORDS_BESIDE * text:  # the words are at the head
        bar = min(room, 48 * text)
    at = x + room - bar
    if second is None:
        put_colour_bar(frame, (at, floor), bar, limits, palette, equalise, unit, text, bar)
    else:
        put_two_bars(frame, (at, floor), bar, (ColourBar(limits, palette, equalise, unit), second), text)
    if spacing is not None:
        left, top = at - ruler - 2 * text, floor + text // 3
        place = (left, top) if left >= x else (x, floor - round(3.4 * text))  # beside the bars, or above them
        put_scale_bar(frame, place, ruler, spacing, text)
    if beside >= WORDS_BESIDE * text:
        wanted = words_depth(title, caption, beside, text)
        top = max(
            y - 5 * text, min(y + text, y + depth - wanted - text // 2)
        )  # a further line goes up, not over the margin
        put_words(frame, title, caption, (x, top, beside, y + depth - top), text)
    elif title or caption:
        head = x + (round(SAFE / 2 * frame.shape[0]) if is_upright((frame.shape[0], frame.shape[1])) else 0)
        wanted = max(HEADING * text, words_depth(title, caption, room, text))
        scrim(frame[::-1], min(head + wanted + HEADING * text, y))
        put_words(frame, title, caption, (x, head, room, min(wanted, y - head)), text)


def put_bars(frame: Frame, bars: Sequence[ColourBar], title: str, caption: str, spacing: float | None = None) -> None:
    """Draw the legend of one or two colour bars over the foot of a frame, as `put_foot` does."""
    first, second = bars[0], bars[1] if len(bars) > 1 else None
    put_foot(frame, first.limits, first.palette, first.equalise, title, caption, spacing, first.unit, second)


def heading_height(size: tuple[int, int]) -> int:
    """How many rows `put_foot` takes at the top of an H, W frame for usual words; 0 where all fit in the foot."""
    text, (x, y, room, _) = print_size(size), foot(size)
    beside = room - min(room // 2, 24 * text) - min(room // 6, 8 * text) - 4 * text
    if min(size) < 8 * text or beside >= WORDS_BESIDE * text:
        return 0
    return x + min(HEADING * text, y - x)
