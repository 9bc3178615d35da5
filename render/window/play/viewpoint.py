"""Viewpoint: how a landscape is looked at, and where from; what zooming, panning and turning change, and their undoing.

Places are x, y in pixels of the landscape's frame of H rows and W columns.
"""

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

from render.palette import PALETTES
from render.window.play.stage import Look, Pixel, Stage, View
from render.window.viewport import Viewport

VIEWS: tuple[View, ...] = ("flat", "land", "dive")
NAMES = {"flat": "from above", "land": "as land", "dive": "as one dive"}
STARTS: dict[str, View] = {"zoom": "dive", "slide": "land", "turn": "land"}
PAST = 64  # views that can be had back
PAUSE = 0.8  # seconds between turns of the wheel that are undone apart
NOTCH = 1.15  # how much closer to the land a notch of the wheel is
NEAREST, FARTHEST = 12.0, 0.5
TURN = 0.3  # degrees a pixel of dragging
ELEVATIONS = (10.0, 85.0)
FURTHEST = 0.7  # longer sides from the middle that the land is panned
KEYS = (
    ("p P", "next, last palette"),
    ("e", "colours by rank, or linear"),
    ("l", "relief"),
    ("v", "from above, as land, or as a dive (zooms)"),
    ("wheel", "zoom at the cursor"),
    ("drag", "pan; turn the land, with shift pan it"),
    ("0", "all of it again"),
    ("Backspace", "the view before"),
)


@dataclass(frozen=True, slots=True)
class Eye:
    """A look, and the viewport through which the view from above is seen."""

    look: Look
    viewport: Viewport


class Viewpoint:
    """Where a stage is looked at from."""

    def __init__(self, stage: Stage, area: tuple[int, int]) -> None:
        """As the tour is looked at best, all of it in a frame of `area` H, W."""
        self.stage, self.area = stage, area
        self.zooms = stage.field.tour.name == "zoom"
        self._eye = Eye(Look(STARTS.get(stage.field.tour.name, "flat")), stage.viewport(area))
        self._past: list[Eye] = []
        self._wheeled = -PAUSE

    @property
    def look(self) -> Look:
        """View, colours and camera."""
        return self._eye.look

    @property
    def viewport(self) -> Viewport:
        """Which part is seen from above."""
        return self._eye.viewport

    def fit(self, area: tuple[int, int]) -> None:
        """The frame has a new size H, W."""
        self.area = area
        self._eye = replace(self._eye, viewport=self.viewport.into(self.stage.page(area).field))

    def about(self, position: float) -> dict[str, Any]:
        """What a picture taken from here is of, as JSON has it."""
        field = self.stage.field
        seen = {"tour": field.tour.name, "frame": position, "look": asdict(self.look), "lens": asdict(self.viewport)}
        return {"field": field.landscape.json(), **seen}

    def under(self, position: float, x: int, y: int) -> Pixel | None:
        """The pixel of the field at a place."""
        return self.stage.under(self.look, position, self.area, self.viewport, x, y)

    def key(self, name: str) -> str | None:
        """Take in one of KEYS; what to tell the person, or None where it is another key."""
        look = self.look
        match name:
            case "p" | "P":
                palette = PALETTES[(PALETTES.index(look.palette) + (1 if name == "p" else -1)) % len(PALETTES)]
                self._change(palette=palette)
                return palette
            case "e":
                self._change(equalise=not look.equalise)
                return "colours linear" if look.equalise else "colours by rank"
            case "l":
                self._change(relief=not look.relief)
                return "without relief" if look.relief else "with relief"
            case "v":
                views = VIEWS if self.zooms else VIEWS[:2]
                self._change(view=views[(views.index(look.view) + 1) % len(views)])
                return NAMES[self.look.view]
            case "0":
                self.remember()
                self._eye = Eye(
                    Look(look.view, look.palette, look.equalise, look.relief), self.stage.viewport(self.area)
                )
                return "all of it"
            case "backspace":
                if not self._past:
                    return "no view before this one"
                before = self._past.pop()
                # Colours are not part of the way back.
                same: dict[str, Any] = {each: getattr(look, each) for each in ("palette", "equalise", "relief")}
                self._eye = Eye(replace(before.look, **same), before.viewport)
                self.fit(self.area)
                return "the view before"
        return None

    def remember(self) -> None:
        """Keep this view for Backspace."""
        self._past = [*self._past[1 - PAST :], self._eye]

    def wheel(self, x: int, y: int, turns: int, position: float, now: float) -> None:
        """Closer by so many notches at a place; `now` in seconds tells one zooming from the next."""
        if now - self._wheeled >= PAUSE:
            self.remember()
        self._wheeled = now
        if self.look.view == "flat":
            self._eye = replace(self._eye, viewport=self.viewport.zoomed(x, y, turns))
            return
        look = self.look
        near, aim = min(NEAREST, max(FARTHEST, look.near * NOTCH**turns)), look.aim
        under = self.under(position, x, y)
        if near > look.near and under is not None:
            (h, w), part = self.stage.field.tour.shape, 1 - look.near / near
            to = ((under[2] + 0.5 - w / 2) / max(h, w), (h / 2 - under[1] - 0.5) / max(h, w))
            aim = (aim[0] + part * (to[0] - aim[0]), aim[1] + part * (to[1] - aim[1]))
        elif near < look.near:
            back = max(0.0, (near - 1) / (look.near - 1)) if look.near > 1 else 0.0  # all of it stands in the middle
            aim = (aim[0] * back, aim[1] * back)
        self._change(near=near, aim=aim)

    def drag(self, dx: int, dy: int, pan: bool = False) -> None:
        """Pan the view from above; turn the land, or `pan` it."""
        look = self.look
        if look.view == "flat":
            self._eye = replace(self._eye, viewport=self.viewport.panned(dx, dy))
        elif look.view == "land" and pan:
            camera = look.camera(self.stage.field.tour.shape, self.area)
            unit = camera.distance / camera.focal(self.area[0])  # longer sides a pixel, where the camera aims
            azimuth, across = math.radians(look.azimuth), -dx * unit
            ahead = dy * unit / math.sin(math.radians(look.elevation))
            east = -across * math.cos(azimuth) - ahead * math.sin(azimuth)
            north = across * math.sin(azimuth) - ahead * math.cos(azimuth)
            aim = (min(FURTHEST, max(-FURTHEST, at)) for at in (look.aim[0] + east, look.aim[1] + north))
            self._change(aim=tuple(aim))
        elif look.view == "land":
            low, high = ELEVATIONS
            elevation = min(high, max(low, look.elevation + TURN * dy))
            self._change(azimuth=(look.azimuth + TURN * dx) % 360, elevation=elevation)

    def _change(self, **changes: Any) -> None:
        self._eye = replace(self._eye, look=replace(self.look, **changes))
