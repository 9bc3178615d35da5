"""Enlarge pictures by bicubic interpolation: to the last bit as Pillow does, in less than half of its time.

[h, w] the pixels of the small picture, [H, W] those of the large one, K the taps of a pixel.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from agents.engine.arithmetic import inlined, kernel

SHARPNESS = -0.5  # the parameter a of Keys (1981), doi 10.1109/TASSP.1981.1163711
SUPPORT, TAPS = 2.0, 4  # a pixel is mixed from those within SUPPORT pixels of the small picture
BITS = 22  # of a weight, a whole number: the sums of 8-bit pixels fit into 32 bits
ROUND = np.int32(1 << (BITS - 1))


def enlarged(rgb: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Enlarge colours [h, w, 3] to `size` H, W, neither of which may be less than before."""
    height, width = size
    wide = np.empty((rgb.shape[0], width, 3), np.uint8)
    _stretch_rows(np.ascontiguousarray(rgb), *_taps(rgb.shape[1], width), wide)
    if height == rgb.shape[0]:
        return wide
    out = np.empty((height, width, 3), np.uint8)
    _stretch_columns(wide.reshape(len(wide), -1), *_taps(rgb.shape[0], height), out.reshape(height, -1))
    return out


@lru_cache(64)
def _taps(length: int, size: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The first of the TAPS pixels, of `length` old ones, that each of `size` new pixels mixes, [size]; their weights.

    The weights [size, TAPS] sum to 1, in units of 2^-BITS; they are 0 for pixels beyond the edge.
    """
    firsts, weights = np.zeros(size, np.int64), np.zeros((size, TAPS), np.int32)
    scale = length / size
    for place in range(size):
        centre = (place + 0.5) * scale
        first, stop = max(0, int(centre - SUPPORT + 0.5)), min(length, int(centre + SUPPORT + 0.5))
        values = [_cubic(at - centre + 0.5) for at in range(first, stop)]
        whole = 0.0
        for value in values:  # one after the other, as Pillow adds them
            whole += value
        firsts[place] = first
        for tap, value in enumerate(values):
            share = value / whole * (1 << BITS)
            weights[place, tap] = int(share - 0.5) if share < 0 else int(share + 0.5)
    return firsts, weights


def _cubic(x: float) -> float:
    """The weight of a pixel at a distance of x pixels."""
    x, a = abs(x), SHARPNESS
    if x < 1.0:
        return ((a + 2.0) * x - (a + 3.0)) * x * x + 1
    return (((x - 5) * x + 8) * x - 4) * a if x < SUPPORT else 0.0


@inlined
def _to_byte(total):  # type: ignore[no-untyped-def]
    """A sum of weighted pixels as a pixel: rounded, and clipped to 0 to 255."""
    return np.uint8(min(max(total >> np.int32(BITS), np.int32(0)), np.int32(255)))


@kernel
def _stretch_rows(rgb, firsts, weights, out):  # type: ignore[no-untyped-def]
    """Fill rows [h, W, 3] from rows [h, w, 3]."""
    last = rgb.shape[1] - 1
    for y in range(rgb.shape[0]):
        row, into = rgb[y], out[y]
        for x in range(firsts.size):
            first = firsts[x]
            a, b, c, d = first, min(first + 1, last), min(first + 2, last), min(first + 3, last)
            wa, wb, wc, wd = weights[x, 0], weights[x, 1], weights[x, 2], weights[x, 3]
            for channel in range(3):
                total = ROUND + np.int32(row[a, channel]) * wa + np.int32(row[b, channel]) * wb
                total = total + np.int32(row[c, channel]) * wc + np.int32(row[d, channel]) * wd
                into[x, channel] = _to_byte(total)


@kernel
def _stretch_columns(rows, firsts, weights, out):  # type: ignore[no-untyped-def]
    """Fill rows [H, n] from rows [h, n]."""
    last = rows.shape[0] - 1
    for y in range(firsts.size):
        first, into = firsts[y], out[y]
        a, b, c, d = rows[first], rows[min(first + 1, last)], rows[min(first + 2, last)], rows[min(first + 3, last)]
        wa, wb, wc, wd = weights[y, 0], weights[y, 1], weights[y, 2], weights[y, 3]
        for x in range(into.size):
            total = ROUND + np.int32(a[x]) * wa + np.int32(b[x]) * wb + np.int32(c[x]) * wc + np.int32(d[x]) * wd
            into[x] = _to_byte(total)
