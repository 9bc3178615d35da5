"""Landscape panel: draws the explorer's landscape with its legend, status lines, rings and the note at the cursor.

H and W rows and columns of the panel. Places are x, y in its pixels.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.engine.arithmetic import kernel
from render.legend import BRIGHT, QUIET, Box, Frame, foot, print_size, put_foot
from render.picture import BACKGROUND
from render.text import put_text, text_width
from render.window.controls import ACCENT, put_note, put_sheet
from render.window.explore.navigation import Shift
from render.window.explore.painting import ColourSettings, Painting
from render.window.explore.view import View
from render.window.watch.duel import OTHER, YOU

RECORDING = (230, 62, 62)


@dataclass(frozen=True, slots=True)
class Layers:
    """The paintings that cover a view: the newest, and under it the one from before the last zoom.

    During a zoom `shift` says where the view's upper left pixel lies in the frame, and how large its pixels are.
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
        put_foot(frame, scale.limits, colours.palette, ranks, words.title, words.caption, spacing, words.unit)
    else:
        middle = (frame.shape[1] // 2, frame.shape[0] // 2)
        put_text(frame, "playing the first foragers ...", middle, text, QUIET, "mm")
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
        frame[0] = BACKGROUND
        frame[1:] = frame[0]  # copies whole rows
    for place in reversed(places):
        put_moved(frame, *place)


def _covers(frame: Frame, other: Frame, left: float, top: float, scale: float) -> bool:
    """Whether another frame, enlarged `scale` times from (left, top) on, covers a frame."""
    right, foot = left + other.shape[1] * scale, top + other.shape[0] * scale
    return left <= 0.0 and top <= 0.0 and right >= frame.shape[1] and foot >= frame.shape[0]


def put_moved(frame: Frame, other: Frame, left: float, top: float, scale: float) -> None:
    """Draw another frame into a frame, enlarged `scale` times by nearest neighbours, from (left, top) on."""
    spans = [
        _overlap(start, scale, length, side)
        for start, length, side in zip((top, left), other.shape, frame.shape, strict=False)
    ]
    (rows, from_rows), (columns, from_columns) = spans
    if scale == 1.0 and from_rows.size and from_columns.size:
        top_row, left_column = from_rows[0], from_columns[0]
        frame[rows, columns] = other[top_row : from_rows[-1] + 1, left_column : from_columns[-1] + 1]
    else:
        _put_pixels(frame[rows, columns], other, from_rows, from_columns)


def _overlap(start: float, scale: float, length: int, side: int) -> tuple[slice, NDArray[np.intp]]:
    """The pixels of 0:side that a row of `length` pixels covers, enlarged from `start` on; the pixel of each."""
    first, stop = min(side, max(0, round(start))), max(0, min(side, round(start + length * scale)))
    stop = max(first, stop)
    places = np.floor((np.arange(first, stop) + 0.5 - start) / scale)
    return slice(first, stop), np.clip(places, 0, length - 1).astype(np.intp)


@kernel
def _put_pixels(frame, other, rows, columns):  # type: ignore[no-untyped-def]
    """Fill a frame [h, w, 3] with the pixels of another in these rows [h] and columns [w]."""
    for y in range(rows.size):
        into, source = frame[y], other[rows[y]]
        for x in range(columns.size):
            column = columns[x]
            into[x, 0], into[x, 1], into[x, 2] = source[column, 0], source[column, 1], source[column, 2]


def heading_height(size: tuple[int, int]) -> int:
    """How many rows `put_foot` takes at the top of an H, W frame for words; 0 where they all fit in the foot."""
    text, (x, y, room, _) = print_size(size), foot(size)
    if min(size) < 8 * text or room - min(room // 2, 24 * text) - min(room // 6, 8 * text) >= 28 * text:
        return 0
    return x + min(6 * text, y - x)


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
    if panel.layers.painting is not None and heading_height(panel.layers.view.shape):
        top = heading_height(panel.layers.view.shape)
    if not lines:
        return 0, 0, frame.shape[1] if top > text else 0, top - text
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
    return box


def put_progress(frame: Frame, progress: float) -> None:
    """Draw a thin line at the upper edge, as long as the fraction of the picture that is computed, 0 to 1."""
    if progress < 1:
        frame[:2, : round(progress * frame.shape[1])] = ACCENT
