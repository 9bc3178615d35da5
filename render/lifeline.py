"""Draw a life along its time: figures, the curve of pellets eaten, and a strip of the hidden units.

T steps of the life. A time is a number of steps in [0, T]; boxes are x, y, width, height in pixels.
"""

import math

import numpy as np

from render.forager import PELLET
from render.legend import BRIGHT, QUIET, Box, Frame, put_words
from render.palette import colour
from render.picture import BACKGROUND, EDGE, fit
from render.text import put_text, text_width
from sim.world.life import Episode

DIVERGING = "crameri:berlin"  # Crameri (2018): blue below 0, dark at 0, red above
SPAN = 1.2  # the palette spans -1.2 to 1.2; as hidden units are at most 1, its palest colours are not used
EMPTY = (23, 24, 31)


def tally(episode: Episode, time: float) -> tuple[int, int, float]:
    """The steps before a time, the pellets eaten, and the share of steps, bumps included, that reached no new cell."""
    step = math.floor(time)
    found = np.count_nonzero(np.bincount(episode.places[: step + 1])) - 1
    return step, int(episode.eaten[:step].sum()), 1 - found / step if step else 0.0


def put_panel(
    frame: Frame, episode: Episode, time: float, total: int, box: Box, text: int, title: str = "", caption: str = ""
) -> None:
    """Draw the panel of a life at a time into a box: title, caption, figures, the curve of pellets, the hidden units.

    `total` is how many pellets the maze has; `text` is the size of letters in pixels.
    """
    x, y, width, height = box
    life = len(episode.actions)
    step, eaten, revisits = tally(episode, time)
    words = round(7.5 * text) if title or caption else 0
    plot = min(11 * text, (height - words - round(13 * text)) // 2)
    foot = y + height - round(1.5 * text)
    strip = (x, foot - plot, width, plot)
    curve = (x, strip[1] - round(3.6 * text) - plot, width, plot)
    label = round(0.6 * text)
    figures = curve[1] - round(6.6 * text)
    put_words(frame, title, caption, (x, y, width, figures - y - text), text)
    row = [("step", str(step), f"of {life}"), ("pellets eaten", str(eaten), f"of {total}")]
    _put_figures(frame, [*row, ("revisits", f"{100 * revisits:.0f} %", "of steps")], (x, figures, width), text)
    put_text(frame, "pellets eaten", (x, curve[1] - label), text, QUIET, "ls")
    put_text(frame, f"all {total}", (x + width, curve[1] - label), text, QUIET, "rs")
    units = f"{episode.hidden.shape[1]} hidden units, ordered by mean"
    put_text(frame, units, (x, strip[1] - label), text, QUIET, "ls")
    _put_key(frame, (x + width, strip[1] - label), text)
    _put_curve(frame, episode, time, total, curve, text)
    _put_hidden_units(frame, episode, time, strip)
    put_text(frame, "0", (x, foot + text // 2), text, QUIET)
    put_text(frame, f"{life} steps" if life > 1 else "1 step", (x + width, foot + text // 2), text, QUIET, "ra")


def _put_figures(frame: Frame, figures: list[tuple[str, str, str]], box: tuple[int, int, int], text: int) -> None:
    """Draw figures (label, number, what follows the number) in a row; the box is x, y and width."""
    x, y, width = box
    large = round(1.8 * text)
    for place, (label, value, rest) in enumerate(figures):
        at = x + round(place * width / len(figures))
        put_text(frame, label, (at, y), text, QUIET)
        base = y + round(3.1 * text)
        put_text(frame, value, (at, base), large, BRIGHT, "ls")
        after = text_width(value, large) + text // 2
        if after + text_width(rest, text) <= width // len(figures):
            put_text(frame, rest, (at + after, base), text, QUIET, "ls")


def _put_curve(frame: Frame, episode: Episode, time: float, total: int, box: Box, text: int) -> None:
    """Draw the curve of pellets eaten until a time; the box is as wide as the whole life and as high as all pellets."""
    from PIL import Image, ImageDraw

    x, y, width, height = box
    life, finer, heavy = len(episode.eaten), 3, 3 * text / 14
    frame[y : y + 1, x : x + width] = EDGE
    frame[y + height - 1 : y + height, x : x + width] = EDGE
    counts = np.concatenate([[0], np.cumsum(episode.eaten)])
    times = np.append(np.arange(0.0, time, life / (2 * width)), time)
    across = finer * (times / life * (width - 1) + 0.5)
    up = finer * ((height - 1) * (1 - np.interp(times, np.arange(life + 1), counts) / total) + 0.5)
    points = list(zip(across.tolist(), up.tolist(), strict=True))
    reach = math.ceil(0.3 * text)  # pixels around the box, for the dot at the end of the curve
    points = [(a + finer * reach, b + finer * reach) for a, b in points]
    foot = finer * (height - 1 + reach)
    image = Image.new("L", (finer * (width + 2 * reach), finer * (height + 2 * reach)))
    draw = ImageDraw.Draw(image)
    draw.polygon([(points[0][0], foot), *points, (points[-1][0], foot)], 26)
    draw.line(points, 235, round(1.6 * heavy), "curve")
    (a, b), dot = points[-1], 3.2 * heavy
    draw.ellipse((a - dot, b - dot, a + dot, b + dot), 255)
    ink = np.asarray(image.reduce(finer), np.float32)[..., None] / 255
    part = frame[y - reach : y + height + reach, x - reach : x + width + reach]
    part[:] = np.rint(part + ink * (np.asarray(PELLET, np.float32) - part)).astype(np.uint8)


def _put_hidden_units(frame: Frame, episode: Episode, time: float, box: Box) -> None:
    """Draw the hidden units until a time, one a row, ordered by their means; the box is as wide as the whole life."""
    x, y, width, height = box
    frame[y : y + height, x : x + width] = EMPTY
    life, units = episode.hidden.shape
    columns = np.arange(round(width * time / life))
    if columns.size:
        steps = ((columns + 0.5) / width * life).astype(np.intp)
        order = np.argsort(-episode.hidden.mean(0), kind="stable")
        strip = colour(episode.hidden[steps[:, None], order].T, DIVERGING, (-SPAN, SPAN))
        frame[y : y + height, x : x + columns.size] = fit(strip, (height, columns.size), smooth=False)
    if height >= 5 * units:
        rows = np.ceil(np.arange(1, units) / units * height - 0.5).astype(np.intp)
        frame[y + rows, x : x + width] = BACKGROUND
    if 0 < columns.size < width:
        frame[y : y + height, x + columns.size] = BRIGHT


def _put_key(frame: Frame, position: tuple[int, int], text: int) -> None:
    """Draw the small colour bar of the hidden units, from -1 to 1; it ends at x, on the baseline y."""
    x, y = position
    bar, thick = 5 * text, max(3, text // 2)
    put_text(frame, "1", (x, y), text, QUIET, "rs")
    end = x - text_width("1", text) - text // 2
    frame[y - thick - 1 : y - 1, end - bar : end] = colour(np.linspace(-1, 1, bar)[None], DIVERGING, (-SPAN, SPAN))
    put_text(frame, "-1", (end - bar - text // 2, y), text, QUIET, "rs")
