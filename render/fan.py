"""Draw land in perspective: along each plane of a fan through the eye; `render.bend` bends the fan into a picture.

[h, w] the pixels of the field, [C, R] the columns and rows of the fan.

The planes are upright, as in drawings of height fields on paper and in early flight simulators. Each plane meets the
picture in a ray from the image of the nadir, the point straight below the eye. Along that ray, nearer land hides lower
land behind it. Lengths are in pixels of the field, x east, y south, z up, from the middle of its north-west pixel.

The kernels of both share tuples. `stand` holds the eye's x, y, z and the x, y of its level direction forward. `lens`
holds the focal length in pixels, the sine and cosine of the pitch, the fan's first angle, angle step and first radius.
`fog` holds the depths at which land begins and ends to fade, the share of the farthest land that fades, and the lanes
of the background's colour.

Colours are mixed as lanes: one uint64 holds red, green and blue in lanes of 21 bits, 8 of the colour and 13 for a
fraction, so that one multiplication scales all three. The weights of a mixture are integers that add up to 2^13.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.engine.arithmetic import inlined, kernel
from render.camera import Bounds

LANE = 21
ONE = 1 << 13  # the weight of a colour that is not mixed
_HALF, _BYTE = (np.uint64(value << 2 * LANE | value << LANE | value) for value in (ONE // 2, 255))
OVERSAMPLING = 2  # samples of the fan to a pixel, in each direction
STEP = 0.9  # of a field's pixel, between two points of a plane


def lanes(colours: ArrayLike) -> NDArray[np.uint64]:
    """The lanes [...] of colours of 0 to 255, [..., 3]."""
    red, green, blue = np.moveaxis(np.asarray(colours, np.uint64), -1, 0)
    return np.asarray(red | green << np.uint64(LANE) | blue << np.uint64(2 * LANE))


SLATE = np.uint64(lanes((62, 64, 74)))  # the colour of the block's walls


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
def _weight(share):  # type: ignore[no-untyped-def]
    """The weight of a share of 0 to 1."""
    return np.uint64(int(ONE * share))


@inlined
def _rounded(mixed):  # type: ignore[no-untyped-def]
    """Lanes without their fractions."""
    return (mixed + _HALF) >> np.uint64(13) & _BYTE


@inlined
def _colour_at(colours, i, j, y, x):  # type: ignore[no-untyped-def]
    """The lanes at a place, interpolated between four pixels."""
    ne, sw, se = _weight((1 - y) * x), _weight(y * (1 - x)), _weight(y * x)
    nw = np.uint64(ONE) - ne - sw - se
    north = nw * colours[i, j] + ne * colours[i, j + 1]
    return _rounded(north + sw * colours[i + 1, j] + se * colours[i + 1, j + 1])


@inlined
def _packed(colour):  # type: ignore[no-untyped-def]
    """Pack lanes into four bytes: alpha (the highest), blue, green, red."""
    red, green, blue = colour, colour >> np.uint64(LANE - 8), colour >> np.uint64(2 * LANE - 16)
    return np.uint64(0xFF000000) | blue & np.uint64(0xFF0000) | green & np.uint64(0xFF00) | red & np.uint64(0xFF)


@kernel
def draw_fan(heights, colours, stand, lens, base, fog, fan, start, stop):  # type: ignore[no-untyped-def]
    """Draw columns start:stop of fan uint32 [C, R]: colours as `_packed` makes them, 0 where no land is.

    `colours` [h, w] are lanes.
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
                lost = _weight(fog[2] * min(1.0, max(0.0, (depth - near) / (far - near))))
                per_radius = 1.0 / (radius - before)
                while row < limit:
                    part = ((row + 0.5) / OVERSAMPLING + first_radius - before) * per_radius
                    at = s_before + part * (s - s_before)
                    i, j, y, x = _pixel_at(shape, stand[0] + at * dx, stand[1] + at * dy)
                    colour = _colour_at(colours, i, j, y, x)
                    if wall:
                        dim = _weight(0.5 * facing * (0.35 + 0.65 * part))
                        colour = _rounded(dim * colour + dim * SLATE)
                    fan[column, row] = _packed(_rounded((np.uint64(ONE) - lost) * colour + lost * fog[3]))
                    row += 1
            if s >= end:
                break
            before, s_before, wall = radius, s, False
            s = min(end, s + STEP)
