"""Terrain: a field as a solid block of land, seen in perspective on a dark studio floor.

[h, w] the pixels of a field, [H, W] those of the picture, [C, R] the columns and rows of the fan.

Lengths are in pixels of the field, x east, y south, z up, from the middle of its north-west pixel. The picture is drawn
as a fan of upright planes through the eye, as height fields were drawn on paper and in early flight simulators: each
plane meets the picture in a ray from the nadir's image, and along that ray land that is nearer hides what is lower.
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

from agents.engine.arithmetic import kernel
from agents.errors import UserError
from render.camera import Box, Camera
from render.palette import finite_limits
from render.relief import filled, gaussian, sunlight

STUDIO = (17, 18, 24)
SLATE = (62, 64, 74)
OVERSAMPLING = 2
STEP = 0.9  # of a field's pixel, along a plane
BASE = 0.09  # the block's thickness under its lowest land, in its longer sides
HAZE = 0.25  # how much of the farthest land is lost in the background
SUN = (315.0, 38.0)
_ONE_FAN = threading.Lock()  # a fan is many times a picture, and all cores draw it


@kernel
def _draw_fan(heights, colours, stand, lens, base, fog, fan, start, stop):  # type: ignore[no-untyped-def]
    """Draw columns start:stop of fan uint32 [C, R]: alpha, blue, green, red from the highest byte, 0 where no land is.

    A point s ahead in the plane at angle psi from forward, d below the eye, lies at depth s cos(psi) cos(pitch) +
    d sin(pitch), and in the picture at radius K s / depth from the nadir; tan(angle) = tan(psi) sin(pitch).
    """
    height, width = heights.shape
    eye_x, eye_y, eye_z, forward_x, forward_y = stand
    focal, sine, cosine, first_angle, angle_step, first_radius = lens
    near, far, haze, studio_red, studio_green, studio_blue = fog
    rows = fan.shape[1]
    for column in range(start, stop):
        angle = first_angle + (column + 0.5) * angle_step
        psi = math.atan2(math.sin(angle), math.cos(angle) * sine)
        ahead, aside = math.cos(psi), math.sin(psi)
        dx, dy = ahead * forward_x - aside * forward_y, ahead * forward_y + aside * forward_x
        scale = focal * math.sqrt(ahead * ahead + aside * aside * sine * sine) / sine
        slope = ahead * cosine
        dx, dy = (dx if abs(dx) > 1e-9 else 1e-9), (dy if abs(dy) > 1e-9 else 1e-9)
        west, east = (-0.5 - eye_x) / dx, (width - 0.5 - eye_x) / dx
        north, south = (-0.5 - eye_y) / dy, (height - 0.5 - eye_y) / dy
        enter_x, enter_y = min(west, east), min(north, south)
        s, end = max(enter_x, enter_y, 1e-3), min(max(west, east), max(north, south))
        if s >= end:
            continue
        # The wall under the first land: lit from the north-west, like the land.
        facing = (0.85 if dx > 0 else 0.5) if enter_x > enter_y else (0.75 if dy > 0 else 0.38)
        s_before, before = s, scale * s / max(1e-6, s * slope + (eye_z + base) * sine)
        row = max(0, math.ceil((before - first_radius) * OVERSAMPLING - 0.5))
        wall = True
        while row < rows:
            x, y = min(max(eye_x + s * dx, 0.0), width - 1.001), min(max(eye_y + s * dy, 0.0), height - 1.001)
            i, j = int(y), int(x)
            y, x = y - i, x - j
            z = (1 - y) * ((1 - x) * heights[i, j] + x * heights[i, j + 1])
            z += y * ((1 - x) * heights[i + 1, j] + x * heights[i + 1, j + 1])
            depth = max(1e-6, s * slope + (eye_z - z) * sine)
            radius = scale * s / depth
            limit = min(float(rows), (radius - first_radius) * OVERSAMPLING - 0.5)
            if row < limit:
                lost = haze * min(1.0, max(0.0, (depth - near) / (far - near)))
                per_radius = 1.0 / (radius - before)
                while row < limit:
                    part = ((row + 0.5) / OVERSAMPLING + first_radius - before) * per_radius
                    at = s_before + part * (s - s_before)
                    x = min(max(eye_x + at * dx, 0.0), width - 1.001)
                    y = min(max(eye_y + at * dy, 0.0), height - 1.001)
                    i, j = int(y), int(x)
                    y, x = y - i, x - j
                    a, b, c, d = (1 - y) * (1 - x), (1 - y) * x, y * (1 - x), y * x
                    nw, ne, sw, se = colours[i, j], colours[i, j + 1], colours[i + 1, j], colours[i + 1, j + 1]
                    red = a * nw[0] + b * ne[0] + c * sw[0] + d * se[0]
                    green = a * nw[1] + b * ne[1] + c * sw[1] + d * se[1]
                    blue = a * nw[2] + b * ne[2] + c * sw[2] + d * se[2]
                    if wall:
                        light = facing * (0.35 + 0.65 * part)
                        red = light * (SLATE[0] + 0.5 * (red - SLATE[0]))
                        green = light * (SLATE[1] + 0.5 * (green - SLATE[1]))
                        blue = light * (SLATE[2] + 0.5 * (blue - SLATE[2]))
                    fan[column, row] = (
                        (255 << 24)
                        | (int(blue + lost * (studio_blue - blue) + 0.5) << 16)
                        | (int(green + lost * (studio_green - green) + 0.5) << 8)
                        | int(red + lost * (studio_red - red) + 0.5)
                    )
                    row += 1
            if s >= end:
                break
            before, s_before, wall = radius, s, False
            s = min(end, s + STEP)


@kernel
def _develop(fan, stand, lens, nadir, base, studio, shape, box, out, start, stop):  # type: ignore[no-untyped-def]
    """Rows start:stop of the picture: the fan bent back, four samples to a pixel, over the floor where no land is."""
    height, width = out.shape[:2]
    columns, rows = fan.shape
    eye_x, eye_y, eye_z, forward_x, forward_y = stand
    focal, sine, cosine, first_angle, angle_step, first_radius = lens
    half_x, half_y = 0.5 * shape[1], 0.5 * shape[0]
    longer = max(half_x, half_y)
    pair = np.uint64(0x00FF00FF)
    for y in range(start, stop):
        up = 0.5 * height - y - 0.5
        above = up + nadir
        for x in range(width):
            across = x + 0.5 - 0.5 * width
            even, odd = np.uint64(0), np.uint64(0)
            if box[0] <= across <= box[1] and box[2] <= up <= box[3]:
                radius = math.sqrt(across * across + above * above) + 1e-9
                u, v = (math.atan2(across, above) - first_angle) / angle_step, (radius - first_radius) * OVERSAMPLING
                turn, reach = 0.25 / (radius * radius * angle_step), 0.25 * OVERSAMPLING / radius
                for right, higher in ((-1, -1), (-1, 1), (1, -1), (1, 1)):
                    column = math.floor(u + turn * (right * above - higher * across))
                    row = math.floor(v + reach * (right * across + higher * above))
                    if 0 <= column < columns and 0 <= row < rows:
                        sample = np.uint64(fan[column, row])
                        even += sample & pair
                        odd += (sample >> np.uint64(8)) & pair
            red, green = float(even & np.uint64(0xFFFF)), float(odd & np.uint64(0xFFFF))
            blue, cover = float(even >> np.uint64(16)), float(odd >> np.uint64(16))
            shine, grain = 0.0, 0.5
            if cover < 1020:
                shine, fall = 1.0, focal * sine - up * cosine
                if fall > 0:
                    t = (eye_z + base) / fall
                    ahead = t * (focal * cosine + up * sine)
                    floor_x = abs(eye_x + ahead * forward_x - t * across * forward_y + 0.5 - half_x)
                    floor_y = abs(eye_y + ahead * forward_y + t * across * forward_x + 0.5 - half_y)
                    gap_x, gap_y = max(0.0, floor_x - half_x) / longer, max(0.0, floor_y - half_y) / longer
                    pool = 1 + 0.35 * (floor_x * floor_x + floor_y * floor_y) / (longer * longer)
                    shine += 1.6 / (pool * pool)
                    shine *= 1 - 0.8 / (1 + 60 * (gap_x * gap_x + gap_y * gap_y))
                shine *= 1 - cover / 1020
                # Dark gradients band in 8 bits: interleaved gradient noise (Jimenez 2014) breaks the steps.
                grain = 0.06711056 * x + 0.00583715 * y
                grain = 52.9829189 * (grain - math.floor(grain))
                grain -= math.floor(grain)
            out[y, x, 0] = int(min(255.0, 0.25 * red + shine * studio[0] + grain))
            out[y, x, 1] = int(min(255.0, 0.25 * green + shine * studio[1] + grain))
            out[y, x, 2] = int(min(255.0, 0.25 * blue + shine * studio[2] + grain))


def _in_bands(work: Callable[[int, int], None], length: int) -> None:
    """Do `work` on ranges start:stop that together are 0:length, some at once on each core."""
    cores = min(8, os.cpu_count() or 1)
    cuts = [length * band // (4 * cores) for band in range(4 * cores + 1)]
    with ThreadPoolExecutor(cores) as pool:
        list(pool.map(work, cuts[:-1], cuts[1:]))


def _fan(box: Box, nadir: float) -> tuple[float, float, float, int, int]:
    """First angle, angle step, first radius, C and R of the fan around the nadir's image that covers a box."""
    left, right, low, high = box
    low, high = low + nadir, high + nadir
    last_radius = max(math.hypot(x, y) for x in (left, right) for y in (low, high))
    first, last, first_radius = -math.pi, math.pi, 0.0
    if low > 0:
        angles = [math.atan2(x, y) for x in (left, right) for y in (low, high)]
        first, last = min(angles), max(angles)
        first_radius = math.hypot(max(left, 0.0, -right), low)
    columns = max(1, math.ceil((last - first) * last_radius * OVERSAMPLING))
    rows = max(1, math.ceil((last_radius - first_radius) * OVERSAMPLING))
    return first, (last - first) / columns, first_radius, columns, rows


def _coarser(values: NDArray[Any], times: int) -> NDArray[Any]:
    """Values [h, w, ...] averaged over squares of `times` pixels, what is left over at the far edges cut off."""
    h, w = (length // times for length in values.shape[:2])
    squares = values[: h * times, : w * times].reshape(h, times, w, times, *values.shape[2:])
    return np.asarray(squares.mean((1, 3), dtype=np.float32))


def terrain(
    heights: NDArray[Any],
    colours: NDArray[np.uint8],
    camera: Camera | None = None,
    size: tuple[int, int] = (720, 1280),
    vertical: float = 0.2,
    background: tuple[int, int, int] = STUDIO,
    limits: tuple[float, float] | None = None,
    smooth: float = 1.0,
    lit: bool = True,
) -> NDArray[np.uint8]:
    """The picture uint8 [H, W, 3] of heights [h, w] painted with colours uint8 [h, w, 3].

    `limits` are the heights of the block's lowest and highest land (default: the field's own), which stand `vertical`
    longer sides apart; `smooth` blurs the land, not the paint, by so many pixels; `lit` puts it in the sun. Fields that
    are much finer than the picture are averaged first.
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
    tallest, base = vertical * unit, BASE * unit
    land = gaussian(heights, smooth) - np.float32(low)
    land = np.clip(land * np.float32(tallest / (high - low) if high > low else 0.0), 0, np.float32(tallest))
    paint = sunlight(colours, land, *SUN) if lit else np.ascontiguousarray(colours)

    stand, pitch, focal = camera.stand(heights.shape), math.radians(camera.elevation), camera.focal(size[0])
    nadir = focal / math.tan(pitch)  # how far its image lies below the picture's middle
    box = camera.covered(heights.shape, size, base, tallest)
    first_angle, angle_step, first_radius, columns, rows = _fan(box, nadir)
    lens = (focal, math.sin(pitch), math.cos(pitch), first_angle, angle_step, first_radius)
    fog = (camera.distance * unit, (camera.distance + 0.8) * unit, HAZE, *(float(channel) for channel in background))
    with _ONE_FAN:
        fan = np.zeros((columns, rows), np.uint32)
        _in_bands(partial(_draw_fan, land, paint, stand, lens, base, fog, fan), columns)
        out = np.empty((*size, 3), np.uint8)
        view = (stand, lens, nadir, base, background, heights.shape, box)
        _in_bands(partial(_develop, fan, *view, out), size[0])
        del fan  # before the next one is let in
    return out
