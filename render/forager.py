"""Draw a forager, its trail and its meals over a maze, at any time of its life.

T steps of the life, n cells along a side of the maze. A time is a number of steps in [0, T], and a whole number when
the forager is in the middle of a cell. Places in the maze are x east and y south in cells, from the middle of its
north-west cell.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from render.palette import table
from sim.world import rules
from sim.world.life import Episode
from sim.world.maze import Mazes

if TYPE_CHECKING:
    from PIL.Image import Image

PELLET = (142, 208, 232)
BODY, OUTLINE = (255, 252, 240), (13, 14, 18, 210)
FINER = 4  # supersampling: shapes are drawn this many times larger, then averaged
NUDGE = 0.13  # how far a bump into a wall moves the body, in cells
EMBER, FLAME = 0.17, 0.86  # places in the palette, 0 to 1: of the old end of the trail and of its new end
EAST, SOUTH = (0, 1, 0, -1), (-1, 0, 1, 0)  # a step towards each direction


@dataclass(frozen=True, slots=True)
class Canvas:
    """The size of a drawn maze: n x n cells of `cell` pixels a side, and walls that are twice `pad` pixels thick."""

    n: int
    cell: int

    @property
    def pad(self) -> int:
        """Half the thickness of a wall in pixels: the outer walls reach this far beyond the cells."""
        return max(1, round(0.036 * self.cell))

    @property
    def side(self) -> int:
        """Pixels along a side of the drawn maze, with its outer walls."""
        return self.n * self.cell + 2 * self.pad

    @property
    def unit(self) -> float:
        """The pixels that the size of the forager is given in: a cell, or more if it would be too small to be seen."""
        return max(float(self.cell), 0.028 * self.side)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """The pixels x, y of a place x, y in cells."""
        return self.pad + (x + 0.5) * self.cell, self.pad + (y + 0.5) * self.cell


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a forager is at one time and what it senses: x, y in cells, the angle in radians clockwise from north.

    `walls` and `seen` have four numbers each, for north, east, south and west: 1 if the forager feels a wall there, or
    sees a pellet, else 0. Between two steps they are mixed.
    """

    x: float
    y: float
    angle: float
    walls: tuple[float, ...]
    seen: tuple[float, ...]


def pose(mazes: Mazes, maze: int, episode: Episode, time: float) -> Pose:
    """The pose at a time. Between two steps the forager turns, then moves to the next cell or bumps into a wall."""
    n, life = mazes.size, len(episode.actions)
    step = min(math.floor(time), life - 1)
    part = time - step
    before, after = (divmod(int(place), n) for place in episode.places[step : step + 2])
    heading, turn = int(episode.headings[step]), int(episode.actions[step])
    facing = (heading + turn) & 3
    way = part - 0.5 * math.sin(math.tau * part) / math.tau
    y, x = (a + way * (b - a) for a, b in zip(before, after, strict=True))
    if before == after:
        nudge = NUDGE * math.sin(math.pi * part)
        x, y = x + nudge * EAST[facing], y + nudge * SOUTH[facing]
    turned = min(1.0, part / 0.6)
    angle = heading + ((turn + 1) % 4 - 1) * turned * turned * (3 - 2 * turned)

    opened = mazes.open[maze]
    felt = [[1 - rules.passable(int(opened[cell]), d) for d in range(4)] for cell in (before, after)]
    walls = tuple((1 - part) * a + part * b for a, b in zip(*felt, strict=True))
    now, then = _seen(episode, step), _seen(episode, step + 1)
    seen = tuple((1 - part) * a + part * b for a, b in zip(now, then, strict=True))
    return Pose(x, y, 0.5 * math.pi * angle, walls, seen)


def _seen(episode: Episode, step: int) -> list[float]:
    """1 for each of north, east, south and west where the forager sees a pellet before a step, else 0.

    All are 0 for a forager without sight, and after the last step.
    """
    if step >= len(episode.senses) or episode.senses.shape[1] <= rules.PELLETS:
        return [0.0] * 4
    heading = int(episode.headings[step])
    return [float(episode.senses[step, rules.PELLETS + (d - heading) % 4]) for d in range(4)]


def event_steps(episode: Episode) -> float:
    """How many steps a short event stays visible: a seventh of a second if a life is shown in eight seconds."""
    return min(max(1.0, len(episode.actions) / 60), 12.0)


def passages(episode: Episode, n: int, steps: int) -> list[tuple[int, int, int]]:
    """The passages walked in the first `steps` steps, oldest first: cells from and to of the last use, and its step."""
    before, after = episode.places[:steps], episode.places[1 : steps + 1]
    moved = np.flatnonzero(before != after)
    names = 2 * np.minimum(before, after)[moved] + (np.abs(after - before)[moved] == 1)
    last = np.full(2 * n * n, -1)
    last[names] = moved  # the last use overwrites earlier ones
    used = np.sort(last[last >= 0])
    return [(int(before[step]), int(after[step]), int(step)) for step in used]


def trail(episode: Episode, time: float, here: Pose, canvas: Canvas, palette: str) -> "Image":
    """Draw the trail on black, in a picture of the canvas's side: bright where it is new, dark where it is old."""
    from PIL import Image, ImageDraw

    double = Image.new("RGB", (2 * canvas.side, 2 * canvas.side))
    draw = ImageDraw.Draw(double)
    colours, life = table(palette), len(episode.actions)
    fading = max(5.0, life / 7)
    step = min(math.floor(time), life - 1)

    def stroke(start: tuple[float, float], stop: tuple[float, float], age: float) -> None:
        """Draw the trail between two places that the forager walked `age` steps ago."""
        fresh = math.exp(-max(0.0, age) / fading)
        red, green, blue = colours[round((EMBER + (FLAME - EMBER) * fresh) * (len(colours) - 1))].tolist()
        half = max(1, round(2 * (0.07 + 0.05 * fresh) * canvas.cell))
        ends = [canvas.at(*end) for end in (start, stop)]
        (west, east), (north, south) = (sorted(round(2 * pixel) for pixel in axis) for axis in zip(*ends, strict=True))
        box = (west - half, north - half, east + half - 1, south + half - 1)
        draw.rounded_rectangle(box, half, (red, green, blue))

    def cell(place: int) -> tuple[float, float]:
        return place % canvas.n, place // canvas.n

    stroke(cell(int(episode.places[0])), cell(int(episode.places[0])), time)
    for before, after, walked in passages(episode, canvas.n, step):
        stroke(cell(before), cell(after), time - walked - 1)
    stroke(cell(int(episode.places[step])), (here.x, here.y), 0.0)
    return double.reduce(2)


def bloom(light: "Image", canvas: Canvas) -> "Image":
    """The glow around the bright parts of a picture on black."""
    from PIL import Image, ImageFilter

    small = light.reduce(4)
    wide = max(0.42 * canvas.cell, 0.012 * canvas.side) / 4
    box = (0.0, 0.0, light.width / 4, light.height / 4)  # the last small pixels may reach beyond the large picture
    glow = small.filter(ImageFilter.GaussianBlur(wide)).resize(light.size, Image.Resampling.BICUBIC, box)
    return glow.point([round(0.55 * level) for level in range(256)] * 3)


def draw_meals(picture: "Image", episode: Episode, time: float, canvas: Canvas) -> None:
    """Draw a ring around each pellet that was just eaten; it grows and fades with time."""
    lasting = event_steps(episode)
    first = max(0, math.ceil(time - lasting - 1))
    for step in range(first, min(math.floor(time), len(episode.eaten))):
        part = (time - step - 1) / lasting
        if not episode.eaten[step] or part >= 1:
            continue
        y, x = divmod(int(episode.places[step + 1]), canvas.n)
        radius = (0.16 + 0.28 * (1 - (1 - part) ** 2)) * canvas.unit
        thick = 0.05 * canvas.unit * (1 - 0.5 * part)
        tile = _Tile(*canvas.at(x, y), radius + 2)
        tile.ring(radius, thick, (*PELLET, round(220 * (1 - part) ** 1.5)))
        tile.paste_into(picture)


def draw_forager(picture: "Image", here: Pose, canvas: Canvas) -> None:
    """Draw the forager: a drop whose tip points ahead, and four ticks around it.

    A tick is bright where the forager feels a wall, and has a pellet's colour where it sees a pellet.
    """
    unit = canvas.unit
    tile = _Tile(*canvas.at(here.x, here.y), 0.56 * unit + 2)
    for direction, (wall, seen) in enumerate(zip(here.walls, here.seen, strict=True)):
        ink = PELLET if seen > wall else BODY
        level = 0.16 + 0.84 * max(wall, seen)
        along, across = (EAST[direction], SOUTH[direction]), (-SOUTH[direction], EAST[direction])
        ends = [tuple((0.395 * a + s * 0.1 * c) * unit for a, c in zip(along, across, strict=True)) for s in (-1, 1)]
        tile.stroke(ends[0], ends[1], max(1.0, 0.05 * unit), (*ink, round(255 * level)))
    for larger, fill in ((0.035, OUTLINE), (0.0, (*BODY, 255))):
        tile.polygon(drop(here.angle, (0.165 + larger) * unit, (0.36 + 1.7 * larger) * unit, 0.07 * unit), fill)
    tile.paste_into(picture)


def drop(angle: float, radius: float, reach: float, back: float) -> list[tuple[float, float]]:
    """The outline of a drop, as points x, y: a circle and its two tangents from a tip, which points to `angle`.

    The tip is `reach` away from the middle of the circle, and that middle lies `back` behind the origin.
    """
    opening = math.acos(radius / reach)
    turns = np.linspace(opening, math.tau - opening, 40)
    ahead = np.append(radius * np.cos(turns), reach) - back
    aside = np.append(radius * np.sin(turns), 0.0)
    x, y = ahead * math.sin(angle) - aside * math.cos(angle), -ahead * math.cos(angle) - aside * math.sin(angle)
    return list(zip(x.tolist(), y.tolist(), strict=True))


class _Tile:
    """A small transparent picture to draw smooth shapes on and then paste into another picture.

    Shapes are drawn FINER times larger and averaged. Their points are in pixels of the other picture, from the tile's
    middle.
    """

    def __init__(self, x: float, y: float, reach: float) -> None:
        """Make a tile that reaches `reach` pixels around the place x, y of the other picture."""
        from PIL import Image, ImageDraw

        self._left, self._top = math.floor(x - reach), math.floor(y - reach)
        side = FINER * (math.ceil(2 * reach) + 1)
        self._image = Image.new("RGBA", (side, side))
        self._draw = ImageDraw.Draw(self._image)
        self._middle = (x - self._left, y - self._top)

    def _fine(self, points: Sequence[tuple[float, ...]]) -> list[tuple[float, float]]:
        return [(FINER * (self._middle[0] + point[0]), FINER * (self._middle[1] + point[1])) for point in points]

    def polygon(self, points: list[tuple[float, float]], ink: tuple[int, ...]) -> None:
        self._draw.polygon(self._fine(points), ink)

    def ring(self, radius: float, thick: float, ink: tuple[int, ...]) -> None:
        (low, high) = self._fine([(-radius, -radius), (radius, radius)])
        self._draw.ellipse((*low, *high), None, ink, max(1, round(FINER * thick)))

    def stroke(self, start: tuple[float, ...], stop: tuple[float, ...], thick: float, ink: tuple[int, ...]) -> None:
        ends, half = self._fine([start, stop]), 0.5 * FINER * thick
        self._draw.line(ends, ink, max(1, round(2 * half)))
        for x, y in ends:
            self._draw.ellipse((x - half, y - half, x + half, y + half), ink)

    def paste_into(self, picture: "Image") -> None:
        small = self._image.reduce(FINER)
        picture.paste(small, (self._left, self._top), small)
