"""Magnify: a view's colours and heights from those of every 2nd or 4th lattice point.

H and W rows and columns of the view, h and w those of the sparse picture, S its spacing in pixels of the view.
"""

import numpy as np
from numpy.typing import NDArray

from agents.engine.arithmetic import kernel
from render.legend import Frame


def magnified(rgb: Frame, spacing: int, corner: tuple[int, int], shape: tuple[int, int]) -> Frame:
    """The colours [H, W, 3] of a view of `shape` H, W, linear between those of the sparse lattice points [h, w, 3].

    `corner` is the row and column of the view's first pixel, counted in pixels of the view from the first lattice
    point. A pixel that is a lattice point keeps its colour.
    """
    out = np.empty((*shape, 3), np.uint8)
    across = corner[1] + np.arange(shape[1])
    columns, shares = (across // spacing).astype(np.int32), (across % spacing).astype(np.int32)
    rows = np.pad(rgb, ((0, 1), (0, 1), (0, 0)), mode="edge")
    _magnify(rows.reshape(len(rows), -1), np.int32(spacing), corner[0], columns, shares, out)
    return out


@kernel
def _magnify(rows, spacing, top, columns, shares, out):  # type: ignore[no-untyped-def]
    """Interpolate `rows` [h + 1, 3 w + 3] along columns, then along rows, in whole numbers; round the sum once.

    `columns` [W] are the lattice points left of the pixels, and `shares` [W] how far these lie to the right of them.
    """
    line = np.empty(rows.shape[1], np.int32)
    half, shift = np.int32(spacing * spacing // 2), np.int32(2 if spacing == 2 else 4)
    for y in range(out.shape[0]):
        at, part = (top + y) // spacing, np.int32((top + y) % spacing)
        above, below, into = rows[at], rows[at + 1], out[y]
        for x in range(line.size):
            line[x] = np.int32(above[x]) * (spacing - part) + np.int32(below[x]) * part
        for x in range(columns.size):
            first, share = 3 * columns[x], shares[x]
            rest = spacing - share
            into[x, 0] = (line[first] * rest + line[first + 3] * share + half) >> shift
            into[x, 1] = (line[first + 1] * rest + line[first + 4] * share + half) >> shift
            into[x, 2] = (line[first + 2] * rest + line[first + 5] * share + half) >> shift


def repeated(
    heights: NDArray[np.float32], spacing: int, corner: tuple[int, int], shape: tuple[int, int]
) -> NDArray[np.float32]:
    """The heights [H, W] of a view from sparse ones [h, w], each repeated; arguments as in `magnified`."""
    rows, columns = ((at + np.arange(side)) // spacing for at, side in zip(corner, shape, strict=True))
    spread: NDArray[np.float32] = heights.take(rows, axis=0).take(columns, axis=1)
    return spread
