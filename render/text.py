"""Draw lines of text into frames, in the typeface that is part of Pillow.

[H, W] the pixels of a frame, [h, w] those of a line of text.
"""

import math
import unicodedata
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.engine.arithmetic import kernel

WHITE = (255, 255, 255)
FINER = 4  # supersampling: letters are drawn this many times larger, since Pillow places them on whole pixels
# The typeface lacks these letters. It also lacks accented letters: `plain` drops the accents.
SUBSTITUTES = str.maketrans(
    {"‖": "||", "×": "x", "−": "-", "–": "-", "—": "-", "→": "->", "’": "'", "“": '"', "”": '"', "≤": "<=", "≥": ">="}
)


@cache
def _font(size: int) -> Any:
    """Pillow's typeface, `size` pixels high."""
    from PIL import ImageFont

    return ImageFont.load_default(size)


def plain(text: str) -> str:
    """A text in letters that the typeface has: others are replaced, and accents are dropped."""
    decomposed = unicodedata.normalize("NFD", text.replace("\n", " ").translate(SUBSTITUTES))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(512)
def _mask(text: str, size: int, anchor: str) -> tuple[int, int, NDArray[np.float32]]:
    """Draw a line of text: where it begins, x and y from the anchor, and its opacity, float32 [h, w] in [0, 1]."""
    from PIL import Image, ImageDraw

    font = _font(FINER * size)
    left, top, right, bottom = font.getbbox(text, anchor=anchor)
    left, top = math.floor(left / FINER), math.floor(top / FINER)
    right, bottom = math.ceil(right / FINER), math.ceil(bottom / FINER)
    image = Image.new("L", (FINER * max(1, right - left), FINER * max(1, bottom - top)))
    ImageDraw.Draw(image).text((-FINER * left, -FINER * top), text, 255, font, anchor=anchor)
    ink = np.asarray(image.reduce(FINER), np.float32) / np.float32(255)
    ink.flags.writeable = False
    return left, top, ink


@lru_cache(2048)
def text_width(text: str, size: int) -> int:
    """The width of a line of text, in pixels."""
    length: float = _font(FINER * size).getlength(plain(text))
    return math.ceil(length / FINER)


def wrap(text: str, size: int, width: int) -> list[str]:
    """Break a text between words into lines of at most `width` pixels; a longer word is a line by itself."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}" if line else word
            if line and text_width(longer, size) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines


def put_text(
    frame: NDArray[np.uint8],
    text: str,
    position: tuple[int, int],
    size: int = 16,
    colour: tuple[int, int, int] = WHITE,
    anchor: str = "la",
    alpha: float = 1.0,
) -> None:
    """Draw one line of text, `size` pixels high, into a frame uint8 [H, W, 3]; it is cut at the frame's edges.

    `position` is x and y of the text's anchor, which is named as in Pillow: l, m, r across; a, m, s, d down. `alpha` is
    the opacity, 0 to 1.
    """
    text = plain(text)
    if not text.strip() or size < 1:
        return
    left, top, ink = _mask(text, size, anchor)
    x, y = position[0] + left, position[1] + top
    rows = slice(max(0, y), max(0, min(frame.shape[0], y + ink.shape[0])))
    columns = slice(max(0, x), max(0, min(frame.shape[1], x + ink.shape[1])))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return
    cover = ink[rows.start - y : rows.stop - y, columns.start - x : columns.stop - x]
    _blend(frame[rows, columns], cover, np.float32(alpha), *map(np.float32, colour))


@kernel
def _blend(under, ink, alpha, red, green, blue):  # type: ignore[no-untyped-def]
    """Mix a colour into pixels uint8 [h, w, 3], as much as the ink [h, w] covers; round to the nearest."""
    for y in range(under.shape[0]):
        for x in range(under.shape[1]):
            cover = alpha * ink[y, x]
            for channel, value in enumerate((red, green, blue)):
                below = np.float32(under[y, x, channel])
                under[y, x, channel] = np.uint8(np.rint(below + cover * (value - below)))
