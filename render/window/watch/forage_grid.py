"""Forage grid: draws sixteen foragers in one maze, and the pellets that each has eaten.

H and W rows and columns of the frame, T steps of an episode.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from agents.errors import UserError
from render.forager import PELLET, Canvas
from render.legend import BRIGHT, QUIET, Box, Frame, print_size, put_words
from render.maze_picture import FLOOR, draw_maze
from render.palette import PALETTES
from render.picture import BACKGROUND
from render.text import put_text, text_width
from render.window.controls import within
from render.window.watch.curves import put_curves, put_figures
from render.window.watch.replays import Replay

COUNT = 16
FAINT = (84, 116, 132)
LEAST_CELL, EASY_CELL = 2, 4  # pixels of a maze's cell: at least, and where the panel has room beside the mazes
NARROW, WIDE, TALL = 20, 42, 20  # least and most width of the panel, and its least height, in text sizes
SHAPES = (2, 3, 4, 5, 6, 8)  # how many tiles may stand in a row

Placing = Literal["beside", "below", "none"]


@dataclass(frozen=True, slots=True)
class GridPage:
    """Places in the frame: the tiles' boxes (a maze and the line of text below it), their canvas, the panel's box.

    The panel has no width where there is no room for it.
    """

    tiles: tuple[Box, ...]
    canvas: Canvas
    panel: Box
    text: int


def grid_page(n: int, size: tuple[int, int]) -> GridPage:
    """The page for mazes of n cells a side in a frame of H, W, with the largest mazes that fit.

    The panel is at the right or below; a small frame has none. Raises UserError where the mazes do not fit.
    """
    text = print_size(size)
    rooms = {place: max((_room(across, place, size, text), -across) for across in SHAPES) for place in PLACINGS}
    placing: Placing = "beside" if rooms["beside"] >= rooms["below"] else "below"
    if (rooms[placing][0] - 2) // n < EASY_CELL:
        placing = "none"
    room, columns = rooms[placing][0], -rooms[placing][1]
    cell = (room - 2) // n
    if cell < LEAST_CELL:
        raise UserError(f"sixteen mazes of {n} x {n} cells do not fit a picture of {size[1]} x {size[0]}; enlarge it")
    return _lay_out(Canvas(n, cell), columns, placing, size, text)


PLACINGS: tuple[Placing, ...] = ("beside", "below", "none")


def _spaces(size: tuple[int, int], text: int) -> tuple[int, int, int]:
    """The margin of a page, the gap between two tiles, and the height of the line under a tile."""
    return round(min(2.3 * text, 0.045 * min(size))), round(0.8 * text), round(1.5 * text)


def _room(columns: int, placing: Placing, size: tuple[int, int], text: int) -> int:
    """The side of the largest maze, in pixels, where so many tiles stand in a row."""
    (height, width), (margin, gap, line), rows = size, _spaces(size, text), -(-COUNT // columns)
    across = width - 2 * margin - (NARROW * text + margin if placing == "beside" else 0)
    down = height - 2 * margin - (TALL * text + margin if placing == "below" else 0)
    return min((across - (columns - 1) * gap) // columns, (down - (rows - 1) * gap) // rows - line)


def _lay_out(canvas: Canvas, columns: int, placing: Placing, size: tuple[int, int], text: int) -> GridPage:
    """The page with tiles of a canvas in rows of so many columns."""
    (height, width), (margin, gap, line), rows = size, _spaces(size, text), -(-COUNT // columns)
    wide, tall = canvas.side + gap, canvas.side + line + gap
    whole, deep = columns * wide - gap, rows * tall - gap
    left, top, panel = (width - whole) // 2, (height - deep) // 2, (0, 0, 0, 0)
    if placing == "beside":
        across = min(width - 3 * margin - whole, WIDE * text)
        left = (width - whole - margin - across) // 2
        panel = (left + whole + margin, top, across, deep)
    elif placing == "below":
        top = margin
        panel = (margin, top + deep + margin, width - 2 * margin, height - 3 * margin - deep)
    tiles = [
        (left + k % columns * wide, top + k // columns * tall, canvas.side, canvas.side + line) for k in range(COUNT)
    ]
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
        score = "" if count is None else str(count)
        if text_width(name, page.text) + text_width(score, page.text) + page.text // 2 <= side:
            put_text(frame, name, (x, base), page.text, BRIGHT if place == hovered else QUIET, "ls")
        put_text(frame, score, (x + side, base), page.text, PELLET if count == lead and lead else QUIET, "rs")
        if place == hovered:
            _put_border(frame, (x - 3, y - 3, side + 6, side + 6), max(1, page.text // 7))
    if page.panel[2]:
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
