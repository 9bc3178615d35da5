"""Warm-up: what the explorer's own thread calls is compiled, or loaded, in another thread before the first painting.

A kernel that is not compiled yet takes one to fifteen seconds at its first call, and a window that calls it does not
answer meanwhile.
"""

import numpy as np

from render.legend import put_foot
from render.palette import PALETTES, equaliser
from render.window.explore.landscape_panel import put_moved
from render.window.explore.origin import TerrainSampler
from render.window.explore.view import View, deepest

SMALL = (120, 160)  # H and W of a frame that has room for a legend


def warm_up(sampler: TerrainSampler, view: View) -> None:
    """Call each kernel that a move, a note at the cursor, a click or a frame of the window may need.

    numba compiles a kernel once for whole arrays, and once for parts of them: the side panel leaves a part of a frame.
    """
    whole = np.zeros((*SMALL, 3), np.uint8)
    part = np.zeros((SMALL[0], 2 * SMALL[1], 3), np.uint8)[:, : SMALL[1]]
    for frame in (whole, part):
        put_foot(frame, (0.0, 1.0), PALETTES[0], equaliser(np.arange(2.0)), "title", "caption", view.pixel)
        put_moved(frame, whole, 0.0, 0.0, 1.1)
    put_moved(whole, whole, 9.0, 9.0, 1.1)  # the painting covers a part of the frame, at the edge of a zoom
    deepest(sampler.plane, view)
    for dtype in ("float32", "float64"):
        sampler.plane.at(view.point(0, 0), dtype)
