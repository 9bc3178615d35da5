"""Landscape panel: draws the explorer's landscape with its legend, status lines, rings and the note at the cursor.

H and W rows and columns of the panel. Places are x, y in its pixels.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.engine.arithmetic import kernel
from render.legend import BRIGHT, QUIET, Box, Frame, heading_height, print_size, put_foot
from render.picture import BACKGROUND
from render.text import put_text, text_width
from render.window.controls import ACCENT, put_note, put_sheet
from render.window.explore.lens import Shift
from render.window.explore.painting import ColourSettings, Painting
from render.window.explore.view import View
from render.window.waiting_words import put_waiting_words
from render.window.watch.duel import OTHER, YOU

RECORDING = (230, 62, 62)
SPARSE = 16  # the mean colour of a painting is that of every so many-th row and column


@dataclass(frozen=True, slots=True)
class Layers:
    """The paintings that cover a view: the newest, and under it the one from before the last zoom.

    `shift` says where the view's first point lies in the frame, and how far apart its points are.
    """

    painting: Painting | None
    background: Painting | None
    view: View
    shift: Shift


@dataclass(frozen=True, slots=True)
class FootText:
    """The words in the foot: a title, a caption, and the label of the colour bar."""

    title: str
    caption: str
    unit: str


@dataclass(frozen=True, slots=True)
class Overlay:
    """What lies over the landscape: status lines, rings around the picked pixels, a note at the cursor."""

    status: tuple[str, ...]
    recording: bool  # whether a red dot stands before the first status line
    marks: tuple[tuple[int, int], ...]
    note: tuple[str, ...]
    cursor: tuple[int, int]
    waiting: str = ""  # what is said instead of a landscape until there is one


@dataclass(frozen=True, slots=True)
class LandscapePanel:
    """All that the panel is drawn from; equal values give equal pixels."""

    layers: Layers
    colours: ColourSettings
    foot: FootText
    overlay: Overlay


def put_landscape_panel(frame: Frame, panel: LandscapePanel) -> Box:
    """Draw the panel into a frame [H, W, 3]; returns the box at its upper left that words fill."""
    layers, overlay = panel.layers, panel.overlay
    _put_layers(frame, layers)
    text = print_size((frame.shape[0], frame.shape[1]))
    for (x, y), ink in zip(overlay.marks, (YOU, OTHER), strict=False):
        _put_mark(frame, (x, y), ink, text)
    if layers.painting is not None:
        scale, colours, words = layers.painting.scale, layers.painting.colours, panel.foot
        ranks = scale.ranks if colours.equalise else None
        spacing = layers.view.pixel / layers.shift[2]
        told = (scale.limits, colours.palette, ranks, words.title, words.caption, spacing, words.unit)
        put_foot(frame, *told)
    else:
        put_waiting_words(frame, overlay.waiting)
    box = _put_status(frame, panel, text)
    if overlay.note:
        put_note(frame, overlay.note, overlay.cursor)
    return box


def _put_layers(frame: Frame, layers: Layers) -> None:
    """Draw the newest painting, moved to where the view is now, over the background."""
    painting, view, (x, y, larger) = layers.painting, layers.view, layers.shift
    places = []
    for layer in (painting, layers.background):
        if layer is not None:
            left, top, scale = view.offset(layer.view)
            places.append((layer.frame, x + left * larger, y + top * larger, scale * larger))
            if _covers(frame, *places[-1]):
                break
    else:
        frame[0] = BACKGROUND if painting is None else painting.frame[::SPARSE, ::SPARSE].mean(axis=(0, 1))
        frame[1:] = frame[0]  # copies whole rows
    for place in reversed(places):
        put_moved(frame, *place)


def _covers(frame: Frame, other: Frame, left: float, top: float, scale: float) -> bool:
    """Whether another frame, enlarged `scale` times from (left, top) on, covers a frame."""
    half = scale / 2  # a lattice point stands for half the way to the next one, too
    right, foot = left + (other.shape[1] - 1) * scale + half, top + (other.shape[0] - 1) * scale + half
    return left <= half and top <= half and right >= frame.shape[1] - 1 and foot >= frame.shape[0] - 1


def put_moved(frame: Frame, other: Frame, left: float, top: float, scale: float) -> None:
    """Draw another frame into a frame: its first pixel at (left, top), the next ones `scale` pixels apart.

    Pixels between those of the other frame are interpolated linearly. At a scale of 1, they are moved by whole pixels.
    """
    if scale == 1.0:
        left, top = float(round(left)), float(round(top))
    spans = [
        _overlap(start, scale, length, side)
        for start, length, side in zip((top, left), other.shape, frame.shape, strict=False)
    ]
    (rows, row, down), (columns, column, right) = spans
    if not (row.size and column.size):
        return
    if scale == 1.0:
        y, x = rows.start - int(top), columns.start - int(left)
        frame[rows, columns] = other[y : y + row.size, x : x + column.size]
    else:
        _put_pixels(frame[rows, columns], other.reshape(len(other), -1), row, down, column, right)


def _overlap(start: float, scale: float, length: int, side: int) -> tuple[slice, NDArray[np.int32], NDArray[np.int32]]:
    """The pixels of 0:side that a row of `length` pixels covers, the first of which is at `start`.

    For each of them also the pixel of the row before it, and how far behind that it lies, in 256ths.
    """
    half = scale / 2
    first, stop = max(0, math.ceil(start - half)), min(side, math.floor(start + (length - 1) * scale + half) + 1)
    at = np.clip((np.arange(first, max(first, stop)) - start) / scale, 0, length - 1)
    before = np.minimum(np.floor(at), max(0, length - 2))
    return slice(first, max(first, stop)), before.astype(np.int32), np.rint(256 * (at - before)).astype(np.int32)


@kernel
def _put_pixels(frame, other, rows, down, columns, right):  # type: ignore[no-untyped-def]
    """Fill a frame [h, w, 3] from the rows [H, 3 W] of another, at these rows [h] and columns [w].

    `down` [h] and `right` [w] are the shares of the next row and column in 256ths.
    """
    line = np.empty(other.shape[1] + 3, np.int32)
    lower, half = np.int32(other.shape[0] > 1), np.int32(1 << 15)
    for y in range(rows.size):
        above, below, part = other[rows[y]], other[rows[y] + lower], np.int32(down[y])
        rest = np.int32(256) - part
        for x in range(other.shape[1]):
            line[x] = np.int32(above[x]) * rest + np.int32(below[x]) * part
        for channel in range(1, 4):  # a slice on the left would take ten seconds to compile, for its error message
            line[-channel] = line[-channel - 3]
        into = frame[y]
        for x in range(columns.size):
            at, share = 3 * columns[x], right[x]
            rest = np.int32(256) - share
            into[x, 0] = (line[at] * rest + line[at + 3] * share + half) >> 16
            into[x, 1] = (line[at + 1] * rest + line[at + 4] * share + half) >> 16
            into[x, 2] = (line[at + 2] * rest + line[at + 5] * share + half) >> 16


def _put_mark(frame: Frame, place: tuple[int, int], ink: tuple[int, int, int], text: int) -> None:
    """Draw a ring around a pixel."""
    x, y = place
    reach = max(6, round(0.7 * text))
    rows, columns = np.ogrid[-reach : reach + 1, -reach : reach + 1]
    distance = np.abs(np.hypot(rows, columns) - 0.72 * reach)
    for thick, colour in ((2.6, (13, 14, 18)), (1.2, ink)):
        for row, column in np.argwhere(distance < thick) - reach:
            if 0 <= y + row < frame.shape[0] and 0 <= x + column < frame.shape[1]:
                frame[y + row, x + column] = colour


def _put_status(frame: Frame, panel: LandscapePanel, text: int) -> Box:
    """Draw the status lines in the upper left corner; returns the box that they or the heading fill."""
    lines, top, recording = panel.overlay.status, text, panel.overlay.recording
    if panel.layers.painting is not None and heading_height((frame.shape[0], frame.shape[1])):
        top = heading_height((frame.shape[0], frame.shape[1]))
    if not lines:
        return 0, 0, frame.shape[1] if top > text else 0, top if top > text else 0
    wide = max(text_width(line, text) for line in lines) + (4 if recording else 2) * text
    box: Box = (text, top, wide, round((1.5 * len(lines) + 0.7) * text))
    put_sheet(frame, box, 0.7)
    for row, line in enumerate(lines):
        y = top + round((0.6 + 1.5 * row) * text)
        dot = recording and row == 0
        if dot:
            middle, half = y + text // 2, text // 3
            frame[middle - half : middle + half + 1, 2 * text : 2 * text + 2 * half + 1] = RECORDING
        put_text(frame, line, ((4 if dot else 2) * text - (text // 2 if dot else 0), y), text, BRIGHT if row else QUIET)
    return (0, 0, frame.shape[1], box[1] + box[3]) if top > text else box


def put_progress(frame: Frame, progress: float) -> None:
    """Draw a thin line at the upper edge, as long as the fraction of the picture that is computed, 0 to 1."""
    if progress < 1:
        frame[:2, : round(progress * frame.shape[1])] = ACCENT
