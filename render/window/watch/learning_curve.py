"""Learning curve: how many pellets the champions of a run eat, from generation to generation.

Boxes are x, y, width, height in pixels.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from render.forager import PELLET
from render.legend import BRIGHT, QUIET, Box, Frame
from render.picture import EDGE
from render.text import put_text, text_width
from render.ticks import short_number

Curve = tuple[tuple[int, float], ...]
"""Generations and pellets a maze, in rising order."""
ENOUGH = 12  # letters' heights that a frame needs to show a curve


def curve_of(records: Sequence[Mapping[str, Any]]) -> Curve:
    """The learning curve of a run's history: pellets in its validation mazes where it was validated."""
    found = [(record.get("generation"), record.get("validation")) for record in records]
    return tuple((int(at), float(pellets)) for at, pellets in found if at is not None and pellets is not None)


def put_learning_curve(frame: Frame, curve: Curve, generations: int, box: Box, text: int) -> None:
    """Draw a curve into a box, whose width stands for all `generations` of the run; letters of `text` pixels."""
    from PIL import Image, ImageDraw

    x, y, width, height = box
    head, foot = round(1.6 * text), round(1.5 * text)
    plot = height - head - foot
    if not curve or plot < 2 * text:
        return
    last, pellets = curve[-1]
    words = f"learning: {short_number(round(pellets, 1))} pellets a validation maze after generation {last}"
    put_text(frame, words, (x, y + head - round(0.5 * text)), text, BRIGHT, "ls")
    end = f"generation {max(generations, last)}"
    base = y + height - round(0.3 * text)
    put_text(frame, end, (x + width, base), text, QUIET, "rs")
    if 2 * text_width(end, text) < width:
        put_text(frame, "0", (x, base), text, QUIET, "ls")
    top = y + head
    frame[top : top + 1, x : x + width] = frame[top + plot - 1 : top + plot, x : x + width] = EDGE
    most, finer = max(value for _, value in curve) or 1.0, 3
    part = frame[top : top + plot, x : x + width]
    image = Image.fromarray(np.ascontiguousarray(part)).resize((finer * width, finer * plot), Image.Resampling.NEAREST)
    draw, reach = ImageDraw.Draw(image), max(1.5, 0.22 * text) * finer
    across, up = finer * (width - 1) - 2 * reach, finer * (plot - 1) - 2 * reach
    points = [(reach + across * at / max(generations, last), reach + up * (1 - value / most)) for at, value in curve]
    draw.line(points, PELLET, round(1.6 * finer * text / 14), "curve")
    a, b = points[-1]
    draw.ellipse((a - reach, b - reach, a + reach, b + reach), PELLET)
    part[:] = np.asarray(image.reduce(finer))
