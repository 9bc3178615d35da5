"""Draw a forager in its maze at any time of its life, beside its figures, its pellets and its hidden units.

H rows, W columns of the frame; n cells along a side of the maze; T steps of the life.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from render.forager import PELLET, Canvas, bloom, draw_forager, draw_meals, pose, trail
from render.legend import Box, Frame, print_size
from render.lifeline import put_panel
from render.palette import PALETTES
from render.picture import BACKGROUND
from sim.world import rules
from sim.world.life import Episode
from sim.world.maze import Mazes

if TYPE_CHECKING:
    from PIL.Image import Image

FLOOR, WALL = (23, 24, 31), (98, 103, 120)
Edges = tuple[float, float, float, float]  # of a rectangle: west, north, east, south in pixels
FINER = 4  # supersampling: walls and pellets are drawn this many times larger, then averaged


@dataclass(frozen=True, slots=True)
class MazeLayout:
    """The layout of a frame, in pixels: `left` and `top` of the first cell, the canvas of the maze, and the panel.

    `panel` is the box x, y, width, height of all but the maze; `text` is the size of small letters.
    """

    left: int
    top: int
    canvas: Canvas
    panel: Box
    text: int


def lay_out_maze(n: int, size: tuple[int, int]) -> MazeLayout:
    """Lay out a maze of n cells a side in a frame of `size` H, W: the panel at the right, or below in tall frames.

    Raises UserError if the frame is too small.
    """
    height, width = size
    text = print_size(size)
    margin = round(min(2.3 * text, 0.045 * min(size)))
    gap = round(1.5 * margin)
    beside = min(height - 2 * margin, width - 2 * margin - gap - 24 * text)
    below = min(width - 2 * margin, height - 2 * margin - gap - 31 * text)
    cell = max(beside, below) // n
    if cell < 3 or height < 25 * text:
        raise UserError(f"a maze of {n} x {n} cells does not fit a picture of {width} x {height} pixels; enlarge it")
    canvas = Canvas(n, cell)
    maze = n * cell
    if beside >= below:
        room = min(width - 2 * margin - gap - maze, 42 * text)
        left, top = (width - maze - gap - room) // 2, (height - maze) // 2
        tall = max(maze, min(height - 2 * margin, 36 * text))
        return MazeLayout(left, top, canvas, (left + maze + gap, (height - tall) // 2, room, tall), text)
    left = (width - maze) // 2
    room = height - 2 * margin - gap - maze
    tall = min(room, 44 * text)
    top = margin + (room - tall) // 2
    return MazeLayout(left, top, canvas, (margin, top + maze + gap, width - 2 * margin, tall), text)


@lru_cache(4)
def _draw_grounds(opened: bytes, pellets: bytes, canvas: Canvas) -> tuple["Image", "Image"]:
    """Draw a maze without pellets, and with all of them; `opened` and `pellets` are bytes of the arrays in Mazes."""
    from PIL import Image, ImageFilter

    n, cell = canvas.n, canvas.cell
    wall = _coverage(_wall_edges(np.frombuffer(opened, np.uint8).reshape(n, n), canvas), canvas.pad, canvas)
    radius = max(0.075 * cell, 0.9)
    laid = [canvas.at(x, y) for y, x in np.argwhere(np.frombuffer(pellets, np.bool_).reshape(n, n)).tolist()]
    dot = _coverage([(x - radius, y - radius, x + radius, y + radius) for x, y in laid], radius, canvas)
    # The glow ends within the pellet's cell: so a pellet that was eaten is removed by replacing that cell.
    glow = dot.filter(ImageFilter.GaussianBlur(0.11 * cell))
    shadow = wall.filter(ImageFilter.GaussianBlur(0.16 * cell))
    walls, dots, glows, shadows = (
        np.asarray(image, np.float32)[..., None] / np.float32(255) for image in (wall, dot, glow, shadow)
    )
    ink, stone = np.asarray(PELLET, np.float32), np.asarray(WALL, np.float32)
    floor = np.asarray(FLOOR, np.float32) * (1 - 0.55 * shadows)
    lit = floor + 0.6 * glows * (ink - floor)
    lit += dots * (ink - lit)
    walls *= 0.45 + 0.55 * min(1.0, cell / 28)  # walls are darker where there are many
    bare, full = (np.rint(under + walls * (stone - under)).astype(np.uint8) for under in (floor, lit))
    return Image.fromarray(bare), Image.fromarray(full)


def _wall_edges(passages: NDArray[np.uint8], canvas: Canvas) -> list[Edges]:
    """The walls of a maze [n, n] as rectangles; they reach half a wall's thickness beyond the corners of cells."""
    n, cell, pad = canvas.n, canvas.cell, canvas.pad
    closed = np.ones((2, n + 1, n + 1), np.bool_)  # north and west of each cell; one row and one column more
    closed[0, :, n] = closed[1, n, :] = False
    closed[0, :n, :n], closed[1, :n, :n] = (passages & 1) == 0, (passages & 8) == 0
    return [
        (x * cell, y * cell, (x + 1 - upright) * cell + 2 * pad, (y + upright) * cell + 2 * pad)
        for upright, y, x in np.argwhere(closed).tolist()
    ]


def _coverage(boxes: list[Edges], rounded: float, canvas: Canvas) -> "Image":
    """A grey picture of the canvas: the share of each pixel that rectangles with round corners cover."""
    from PIL import Image, ImageDraw

    image = Image.new("L", (FINER * canvas.side, FINER * canvas.side))
    draw = ImageDraw.Draw(image)
    for west, north, east, south in boxes:
        draw.rounded_rectangle((FINER * west, FINER * north, FINER * east - 1, FINER * south - 1), FINER * rounded, 255)
    return image.reduce(FINER)


def draw_maze(
    mazes: Mazes, maze: int, episode: Episode, time: float, canvas: Canvas, palette: str = PALETTES[0]
) -> Frame:
    """Draw maze, pellets, trail and forager, without a panel, as uint8 [canvas.side, canvas.side, 3]."""
    from PIL import Image, ImageChops

    laid = mazes.pellets[maze].copy()
    bare, full = _draw_grounds(mazes.open[maze].tobytes(), laid.tobytes(), canvas)
    eaten = episode.places[1:][: math.floor(time)]
    laid.ravel()[eaten] = False
    whole, pad = canvas.n * canvas.cell, canvas.pad
    mask = Image.fromarray(255 * laid.astype(np.uint8)).resize((whole, whole), Image.Resampling.NEAREST)
    ground = bare.copy()
    ground.paste(full.crop((pad, pad, pad + whole, pad + whole)), (pad, pad), mask)
    here = pose(mazes, maze, episode, time)
    light = trail(episode, time, here, canvas, palette)
    scene = ImageChops.add(ImageChops.lighter(ground, light), bloom(light, canvas))
    draw_meals(scene, episode, time, canvas)
    draw_forager(scene, here, canvas)
    return np.asarray(scene)


def _allows(mazes: Mazes, maze: int, episode: Episode) -> bool:
    """True if the maze allows the episode: its start, and every step or bump."""
    opened, before, after, headings = (
        mazes.open[maze].ravel(),
        episode.places[:-1],
        episode.places[1:],
        episode.headings[1:],
    )
    if episode.places[0] != mazes.start[maze] or episode.places.max() >= opened.size:
        return False
    steps = rules.stride(headings, mazes.size) * rules.passable(opened[before], headings)
    return bool(np.array_equal(after, before + steps))


def maze_picture(
    mazes: Mazes,
    maze: int,
    episode: Episode,
    time: float,
    size: tuple[int, int] = (720, 1280),
    *,
    title: str = "",
    caption: str = "",
    palette: str = PALETTES[0],
    words: bool = True,
) -> Frame:
    """Draw a forager's life in maze number `maze` of the batch at a time, as a finished frame uint8 [H, W, 3].

    `time` is in steps, 0 to T, and may lie between steps; `size` is H and W; `palette` colours the trail. Without
    `words`, the maze is drawn alone, in the same place. Raises UserError if the episode cannot be of this maze, or the
    maze does not fit into the frame.
    """
    life = len(episode.actions)
    if not 0 <= maze < mazes.count:
        raise UserError(f"maze must be from 0 to {mazes.count - 1} in a batch of {mazes.count}, got {maze}")
    if not 0 <= time <= life:
        raise UserError(f"time must be from 0 to the episode's {life} steps, got {time:g}")
    if not _allows(mazes, maze, episode):
        raise UserError(f"the episode was not played in maze {maze} of this batch; give the mazes of the episode")
    layout = lay_out_maze(mazes.size, size)
    frame = np.empty((*size, 3), np.uint8)
    frame[:] = BACKGROUND
    top, left, side = layout.top - layout.canvas.pad, layout.left - layout.canvas.pad, layout.canvas.side
    frame[top : top + side, left : left + side] = draw_maze(mazes, maze, episode, time, layout.canvas, palette)
    if words:
        put_maze_words(frame, mazes, maze, episode, time, title, caption)
    return frame


def put_maze_words(
    frame: Frame, mazes: Mazes, maze: int, episode: Episode, time: float, title: str = "", caption: str = ""
) -> None:
    """Draw the panel of `maze_picture`, with title and caption, into its frame [H, W, 3]."""
    layout = lay_out_maze(mazes.size, (frame.shape[0], frame.shape[1]))
    put_panel(frame, episode, time, int(mazes.pellet_counts[maze]), layout.panel, layout.text, title, caption)


def forager_times(life: int, fps: float, seconds: float) -> list[float]:
    """The times, in steps, of the frames of a scene that shows a life of `life` steps in `seconds` seconds.

    The last eighth of the scene, at most a second, holds the end of the life. Raises UserError for a scene without
    length.
    """
    if not (math.isfinite(seconds * fps) and min(seconds, fps) > 0):
        raise UserError(f"seconds and frames per second must be above 0, got {seconds:g} s at {fps:g} a second")
    count = max(1, round(seconds * fps))
    held = min(round(fps), count // 8)
    moving: list[float] = np.linspace(life, 0, count - held)[::-1].tolist()
    return moving + [float(life)] * held
