"""The scene of two foragers in one maze, side by side, and of the two pixels of a landscape that they are.

H and W rows and columns of a frame, h and w those of a field, T steps of an episode. Boxes are x, y, width, height.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents.errors import UserError
from render.film import Scene
from render.film_words import head_room, put_headline
from render.forager import PELLET, Canvas
from render.legend import BRIGHT, QUIET, SAFE, Box, Frame, is_upright, print_size
from render.maze_picture import draw_maze
from render.palette import PALETTES
from render.picture import BACKGROUND
from render.text import put_text, text_width
from sim.world.life import Episode
from sim.world.maze import Mazes

if TYPE_CHECKING:
    from sim.landscape.parting import Pixel

INKS = ((255, 176, 74), PELLET)  # the colours of the two
NEAR = 13  # pixels of the field along a side of the close-up
PAUSE = 0.5  # seconds that the foragers rest where they part
AFTER = 70  # steps that are played after they part
HELD = 0.7  # seconds that the end is held


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two foragers: names, episodes in maze 0 of a batch, and the step, from 1, in which they part, if they do.

    `near` is a close-up of the landscape, uint8 [NEAR, NEAR, 3], and `spots` are the places x, y of the two in it;
    without it only the mazes are shown.
    """

    names: tuple[str, str]
    mazes: Mazes
    episodes: tuple[Episode, Episode]
    step: int | None
    near: Frame | None = None
    spots: tuple[tuple[int, int], tuple[int, int]] = ((0, 0), (0, 0))


@dataclass(frozen=True, slots=True)
class PairLayout:
    """The boxes of the close-up, if there is one, and of the two mazes, whose canvas is given, and the text's size."""

    near: Box | None
    corners: tuple[tuple[int, int], tuple[int, int]]
    canvas: Canvas
    text: int


def pair_layout(n: int, size: tuple[int, int], with_near: bool, headline: str) -> PairLayout:
    """Lay out two mazes of n x n cells, below a headline, in a frame of `size` H, W.

    The close-up is at their left, or above them in frames that are not wide. Raises UserError if they do not fit.
    """
    (height, width), text = size, print_size(size)
    head, label = head_room(size, headline), round(3.4 * text)
    foot = round(SAFE * height) if is_upright(size) else round(1.2 * text)
    gap, room = round(2.2 * text), height - head - foot
    columns = 3 if with_near and width >= 1.3 * height else 2
    above = with_near and columns == 2
    side = min((width - (columns + 1) * gap) // columns, room - label)
    if above:
        side = min(side, round(0.58 * room) - label)
    cell = (side - 2) // n
    if cell < 3:
        raise UserError(f"two mazes of {n} x {n} cells do not fit a picture of {width} x {height} pixels; enlarge it")
    canvas = Canvas(n, cell)
    side = canvas.side
    left = (width - columns * side - (columns - 1) * gap) // 2
    near = None
    top = head + max(0, (room - side - label) // 2)
    if above:
        tall = min(room - side - 2 * label, side)
        start = head + max(0, (room - tall - side - 2 * label) // 2)
        top, near = start + tall + label, ((width - tall) // 2, start, tall, tall)
    elif with_near:
        near = (left, top, side, side)
        left += side + gap
    return PairLayout(near, ((left, top), (left + side + gap, top)), canvas, text)


def pair_scene(
    pair: Pair, headline: str, size: tuple[int, int], fps: float, seconds: float, palette: str = PALETTES[0]
) -> Scene:
    """The scene of a pair that lives until some steps after it parts, in frames of `size` H, W, with a headline."""
    layout = pair_layout(pair.mazes.size, size, pair.near is not None, headline)
    times = pair_times(len(pair.episodes[0].actions), pair.step, fps, seconds)

    def draw(number: int) -> Frame:
        frame = np.empty((*size, 3), np.uint8)
        frame[:] = BACKGROUND
        side = layout.canvas.side
        for (x, y), episode in zip(layout.corners, pair.episodes, strict=True):
            frame[y : y + side, x : x + side] = draw_maze(pair.mazes, 0, episode, times[number], layout.canvas, palette)
        if pair.near is not None and layout.near is not None:
            put_close_up(frame, layout.near, pair.near, pair.spots)
        return frame

    def put(frame: Frame, number: int) -> None:
        put_headline(frame, headline, shaded=False)
        _put_labels(frame, pair, layout, times[number])

    return Scene(len(times), draw, put)


def pair_times(life: int, step: int | None, fps: float, seconds: float) -> list[float]:
    """The times, in steps, of the frames of a scene of a life of `life` steps whose foragers part in a `step`.

    They walk to the place where they part in less than half of the time, rest there, and go on; the end is held.
    """
    count, rest, held = max(4, round(seconds * fps)), round(PAUSE * fps), round(HELD * fps)
    if step is None or count <= 2 * (rest + held):
        moving = max(2, count - min(held, count // 4))
        return [*np.linspace(0, life, moving).tolist(), *[float(life)] * (count - moving)]
    end = min(life, step + AFTER)
    walking = count - rest - held
    before = min(max(2, round(walking * (step - 1) / max(1, end - 1))), round(0.5 * walking))
    first, second = np.linspace(0, step - 1, before), np.linspace(step - 1, end, walking - before + 1)[1:]
    return [*first.tolist(), *[float(step - 1)] * rest, *second.tolist(), *[float(end)] * held]


def put_close_up(
    frame: Frame, box: Box, near: Frame, spots: tuple[tuple[int, int], tuple[int, int]], ink: float = 1.0
) -> None:
    """Draw pixels [a, b, 3] of a landscape as squares into a box of a frame, and outline two of them.

    `spots` are their columns and rows; `ink` is the opacity of the outlines.
    """
    x, y, width, height = box
    rows = np.arange(height) * near.shape[0] // height
    columns = np.arange(width) * near.shape[1] // width
    frame[y : y + height, x : x + width] = near[rows[:, None], columns]
    for (column, row), colour in zip(spots, INKS, strict=True):
        west, east = (x + at * width // near.shape[1] for at in (column, column + 1))
        north, south = (y + at * height // near.shape[0] for at in (row, row + 1))
        put_outline(frame, (west, north, east - west, south - north), colour, ink)


def put_outline(frame: Frame, box: Box, colour: tuple[int, int, int], ink: float = 1.0) -> None:
    """Draw the inner edge of a box of a frame in a colour of opacity `ink`; what lies outside of the frame is cut."""
    x, y, width, height = box
    thick = max(2, round(print_size((frame.shape[0], frame.shape[1])) / 4))
    cell = frame[max(0, y) : max(0, y + height), max(0, x) : max(0, x + width)]
    inside = cell[thick:-thick, thick:-thick].copy()
    cell[:] = np.rint((1 - ink) * cell + ink * np.asarray(colour)).astype(np.uint8)
    cell[thick:-thick, thick:-thick] = inside


def _put_labels(frame: Frame, pair: Pair, layout: PairLayout, time: float) -> None:
    """Write what each forager has eaten, below its maze, and what is known of the two, below the close-up."""
    text, side = layout.text, layout.canvas.side
    total = int(pair.mazes.pellet_counts[0])
    for (x, y), name, episode, ink in zip(layout.corners, pair.names, pair.episodes, INKS, strict=True):
        base, swatch = y + side + round(2.3 * text), round(0.9 * text)
        frame[base - swatch : base, x : x + swatch] = ink
        small, large = round(1.25 * text), round(2.2 * text)
        score = str(int(episode.eaten[: int(time)].sum()))
        if swatch + 2 * text + text_width(name, small) + text_width(str(total), large) > side:
            small, large = round(0.9 * text), text  # there is little room in small frames
        put_text(frame, name, (x + swatch + text // 2, base), small, BRIGHT, "ls")
        taken = swatch + 2 * text + text_width(name, small) + text_width(str(total), large)
        rests = (f" of {total} pellets", f" of {total}", "")
        rest = next((each for each in rests if taken + text_width(each, text) <= side), "")
        put_text(frame, rest, (x + side, base), text, QUIET, "rs")
        put_text(frame, score, (x + side - text_width(rest, text), base), large, ink, "rs")
    if layout.near is None:
        return
    x, y, width, height = layout.near
    apart = pair.step is not None and time >= pair.step
    told = f"apart since step {pair.step}" if apart else f"step {int(time)}: alike"
    put_text(frame, told, (x + width // 2, y + height + round(2.3 * text)), round(1.25 * text), BRIGHT, "ms")


def close_up(paint: Frame, pixels: "tuple[Pixel, Pixel]") -> tuple[Frame, tuple[tuple[int, int], tuple[int, int]]]:
    """The close-up of two pixels (row, column) of the colours [h, w, 3] of a field, and their places x, y in it."""
    top, left = (min(max(0, pixels[0][axis] - NEAR // 2), max(0, paint.shape[axis] - NEAR)) for axis in (0, 1))
    (a, b), (c, d) = pixels
    return paint[top : top + NEAR, left : left + NEAR], ((b - left, a - top), (d - left, c - top))
