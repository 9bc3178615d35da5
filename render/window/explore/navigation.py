"""Navigation: where the explorer looks, the way back, and the animation of a zoom.

H and W rows and columns of the frame.
"""

import math
from functools import lru_cache

from render.ticks import percent
from render.window.explore.lens import Lens, Shift, resized, shift_of
from render.window.explore.origin import Origin, TerrainSampler
from render.window.explore.place import Place, Terrain
from render.window.explore.view import LOWEST, View, deepest

ZOOM_SECONDS = 0.14  # how long a zoom by an octave or more is animated; shorter for less
AUTOPILOT_SECONDS = 1.4  # the same on autopilot
TOGETHER = 0.7  # seconds: moves of one kind that follow each other sooner are undone together
MOST_UNDONE = 500


class Navigation:
    """The visible terrain and lens. `go` and `undo` change them and return a message for the person, or ""."""

    def __init__(self, origin: Origin, place: Place, shape: tuple[int, int]) -> None:
        """Start at a place, seen in H, W pixels."""
        self._sampler_of = lru_cache(8)(origin.sampler)
        self.sampler: TerrainSampler = self._sampler_of(place.terrain)
        self.lens = Lens.of(place.x, place.y, place.radius, shape)
        self._past: list[tuple[Terrain, Lens]] = []
        self._clock = 0.0
        self._last_move = (-9.0, "")  # its time and its kind
        self._animation: tuple[Shift, float, float] | None = None  # the shift at its start, seconds left, in all

    @property
    def terrain(self) -> Terrain:
        """The visible terrain."""
        return self.sampler.terrain

    @property
    def view(self) -> View:
        """The lattice points that cover the frame."""
        return self.lens.view

    @property
    def place(self) -> Place:
        """The visible terrain, centre and radius."""
        return Place(self.terrain, *self.lens.centre, self.lens.radius)

    @property
    def animated(self) -> bool:
        """Whether a zoom is still being animated."""
        return self._animation is not None

    @property
    def shift(self) -> Shift:
        """Where the view lies in the frame now; during a zoom, on the way from where it was."""
        end = self.lens.shift
        if self._animation is None:
            return end
        begin, left, whole = self._animation
        rest = left / whole
        gone = 1 - rest * rest * (3 - 2 * rest)
        larger = begin[2] * (end[2] / begin[2]) ** gone
        # One point of the plane stays at its place in the frame.
        part = (larger - begin[2]) / (end[2] - begin[2])
        return begin[0] + part * (end[0] - begin[0]), begin[1] + part * (end[1] - begin[1]), larger

    def go(self, terrain: Terrain, lens: Lens, kind: str = "") -> str:
        """Look at another place, unless it is too deep or too wide; returns a message.

        Quick moves of the same `kind` are undone together. Raises UserError where the terrain cannot be sampled.
        """
        sampler, view = self._sampler_of(terrain), lens.view
        if (terrain, lens) == (self.terrain, self.lens):
            return ""
        if view.level > self.view.level and view.level > (floor := deepest(sampler.plane, view)):
            return f"float64's floor: pixels closer than {percent(2.0**-floor)} of the weights are the same network"
        if view.level < LOWEST:
            return "the view cannot be wider"
        when, what = self._last_move
        if kind != "undo" and not (kind and kind == what and self._clock - when < TOGETHER):
            self._past = [*self._past[-MOST_UNDONE:], (self.terrain, self.lens)]
        message = ""
        if view.window.dtype != self.view.window.dtype:
            message = (
                f"{view.window.dtype} from here on: neighbouring pixels differ by {percent(view.pixel)} of the weights"
            )
        self._last_move = (self._clock, kind)
        self._animation = self._way_to(lens, kind) if terrain == self.terrain else None
        self.sampler, self.lens = sampler, lens
        return message

    def _way_to(self, lens: Lens, kind: str) -> tuple[Shift, float, float] | None:
        """The animation from what the frame shows now to another lens; None where nothing is enlarged."""
        begin = shift_of(lens.view, self.view, self.shift)
        octaves = abs(math.log2(begin[2] / lens.scale))
        if octaves < 1e-6:
            return None
        seconds = AUTOPILOT_SECONDS if kind == "autopilot" else ZOOM_SECONDS * min(1.0, 0.3 + octaves)
        return begin, seconds, seconds

    def undo(self) -> str:
        """Go back to the place before the last move; returns a message."""
        if not self._past:
            return "nothing to undo"
        terrain, lens = self._past.pop()
        return self.go(terrain, resized(lens, self.lens.shape), "undo")

    def resize(self, shape: tuple[int, int]) -> None:
        """Give the frame another H, W; its upper left corner stays. `undo` does not take this back."""
        self.lens = resized(self.lens, shape)

    def open_at(self, place: Place, shape: tuple[int, int]) -> None:
        """See a place of the present terrain in a frame of H, W. `undo` does not take this back."""
        self.lens = Lens.of(place.x, place.y, place.radius, shape)

    def shift_by(self, right: int, down: int) -> None:
        """Move the view by pixels of the frame, without animation. `undo` does not take this back."""
        self.lens = self.lens.moved(right, down)

    def tick(self, seconds: float) -> None:
        """Let time pass for the animation."""
        self._clock += seconds
        if self._animation is not None:
            begin, left, whole = self._animation
            self._animation = (begin, left - seconds, whole) if left > seconds else None
