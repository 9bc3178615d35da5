"""Autopilot: moves the explorer by itself, towards detail and out again.

One leg is a zoom by two towards a point with much detail (`sim.landscape.seek`). At the bottom of a dive the autopilot
comes up the same way, and then dives elsewhere.
"""

from concurrent.futures import Future
from functools import partial

from render.window.explore.origin import TerrainSampler
from render.window.explore.tile_worker import TileWorker
from render.window.explore.view import View, deepest
from sim.landscape.plane import Window
from sim.landscape.seek import seek

LEG_SECONDS = 2.4
DEPTH = 14  # octaves of a dive
GOLDEN = 0.6180339887498949  # its multiples modulo 1 spread the starts of the dives evenly


class Autopilot:
    """While `on`, returns the next view when it is time for it."""

    def __init__(self, worker: TileWorker) -> None:
        """Start switched off; `worker` searches for detail."""
        self._worker = worker
        self._target: Future[Window] | None = None
        self._waited, self._dives = 0.0, 0
        self._way_back: list[View] = []
        self.on = False
        self.rising = False

    def toggle(self) -> bool:
        """Switch on or off; returns whether it is on now."""
        self.on, self.rising, self._way_back, self._target = not self.on, False, [], None
        self._waited = LEG_SECONDS
        return self.on

    def tick(self, seconds: float, sampler: TerrainSampler, view: View) -> View | None:
        """Let time pass; returns the next view, or None while the current one stays."""
        if not self.on:
            return None
        self._waited += seconds
        if self.rising:
            return self._rise()
        if self._target is None and self._waited >= LEG_SECONDS / 2:
            window = self._search_window(view)
            job = partial(seek, sampler.objective, sampler.plane, window, sampler.machine, octaves=1)
            self._target = self._worker.submit(job)
        if self._target is None or not self._target.done() or self._waited < LEG_SECONDS:
            return None
        target, self._target = self._target.result(), None
        self._waited = 0.0
        if len(self._way_back) >= DEPTH or view.level >= deepest(sampler.plane, view):
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
        if self._waited < LEG_SECONDS / 2:
            return None
        self._waited = 0.0
        if self._way_back:
            return self._way_back.pop()
        self.rising, self._dives = False, self._dives + 1
        return None
