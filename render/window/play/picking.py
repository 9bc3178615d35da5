"""Picking: which pixel of a field lies under the cursor in the 3-D view, and where in the frame a pixel is drawn.

h and w rows and columns of the field, H and W those of the frame. Lengths as in `render.terrain`: pixels of the field,
x east, y south, z up.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.camera import Camera
from render.relief import filled

VERTICAL = 0.2  # height of the highest pixel above the lowest, in longer sides of the field; as in `render.terrain`
STEP = 0.5  # pixels of the field between two points of a ray


def pixel_under(
    camera: Camera, heights: NDArray[Any], limits: tuple[float, float], size: tuple[int, int], x: int, y: int
) -> tuple[int, int] | None:
    """The row and column of heights [h, w] that is visible at x, y of a frame of `size` H, W; None beside the field.

    Follows the ray from the camera through x, y until it is below the surface.
    """
    eye, ahead, aside, up = _axes(camera, heights.shape)
    ray = ahead * camera.focal(size[0]) + aside * (x + 0.5 - size[1] / 2) + up * (size[0] / 2 - y - 0.5)
    ray /= math.hypot(*ray)
    reach = 2 * (math.hypot(*eye) + max(heights.shape))
    places = eye + np.arange(0.0, reach, STEP)[:, None] * ray
    columns, rows = np.floor(places[:, :2] + 0.5).astype(np.intp).T
    over = (columns >= 0) & (columns < heights.shape[1]) & (rows >= 0) & (rows < heights.shape[0])
    rows, columns, z = rows[over], columns[over], places[over, 2]
    under = _surface(heights, limits, rows, columns) - z
    if not (under >= 0).any():
        return None
    first = int((under >= 0).argmax())
    if first == 0 and under[0] > 1:  # the ray enters through a side wall of the block
        return None
    return int(rows[first]), int(columns[first])


def place_of(
    camera: Camera, heights: NDArray[Any], limits: tuple[float, float], size: tuple[int, int], row: int, column: int
) -> tuple[float, float]:
    """Where in a frame of `size` H, W a pixel's surface is drawn; ignores that other land may hide it."""
    eye, ahead, aside, up = _axes(camera, heights.shape)
    z = _surface(heights, limits, np.array([row]), np.array([column]))[0]
    way = np.array([column, row, z]) - eye
    scale = camera.focal(size[0]) / float(way @ ahead)
    return size[1] / 2 + scale * float(way @ aside), size[0] / 2 - scale * float(way @ up)


def _axes(camera: Camera, shape: tuple[int, ...]) -> tuple[NDArray[np.float64], ...]:
    """The position of the camera, and its directions ahead, to the right and up."""
    x, y, z, east, south = camera.stand((shape[0], shape[1]))
    sine, cosine = math.sin(math.radians(camera.elevation)), math.cos(math.radians(camera.elevation))
    ahead = np.array([east * cosine, south * cosine, -sine])
    return np.array([x, y, z]), ahead, np.array([-south, east, 0.0]), np.array([east * sine, south * sine, cosine])


def _surface(
    heights: NDArray[Any], limits: tuple[float, float], rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> NDArray[np.float64]:
    """The z of pixels, as `render.terrain` draws them."""
    low, high = limits
    unit = VERTICAL * max(heights.shape) / (high - low) if high > low else 0.0
    known = heights[rows, columns].astype(np.float64)
    least = float(filled(heights).min()) if not np.isfinite(known).all() else low
    return np.clip((np.where(np.isfinite(known), known, least) - low) * unit, 0.0, VERTICAL * max(heights.shape))
