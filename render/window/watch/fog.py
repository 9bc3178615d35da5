"""Fog: draws only what a forager feels: the walls around it, whether it just ate, and the pellets in its sight.

The cell that it stands in is always in the middle, so a person has to remember the way, as the forager does.
"""

from dataclasses import replace

import numpy as np

from render.forager import PELLET, Canvas, draw_forager, pose
from render.legend import QUIET, Frame
from render.maze_picture import FLOOR, WALL
from render.text import put_text, wrap
from sim.world.life import Episode
from sim.world.maze import Mazes

OF_SIDE = 0.42  # the cell's side, as a fraction of the picture's
NIGHT = (16, 17, 22)


def felt_picture(mazes: Mazes, episode: Episode, time: float, side: int) -> Frame:
    """What the forager of an episode in maze 0 of the batch feels at a time in steps, uint8 [side, side, 3]."""
    from PIL import Image, ImageDraw

    scene = Image.new("RGB", (side, side), NIGHT)
    draw = ImageDraw.Draw(scene)
    canvas = Canvas(1, max(8, round(OF_SIDE * side)))
    left, thick = (side - canvas.side) // 2, max(2, canvas.cell // 14)
    right = left + canvas.side - 1
    draw.rectangle((left, left, right, right), FLOOR)
    here = pose(mazes, 0, episode, time)
    step = int(time)
    if step and episode.eaten[step - 1] and time < len(episode.actions):
        reach, fade = (0.3 + 0.2 * (time - step)) * canvas.cell, 1 - (time - step)
        ink = tuple(round(floor + fade * (glow - floor)) for floor, glow in zip(FLOOR, PELLET, strict=True))
        middle = side / 2
        draw.ellipse((middle - reach, middle - reach, middle + reach, middle + reach), None, ink, thick)
    bars = (
        (left, left, right, left + thick),
        (right - thick, left, right, right),
        (left, right - thick, right, right),
        (left, left, left + thick, right),
    )
    for bar, level in zip(bars, here.walls, strict=True):
        if level > 0:
            ink = tuple(round(floor + level * (wall - floor)) for floor, wall in zip(FLOOR, WALL, strict=True))
            draw.rectangle(bar, ink)
    cell = scene.crop((left, left, right + 1, right + 1))
    draw_forager(cell, replace(here, x=0.0, y=0.0), canvas)
    scene.paste(cell, (left, left))
    return np.array(scene)


def hidden_picture(side: int, text: int) -> Frame:
    """The square [side, side, 3] in place of the other forager's maze, which would tell the way; letters of `text`."""
    frame = np.empty((side, side, 3), np.uint8)
    frame[:] = NIGHT
    lines = wrap("It is in the same maze, which you see at the end.", text, side - 2 * text)
    for row, line in enumerate(lines):
        y = side // 2 + round(1.5 * text * (row - (len(lines) - 1) / 2))
        put_text(frame, line, (side // 2, y), text, QUIET, "mm")
    return frame
