"""View control: how a landscape is shown; zooming, panning, turning and colouring it, and undoing that.

Places are x, y in pixels of the landscape's frame of H rows and W columns.
"""

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

from render.palette import PALETTES
from render.window.play.field_renderer import FieldRenderer, Shot, View, ViewSettings
from render.window.viewport import Viewport, arrow_drag

VIEWS: tuple[View, ...] = ("flat", "land", "dive")
NAMES = {"flat": "from above", "land": "as land", "dive": "as one dive"}
STARTS: dict[str, View] = {"zoom": "dive", "slide": "land", "turn": "land"}  # the first view of a tour
MOST_UNDONE = 64
PAUSE = 0.8  # seconds: turns of the wheel that follow each other sooner are undone together
NOTCH = 1.15  # how much closer to the land one notch of the wheel leads
NEAREST, FARTHEST = 12.0, 0.5  # limits of `near`
TURN = 0.3  # degrees for each pixel of dragging
ELEVATIONS = (10.0, 85.0)  # degrees
FURTHEST = 0.7  # most that the camera's aim moves off the middle, in longer sides


@dataclass(frozen=True, slots=True)
class ViewState:
    """The settings of all views, and the viewport of the view from above."""

    settings: ViewSettings
    viewport: Viewport


class ViewControl:
    """The present view of a renderer's field, and the views before."""

    def __init__(self, renderer: FieldRenderer, area: tuple[int, int]) -> None:
        """Start with the view that suits the tour, and show all of the field in a frame of `area` H, W."""
        tour = renderer.field.tour
        self._renderer, self.area = renderer, area
        self._zooms = tour.name == "zoom"
        self._state = ViewState(ViewSettings(STARTS.get(tour.name, "flat")), renderer.whole(area))
        self._past: list[ViewState] = []
        self._wheeled = -PAUSE

    @property
    def settings(self) -> ViewSettings:
        """View, colours and camera."""
        return self._state.settings

    @property
    def viewport(self) -> Viewport:
        """The visible part of the field, seen from above."""
        return self._state.viewport

    def fit(self, area: tuple[int, int]) -> None:
        """Take a new size H, W of the frame."""
        self.area = area
        self._state = replace(self._state, viewport=self.viewport.into(self._renderer.layout(area).field))

    def shot(self, position: float) -> Shot:
        """The shot that shows this view at a position of the tour; the view from above shows whole frames."""
        position = float(math.floor(position + 1e-9)) if self.settings.view == "flat" else position
        return Shot(self.settings, position, self.area, self.viewport, self._renderer.field.version)

    def about(self, position: float) -> dict[str, Any]:
        """The metadata of a picture that is taken now, as JSON data."""
        field = self._renderer.field
        state = {"look": asdict(self.settings), "lens": asdict(self.viewport)}
        return {"field": field.landscape.json(), "tour": field.tour.name, "frame": position, **state}

    def key(self, name: str) -> str | None:
        """Handle a key for the view or its colours; returns a message, or None for any other key."""
        settings = self.settings
        match name:
            case "p" | "P":
                palette = PALETTES[(PALETTES.index(settings.palette) + (1 if name == "p" else -1)) % len(PALETTES)]
                self._change(palette=palette)
                return palette
            case "e":
                self._change(equalise=not settings.equalise)
                return "colours linear" if settings.equalise else "colours by rank"
            case "l":
                self._change(relief=not settings.relief)
                return "without relief" if settings.relief else "with relief"
            case "v" | "V":
                views, way = VIEWS if self._zooms else VIEWS[:2], 1 if name == "v" else -1
                self._change(view=views[(views.index(settings.view) + way) % len(views)])
                return NAMES[self.settings.view]
            case "left" | "right" | "up" | "down":
                self.remember()
                self.drag(*arrow_drag(name, self.area))
                return ""
            case "0":
                self.remember()
                first = ViewSettings(settings.view, settings.palette, settings.equalise, settings.relief)
                self._state = ViewState(first, self._renderer.whole(self.area))
                return "all of it"
            case "backspace":
                return self._undo()
        return None

    def remember(self) -> None:
        """Store the present view, so that Backspace returns to it."""
        self._past = [*self._past[1 - MOST_UNDONE :], self._state]

    def wheel(self, x: int, y: int, turns: float, position: float, now: float) -> None:
        """Zoom in by notches at a place. Calls whose times `now`, in seconds, are close are undone together."""
        if now - self._wheeled >= PAUSE:
            self.remember()
        self._wheeled = now
        if self.settings.view == "flat":
            self._state = replace(self._state, viewport=self.viewport.zoomed(x, y, turns))
            return
        settings = self.settings
        near, aim = min(NEAREST, max(FARTHEST, settings.near * NOTCH**turns)), settings.aim
        pixel = self._renderer.pixel_at(self.shot(position), x, y)
        if near > settings.near and pixel is not None:
            (h, w), part = self._renderer.field.tour.shape, 1 - settings.near / near
            to = ((pixel[2] + 0.5 - w / 2) / max(h, w), (h / 2 - pixel[1] - 0.5) / max(h, w))
            aim = (aim[0] + part * (to[0] - aim[0]), aim[1] + part * (to[1] - aim[1]))
        elif near < settings.near:
            # On the way out the aim returns to the middle, which it reaches when all of the land is visible.
            back = max(0.0, (near - 1) / (settings.near - 1)) if settings.near > 1 else 0.0
            aim = (aim[0] * back, aim[1] * back)
        self._change(near=near, aim=aim)

    def drag(self, dx: int, dy: int, pan: bool = False) -> None:
        """Pan the view from above by pixels; turn the land, or `pan` it."""
        settings = self.settings
        if settings.view == "flat":
            self._state = replace(self._state, viewport=self.viewport.panned(dx, dy))
        elif settings.view == "land" and pan:
            camera = settings.camera(self._renderer.field.tour.shape, self.area)
            unit = camera.distance / camera.focal(self.area[0])
            self._change(aim=panned_aim(settings, dx * unit, dy * unit))
        elif settings.view == "land":
            low, high = ELEVATIONS
            elevation = min(high, max(low, settings.elevation + TURN * dy))
            self._change(azimuth=(settings.azimuth + TURN * dx) % 360, elevation=elevation)

    def _undo(self) -> str:
        """Return to the view before, with the present colours; returns a message."""
        if not self._past:
            return "no view before this one"
        before, now = self._past.pop(), self.settings
        settings = replace(before.settings, palette=now.palette, equalise=now.equalise, relief=now.relief)
        self._state = ViewState(settings, before.viewport)
        self.fit(self.area)
        return "the view before"

    def _change(self, **changes: Any) -> None:
        self._state = replace(self._state, settings=replace(self.settings, **changes))


def panned_aim(settings: ViewSettings, dx: float, dy: float) -> tuple[float, float]:
    """The camera's aim after the land is dragged by dx and dy, in longer sides of the field at the aim."""
    azimuth, across = math.radians(settings.azimuth), -dx
    ahead = dy / math.sin(math.radians(settings.elevation))
    east = -across * math.cos(azimuth) - ahead * math.sin(azimuth)
    north = across * math.sin(azimuth) - ahead * math.cos(azimuth)
    x, y = (min(FURTHEST, max(-FURTHEST, at)) for at in (settings.aim[0] + east, settings.aim[1] + north))
    return x, y
