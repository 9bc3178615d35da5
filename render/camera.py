"""Camera: an eye on a field that lies as land, and where in its picture the land is.

Lengths are in pixels of the field, x east, y south, z up, from the middle of its north-west pixel. H, W of a picture.
"""

import math
from dataclasses import dataclass

import numpy as np

from agents.errors import UserError

Stand = tuple[float, float, float, float, float]  # the eye's x, y, z, and the level way that it looks
Box = tuple[float, float, float, float]  # left, right, low, high


@dataclass(frozen=True, slots=True)
class Camera:
    """An eye on a `target` (x east, y north, z up, in longer sides of the field from its middle); angles in degrees.

    It stands towards `azimuth` (0 north, 90 east, 180 south) of the target, `elevation` above the horizon, `distance`
    longer sides away. `view` is the angle between the picture's upper and lower edge.
    """

    azimuth: float = 225.0
    elevation: float = 34.0
    distance: float = 2.15
    view: float = 32.0
    target: tuple[float, float, float] = (0.0, 0.0, -0.05)

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        if not all(map(math.isfinite, (self.azimuth, self.elevation, self.distance, self.view, *self.target))):
            raise UserError(f"a camera is made of finite numbers, got {self}")
        if not 5 <= self.elevation <= 90:
            raise UserError(f"a camera's elevation is from 5 to 90 degrees, got {self.elevation:g}")
        if not 5 <= self.view <= 90:
            raise UserError(f"a camera's view is from 5 to 90 degrees, got {self.view:g}")
        if self.distance <= 0:
            raise UserError(f"a camera's distance is above 0, got {self.distance:g}")

    def stand(self, shape: tuple[int, int]) -> Stand:
        """The eye's x, y, z and the x, y of its level way forward, in pixels of a field of `shape`."""
        azimuth, elevation, unit = math.radians(self.azimuth), math.radians(self.elevation), max(shape)
        forward_x, forward_y = -math.sin(azimuth), math.cos(azimuth)
        back = self.distance * math.cos(elevation)
        x = (self.target[0] - forward_x * back) * unit + 0.5 * (shape[1] - 1)
        y = (-self.target[1] - forward_y * back) * unit + 0.5 * (shape[0] - 1)
        return x, y, (self.target[2] + self.distance * math.sin(elevation)) * unit, forward_x, forward_y

    def focal(self, height: int) -> float:
        """The distance from the eye to a picture of `height` pixels, in pixels."""
        return 0.5 * height / math.tan(0.5 * math.radians(self.view))

    def covered(self, shape: tuple[int, int], size: tuple[int, int], base: float, tallest: float) -> Box:
        """The part of a picture H, W that a block from -base to tallest may cover, from the picture's middle."""
        stand = self.stand(shape)
        left, right, low, high = -0.5 * size[1], 0.5 * size[1], -0.5 * size[0], 0.5 * size[0]
        pitch, focal = math.radians(self.elevation), self.focal(size[0])
        x, y, z = np.meshgrid((-0.5, shape[1] - 0.5), (-0.5, shape[0] - 0.5), (-base, tallest))
        east, south, down = x - stand[0], y - stand[1], stand[2] - z
        ahead, aside = east * stand[3] + south * stand[4], south * stand[3] - east * stand[4]
        depth = ahead * math.cos(pitch) + down * math.sin(pitch)
        if depth.min() > 1e-3 * max(shape):
            across = focal * aside / depth
            up = focal * (ahead * math.sin(pitch) - down * math.cos(pitch)) / depth
            left, right = max(left, across.min() - 1), min(right, across.max() + 1)
            low, high = max(low, up.min() - 1), min(high, up.max() + 1)
        return left, max(left, right), low, max(low, high)
