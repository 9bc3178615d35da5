"""Draw land in perspective: along each plane of a fan through the eye first, then bend the fan into a picture.

[h, w] the pixels of the field, [H, W] those of the picture, [C, R] the columns and rows of the fan.

The planes are upright, as in drawings of height fields on paper and in early flight simulators. Each plane meets the
picture in a ray from the image of the nadir, the point straight below the eye. Along that ray, nearer land hides lower
land behind it. Lengths are in pixels of the field, x east, y south, z up, from the middle of its north-west pixel.

The kernels share three tuples. `stand` holds the eye's x, y, z and the x, y of its level direction forward. `lens`
holds the focal length in pixels, the sine and cosine of the pitch, the fan's first angle, angle step and first radius.
`fog` holds the depths at which land begins and ends to fade, the share of the farthest land that fades, and the red,
green and blue of the background.
"""

import math

import numpy as np

from agents.engine.arithmetic import inlined, kernel
from render.camera import Bounds

SLATE = (62, 64, 74)  # the colour of the block's walls
OVERSAMPLING = 2  # samples of the fan to a pixel, in each direction
STEP = 0.9  # of a field's pixel, between two points of a plane


def fan_around(box: Bounds, nadir: float) -> tuple[float, float, float, int, int]:
    """Return first angle, angle step, first radius, C and R of the smallest fan that covers a box of the picture.

    `nadir` is how many pixels the image of the nadir lies below the picture's middle.
    """
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


@inlined
def _plane(stand, lens, column):  # type: ignore[no-untyped-def]
    """Return the level direction dx, dy of a column's plane, and the factors `scale` and `slope` of its points.

    The plane stands at the angle psi from forward: tan(angle in the picture) = tan(psi) sin(pitch). A point s ahead and
    d below the eye has the depth `slope` s + d sin(pitch), where `slope` is cos(psi) cos(pitch). In the picture it lies
    at radius `scale` s / depth from the nadir.
    """
    _, _, _, forward_x, forward_y = stand
    focal, sine, cosine, first_angle, angle_step, _ = lens
    angle = first_angle + (column + 0.5) * angle_step
    psi = math.atan2(math.sin(angle), math.cos(angle) * sine)
    ahead, aside = math.cos(psi), math.sin(psi)
    dx, dy = ahead * forward_x - aside * forward_y, ahead * forward_y + aside * forward_x
    scale = focal * math.sqrt(ahead * ahead + aside * aside * sine * sine) / sine
    dx, dy = (dx if abs(dx) > 1e-9 else 1e-9), (dy if abs(dy) > 1e-9 else 1e-9)
    return dx, dy, scale, ahead * cosine


@inlined
def _crossing(stand, shape, dx, dy):  # type: ignore[no-untyped-def]
    """Return how far ahead of the eye a plane enters and leaves the field, and the light on the wall where it enters.

    The walls are lit from the north-west, like the land.
    """
    west, east = (-0.5 - stand[0]) / dx, (shape[1] - 0.5 - stand[0]) / dx
    north, south = (-0.5 - stand[1]) / dy, (shape[0] - 0.5 - stand[1]) / dy
    enter_x, enter_y = min(west, east), min(north, south)
    facing = (0.85 if dx > 0 else 0.5) if enter_x > enter_y else (0.75 if dy > 0 else 0.38)
    return max(enter_x, enter_y, 1e-3), min(max(west, east), max(north, south)), facing


@inlined
def _pixel_at(shape, x, y):  # type: ignore[no-untyped-def]
    """Return the pixel i, j north-west of a place, and how far south and east of that pixel the place lies.

    A place outside is moved to the field's edge.
    """
    x, y = min(max(x, 0.0), shape[1] - 1.001), min(max(y, 0.0), shape[0] - 1.001)
    i, j = int(y), int(x)
    return i, j, y - i, x - j


@inlined
def _colour_at(colours, i, j, y, x):  # type: ignore[no-untyped-def]
    """Return red, green and blue at a place, interpolated between four pixels."""
    a, b, c, d = (1 - y) * (1 - x), (1 - y) * x, y * (1 - x), y * x
    nw, ne, sw, se = colours[i, j], colours[i, j + 1], colours[i + 1, j], colours[i + 1, j + 1]
    red = a * nw[0] + b * ne[0] + c * sw[0] + d * se[0]
    green = a * nw[1] + b * ne[1] + c * sw[1] + d * se[1]
    blue = a * nw[2] + b * ne[2] + c * sw[2] + d * se[2]
    return red, green, blue


@inlined
def _packed(red, green, blue, lost, fog):  # type: ignore[no-untyped-def]
    """Pack a colour into four bytes: alpha (the highest), blue, green, red. A share `lost` fades to the background."""
    _, _, _, studio_red, studio_green, studio_blue = fog
    return (
        (255 << 24)
        | (int(blue + lost * (studio_blue - blue) + 0.5) << 16)
        | (int(green + lost * (studio_green - green) + 0.5) << 8)
        | int(red + lost * (studio_red - red) + 0.5)
    )


@kernel
def draw_fan(heights, colours, stand, lens, base, fog, fan, start, stop):  # type: ignore[no-untyped-def]
    """Draw columns start:stop of fan uint32 [C, R]: colours as `_packed` makes them, 0 where no land is.

    A column is filled from its foot upwards. At each step ahead along the plane, the land there either rises above the
    rows that are filled, and fills more of them, or is hidden.
    """
    sine, first_radius, near, far = lens[1], lens[5], fog[0], fog[1]
    rows, shape = fan.shape[1], heights.shape
    for column in range(start, stop):
        dx, dy, scale, slope = _plane(stand, lens, column)
        s, end, facing = _crossing(stand, shape, dx, dy)
        if s >= end:
            continue
        # The first rows show the wall of the block below the first land.
        s_before, before = s, scale * s / max(1e-6, s * slope + (stand[2] + base) * sine)
        row = max(0, math.ceil((before - first_radius) * OVERSAMPLING - 0.5))
        wall = True
        while row < rows:
            i, j, y, x = _pixel_at(shape, stand[0] + s * dx, stand[1] + s * dy)
            z = (1 - y) * ((1 - x) * heights[i, j] + x * heights[i, j + 1])
            z += y * ((1 - x) * heights[i + 1, j] + x * heights[i + 1, j + 1])
            depth = max(1e-6, s * slope + (stand[2] - z) * sine)
            radius = scale * s / depth
            limit = min(float(rows), (radius - first_radius) * OVERSAMPLING - 0.5)
            if row < limit:
                lost = fog[2] * min(1.0, max(0.0, (depth - near) / (far - near)))
                per_radius = 1.0 / (radius - before)
                while row < limit:
                    part = ((row + 0.5) / OVERSAMPLING + first_radius - before) * per_radius
                    at = s_before + part * (s - s_before)
                    i, j, y, x = _pixel_at(shape, stand[0] + at * dx, stand[1] + at * dy)
                    red, green, blue = _colour_at(colours, i, j, y, x)
                    if wall:
                        light = facing * (0.35 + 0.65 * part)
                        red = light * (SLATE[0] + 0.5 * (red - SLATE[0]))
                        green = light * (SLATE[1] + 0.5 * (green - SLATE[1]))
                        blue = light * (SLATE[2] + 0.5 * (blue - SLATE[2]))
                    fan[column, row] = _packed(red, green, blue, lost, fog)
                    row += 1
            if s >= end:
                break
            before, s_before, wall = radius, s, False
            s = min(end, s + STEP)


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
    longer = max(half_x, half_y)
    pair = np.uint64(0x00FF00FF)  # two channels are summed at once, 16 bits each
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
