"""Bend a fan of `render.fan` into a picture, on a studio's floor.

[h, w] the pixels of the field, [H, W] those of the picture, [C, R] the columns and rows of the fan. Tuples and lengths
are those of `render.fan`.
"""

import math

import numpy as np

from agents.engine.arithmetic import inlined, kernel
from render.fan import OVERSAMPLING

PAIR = np.uint64(0x00FF00FF)  # two channels are summed at once, 16 bits each


@inlined
def _angle(aside, ahead):  # type: ignore[no-untyped-def]
    """The angle of a direction from straight ahead, atan2(aside, ahead), to 1e-5: a fiftieth of a column.

    atan2 itself would take half of the time of a picture's pixel. Formula 4.4.47 of Abramowitz and Stegun (1964).
    """
    across, along = abs(aside), abs(ahead)
    ratio = min(across, along) / (max(across, along) + 1e-9)
    square = ratio * ratio
    series = 0.1801410 + square * (-0.0851330 + square * 0.0208351)
    angle = ratio * (0.9998660 + square * (-0.3302995 + square * series))
    if across > along:
        angle = 0.5 * math.pi - angle
    if ahead < 0:
        angle = math.pi - angle
    return angle if aside >= 0 else -angle


@inlined
def _light(x, y, half_x, half_y, per_side):  # type: ignore[no-untyped-def]
    """The light on the floor at x, y from the middle of the block of 2 half_x by 2 half_y; `per_side` is 1 / longer."""
    x, y = abs(x), abs(y)
    gap_x, gap_y = per_side * max(0.0, x - half_x), per_side * max(0.0, y - half_y)
    pool = 1 + 0.35 * per_side * per_side * (x * x + y * y)
    shadow = 1 - 0.8 / (1 + 60 * (gap_x * gap_x + gap_y * gap_y))
    return shadow * (1 + 1.6 / (pool * pool))


@inlined
def _grain(x, y):  # type: ignore[no-untyped-def]
    """Interleaved gradient noise (Jimenez 2014), 0 to 1: it breaks the steps that dark gradients have in 8 bits."""
    grain = 0.06711056 * x + 0.00583715 * y
    grain = 52.9829189 * (grain - math.floor(grain))
    return grain - math.floor(grain)


@kernel
def bend_fan(fan, stand, lens, nadir, base, studio, shape, box, out, start, stop):  # type: ignore[no-untyped-def]
    """Fill rows start:stop of the picture `out` uint8 [H, W, 3] from a fan; the studio's floor shows where no land is.

    A pixel inside `box` is the mean of four samples of the fan. The floor has a pool of light around the block of
    `shape` h, w, and the block's soft shadow.
    """
    height, width = out.shape[:2]
    columns, rows = fan.shape
    eye_x, eye_y, eye_z, forward_x, forward_y = stand
    focal, sine, cosine, first_angle, angle_step, first_radius = lens
    half_x, half_y = 0.5 * shape[1], 0.5 * shape[0]
    per_side, per_step = 1 / max(half_x, half_y), 1 / angle_step
    for y in range(start, stop):
        up = 0.5 * height - y - 0.5
        above = up + nadir
        fall = focal * sine - up * cosine  # where it is above 0, the ray meets the floor `far` times its length away
        far = (eye_z + base) / fall if fall > 0 else 0.0
        ahead = far * (focal * cosine + up * sine)
        middle_x, middle_y = eye_x + ahead * forward_x + 0.5 - half_x, eye_y + ahead * forward_y + 0.5 - half_y
        for x in range(width):
            across = x + 0.5 - 0.5 * width
            even, odd = np.uint64(0), np.uint64(0)
            if box[0] <= across <= box[1] and box[2] <= up <= box[3]:
                radius = math.sqrt(across * across + above * above) + 1e-9
                per_radius = 1 / radius
                u, v = per_step * (_angle(across, above) - first_angle), OVERSAMPLING * (radius - first_radius)
                turn, reach = 0.25 * per_step * per_radius * per_radius, 0.25 * OVERSAMPLING * per_radius
                for right, higher in ((-1, -1), (-1, 1), (1, -1), (1, 1)):
                    column = math.floor(u + turn * (right * above - higher * across))
                    row = math.floor(v + reach * (right * across + higher * above))
                    if 0 <= column < columns and 0 <= row < rows:
                        sample = np.uint64(fan[column, row])
                        even += sample & PAIR
                        odd += (sample >> np.uint64(8)) & PAIR
            red, green = float(even & np.uint64(0xFFFF)), float(odd & np.uint64(0xFFFF))
            blue, cover = float(even >> np.uint64(16)), float(odd >> np.uint64(16))
            shine, grain = 0.0, 0.5
            if cover < 1020:
                shine, grain = 1 - cover / 1020, _grain(x, y)
                if fall > 0:
                    floor_x, floor_y = middle_x - far * across * forward_y, middle_y + far * across * forward_x
                    shine *= _light(floor_x, floor_y, half_x, half_y, per_side)
            out[y, x, 0] = int(min(255.0, 0.25 * red + shine * studio[0] + grain))
            out[y, x, 1] = int(min(255.0, 0.25 * green + shine * studio[1] + grain))
            out[y, x, 2] = int(min(255.0, 0.25 * blue + shine * studio[2] + grain))
