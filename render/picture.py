"""The picture of one field: coloured, with relief, colour bar, scale bar, title and caption.

[h, w] are the pixels of a field, [H, W] those of the frame.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from render.bicubic import enlarged
from render.categories import CATEGORIES
from render.legend import UNIT, ColourBar, Frame, put_colour_bar, put_foot, put_scale_bar, put_words
from render.palette import PALETTES, Equaliser, colour, equaliser, finite_limits, table
from render.picture_layout import BAR, BARS, RULER, WORDS, Told, picture_layout
from render.relief import filled, hillshade, shade
from render.two_channels import Channel, mixed

BACKGROUND = (13, 14, 18)
EDGE = (44, 46, 54)
SMALLEST = (120, 160)  # height and width in pixels
RISE = 0.05  # of the relief from the lowest to the highest point, as a fraction of the field's longer side


@dataclass(frozen=True, slots=True)
class Style:
    """The style of a picture: its palette, whether colour goes by rank, whether it has relief, and its `size` H, W."""

    palette: str = PALETTES[0]
    equalise: bool = True
    relief: bool = True
    size: tuple[int, int] = (720, 1280)

    def __post_init__(self) -> None:
        """Raise UserError for an unknown palette, and for a frame that is too small for text."""
        table(self.palette)
        if self.size[0] < SMALLEST[0] or self.size[1] < SMALLEST[1]:
            raise UserError(
                f"a picture is at least {SMALLEST[1]} x {SMALLEST[0]} pixels, got {self.size[1]} x {self.size[0]}"
            )


def fit(rgb: Frame, size: tuple[int, int], smooth: bool = True) -> Frame:
    """Resize colours [h, w, 3] to `size` H, W: smaller by means; larger smoothly (bicubic), or as squares."""
    if rgb.shape[:2] == tuple(size):
        return rgb
    smaller = size[0] < rgb.shape[0]
    if smooth and not smaller and size[1] >= rgb.shape[1]:
        return enlarged(rgb, size)
    from PIL import Image

    ways = Image.Resampling
    way = ways.BOX if smaller else (ways.BICUBIC if smooth else ways.NEAREST)
    return np.asarray(Image.fromarray(rgb).resize((size[1], size[0]), way))


def lit(rgb: Frame, heights: NDArray[Any], limits: tuple[float, float]) -> Frame:
    """Shade colours [h, w, 3] as relief lit from the north-west: 60 % by fine detail of the heights, 40 % by broad."""
    return shade_relief(rgb, relief_light(heights, limits))


def relief_light(heights: NDArray[Any], limits: tuple[float, float]) -> NDArray[np.float32]:
    """The light of `lit`, [h, w]."""
    low, high = limits
    rise = RISE * max(heights.shape) / (high - low) if high > low else 0.0
    relief = filled(heights)
    light = 0.6 * hillshade(relief, exaggeration=rise, smooth=0.6)
    light += 0.4 * hillshade(relief, exaggeration=2 * rise, smooth=1.8)
    return np.asarray(light, np.float32)


def shade_relief(rgb: Frame, light: NDArray[np.float32]) -> Frame:
    """Shade colours [h, w, 3] by the light [h, w] of `relief_light`."""
    return shade(rgb, light, ambient=0.3)


def picture(
    heights: NDArray[Any],
    radius: float,
    style: Style | None = None,
    title: str = "",
    caption: str = "",
    limits: tuple[float, float] | None = None,
    equalise: Equaliser | None = None,
    unit: str = UNIT,
    legend: bool = True,
) -> Frame:
    """Draw heights [h, w] as a finished frame uint8 [H, W, 3].

    `radius` is half the field's shorter side, as a fraction of the genome's norm. `limits` and `equalise` fix the
    colours, as a film needs; by default they are computed from `heights`. `unit` is the label of the colour bar.
    Without `legend`, only the field is drawn. Raises UserError for a wrong shape or radius.
    """
    style = style or Style()
    if heights.ndim != 2 or heights.size == 0:
        raise UserError(
            f"a picture shows a field of two dimensions, got shape {heights.shape}; choose one of its frames"
        )
    if not (math.isfinite(radius) and radius > 0):
        raise UserError(f"the radius of a picture must be a finite number above 0, got {radius:g}")
    limits = limits or finite_limits(heights)
    ranks = (equalise or equaliser(heights)) if style.equalise else None
    told = Told(1, ((title, caption),)) if legend else None
    frame = field_picture(heights, style, limits, ranks, told)
    if told:
        bar = ColourBar(limits, style.palette, ranks, unit)
        put_legend(frame, heights.shape, radius, (bar,), title, caption, told)
    return frame


def field_picture(
    heights: NDArray[Any],
    style: Style,
    limits: tuple[float, float],
    ranks: Equaliser | None,
    legend: Told | None = None,
) -> Frame:
    """Draw the field of a picture, as `picture` does, without words; there is room for a `legend` that says this."""
    rgb = colour(heights, style.palette, limits, ranks)
    if style.relief:
        rgb = lit(rgb, heights, limits)
    return framed(rgb, style.size, legend, smooth=style.palette != CATEGORIES)


def picture_of_two(
    hue: Channel,
    lightness: Channel,
    radius: float,
    size: tuple[int, int],
    title: str = "",
    caption: str = "",
    legend: bool = True,
) -> Frame:
    """Draw two channels of one field as a finished frame uint8 [H, W, 3] of `size` H, W, without relief."""
    rgb = mixed(hue, lightness)
    told = Told(2, ((title, caption),)) if legend else None
    frame = framed(rgb, size, told, smooth=hue.palette != CATEGORIES)
    if told:
        bars = [ColourBar(each.limits, each.palette, each.ranks, each.unit) for each in (hue, lightness)]
        put_legend(frame, rgb.shape, radius, bars, title, caption, told)
    return frame


def framed(rgb: Frame, size: tuple[int, int], legend: Told | None, *, smooth: bool) -> Frame:
    """Lay the colours [h, w, 3] of a field into a frame of `size` H, W, with room for a `legend`, if there is one.

    The field is enlarged smoothly, or as squares unless `smooth`.
    """
    layout = picture_layout(rgb.shape[:2], size, legend)
    left, top, width, height = layout.field
    fitting = fit(rgb, (height, width), smooth)
    if layout.overlaid:
        whole: Frame = np.require(fitting, requirements="W")
        return whole
    frame = np.empty((*size, 3), np.uint8)
    frame[0] = BACKGROUND
    frame[1:] = frame[0]  # copies whole rows
    frame[max(0, top - 1) : top + height + 1, max(0, left - 1) : left + width + 1] = EDGE
    frame[top : top + height, left : left + width] = fitting
    return frame


def put_legend(
    frame: Frame,
    shape: tuple[int, ...],
    radius: float,
    bars: Sequence[ColourBar],
    title: str,
    caption: str,
    legend: Told,
) -> None:
    """Draw the words of a picture into its frame: title, caption, one or two colour bars and a scale bar.

    `shape` h, w and `radius` are those of the field, and `legend` is what `framed` was given. Where there is too little
    room, lines of words are left out first, from the last on, then the scale bar.
    """
    layout = picture_layout((shape[0], shape[1]), (frame.shape[0], frame.shape[1]), legend)
    (x, y, room, depth), text = layout.legend, layout.text
    spacing = 2 * radius / min(shape[:2]) * shape[1] / layout.field[2]
    first, second = bars[0], bars[1] if len(bars) > 1 else None
    if layout.overlaid:
        told = (first.limits, first.palette, first.equalise, title, caption)
        put_foot(frame, *told, spacing, first.unit, second)
        return
    ruler = y + depth - legend.below_words(room, text) + round(WORDS * text)
    top, across = ruler + round(RULER * text), min(room, BAR * text)
    right, down = ((BAR + 2) * text, 0) if legend.side_by_side(room, text) else (0, round(BARS * text))
    for number, bar in enumerate(bars):
        at = (x + number * right, top + number * down)
        free = right - text if right and number + 1 < len(bars) else room - number * right
        put_colour_bar(frame, at, across, bar.limits, bar.palette, bar.equalise, bar.unit, text, free)
    if ruler - 2 * text >= y:
        put_scale_bar(frame, (x, ruler), min(room, 8 * text), spacing, text)
    put_words(frame, title, caption, (x, y, room, ruler - y - round(WORDS * text)), text)
