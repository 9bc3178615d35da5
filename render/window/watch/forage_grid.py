"""Forage grid: draws sixteen foragers in one maze, and the pellets that each has eaten.

H and W rows and columns of the frame, T steps of an episode.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.errors import UserError
from render.forager import PELLET, Canvas
from render.legend import BRIGHT, QUIET, Box, Frame, print_size, put_words
from render.maze_picture import FLOOR, draw_maze
from render.palette import PALETTES
from render.picture import BACKGROUND
from render.text import put_text
from render.window.controls import within
from render.window.watch.curves import put_curves, put_figures
from render.window.watch.replays import Replay

SIDE = 4
COUNT = SIDE * SIDE
FAINT = (84, 116, 132)


@dataclass(frozen=True, slots=True)
class GridPage:
    """Places in the frame: the tiles' boxes (a maze and the line of text below it), their canvas, the panel's box."""

    tiles: tuple[Box, ...]
    canvas: Canvas
    panel: Box
    text: int


def grid_page(n: int, size: tuple[int, int]) -> GridPage:
    """The page for mazes of n cells a side in a frame of H, W: the panel is at the right, or below in tall frames.

    Raises UserError where the mazes do not fit.
    """
    height, width = size
    text = print_size(size)
    margin = round(min(2.3 * text, 0.045 * min(size)))
    line, gap = round(1.5 * text), round(0.8 * text)
    beside = width >= height
    across = width - 2 * margin - (25 * text if beside else 0)
    down = height - 2 * margin - (0 if beside else 22 * text)
    room = min((across - (SIDE - 1) * gap) // SIDE, (down - (SIDE - 1) * gap) // SIDE - line)
    cell = (room - 2) // n
    if cell < 2:
        raise UserError(f"sixteen mazes of {n} x {n} cells do not fit a picture of {width} x {height}; enlarge it")
    canvas = Canvas(n, cell)
    wide, tall = canvas.side + gap, canvas.side + line + gap
    whole, deep = SIDE * wide - gap, SIDE * tall - gap
    if beside:
        panel_width = min(width - 3 * margin - whole, 42 * text)
        left, top = (width - whole - margin - panel_width) // 2, (height - deep) // 2
        panel = (left + whole + margin, top, panel_width, deep)
    else:
        left, top = (width - whole) // 2, margin
        panel = (margin, top + deep + margin, width - 2 * margin, height - 2 * margin - deep - margin)
    tiles = [(left + k % SIDE * wide, top + k // SIDE * tall, canvas.side, canvas.side + line) for k in range(COUNT)]
    return GridPage(tuple(tiles), canvas, panel, text)


def tile_at(n: int, size: tuple[int, int], x: int, y: int) -> int:
    """The number of the tile at a place of a frame of H, W, or -1."""
    try:
        tiles = grid_page(n, size).tiles
    except UserError:  # the mazes do not fit the frame, which shows a message
        return -1
    return next((place for place, box in enumerate(tiles) if within(box, x, y)), -1)


def put_grid(
    frame: Frame,
    n: int,
    replays: Sequence[Replay | None],
    names: Sequence[str],
    time: float,
    *,
    hovered: int = -1,
    title: str = "",
    caption: str = "",
    palette: str = PALETTES[0],
) -> None:
    """Draw up to sixteen episodes in a maze of n cells a side, at a time in steps, 0 to T, into a frame.

    A replay is None while its episode is being played.
    Raises UserError where the mazes do not fit the frame.
    """
    frame[:] = BACKGROUND
    page = grid_page(n, (frame.shape[0], frame.shape[1]))
    step = int(time)
    eaten = [None if each is None else int(each.episode.eaten[:step].sum()) for each in replays]
    lead = max((count for count in eaten if count is not None), default=0)
    for place, (replay, name, count) in enumerate(zip(replays, names, eaten, strict=True)):
        x, y, side, _ = page.tiles[place]
        side = page.canvas.side
        if replay is None:
            frame[y : y + side, x : x + side] = FLOOR
            put_text(frame, "computing", (x + side // 2, y + side // 2), page.text, QUIET, "mm")
        else:
            frame[y : y + side, x : x + side] = draw_maze(replay.mazes, 0, replay.episode, time, page.canvas, palette)
        base = y + side + round(1.15 * page.text)
        put_text(frame, name, (x, base), page.text, BRIGHT if place == hovered else QUIET, "ls")
        if count is not None:
            ink = PELLET if count == lead and lead else QUIET
            put_text(frame, str(count), (x + side, base), page.text, ink, "rs")
        if place == hovered:
            _put_border(frame, (x - 3, y - 3, side + 6, side + 6), max(1, page.text // 7))
    _put_standing(frame, page, replays, names, time, hovered, title, caption)


def _put_standing(
    frame: Frame,
    page: GridPage,
    replays: Sequence[Replay | None],
    names: Sequence[str],
    time: float,
    hovered: int,
    title: str,
    caption: str,
) -> None:
    """Draw the panel: words, figures, and a curve of pellets over time for each episode."""
    x, y, width, height = page.panel
    text = page.text
    lives = [(place, replay.episode) for place, replay in enumerate(replays) if replay is not None]
    words = min(round(9.5 * text), height // 3)
    put_words(frame, title, caption, (x, y, width, words), text)
    if not lives:
        return
    step, life = int(time), len(lives[0][1].actions)
    scores = {place: int(each.eaten[:step].sum()) for place, each in lives}
    best = max(scores, key=lambda place: scores[place])
    mean = f"{np.mean(list(scores.values())):.1f}"
    figures = [("step", str(step), f"of {life}"), ("leader", str(scores[best]), names[best]), ("mean", mean, "pellets")]
    top = y + words + text
    put_figures(frame, figures, (x, top, width), text)
    head, floor = top + round(6.6 * text), y + height - round(1.8 * text)
    if floor - head < 3 * text:
        return
    total = next(int(each.mazes.pellet_counts[0]) for each in replays if each is not None)
    chosen = best if hovered not in scores else hovered
    label = head - round(0.6 * text)
    put_text(frame, f"pellets eaten, {names[chosen]} bright", (x, label), text, QUIET, "ls")
    put_text(frame, f"all {total}", (x + width, label), text, QUIET, "rs")
    curves = [(each.eaten, FAINT) for place, each in lives if place != chosen]
    curves += [(each.eaten, PELLET) for place, each in lives if place == chosen]
    put_curves(frame, curves, time, total, (x, head, width, floor - head), text)
    put_text(frame, "0", (x, floor + text // 2), text, QUIET)
    put_text(frame, f"{life} steps", (x + width, floor + text // 2), text, QUIET, "ra")


def _put_border(frame: Frame, box: Box, thick: int) -> None:
    """Draw a border of `thick` pixels just inside a box."""
    x, y, width, height = box
    for rows, columns in (
        (slice(y, y + thick), slice(x, x + width)),
        (slice(y + height - thick, y + height), slice(x, x + width)),
        (slice(y, y + height), slice(x, x + thick)),
        (slice(y, y + height), slice(x + width - thick, x + width)),
    ):
        frame[rows, columns] = BRIGHT
