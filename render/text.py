"""Draw lines of text into frames, in the typeface that is part of Pillow, or in DejaVu Sans, a part of matplotlib.

Pillow's typeface has little more than the letters of English. A line with a letter that it lacks is drawn in DejaVu
Sans as a whole, which has Latin, Greek and Cyrillic letters with all their accents.

[H, W] the pixels of a frame, [h, w] those of a line of text.
"""

import math
import unicodedata
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.engine.arithmetic import kernel
from render.streams import printable, say

WHITE = (255, 255, 255)
FINER = 4  # supersampling: letters are drawn this many times larger, since Pillow places them on whole pixels
NOWHERE = "\U0010fffe"  # a character that no typeface has
BOX = "\u25a1"  # stands for letters that are lacking
# Pillow's typeface lacks these.
SUBSTITUTES = str.maketrans(
    {"‖": "||", "×": "x", "−": "-", "–": "-", "—": "-", "→": "->", "’": "'", "“": '"', "”": '"', "≤": "<=", "≥": ">="}
)


@cache
def _font(size: int, rich: bool) -> Any:
    """A typeface, `size` pixels high: Pillow's, or the `rich` one if its file is there."""
    from PIL import ImageFont

    rich = rich and _dejavu().is_file()
    return ImageFont.truetype(str(_dejavu()), size) if rich else ImageFont.load_default(size)


@cache
def _dejavu() -> Path:
    """The file of DejaVu Sans; matplotlib is not imported, which would take a while."""
    found = find_spec("matplotlib")
    return Path((found and found.origin) or "").parent / "mpl-data/fonts/ttf/DejaVuSans.ttf"


@cache
def _has(letter: str, rich: bool) -> bool:
    """True if a typeface has a letter: it draws all that it lacks alike."""
    font = _font(FINER * 16, rich)
    return letter.isspace() or bytes(font.getmask(letter)) != bytes(font.getmask(NOWHERE))


@lru_cache(4096)
def plain(text: str) -> tuple[str, bool]:
    """A line in letters that a typeface has, and whether that is the rich one.

    Letters that none of the two has become boxes, which is said once.
    """
    line = unicodedata.normalize("NFC", text.replace("\n", " "))
    simple = line.translate(SUBSTITUTES)
    if (simple.isascii() and simple.isprintable()) or all(_has(letter, False) for letter in simple):
        return simple, False
    lacking = [letter for letter in dict.fromkeys(line) if not _has(letter, True)]
    _tell(tuple(letter for letter in lacking if letter != BOX))
    return line.translate({ord(letter): BOX for letter in lacking}), True


@cache  # so that it is said once
def _tell(lacking: tuple[str, ...]) -> None:
    """Say which letters are not drawn."""
    if lacking:
        say(f"the typeface of pictures lacks {printable(' '.join(lacking))}; boxes stand for them")


@lru_cache(512)
def _mask(text: str, rich: bool, size: int, anchor: str) -> tuple[int, int, NDArray[np.float32]]:
    """Draw a line of text: where it begins, x and y from the anchor, and its opacity, float32 [h, w] in [0, 1]."""
    from PIL import Image, ImageDraw

    font = _font(FINER * size, rich)
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
    line, rich = plain(text)
    length: float = _font(FINER * size, rich).getlength(line)
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
    line, rich = plain(text)
    if not line.strip() or size < 1:
        return
    left, top, ink = _mask(line, rich, size, anchor)
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
