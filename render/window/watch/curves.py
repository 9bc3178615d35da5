"""Curves: draws the pellets eaten over time in several episodes, and figures in a row.

T steps of an episode. Boxes are x, y, width, height in pixels.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from render.legend import BRIGHT, QUIET, Box, Frame
from render.picture import EDGE
from render.text import put_text, text_width


def put_figures(frame: Frame, figures: Sequence[tuple[str, str, str]], box: tuple[int, int, int], text: int) -> None:
    """Draw figures side by side into a box x, y, width: label, number below it, and its unit where there is room."""
    x, y, width = box
    column, large, base = width // len(figures), round(1.8 * text), y + round(3.1 * text)
    for place, (label, value, rest) in enumerate(figures):
        at = x + place * column
        put_text(frame, label, (at, y), text, QUIET)
        put_text(frame, value, (at, base), large, BRIGHT, "ls")
        after = text_width(value, large) + text // 2
        if after + text_width(rest, text) <= column:
            put_text(frame, rest, (at + after, base), text, QUIET, "ls")


def put_curves(
    frame: Frame,
    curves: Sequence[tuple[NDArray[np.bool_], tuple[int, int, int]]],
    time: float,
    total: int,
    box: Box,
    text: int,
) -> None:
    """Draw the pellets eaten until a time in steps into a box, as curves that end at `total` when all are eaten.

    A curve is whether a pellet was eaten at each step, bool [T], and its colour. The last curve is on top, is thicker,
    and ends in a dot.
    """
    from PIL import Image, ImageDraw

    x, y, width, height = box
    frame[y : y + 1, x : x + width] = frame[y + height - 1 : y + height, x : x + width] = EDGE
    finer, pad = 3, text // 2
    image = Image.fromarray(np.ascontiguousarray(frame[y - pad : y + height + pad, x - pad : x + width + pad]))
    image = image.resize((finer * image.width, finer * image.height), Image.Resampling.NEAREST)
    draw = ImageDraw.Draw(image)
    for place, (eaten, ink) in enumerate(curves):
        counts = np.concatenate([[0], np.cumsum(eaten)])
        life, last = len(eaten), place == len(curves) - 1
        times = np.append(np.arange(0.0, time, max(life / width, 0.5)), time)
        across = finer * (times / life * (width - 1) + 0.5 + pad)
        up = finer * ((height - 1) * (1 - np.interp(times, np.arange(life + 1), counts) / total) + 0.5 + pad)
        points = list(zip(across.tolist(), up.tolist(), strict=True))
        draw.line(points, ink, round((1.7 if last else 1.0) * finer * text / 14), "curve")
        if last:
            (a, b), dot = points[-1], 3.2 * finer * text / 14
            draw.ellipse((a - dot, b - dot, a + dot, b + dot), ink)
    part = np.asarray(image.reduce(finer))
    frame[y - pad : y + height + pad, x - pad : x + width + pad] = part
