"""Draw a field as a solid block of land, seen in perspective on a dark studio floor.

[h, w] the pixels of a field, [H, W] those of the picture. Lengths as in `render.fan`: pixels of the field, x east,
y south, z up, from the middle of its north-west pixel.
"""

import math
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from render.bend import bend_fan
from render.blur import gaussian
from render.camera import Camera
from render.fan import draw_fan, fan_around, lanes
from render.palette import finite_limits
from render.relief import filled, sunlight

STUDIO = (17, 18, 24)  # the colour of the background
VERTICAL = 0.2  # height of the highest above the lowest land, as a fraction of the field's longer side
SMOOTH = 1.0  # pixels by which the land is blurred; its colours are not blurred
BASE = 0.09  # the block's thickness under its lowest land, as a fraction of the field's longer side
HAZE = 0.25  # how much of the farthest land fades into the background
SUN = (315.0, 38.0)  # azimuth and altitude in degrees
_ONE_FAN = threading.Lock()  # a fan needs many times the memory of a picture, and all cores draw it anyway


def _in_bands(work: Callable[[int, int], None], length: int) -> None:
    """Call `work(start, stop)` on all cores, for ranges that together are 0:length."""
    cores = min(8, os.cpu_count() or 1)
    cuts = [length * band // (4 * cores) for band in range(4 * cores + 1)]
    with ThreadPoolExecutor(cores) as pool:
        list(pool.map(work, cuts[:-1], cuts[1:]))


def _coarser(values: NDArray[Any], times: int) -> NDArray[Any]:
    """Average values [h, w, ...] over squares of `times` pixels; leave out rows and columns that fill no square."""
    h, w = (length // times for length in values.shape[:2])
    squares = values[: h * times, : w * times].reshape(h, times, w, times, *values.shape[2:])
    return np.asarray(squares.mean((1, 3), dtype=np.float32))


def terrain(
    heights: NDArray[Any],
    colours: NDArray[np.uint8],
    camera: Camera | None = None,
    size: tuple[int, int] = (720, 1280),
    limits: tuple[float, float] | None = None,
    lit: bool = True,
) -> NDArray[np.uint8]:
    """Draw heights [h, w] with colours uint8 [h, w, 3] on them; return the picture uint8 [H, W, 3] of `size` H, W.

    `limits` are the heights that stand at the bottom and at the top of the land, by default the field's least and
    greatest; lower and higher ones are clipped. `lit` adds sunlight and shadows. A field that is much finer than the
    picture is averaged first. Raises UserError if colours and heights differ in shape, or for less than 2 x 2 heights.
    """
    camera = camera or Camera()
    if colours.shape != (*heights.shape, 3):
        raise UserError(f"terrain needs one colour for each height, got {colours.shape} for {heights.shape}")
    if min(heights.shape) < 2:
        raise UserError(f"terrain needs at least 2 x 2 heights, got {heights.shape}; sweep a larger window")
    low, high = limits or finite_limits(heights)
    heights = filled(heights)
    times = round(max(heights.shape) / (0.6 * max(size)))
    if times > 1 and min(heights.shape) >= 2 * times:
        heights, colours = _coarser(heights, times), np.rint(_coarser(colours, times)).astype(np.uint8)
    unit = float(max(heights.shape))
    tallest, base = VERTICAL * unit, BASE * unit
    land = gaussian(heights, SMOOTH) - np.float32(low)
    land = np.clip(land * np.float32(tallest / (high - low) if high > low else 0.0), 0, np.float32(tallest))
    paint = sunlight(colours, land, *SUN) if lit else np.ascontiguousarray(colours)

    stand, pitch, focal = camera.stand(heights.shape), math.radians(camera.elevation), camera.focal(size[0])
    nadir = focal / math.tan(pitch)  # pixels from the picture's middle down to the image of the point below the eye
    box = camera.covered(heights.shape, size, base, tallest)
    first_angle, angle_step, first_radius, columns, rows = fan_around(box, nadir)
    lens = (focal, math.sin(pitch), math.cos(pitch), first_angle, angle_step, first_radius)
    fog = (camera.distance * unit, (camera.distance + 0.8) * unit, HAZE, np.uint64(lanes(STUDIO)))
    with _ONE_FAN:
        fan = np.zeros((columns, rows), np.uint32)
        _in_bands(partial(draw_fan, land, lanes(paint), stand, lens, base, fog, fan), columns)
        out = np.empty((*size, 3), np.uint8)
        view = (stand, lens, nadir, base, STUDIO, heights.shape, box)
        _in_bands(partial(bend_fan, fan, *view, out), size[0])
        del fan  # free its memory before the next thread makes its own
    return out
