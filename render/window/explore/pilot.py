"""Pilot: drifts over a landscape by itself, towards detail and out again.

One leg is a zoom by two about a point with much to see (`sim.landscape.seek`); at the bottom it comes up again, and
dives elsewhere.
"""

from concurrent.futures import Future
from functools import partial

from render.window.explore.place import Ground
from render.window.explore.view import View, deepest
from render.window.explore.worker import Worker
from sim.landscape.plane import Window
from sim.landscape.seek import seek

LEG = 2.4  # seconds
DEPTH = 14  # octaves of a dive
GOLDEN = 0.6180339887498949


class Pilot:
    """Says, when it is time, which view comes next."""

    def __init__(self, worker: Worker) -> None:
        """At rest."""
        self._worker = worker
        self._found: Future[Window] | None = None
        self._waited, self._dives = 0.0, 0
        self._trail: list[View] = []
        self.on = False
        self.rising = False

    def toggle(self) -> bool:
        """Start or stop; whether it drifts now."""
        self.on, self.rising, self._trail, self._found = not self.on, False, [], None
        self._waited = LEG
        return self.on

    def tick(self, seconds: float, ground: Ground, view: View) -> View | None:
        """Time goes by; the next view, or None while this one lasts."""
        if not self.on:
            return None
        self._waited += seconds
        if self.rising:
            return self._rise(view)
        if self._found is None and self._waited >= LEG / 2:
            job = partial(seek, ground.objective, ground.plane, self._start(view), ground.machine, octaves=1)
            self._found = self._worker.ask(job)
        if self._found is None or not self._found.done() or self._waited < LEG:
            return None
        found, self._found = self._found.result(), None
        self._waited = 0.0
        if len(self._trail) >= DEPTH or view.level >= deepest(ground.plane, view):
            self.rising = True
            return None
        self._trail.append(view)
        x, y = (found.x / view.pixel - view.left, -found.y / view.pixel - view.top)
        column, row = (
            min(side - 1, max(0, round(at))) for at, side in zip((x, y), (view.width, view.height), strict=True)
        )
        there = view.moved(round((column - view.width / 2) / 2), round((row - view.height / 2) / 2))
        return there.zoomed(1, view.width // 2, view.height // 2)

    def _start(self, view: View) -> Window:
        """Where to look: the view, at the top each time another part of it."""
        window = view.window
        if self._trail:
            return window
        x, y = (((self._dives * step + 0.5) % 1 - 0.5) * window.radius for step in (GOLDEN, GOLDEN**2))
        return Window(window.x + x, window.y + y, window.radius, window.shape)

    def _rise(self, view: View) -> View | None:
        if self._waited < LEG / 2:
            return None
        self._waited = 0.0
        if self._trail:
            return self._trail.pop()
        self.rising, self._dives = False, self._dives + 1
        return None
