"""Captions of the player: the note at the cursor, the ring around a pixel, the status of the field, the labels."""

from collections.abc import Sequence
from math import floor, log10

import numpy as np

from render import objective_labels as labels
from render.film import FilmConfig
from render.film_words import words
from render.legend import BRIGHT, QUIET, Box, Frame
from render.text import put_text, text_width, wrap
from render.ticks import short_number
from render.window.controls import put_sheet, text_size
from render.window.play.field_renderer import Pixel
from render.window.play.growing_field import GrowingField
from render.window.playback import Playback


def pixel_note(field: GrowingField, pixel: Pixel) -> tuple[str, ...]:
    """The value of a pixel (frame, row, column), its place in fractions of the genome's norm, and its frame."""
    frame, row, column = pixel
    tour, value = field.tour, float(field.heights(frame)[row, column])
    window = tour.windows[0 if tour.layers else frame]
    x, y = window.points(slice(row, row + 1), slice(column, column + 1))[0, 0]
    digits = max(3, 1 - floor(log10(window.pixel)))
    mazes = field.mazes(frame)
    there = labels.value(field.landscape.objective, value, mazes) if np.isfinite(value) else "not swept yet"
    where = f"x {x * tour.scale:+.{digits}f}, y {y * tour.scale:+.{digits}f}"
    return there, where, f"{tour.axis.name} {short_number(round(float(tour.axis.values[frame]), 4))}; click to replay"


def field_title(field: GrowingField, frame: int) -> str:
    """What a window on a frame of the field shows, for its title bar."""
    title, caption = words(field.reel, FilmConfig(), frame)
    return f"{field.path.stem}: {title[0].lower()}{title[1:]}, {caption}"


def field_status(field: GrowingField, sweeping: bool) -> tuple[str, ...]:
    """What holds for the whole field: the tour's note, and how far the field has been swept."""
    if field.vanished:
        growth = "the field has been deleted"
    elif field.coverage.complete:
        growth = ""
    else:
        growth = f"{'sweeping' if sweeping else 'swept'}, {100 * field.coverage.fraction:.0f} %"
        growth += "" if field.expected else ", colours so far"
    return tuple(line for line in (field.tour.note, growth) if line)


def position_label(playback: Playback, total: int, replay: bool) -> str:
    """The position, the speed and the mode: of `total` frames of a tour, or of the steps of a `replay`."""
    if replay:
        return f"step {playback.frame} of {total - 1}   {playback.speed}"
    return f"{playback.frame + 1} of {total}   {playback.speed}   {_at_end(playback)}"


def speed_message(playback: Playback) -> str:
    """The message after a key that changes the speed or what happens at the end."""
    return f"speed {playback.speed}; at the end: {_at_end(playback)}"


def _at_end(playback: Playback) -> str:
    return "stop" if playback.mode == "off" else playback.mode


def put_mark(frame: Frame, place: tuple[int, int]) -> None:
    """Draw a ring around a place, bright between dark edges, so that it is visible on any colour."""
    size = text_size(frame)
    x, y = place
    reach = size + 2
    left, top = max(0, x - reach), max(0, y - reach)
    part = frame[top : y + reach + 1, left : x + reach + 1]
    rows, columns = np.mgrid[top : top + part.shape[0], left : left + part.shape[1]]
    distance = np.abs(np.hypot(columns - x, rows - y) - 0.75 * size)
    for thick, ink in ((2.4, (10, 10, 14)), (1.2, BRIGHT)):
        cover = np.clip(thick + 0.5 - distance, 0, 1)[..., None]
        part[:] = np.rint(part + cover * (np.asarray(ink) - part))


def put_status(frame: Frame, lines: Sequence[str], head: int = 0, over: Box | None = None) -> Box:
    """Draw lines at the top left, below `head` rows that are filled; returns the box that they fill.

    With `over`, they stand in that box, beside which there are other words. Lines that are too wide are wrapped.
    """
    if not lines:
        return 0, 0, 0, 0
    size = text_size(frame)
    x, y, width, _ = over or (0, 0, frame.shape[1], 0)
    lines = [part for line in lines for part in wrap(line, size, width - 4 * size)]
    wide = max(text_width(line, size) for line in lines) + 2 * size
    top = max(y + size, head)
    box = (x + size, top, wide, round(1.5 * size * len(lines) + 0.7 * size))
    put_sheet(frame, box, 0.72)
    for row, line in enumerate(lines):
        put_text(frame, line, (x + 2 * size, top + round(0.5 * size + 1.5 * size * row)), size, QUIET, "la")
    return box
