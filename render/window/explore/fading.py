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
    height, width = known.shape
    _fade(plain, lit, np.rint(256 * strength(known)).astype(np.int32), *_between(height), *_between(width), out)
    return out


def _between(side: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """For each pixel of a side the block whose middle lies before it, and how far behind that it is in 256ths."""
    at = np.maximum(0.0, (np.arange(side) + 0.5) / BLOCK - 0.5)
    last = -(-side // BLOCK) - 1
    before = np.minimum(at.astype(np.int32), max(0, last - 1)).astype(np.int32)
    return before, np.minimum(256, np.rint(256 * (at - before))).astype(np.int32)


@kernel
def _fade(plain, lit, strengths, above, down, before, right, out):  # type: ignore[no-untyped-def]
    """Mix `plain` and `lit` [H, W, 3] by the strengths of blocks [h, w] in 256ths, interpolated linearly.

    `above` [H] and `before` [W] are the blocks before a pixel, `down` and `right` the shares of the next ones.
    """
    line = np.empty(strengths.shape[1] + 1, np.int32)
    last, half = strengths.shape[0] - 1, np.int32(1 << 15)
    for y in range(out.shape[0]):
        upper, lower, part = strengths[above[y]], strengths[min(above[y] + 1, last)], down[y]
        for x in range(strengths.shape[1]):
            line[x] = upper[x] * (np.int32(256) - part) + lower[x] * part
        line[-1] = line[-2]
        for x in range(out.shape[1]):
            at, share = before[x], right[x]
            relief = (line[at] * (np.int32(256) - share) + line[at + 1] * share) >> 8
            rest = np.int32(1 << 16) - relief
            for channel in range(3):
                mixed = np.int32(plain[y, x, channel]) * rest + np.int32(lit[y, x, channel]) * relief
                out[y, x, channel] = (mixed + half) >> 16
