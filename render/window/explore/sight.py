"""Sight: the frame of the explorer: landscape, legend, what is under the cursor, and foragers beside.

H and W rows and columns of the frame.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from render import objective_labels as labels
from render.legend import BRIGHT, QUIET, Box, Frame, foot, number, print_size, put_foot
from render.picture import BACKGROUND
from render.text import put_text, text_width
from render.window.controls import ACCENT, put_note, put_sheet
from render.window.explore.painter import Look, Painting
from render.window.explore.place import Land
from render.window.explore.view import View
from render.window.watch.duel import OTHER, YOU
from sim.landscape.objective import AnyObjective

Shift = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in the foot: a title, a caption, and the label of the colour bar."""

    title: str
    caption: str
    unit: str


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the landscape's part of the frame is drawn from; equal sights make equal frames.

    `shift` is where the view's left upper pixel lies on its way to its place, and how large its pixels are there.
    """

    painting: Painting | None
    under: Painting | None  # what was seen before, where the painting does not reach yet
    view: View
    shift: Shift
    look: Look
    words: Words
    status: tuple[str, ...]
    recording: bool
    marks: tuple[tuple[int, int], ...]
    note: tuple[str, ...]
    cursor: tuple[int, int]


def panel_width(size: tuple[int, int]) -> int:
    """How many of a frame's columns are left to the foragers beside."""
    return min(round(0.4 * size[1]), round(0.78 * size[0]))


@lru_cache(1)
def _spread(painting: Painting | None, under: Painting | None, view: View, shift: Shift) -> Frame:
    """The colours [H, W, 3] of the last painting, where the view now sees them, over those of the one before."""
    if painting is not None and painting.view == view and shift == (0.0, 0.0, 1.0):
        return painting.frame
    frame = np.full((*view.shape, 3), BACKGROUND, np.uint8)
    for each in (under, painting):
        if each is not None:
            left, top, scale = view.offset(each.view)
            x, y, larger = shift
            put_moved(frame, each.frame, x + left * larger, y + top * larger, scale * larger)
    return frame


def put_moved(frame: Frame, other: Frame, left: float, top: float, scale: float) -> None:
    """Lay another frame's nearest pixels, `scale` times as large, over a frame, from (left, top) on."""
    from PIL import Image

    (height, width), (rows, columns) = other.shape[:2], frame.shape[:2]
    west, north = (min(side, max(0, round(at))) for at, side in ((left, columns), (top, rows)))
    east, south = min(columns, round(left + width * scale)), min(rows, round(top + height * scale))
    if east <= west or south <= north:
        return
    affine = (1 / scale, 0.0, (west - left) / scale, 0.0, 1 / scale, (north - top) / scale)
    way, near = Image.Transform.AFFINE, Image.Resampling.NEAREST
    part = Image.fromarray(other).transform((east - west, south - north), way, affine, near, fillcolor=BACKGROUND)
    frame[north:south, west:east] = np.asarray(part)


def put_sight(frame: Frame, sight: Sight) -> Box:
    """Draw the landscape's part of a frame; the box at its upper left that words fill."""
    frame[:] = _spread(sight.painting, sight.under, sight.view, sight.shift)
    text = print_size((frame.shape[0], frame.shape[1]))
    for (x, y), ink in zip(sight.marks, (YOU, OTHER), strict=False):
        _put_mark(frame, (x, y), ink, text)
    if sight.painting is not None:
        scale = sight.painting.scale
        ranks = scale.ranks if sight.look.equalise else None
        spacing = sight.view.pixel / sight.shift[2]
        words = sight.words
        put_foot(frame, scale.limits, sight.look.palette, ranks, words.title, words.caption, spacing, words.unit)
    else:
        middle = (frame.shape[1] // 2, frame.shape[0] // 2)
        put_text(frame, "playing the first foragers ...", middle, text, QUIET, "mm")
    box = _put_status(frame, sight, text)
    if sight.note:
        put_note(frame, sight.note, sight.cursor)
    return box


def heading(size: tuple[int, int]) -> int:
    """How many rows `put_foot` takes for words at the head of a landscape of H, W; 0 where its foot has room."""
    text, (x, y, room, _) = print_size(size), foot(size)
    if min(size) < 8 * text or room - min(room // 2, 24 * text) - min(room // 6, 8 * text) >= 28 * text:
        return 0
    return x + min(6 * text, y - x)


def _put_mark(frame: Frame, place: tuple[int, int], ink: tuple[int, int, int], text: int) -> None:
    """A ring around a pixel."""
    x, y = place
    reach = max(6, round(0.7 * text))
    rows, columns = np.ogrid[-reach : reach + 1, -reach : reach + 1]
    away = np.abs(np.hypot(rows, columns) - 0.72 * reach)
    for thick, colour in ((2.6, (13, 14, 18)), (1.2, ink)):
        for row, column in np.argwhere(away < thick) - reach:
            if 0 <= y + row < frame.shape[0] and 0 <= x + column < frame.shape[1]:
                frame[y + row, x + column] = colour


def _put_status(frame: Frame, sight: Sight, text: int) -> Box:
    """What goes on, in the upper left corner; a red dot while places are recorded."""
    lines, top = list(sight.status), text
    if sight.painting is not None and heading(sight.view.shape):
        top = heading(sight.view.shape)
    if not lines:
        return 0, 0, frame.shape[1] if top > text else 0, top - text
    wide = max(text_width(line, text) for line in lines) + (4 if sight.recording else 2) * text
    box: Box = (text, top, wide, round((1.5 * len(lines) + 0.7) * text))
    put_sheet(frame, box, 0.7)
    for row, line in enumerate(lines):
        y = top + round((0.6 + 1.5 * row) * text)
        dot = sight.recording and row == 0
        if dot:
            middle = y + text // 2
            frame[middle - text // 3 : middle + text // 3 + 1, 2 * text : 2 * text + 2 * (text // 3) + 1] = (
                230,
                62,
                62,
            )
        put_text(frame, line, ((4 if dot else 2) * text - (text // 2 if dot else 0), y), text, BRIGHT if row else QUIET)
    return box


def put_progress(frame: Frame, share: float) -> None:
    """A thin line at the upper edge: how much of the picture is computed."""
    if share < 1:
        frame[:2, : round(share * frame.shape[1])] = ACCENT


def captioned(view: View, land: Land, objective: AnyObjective, device: str) -> str:
    """What is seen, and what computes it, in one line."""
    return f"{described(view.window.radius, land, objective)}; {view.window.dtype} on {device}"


def described(radius: float, land: Land, objective: AnyObjective) -> str:
    """What is seen of a land: the radius, as a fraction of the genome's norm, the plane, mazes and lifetime."""
    told = [f"radius {number(float(f'{radius:.2g}'))} ‖g‖"]
    told += [f"z = {land.third:+.2f}"] * bool(land.third)
    told += [f"turned {land.turn:.0f} degrees"] * bool(land.turn)
    return ", ".join([*told, *labels.mean(objective, land.mazes), *labels.life(objective)])
