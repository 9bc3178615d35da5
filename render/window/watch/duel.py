"""Duel: draws two episodes in one maze side by side, with their scores.

H and W rows and columns of the frame, n cells along a side of the maze, T steps of an episode.
"""

from dataclasses import dataclass

from agents.errors import UserError
from render.forager import PELLET, Canvas
from render.legend import BRIGHT, QUIET, Box, Frame, print_size
from render.maze_picture import draw_maze
from render.palette import PALETTES
from render.picture import BACKGROUND
from render.text import put_text, text_width, wrap
from render.window.controls import ACCENT
from render.window.watch.curves import put_curves
from render.window.watch.fog import felt_picture, hidden_picture
from sim.world.life import Episode
from sim.world.maze import Mazes


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One of the two: its name, its episode of T steps, and the colour of its score."""

    name: str
    life: Episode
    ink: tuple[int, int, int]
    short: str = ""  # the name where the other one is too wide


EASY_CELL, OF_HEIGHT = 8, 0.5  # curves leave a cell at least so many pixels, and a maze this share of a wide frame
YOU, OTHER = ACCENT, PELLET


@dataclass(frozen=True, slots=True)
class DuelPage:
    """Places in the frame: upper left corners of both mazes, their canvas, and the box below for words and curves."""

    corners: tuple[tuple[int, int], tuple[int, int]]
    canvas: Canvas
    foot: Box
    head: int
    text: int


def duel_page(n: int, size: tuple[int, int]) -> DuelPage:
    """The page for two mazes of n cells a side in a frame of H, W: side by side, or one above the other if it is tall.

    Raises UserError where the mazes do not fit.
    """
    height, width = size
    text = print_size(size)
    margin = round(min(2.3 * text, 0.045 * min(size)))
    wide = width >= height
    head = round(3.6 * text)
    for foot in (
        round((7.5 if wide else 10) * text),
        round((3.8 if wide else 5) * text),
    ):  # with curves, or words alone
        if wide:
            room = min((width - 3 * margin) // 2, height - 2 * margin - head - foot)
        else:
            room = min(width - 2 * margin, (height - 3 * margin - 2 * head - foot) // 2)
        cell = (room - 2) // n
        if cell >= EASY_CELL and (not wide or n * cell >= OF_HEIGHT * height):
            break
    if cell < 3:
        raise UserError(f"two mazes of {n} x {n} cells do not fit a picture of {width} x {height}; enlarge it")
    canvas = Canvas(n, cell)
    side = canvas.side
    if wide:
        gap = min((width - 2 * side) // 3, 6 * text)
        left, top = (width - 2 * side - gap) // 2, margin + head
        corners = ((left, top), (left + side + gap, top))
        beneath = (left, top + side, 2 * side + gap)
    else:
        left, top = (width - side) // 2, margin + head
        corners = ((left, top), (left, top + side + head))
        beneath = (margin, top + 2 * side + head, width - 2 * margin)
    x, y, across = beneath
    return DuelPage(corners, canvas, (x, y, across, height - y - margin // 2), head, text)


def put_duel(
    frame: Frame,
    mazes: Mazes,
    sides: tuple[Side, Side],
    time: float,
    words: str,
    *,
    bright: bool = False,
    palette: str = PALETTES[0],
    fog: bool = False,
) -> None:
    """Draw two episodes in maze 0 of the batch at a time in steps, and `words` below, into a frame.

    In `fog` it draws only what the first forager feels. Raises UserError where the mazes do not fit the frame.
    """
    frame[:] = BACKGROUND
    page = duel_page(mazes.size, (frame.shape[0], frame.shape[1]))
    text, side, total = page.text, page.canvas.side, int(mazes.pellet_counts[0])
    large = round(2.2 * text)
    for (x, y), one in zip(page.corners, sides, strict=True):
        part = frame[y : y + side, x : x + side]
        if fog:
            part[:] = felt_picture(mazes, one.life, time, side) if one is sides[0] else hidden_picture(side, text)
        else:
            part[:] = draw_maze(mazes, 0, one.life, time, page.canvas, palette)
        base = y - round(0.9 * text)
        rest, score = f"of {total}", str(int(one.life.eaten[: int(time)].sum()))
        put_text(frame, rest, (x + side, base), text, QUIET, "rs")
        right = x + side - text_width(rest, text) - text // 2
        put_text(frame, score, (right, base), large, one.ink, "rs")
        room = right - text_width(str(total), large) - text // 2 - x
        put_text(frame, *_fitted(one.name, one.short, round(1.6 * text), room, x, base), BRIGHT, "ls")
    x, y, width, height = page.foot
    size, curved = round(1.3 * text), height - round(2.8 * text) > 2 * text
    half = round(0.42 * width) if curved else 0
    lines = wrap(words, size, width - half - 2 * text)
    while size > 7 and round(1.3 * text) + len(lines) * round(1.5 * size) > height:
        size -= 1
        lines = wrap(words, size, width - half - 2 * text)
    for row, line in enumerate(lines):
        ink = BRIGHT if bright else QUIET
        put_text(frame, line, (x, y + round(1.2 * text) + row * round(1.5 * size)), size, ink)
    box = (x + width - half, y + round(2.2 * text), half, height - round(2.8 * text))
    if curved:
        curves = [(one.life.eaten, one.ink) for one in sides]
        put_curves(frame, curves[::-1], time, total, box, text)
        base = box[1] - round(0.5 * text)
        if text_width(f"pellets eaten  all {total}", text) <= half:
            put_text(frame, "pellets eaten", (box[0], base), text, QUIET, "ls")
        put_text(frame, f"all {total}", (box[0] + half, base), text, QUIET, "rs")


def _fitted(name: str, short: str, size: int, room: int, x: int, y: int) -> tuple[str, tuple[int, int], int]:
    """A name, its place and its text size: smaller text where the name is too wide, and a shorter name at last."""
    if short and text_width(name, max(9, round(0.7 * size))) > room:
        name = short
    while size > 9 and text_width(name, size) > room:
        size -= 1
    if text_width(name, size) > room:
        while name and text_width(f"{name} ...", size) > room:
            name = name[:-1]
        name = f"{name.rstrip()} ..." if name else ""
    return name, (x, y), size
