"""Navigation: where the explorer looks, the way back, and the animation of a zoom.

H and W rows and columns of a view.
"""

from functools import lru_cache

from render.window.explore.origin import Origin, TerrainSampler
from render.window.explore.place import Place, Terrain
from render.window.explore.view import LOWEST, View, deepest

ZOOM_SECONDS = 0.14  # how long a zoom is animated
AUTOPILOT_SECONDS = 1.4  # the same on autopilot
TOGETHER = 0.7  # seconds: moves of one kind that follow each other sooner are undone together
MOST_UNDONE = 500

Shift = tuple[float, float, float]


class Navigation:
    """The visible terrain and view. `go` and `undo` change them and return a message for the person, or ""."""

    def __init__(self, origin: Origin, place: Place, shape: tuple[int, int]) -> None:
        """Start at a place, seen in H, W pixels."""
        self._sampler_of = lru_cache(8)(origin.sampler)
        self.sampler: TerrainSampler = self._sampler_of(place.terrain)
        self.view = View.of(place.x, place.y, place.radius, shape)
        self._past: list[tuple[Terrain, View]] = []
        self._clock = 0.0
        self._last_move = (-9.0, "")  # its time and its kind
        self._animation: tuple[View, float, float] | None = None  # the view before, seconds left, seconds in all

    @property
    def terrain(self) -> Terrain:
        """The visible terrain."""
        return self.sampler.terrain

    @property
    def place(self) -> Place:
        """The visible terrain, centre and radius."""
        window = self.view.window
        return Place(self.terrain, window.x, window.y, window.radius)

    @property
    def animated(self) -> bool:
        """Whether a zoom is still being animated."""
        return self._animation is not None

    @property
    def shift(self) -> Shift:
        """How the view is drawn during a zoom: x and y of its upper left pixel in the frame, and its pixels' size."""
        if self._animation is None:
            return 0.0, 0.0, 1.0
        old, left, whole = self._animation
        x, y, scale = self.view.offset(old)
        rest = left / whole
        now = scale ** (rest * rest * (3 - 2 * rest))
        part = (now - 1) / (scale - 1)
        return -x * part / now, -y * part / now, 1 / now

    def go(self, terrain: Terrain, view: View, kind: str = "") -> str:
        """Look at another place, unless it is too deep or too wide; returns a message.

        Quick moves of the same `kind` are undone together. Raises UserError where the terrain cannot be sampled.
        """
        sampler = self._sampler_of(terrain)
        if (terrain, view) == (self.terrain, self.view):
            return ""
        if view.level > self.view.level and view.level > (floor := deepest(sampler.plane, view)):
            return f"float64's floor: it tells no pixels closer than {2.0**-floor:.1g} norms apart here"
        if view.level < LOWEST:
            return "any wider is dust"
        when, what = self._last_move
        if kind != "undo" and not (kind and kind == what and self._clock - when < TOGETHER):
            self._past = [*self._past[-MOST_UNDONE:], (self.terrain, self.view)]
        message = ""
        if view.window.dtype != self.view.window.dtype:
            message = f"{view.window.dtype} from here on: pixels are {view.pixel:.1g} norms apart"
        self._last_move = (self._clock, kind)
        zooms = terrain == self.terrain and view.level != self.view.level
        seconds = AUTOPILOT_SECONDS if kind == "autopilot" else ZOOM_SECONDS
        self._animation = (self.view, seconds, seconds) if zooms else None
        self.sampler, self.view = sampler, view
        return message

    def undo(self) -> str:
        """Go back to the place before the last move; returns a message."""
        if not self._past:
            return "nothing to undo"
        terrain, view = self._past.pop()
        return self.go(terrain, view.resized(self.view.shape), "undo")

    def resize(self, shape: tuple[int, int]) -> None:
        """Give the view another H, W; its upper left corner stays. `undo` does not take this back."""
        self.view = self.view.resized(shape)

    def shift_by(self, right: int, down: int) -> None:
        """Move the view by pixels, without animation. `undo` does not take this back."""
        self.view = self.view.moved(right, down)

    def tick(self, seconds: float) -> None:
        """Let time pass for the animation."""
        self._clock += seconds
        if self._animation is not None:
            view, left, whole = self._animation
            self._animation = (view, left - seconds, whole) if left > seconds else None
