"""Autopilot: moves the explorer by itself, towards detail and out again.

One leg is a zoom by two towards a point with much detail (`sim.landscape.seek`). It begins only once the view before is
fine. At the bottom of a dive, and where nothing rich is in sight, the autopilot comes up the same way, and then dives
elsewhere.
"""

from concurrent.futures import Future
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from render.window.explore.origin import TerrainSampler
from render.window.explore.tile_worker import TileWorker
from render.window.explore.view import View, deepest
from sim.landscape.plane import Window
from sim.landscape.sampling import sample
from sim.landscape.seek import seek

LEG_SECONDS = 2.4
PATIENCE = 20.0  # seconds after which a leg begins although the view is not fine yet: its pixels are too slow
DEPTH = 14  # octaves of a dive
GOLDEN = 0.6180339887498949  # its multiples modulo 1 spread the starts of the dives evenly
LOOK = 32  # rows and columns of the sample that decides whether a place is rich
RICH = 0.08  # least share of neighbouring pixels of different heights in a rich place

Target = tuple[Window, float]
"""Where a leg leads, and how rich the place is."""


def richness(heights: NDArray[np.generic]) -> float:
    """The share of neighbours, beside or below each other in heights [H, W], that differ: 0 on a plateau."""
    beside, below = heights[:, 1:] != heights[:, :-1], heights[1:] != heights[:-1]
    return float((beside.sum() + below.sum()) / max(1, beside.size + below.size))


def find_target(sampler: TerrainSampler, window: Window) -> Target:
    """The richest place of a window for a zoom by two, and its richness after the zoom."""
    target = seek(sampler.objective, sampler.plane, window, sampler.machine, octaves=1)
    look = replace(target, radius=window.radius / 2, shape=(LOOK, LOOK))
    return target, richness(sample(sampler.objective, sampler.plane, look, sampler.machine))


class Autopilot:
    """While `on`, returns the next view when it is time for it."""

    def __init__(self, worker: TileWorker) -> None:
        """Start switched off; `worker` searches for detail."""
        self._worker = worker
        self._target: Future[Target] | None = None
        self._waited, self._dives = 0.0, 0
        self._way_back: list[View] = []
        self.on = False
        self.rising = False

    def toggle(self) -> bool:
        """Switch on or off; returns whether it is on now."""
        self.on, self.rising, self._way_back, self._target = not self.on, False, [], None
        self._waited = LEG_SECONDS
        return self.on

    def tick(self, seconds: float, sampler: TerrainSampler, view: View, *, fine: bool) -> View | None:
        """Let time pass; returns the next view, or None while the current one stays.

        `fine` says whether the current view has been computed well enough to leave it.
        """
        if not self.on:
            return None
        self._waited += seconds
        fine = fine or self._waited >= PATIENCE
        if self.rising:
            return self._rise() if fine and self._waited >= LEG_SECONDS / 2 else None
        if self._target is None and fine and self._waited >= LEG_SECONDS / 2:
            self._target = self._worker.submit(partial(find_target, sampler, self._search_window(view)))
        if self._target is None or not self._target.done() or self._waited < LEG_SECONDS:
            return None
        (target, rich), self._target = self._target.result(), None
        self._waited = 0.0
        if rich < RICH or len(self._way_back) >= DEPTH or view.level >= deepest(sampler.plane, view):
            self.rising = True
            return None
        self._way_back.append(view)
        x, y = (target.x / view.pixel - view.left, -target.y / view.pixel - view.top)
        column, row = (
            min(side - 1, max(0, round(at))) for at, side in zip((x, y), (view.width, view.height), strict=True)
        )
        there = view.moved(round((column - view.width / 2) / 2), round((row - view.height / 2) / 2))
        return there.zoomed(1, view.width // 2, view.height // 2)

    def _search_window(self, view: View) -> Window:
        """Where to search for detail: in the view; at the start of each dive in another part of it."""
        window = view.window
        if self._way_back:
            return window
        x, y = (((self._dives * step + 0.5) % 1 - 0.5) * window.radius for step in (GOLDEN, GOLDEN**2))
        return Window(window.x + x, window.y + y, window.radius, window.shape)

    def _rise(self) -> View | None:
        self._waited = 0.0
        if self._way_back:
            return self._way_back.pop()
        self.rising, self._dives = False, self._dives + 1
        return None
