"""Picture: one field as a finished frame: coloured, lit, with its colour bar, scale bar, title and caption.

[h, w] the pixels of a field, [H, W] those of the frame.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from render.palette import PALETTES, Equaliser, colour, equaliser, finite_limits, table
from render.relief import filled, hillshade, shade
from render.text import put_text, text_width, wrap

Frame = NDArray[np.uint8]

UNIT = "pellets eaten per maze"
BACKGROUND = (13, 14, 18)
EDGE = (44, 46, 54)
BRIGHT, QUIET = (238, 238, 242), (166, 169, 180)
SMALLEST = (120, 160)
RISE = 0.05  # a field's range as a height, in its longer sides, where it is lit


@dataclass(frozen=True, slots=True)
class Style:
    """How a field is shown: `size` is H and W; `smooth` enlarges small fields smoothly, else as crisp squares."""

    palette: str = PALETTES[0]
    equalise: bool = True
    relief: bool = True
    size: tuple[int, int] = (720, 1280)
    smooth: bool = True

    def __post_init__(self) -> None:
        """Refuse unknown palettes and frames that no text fits in."""
        table(self.palette)
        if self.size[0] < SMALLEST[0] or self.size[1] < SMALLEST[1]:
            raise UserError(
                f"a picture is at least {SMALLEST[1]} x {SMALLEST[0]} pixels, got {self.size[1]} x {self.size[0]}"
            )


@dataclass(frozen=True, slots=True)
class Page:
    """Where things go in a frame, in pixels: the field's box, the box for words (both x, y, width, height).

    `text` is the size of small print; where `bleed`, the field fills the frame and the words lie over its foot.
    """

    field: tuple[int, int, int, int]
    words: tuple[int, int, int, int]
    text: int
    bleed: bool


def page(shape: tuple[int, int], size: tuple[int, int]) -> Page:
    """The page for a field of shape h, w in a frame of size H, W.

    Words stand beside a field that is narrower than the frame, below one that is wider, and over one of its shape.
    """
    (h, w), (height, width) = shape, size
    text = max(9, round(min(height, 0.95 * width) / 51))
    margin = round(min(2.3 * text, 0.045 * height))
    if abs(w / h * height / width - 1) < 0.02:
        foot = round(7.2 * text)
        return Page((0, 0, width, height), (margin, height - foot, width - 2 * margin, foot - margin // 2), text, True)
    beside = w / h < width / height
    column = min(19 * text, width // 2) if beside else 0
    foot = 0 if beside else min(15 * text, height // 2)
    room = (height - 2 * margin - foot, width - (3 if beside else 2) * margin - column)
    scale = min(room[0] / h, room[1] / w)
    fw, fh = max(1, round(w * scale)), max(1, round(h * scale))
    top = (height - fh - foot) // 2
    if beside:
        left = width - margin - fw
        tall = max(fh, min(height - 2 * margin, 16 * text))
        return Page((left, top, fw, fh), (margin, (height - tall) // 2, left - 2 * margin, tall), text, False)
    left, below = (width - fw) // 2, top + fh + text
    return Page((left, top, fw, fh), (margin, below, width - 2 * margin, foot - text), text, False)


def fit(rgb: Frame, size: tuple[int, int], smooth: bool = True) -> Frame:
    """Colours [h, w, 3] at size H, W: averaged where smaller, and where larger smooth (bicubic) or crisp (nearest)."""
    if rgb.shape[:2] == tuple(size):
        return rgb
    from PIL import Image

    ways = Image.Resampling
    smaller = size[0] < rgb.shape[0]
    way = ways.BOX if smaller else (ways.BICUBIC if smooth else ways.NEAREST)
    return np.asarray(Image.fromarray(rgb).resize((size[1], size[0]), way))


def lit(rgb: Frame, heights: NDArray[Any], limits: tuple[float, float]) -> Frame:
    """Colours [h, w, 3] of a field lit from the north-west: half by its dust, half by its broad forms."""
    low, high = limits
    rise = RISE * max(heights.shape) / (high - low) if high > low else 0.0
    land = filled(heights)
    light = 0.6 * hillshade(land, exaggeration=rise, smooth=0.6)
    light += 0.4 * hillshade(land, exaggeration=2 * rise, smooth=1.8)
    return shade(rgb, light, ambient=0.3)


def nice(value: float) -> float:
    """The greatest of 1, 2, 5 times a power of ten that is at most `value`."""
    power = 10.0 ** math.floor(math.log10(value) + 1e-12)
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= value * (1 + 1e-9) or step == 1.0)


def number(value: float) -> str:
    """A number in few letters: 0.05, 20, 2e-7."""
    if value == 0 or 1e-3 <= abs(value) < 1e6:
        return f"{value:.4g}"
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{float(mantissa):g}e{int(exponent)}"


def ticks(limits: tuple[float, float], equalise: Equaliser | None = None, most: int = 6) -> list[tuple[float, float]]:
    """Values for a colour bar to name, with their places along it in [0, 1], rising.

    Multiples of a nice step where colour is linear; where it goes by rank, values at about even shares.
    """
    if equalise is not None:
        wanted = equalise.inverse(np.linspace(0.0, 1.0, most))
        values = sorted({float(f"{value:.3g}") for value in wanted})
        return [(value, float(equalise(np.array(value)))) for value in values]
    low, high = limits
    if not high > low:
        return [(low, 0.0)]
    step = nice((high - low) / (most - 1)) or 1.0
    if (high - low) / step > 1.6 * most:
        step *= 2
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(index * step, (index * step - low) / (high - low)) for index in range(first, last + 1)]


def _put_colour_bar(
    frame: Frame,
    position: tuple[int, int],
    width: int,
    limits: tuple[float, float],
    palette: str,
    equalise: Equaliser | None,
    unit: str,
    text: int,
) -> None:
    """Draw a colour bar into a frame: its label above, its numbers below."""
    left, top = position
    thick = max(4, round(0.7 * text))
    colours = table(palette)
    shares = np.linspace(0, len(colours) - 1, max(2, width)).astype(np.intp)
    rows, columns = frame[max(0, top) : top + thick], slice(left, left + len(shares))
    rows[:, columns] = colours[shares][: max(0, frame.shape[1] - left)]
    label = f"{unit}, rank-equalised" if equalise is not None else unit
    put_text(frame, label, (left, top - round(0.55 * text)), text, QUIET, "ls")
    free = -math.inf
    last = left + width - 1
    for value, share in ticks(limits, equalise):
        x, name = left + round(share * (width - 1)), number(value)
        wide = text_width(name, text)
        middle = min(max(x, left + wide // 2), last - wide // 2)
        if middle - wide / 2 < free:
            continue
        frame[top + thick : top + thick + max(2, text // 4), x : x + 1] = QUIET
        put_text(frame, name, (middle, top + thick + round(0.45 * text)), text, QUIET, "ma")
        free = middle + wide / 2 + 0.8 * text


def colour_bar(
    frame: Frame,
    position: tuple[int, int],
    width: int,
    limits: tuple[float, float],
    palette: str = PALETTES[0],
    equalise: Equaliser | None = None,
    unit: str = UNIT,
    text: int = 14,
) -> Frame:
    """A copy of frame [H, W, 3] with a colour bar whose strip of colour begins at `position` (x, y).

    `limits` are the values of its ends, unless `equalise` says by rank which value has which colour. The label stands
    1.6 `text` above the strip, the numbers 2.2 `text` below its top.
    """
    out = frame.copy()
    _put_colour_bar(out, position, width, limits, palette, equalise, unit, text)
    return out


def _put_scale_bar(frame: Frame, position: tuple[int, int], width: int, spacing: float, text: int) -> None:
    """Draw a scale bar into a frame: a line with two ends, its length above."""
    left, top = position
    length = nice(spacing * width)
    end = left + max(1, round(length / spacing))
    thin, tall = max(1, text // 9), max(3, text // 2)
    frame[top : top + thin, left:end] = BRIGHT
    for x in (left, end - thin):
        frame[top - tall // 2 : top + tall // 2 + thin, x : x + thin] = BRIGHT
    put_text(frame, f"{number(length)} ‖g‖", (left, top - round(0.55 * text)), text, QUIET, "ls")


def scale_bar(frame: Frame, position: tuple[int, int], width: int, spacing: float, text: int = 14) -> Frame:
    """A copy of frame [H, W, 3] with a scale bar of at most `width` pixels from `position` (x, y).

    `spacing` is the side of one of the frame's pixels in norms of the genome; the length is 1, 2 or 5 times a power
    of ten of them.
    """
    out = frame.copy()
    _put_scale_bar(out, position, width, spacing, text)
    return out


def scrim(frame: Frame, rows: int, strength: float = 0.88) -> None:
    """Darken the last `rows` of a frame towards its foot, so that words can be read there."""
    rows = min(rows, frame.shape[0])
    ramp = np.linspace(0, 1, rows, dtype=np.float32)
    keep = (256 * (1 - strength * ramp * ramp * (3 - 2 * ramp))).astype(np.uint16)[:, None, None]
    foot = frame[frame.shape[0] - rows :]
    foot[:] = (foot * keep) >> 8


def _put_words(frame: Frame, title: str, caption: str, box: tuple[int, int, int, int], text: int) -> None:
    """Title and caption from the top of a box x, y, width, height; lines that do not fit are left out."""
    x, y, width, height = box
    large, small = round(1.8 * text), round(1.1 * text)
    foot = y + height
    for words, size, ink in ((title, large, BRIGHT), (caption, small, QUIET)):
        for line in wrap(words, size, width) if words else []:
            if y + size > foot:
                return
            put_text(frame, line, (x, y), size, ink, "la")
            y += round(1.35 * size)
        y += round(0.4 * text)


def picture(
    heights: NDArray[Any],
    radius: float,
    style: Style | None = None,
    title: str = "",
    caption: str = "",
    limits: tuple[float, float] | None = None,
    equalise: Equaliser | None = None,
    unit: str = UNIT,
) -> Frame:
    """The finished frame uint8 [H, W, 3] of heights [h, w], which reach `radius` norms to either side of the middle.

    `radius` is half the shorter side. `limits` and `equalise` keep colours fixed over a film; without them they are the
    field's own.
    """
    style = style or Style()
    if heights.ndim != 2 or heights.size == 0:
        raise UserError(
            f"a picture shows a field of two dimensions, got shape {heights.shape}; choose one of its frames"
        )
    if not (math.isfinite(radius) and radius > 0):
        raise UserError(f"a picture's radius is a number of norms above 0, got {radius:g}")
    limits = limits or finite_limits(heights)
    ranks = (equalise or equaliser(heights)) if style.equalise else None
    rgb = colour(heights, style.palette, limits, ranks)
    if style.relief:
        rgb = lit(rgb, heights, limits)

    layout = page(heights.shape, style.size)
    left, top, width, height = layout.field
    frame = np.empty((*style.size, 3), np.uint8)
    if not layout.bleed:
        frame[:] = BACKGROUND
        frame[top - 1 : top + height + 1, left - 1 : left + width + 1] = EDGE
    frame[top : top + height, left : left + width] = fit(rgb, (height, width), style.smooth)

    x, y, room, depth = layout.words
    text = layout.text
    spacing = 2 * radius / min(heights.shape) * heights.shape[1] / width
    floor = y + depth - round(2.4 * text)
    if layout.bleed:
        scrim(frame, round(1.5 * (style.size[0] - y)))
        bar = min(room // 2, 24 * text)
        at, ruler = x + room - bar, min(room // 6, 8 * text)
        _put_colour_bar(frame, (at, floor), bar, limits, style.palette, ranks, unit, text)
        _put_scale_bar(frame, (at - ruler - 2 * text, floor + text // 3), ruler, spacing, text)
        beside = room - bar - ruler - 4 * text
        if beside >= 24 * text:
            _put_words(frame, title, caption, (x, y + text, beside, depth), text)
        elif title or caption:
            scrim(frame[::-1], 14 * text)
            _put_words(frame, title, caption, (x, x, room, 6 * text), text)
        return frame
    _put_colour_bar(frame, (x, floor), min(room, 24 * text), limits, style.palette, ranks, unit, text)
    _put_scale_bar(frame, (x, floor - round(4.2 * text)), min(room, 8 * text), spacing, text)
    _put_words(frame, title, caption, (x, y, room, depth - 9 * text), text)
    return frame
