"""Scenes of one frame of a field: as land that turns, and from above, closer and closer to two of its pixels.

H and W rows and columns of a frame of the film, h and w those of the field.
"""

from dataclasses import dataclass
from math import ceil, floor

import numpy as np

from render.film import FilmConfig, Scene, mixed
from render.film_pair import INKS, NEAR, put_outline
from render.legend import Frame
from render.palette import colour
from render.picture import lit
from render.reel import Reel
from render.views import SWING, land
from sim.landscape.parting import Pixel

ARRIVED = 0.75  # the share of a scene after which the pixels are reached
SQUARES = (
    5.0,
    9.0,
)  # from so many pixels of the frame to a pixel of the field on, squares begin to show, and are whole
OUTLINED = (10.0, 20.0)  # the same for the outlines of the two pixels


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a field: left, top, width and height in pixels of the field, not only whole ones."""

    left: float
    top: float
    width: float
    height: float

    def towards(self, other: "Box", way: float) -> "Box":
        """The box on the way to another one, from 0 to 1."""
        mine, its = (self.left, self.top, self.width, self.height), (other.left, other.top, other.width, other.height)
        return Box(*((1 - way) * a + way * b for a, b in zip(mine, its, strict=True)))


def turning(
    reel: Reel, config: FilmConfig, size: tuple[int, int], count: int, begin: float = 0.0, end: float | None = None
) -> Scene:
    """The land of a reel in `count` frames of `size` H, W, without words: it turns once from the left to the right.

    It goes through the frames of the reel from `begin` to `end`, by default the last one, slower towards the end.
    """
    last = len(reel) - 1.0 if end is None else end

    def draw(number: int) -> Frame:
        way = number / max(count - 1, 1)
        at = begin + (last - begin) * grown(way)
        return land(reel, at, config, size, SWING * (2 * way - 1))

    return Scene(count, draw)


def grown(way: float) -> float:
    """How much of a reel `turning` has gone through when a share `way` of its frames is over: less and less a frame."""
    return way * (1.6 - 0.6 * way)


def approach(
    reel: Reel, frame: int, config: FilmConfig, pixels: tuple[Pixel, Pixel], size: tuple[int, int], count: int
) -> Scene:
    """The way from a whole frame of a reel to two neighbouring pixels, in `count` frames of `size` H, W, without words.

    A rest of the scene stays there.
    """
    paint = painted(reel, frame, config)
    whole, near = approach_boxes((paint.shape[0], paint.shape[1]), pixels, size)

    def draw(number: int) -> Frame:
        way = min(1.0, number / max(1.0, ARRIVED * (count - 1)))
        eased = way * way * (3 - 2 * way)
        share = (near.width / whole.width) ** eased  # of the whole: the same factor from one frame to the next
        towards = (1 - share) / max(1e-12, 1 - near.width / whole.width)
        return _view(paint, whole.towards(near, towards), pixels, size)

    return Scene(count, draw)


def painted(reel: Reel, frame: int, config: FilmConfig) -> Frame:
    """The colours [h, w, 3] of a frame of a reel, lit as relief if the config says so."""
    heights = reel.heights(frame)
    rgb = colour(heights, config.palette, reel.limits, reel.ranks if config.equalise else None)
    return lit(rgb, heights, reel.limits) if config.relief else rgb


def approach_boxes(shape: tuple[int, int], pixels: tuple[Pixel, Pixel], size: tuple[int, int]) -> tuple[Box, Box]:
    """The largest box of a field of `shape` h, w with the shape of a frame, and a box of it around two pixels."""
    (h, w), aspect = shape, size[1] / size[0]
    tall = min(h, w / aspect)
    whole = Box((w - tall * aspect) / 2, (h - tall) / 2, tall * aspect, tall)
    share = min(1.0, NEAR / min(whole.width, whole.height))
    width, height = share * whole.width, share * whole.height
    row, column = (sum(pixel[axis] + 0.5 for pixel in pixels) / 2 for axis in (0, 1))
    left = min(max(column - width / 2, whole.left), whole.left + whole.width - width)
    top = min(max(row - height / 2, whole.top), whole.top + whole.height - height)
    return whole, Box(left, top, width, height)


def _view(paint: Frame, box: Box, pixels: tuple[Pixel, Pixel], size: tuple[int, int]) -> Frame:
    """The box of a field's colours in a frame of `size` H, W: smooth from afar, as squares and outlined from nearby."""
    from PIL import Image

    scale = size[0] / box.height
    image, edges = Image.fromarray(paint), (box.left, box.top, box.left + box.width, box.top + box.height)
    ways = Image.Resampling
    squares = _ramp(scale, SQUARES)
    frame = None
    if squares < 1:
        smooth = ways.BICUBIC if scale >= 1 else ways.BOX
        frame = np.array(image.resize((size[1], size[0]), smooth, edges))
    if squares > 0:
        sharp = np.array(image.resize((size[1], size[0]), ways.NEAREST, edges))
        frame = sharp if frame is None else mixed(frame, sharp, squares)
    assert frame is not None
    for (row, column), ink in zip(pixels, INKS, strict=True):
        x, y = (column - box.left) * scale, (row - box.top) * scale
        place = (floor(x), floor(y), ceil(scale), ceil(scale))
        if _ramp(scale, OUTLINED) > 0:
            put_outline(frame, place, ink, _ramp(scale, OUTLINED))
    return frame


def _ramp(value: float, ends: tuple[float, float]) -> float:
    """How far a value is on the way from one end, 0, to the other, 1."""
    return min(1.0, max(0.0, (value - ends[0]) / (ends[1] - ends[0])))
