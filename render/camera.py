"""The camera that looks at a field drawn as land: where it stands, and where the land lies in its picture.

H, W are the height and width of a picture in pixels. Lengths on the land are in pixels of the field, x east, y south,
z up, from the middle of its north-west pixel.
"""

import math
from dataclasses import dataclass

import numpy as np

from agents import checks
from agents.errors import UserError

VIEW = 32.0  # degrees between the upper and the lower edge of the picture

Stand = tuple[float, float, float, float, float]  # the eye's x, y, z, and the x, y of the level direction that it looks
Bounds = tuple[float, float, float, float]  # left, right, low, high, in pixels from the middle of the picture


@dataclass(frozen=True, slots=True)
class Camera:
    """An eye that looks at a target on the land. Angles are in degrees; the unit of lengths is the field's longer side.

    `target` is x east, y north, z up, from the middle of the field. Seen from the target, the eye stands in the
    direction `azimuth` (0 north, 90 east, 180 south), `elevation` above the horizon, `distance` away.
    """

    azimuth: float = 225.0
    elevation: float = 34.0
    distance: float = 2.15
    target: tuple[float, float, float] = (0.0, 0.0, -0.05)

    def __post_init__(self) -> None:
        """Raise UserError if a number is not finite or out of its range."""
        if not all(map(math.isfinite, (self.azimuth, self.elevation, self.distance, *self.target))):
            raise UserError(f"the numbers of a camera must be finite, got {self}")
        checks.between("the elevation of a camera", self.elevation, 5, 90, "degrees")
        checks.positive("the distance of a camera", self.distance)

    def stand(self, shape: tuple[int, int]) -> Stand:
        """The eye's x, y, z and the x, y of the level direction that it looks, in pixels of a field of `shape`."""
        azimuth, elevation, unit = math.radians(self.azimuth), math.radians(self.elevation), max(shape)
        forward_x, forward_y = -math.sin(azimuth), math.cos(azimuth)
        back = self.distance * math.cos(elevation)
        x = (self.target[0] - forward_x * back) * unit + 0.5 * (shape[1] - 1)
        y = (-self.target[1] - forward_y * back) * unit + 0.5 * (shape[0] - 1)
        return x, y, (self.target[2] + self.distance * math.sin(elevation)) * unit, forward_x, forward_y

    def focal(self, height: int) -> float:
        """The distance from the eye to a picture of `height` pixels, in pixels."""
        return 0.5 * height / math.tan(0.5 * math.radians(VIEW))

    def covered(self, shape: tuple[int, int], size: tuple[int, int], base: float, tallest: float) -> Bounds:
        """The part of a picture of `size` H, W in which a block of land may lie.

        The block has the field's `shape` and reaches from `base` below to `tallest` above the lowest land.
        """
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
