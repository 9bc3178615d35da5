"""Icon: the picture of our windows in task bars: a forager on a landscape of steps."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from render.palette import PALETTES, table

SIDE, FINER = 64, 4  # pixels of a side, and how many times larger it is drawn before it is averaged
TERRACES = 6
FORAGER, SHADE = (94, 214, 255), (12, 13, 18)


@lru_cache(1)
def icon() -> NDArray[np.uint8]:
    """The icon, uint8 [64, 64, 4]: red, green, blue, opacity."""
    from PIL import Image, ImageDraw

    side = FINER * SIDE
    y, x = (np.mgrid[:side, :side] + 0.5) / side - 0.5
    angle, distance = np.arctan2(y + 0.1, x - 0.08), np.hypot(y + 0.1, x - 0.08)
    rough = 0.05 * np.sin(5 * angle + 9 * distance) + 0.025 * np.sin(13 * angle - 20 * distance)
    height = np.clip(1.05 - 1.75 * (distance + rough * distance * 3), 0, 1)
    terraces = np.floor(height * TERRACES) / TERRACES
    colours = table(PALETTES[0])
    picture = colours[(terraces * 0.9 * (len(colours) - 1)).astype(np.intp)]
    image = Image.fromarray(np.ascontiguousarray(picture))
    draw = ImageDraw.Draw(image)
    middle, radius = (0.36 * side, 0.66 * side), 0.17 * side
    beak = [
        (middle[0] + dx * radius, middle[1] + dy * radius) for dx, dy in ((0.2, -0.95), (1.75, -1.05), (0.95, 0.35))
    ]
    for grow, ink in ((1.28, SHADE), (1.0, FORAGER)):
        wide = [(middle[0] + (a - middle[0]) * grow, middle[1] + (b - middle[1]) * grow) for a, b in beak]
        reach = radius * (1 + (grow - 1) * 0.9)
        draw.polygon(wide, ink)
        draw.ellipse((middle[0] - reach, middle[1] - reach, middle[0] + reach, middle[1] + reach), ink)
    eye, dot = (middle[0] + 0.35 * radius, middle[1] - 0.35 * radius), 0.26 * radius
    draw.ellipse((eye[0] - dot, eye[1] - dot, eye[0] + dot, eye[1] + dot), SHADE)
    shape = Image.new("L", (side, side), 0)
    ImageDraw.Draw(shape).rounded_rectangle((0, 0, side - 1, side - 1), 0.2 * side, 255)
    image.putalpha(shape)
    return np.array(image.reduce(FINER))
