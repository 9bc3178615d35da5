"""Darken the foot or the head of a frame, so that words can be read there."""

import numpy as np
from numpy.typing import NDArray

from agents.engine.arithmetic import kernel

DARKEST = 0.93  # how much the frame is darkened at its edge, from 0 to 1


def scrim(frame: NDArray[np.uint8], rows: int) -> None:
    """Darken the last `rows` rows of a frame, more towards its foot, so that text can be read there."""
    rows = min(rows, frame.shape[0])
    ramp = np.linspace(0, 1, rows, dtype=np.float32) ** 0.65
    keep = (256 * (1 - DARKEST * ramp * ramp * (3 - 2 * ramp))).astype(np.uint16)
    _darken(frame[frame.shape[0] - rows :], keep)


@kernel
def _darken(frame, keep):  # type: ignore[no-untyped-def]
    """Keep `keep` [H] 256ths of the light of each row of a frame [H, W, 3]."""
    for y in range(frame.shape[0]):
        row, share = frame[y], np.uint32(keep[y])
        for x in range(frame.shape[1]):
            for channel in range(3):
                row[x, channel] = (row[x, channel] * share) >> np.uint32(8)
