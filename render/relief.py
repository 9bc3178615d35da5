"""Light a field from the side, so that its slopes can be seen.

[H, W] the pixels of a field, row 0 in the north.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.engine.arithmetic import kernel
from render.blur import gaussian

AMBIENT = 0.22  # the least light, as a share of the light on level ground
GLOSS = np.float32(0.55)  # how much brighter slopes towards the sun become
TINT = np.float32(0.28)  # how blue shade is
DARK, HALF, ONE = np.float32(0.0), np.float32(0.5), np.float32(1.0)
SOFT = 4.0  # pixel widths of depth over which a shadow fades in


def filled(heights: NDArray[Any]) -> NDArray[np.float32]:
    """Replace heights [H, W] that are not finite by the least height, or by 0 if none is finite."""
    known = np.isfinite(heights)
    if known.all():
        return np.asarray(heights, np.float32)
    least = heights[known].min() if known.any() else 0.0
    return np.where(known, heights, least).astype(np.float32)


def hillshade(
    heights: NDArray[Any],
    azimuth: float = 315.0,
    altitude: float = 45.0,
    exaggeration: float = 1.0,
    smooth: float = 0.0,
) -> NDArray[np.float32]:
    """The light on heights [H, W], which are in pixel widths: float32 [H, W] in [0, 1], by Lambert's law.

    The light comes from `azimuth` degrees (0 north, 90 east), `altitude` degrees above the horizon: level ground gets
    sin(altitude). Heights are first multiplied by `exaggeration` and blurred by `smooth` pixels. Slopes are the
    weighted differences of Horn (1981).
    """
    # Not by matplotlib's LightSource: it stretches the light of each picture to 0 to 1, and a film would flicker.
    azimuth, altitude = math.radians(azimuth), math.radians(altitude)
    up, west, north = math.sin(altitude), math.sin(azimuth) * math.cos(altitude), math.cos(azimuth) * math.cos(altitude)
    z = np.pad(gaussian(filled(heights), smooth), 1, mode="edge")
    z *= np.float32(exaggeration / 8.0)
    out = np.empty(heights.shape, np.float32)
    _lambert(z, np.float32(up), np.float32(west), np.float32(north), out)
    return out


@kernel
def _lambert(z, up, west, north, out):  # type: ignore[no-untyped-def]
    """The light on heights [H + 2, W + 2], whose edges are repeated; `up`, `west`, `north` point to the light."""
    height, width = out.shape
    columns = np.empty(width + 2, np.float32)
    for y in range(height):
        above, here, below = z[y], z[y + 1], z[y + 2]
        for x in range(width + 2):
            columns[x] = (above[x] + below[x]) + (here[x] + here[x])
        for x in range(width):
            east = columns[x + 2] - columns[x]
            upper = (above[x] + above[x + 2]) + (above[x + 1] + above[x + 1])
            lower = (below[x] + below[x + 2]) + (below[x + 1] + below[x + 1])
            rise = upper - lower
            light = (up - west * east) - north * rise
            light /= np.sqrt((east * east + rise * rise) + ONE)
            out[y, x] = DARK if light <= DARK else light


@kernel
def _shade(rgb, light, flat, ambient, out):  # type: ignore[no-untyped-def]
    """Multiply each colour by its light; where a channel would exceed 255, mix the colour with white instead."""
    for y in range(rgb.shape[0]):
        for x in range(rgb.shape[1]):
            gain = light[y, x] / flat
            gain = ambient + (1 - ambient) * gain if gain < 1 else 1 + GLOSS * (gain - 1)
            # The sky's light is blue, and a little red. Without it, yellow in the shade would look green.
            red, blue = gain * rgb[y, x, 0], gain * rgb[y, x, 2]
            green = gain * rgb[y, x, 1]
            if gain < 1:
                sky = TINT * (1 - gain)
                red, green, blue = red * (1 + 0.3 * sky), green * (1 - sky), blue * (1 + sky)
            greatest = max(red, green, blue)
            lift = np.float32(0.0)
            if greatest > 255:
                part = 255 / greatest
                red, green, blue = red * part, green * part, blue * part
                lift = min(np.float32(1.0), 1 / part - 1)
            out[y, x, 0] = int(red + lift * (255 - red) + HALF)
            out[y, x, 1] = int(green + lift * (255 - green) + HALF)
            out[y, x, 2] = int(blue + lift * (255 - blue) + HALF)


def shade(
    rgb: NDArray[np.uint8], light: NDArray[np.float32], flat: float = math.sqrt(0.5), ambient: float = AMBIENT
) -> NDArray[np.uint8]:
    """Light colours uint8 [H, W, 3] with light [H, W]; where the light is `flat`, a colour stays as it is.

    The hue is kept, except that shade is a little bluer. The darkest shade is about `ambient` times the colour.
    """
    out = np.empty_like(rgb)
    _shade(rgb, light, np.float32(flat), np.float32(ambient), out)
    return out


@kernel
def _shadow(z, drift, fall, out):  # type: ignore[no-untyped-def]
    """Follow the upper edge of the shadow from row to row, where it moves by `drift` columns and sinks by `fall`."""
    height, width = z.shape
    edge = z[0].copy()
    following = z[0].copy()
    out[0] = 1
    for y in range(1, height):
        for x in range(width):
            at = min(max(x - drift, 0.0), width - 1.0)
            left = min(int(at), width - 2)
            part = at - left
            roof = np.float32((1 - part) * edge[left] + part * edge[left + 1] - fall)
            out[y, x] = 1 - min(1.0, max(0.0, (roof - z[y, x]) / SOFT))
            following[x] = max(roof, z[y, x])
        edge, following = following, edge


def shadow(heights: NDArray[np.float32], azimuth: float, altitude: float) -> NDArray[np.float32]:
    """The share of the sun that reaches each pixel, float32 [H, W] in [0, 1]: 0 in the shadow of higher land.

    The sun stands at `azimuth`, `altitude` degrees above the horizon. The shadow fades in over SOFT pixel widths of
    depth below its upper edge.
    """
    # The direction in which light travels.
    south, east = math.cos(math.radians(azimuth)), -math.sin(math.radians(azimuth))
    out = np.empty(heights.shape, np.float32)
    z, seen = heights, out
    if abs(east) > abs(south):
        z, seen, south, east = z.T, seen.T, east, south
    if south < 0:
        z, seen, south = z[::-1], seen[::-1], -south
    _shadow(z, east / south, math.tan(math.radians(altitude)) / south, seen)
    return out


def sunlight(
    rgb: NDArray[np.uint8], heights: NDArray[np.float32], azimuth: float = 315.0, altitude: float = 45.0
) -> NDArray[np.uint8]:
    """Light colours [H, W, 3] by the sun, with shadows and dimmer hollows. Heights [H, W] are in pixel widths."""
    light = hillshade(heights, azimuth, altitude)
    light *= np.float32(0.35) + np.float32(0.65) * shadow(heights, azimuth, altitude)
    open_sky = heights - gaussian(heights, 4.0)
    light *= np.clip(1 + np.float32(0.03) * open_sky, np.float32(0.55), np.float32(1.2))
    return shade(rgb, light, math.sin(math.radians(altitude)))
