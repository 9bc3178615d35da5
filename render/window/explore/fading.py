"""Fading: relief that appears as pixels become exact, because slopes between guessed heights are no slopes.

H and W rows and columns of a picture, h and w those of its blocks of BLOCK x BLOCK pixels.
"""

import numpy as np
from numpy.typing import NDArray

from agents.engine.arithmetic import kernel
from render.legend import Frame

BLOCK = 16


def strength(known: NDArray[np.bool_]) -> NDArray[np.float32]:
    """How strong the relief is in each block [h, w], 0 to 1: the root of the share of pixels [H, W] that are known."""
    rows, columns = (-(-side // BLOCK) for side in known.shape)
    height, width = known.shape
    starts = np.arange(rows) * BLOCK, np.arange(columns) * BLOCK
    counts = np.add.reduceat(np.add.reduceat(known.astype(np.float32), starts[0], axis=0), starts[1], axis=1)
    tall, wide = (np.minimum(BLOCK, side - start) for side, start in zip((height, width), starts, strict=True))
    strengths: NDArray[np.float32] = np.sqrt(counts / (tall[:, None] * wide)).astype(np.float32)
    return strengths


def faded(plain: Frame, lit: Frame, known: NDArray[np.bool_]) -> Frame:
    """A picture [H, W, 3] between one without relief and one with it, as strong as `known` [H, W] allows.

    The strength is interpolated between the middles of blocks.
    """
    if known.all():
        return lit
    out = np.empty_like(plain)
    _fade(plain, lit, strength(known), np.float32(1 / BLOCK), out)
    return out


@kernel
def _fade(plain, lit, strengths, per_pixel, out):  # type: ignore[no-untyped-def]
    """Mix `plain` and `lit` [H, W, 3] by the strengths of blocks [h, w], interpolated linearly."""
    half, one = np.float32(0.5), np.float32(1.0)
    last_row, last_column = strengths.shape[0] - 1, strengths.shape[1] - 1
    for y in range(out.shape[0]):
        down = max((np.float32(y) + half) * per_pixel - half, np.float32(0.0))
        above = min(int(down), last_row)
        below, part = min(above + 1, last_row), down - np.float32(above)
        for x in range(out.shape[1]):
            right = max((np.float32(x) + half) * per_pixel - half, np.float32(0.0))
            before = min(int(right), last_column)
            after, share = min(before + 1, last_column), right - np.float32(before)
            upper = strengths[above, before] + share * (strengths[above, after] - strengths[above, before])
            lower = strengths[below, before] + share * (strengths[below, after] - strengths[below, before])
            relief = min(one, upper + part * (lower - upper))
            for channel in range(3):
                flat = np.float32(plain[y, x, channel])
                out[y, x, channel] = np.uint8(flat + relief * (np.float32(lit[y, x, channel]) - flat) + half)
