"""Stage: a field's frames as a window shows them: from above, as land, or as one dive; and what lies under the cursor.

T frames of h x w pixels; H and W rows and columns of the window's frame. A position is a number of frames, 0 to T-1.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import floor
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from render.camera import Camera
from render.film import FilmConfig, Scene
from render.legend import Frame, foot, print_size, put_colour_bar, put_foot, put_scale_bar, put_words
from render.palette import PALETTES, colour
from render.picture import BACKGROUND, EDGE, Page, lit, page
from render.terrain import terrain
from render.views import words, zoom
from render.window.play.ground import pixel_under, place_of
from render.window.play.growing import Growing
from render.window.viewport import Viewport

View = Literal["flat", "land", "dive"]
Pixel = tuple[int, int, int]  # frame, row, column

ALIKE = 0.06  # a field whose shape is so near the frame's fills it
HATCH = ((21, 22, 28), (27, 28, 35))  # what has not been swept
FINE = 240  # steps of a dive to a frame
WIDE = 16 / 9


@dataclass(frozen=True, slots=True)
class Look:
    """How a field is looked at; the camera stands towards `azimuth`, and `near` times closer than all of the land is.

    `aim` is the place of the land that it is turned to, x east and y north, in longer sides from the middle.
    """

    view: View = "flat"
    palette: str = PALETTES[0]
    equalise: bool = True
    relief: bool = True
    azimuth: float = 225.0
    elevation: float = 34.0
    near: float = 1.0
    aim: tuple[float, float] = (0.0, 0.0)

    def camera(self, shape: tuple[int, int], size: tuple[int, int]) -> Camera:
        """The eye on a field of shape h, w for a frame of `size` H, W, far enough that narrow frames hold it."""
        distance = 1.3 + 0.7 * min(shape) / max(shape)
        distance *= max(1.0, WIDE * size[0] / size[1]) / self.near
        return Camera(self.azimuth, self.elevation, distance, target=(*self.aim, -0.055 * distance))


@dataclass(frozen=True, slots=True)
class Shot:
    """All that a frame of `size` H, W depends on beside the field, of which `version` tells how far it is swept."""

    look: Look
    position: float
    size: tuple[int, int]
    viewport: Viewport
    version: int


class Stage:
    """Draws a field; keeps what it painted last. A frame is a function of what is given alone."""

    def __init__(self, field: Growing) -> None:
        """For a field, be it finished or growing."""
        self.field = field
        self._painted = lru_cache(12)(self._paint)
        self._dive = lru_cache(2)(self._scene)

    def page(self, size: tuple[int, int]) -> Page:
        """Where field and words go in a frame seen from above."""
        h, w = self.field.tour.shape
        if abs(w / h * size[0] / size[1] - 1) < ALIKE:
            return Page((0, 0, size[1], size[0]), foot(size), print_size(size), True)
        return page((h, w), size)

    def viewport(self, size: tuple[int, int]) -> Viewport:
        """The viewport that fits the field into a frame of `size` H, W."""
        return Viewport.fitting(self.field.tour.shape, self.page(size).field)

    def shoot(self, shot: Shot) -> Frame:
        """The frame uint8 [H, W, 3] of a shot."""
        return self.draw(shot.look, shot.position, shot.size, shot.viewport)

    def draw(self, look: Look, position: float, size: tuple[int, int], viewport: Viewport) -> Frame:
        """The frame uint8 [H, W, 3] at a position, with words, colour bar and scale; it is the caller's own."""
        if look.view == "land":
            return self._land(look, position, size)
        if look.view == "dive":
            scene = self._dive(look.palette, look.equalise, look.relief, size, self.field.version)
            return scene.draw(self._depth(position))
        return self._flat(look, position, size, viewport)

    def under(
        self, look: Look, position: float, size: tuple[int, int], viewport: Viewport, x: int, y: int
    ) -> Pixel | None:
        """The pixel of the field that is seen at x, y of the frame."""
        frame = floor(position + 1e-9)
        if look.view == "land":
            camera = look.camera(self.field.tour.shape, size)
            at = pixel_under(camera, self.field.heights(frame), self.field.limits, size, x, y)
        elif look.view == "dive":
            for inner in range(min(frame + 1, len(self.field) - 1), -1, -1):
                at = self._diving(position, inner, size).pixel(x, y)
                if at is not None:
                    return inner, *at
            return None
        else:
            at = viewport.pixel(x, y)
        return None if at is None else (frame, *at)

    def place(
        self, look: Look, position: float, size: tuple[int, int], viewport: Viewport, pixel: Pixel
    ) -> tuple[int, int] | None:
        """Where in the frame a pixel of the field is; None where it is not to be seen."""
        frame, row, column = pixel
        if look.view == "land":
            camera = look.camera(self.field.tour.shape, size)
            x, y = place_of(camera, self.field.heights(frame), self.field.limits, size, row, column)
        else:
            shown = self._diving(position, frame, size) if look.view == "dive" else viewport
            x, y = shown.frame(column + 0.5, row + 0.5)
            left, top, width, height = shown.box
            if not (left <= x < left + width and top <= y < top + height):
                return None
        return (floor(x), floor(y)) if 0 <= x < size[1] and 0 <= y < size[0] else None

    def _flat(self, look: Look, position: float, size: tuple[int, int], viewport: Viewport) -> Frame:
        field, frame = self.field, floor(position + 1e-9)
        layout, ranks = self.page(size), field.ranks if look.equalise else None
        left, top, width, height = layout.field
        out = np.empty((*size, 3), np.uint8)
        if not layout.bleed:
            out[:] = BACKGROUND
            out[max(0, top - 1) : top + height + 1, max(0, left - 1) : left + width + 1] = EDGE
        paint = self._painted(frame, look.palette, look.equalise, look.relief, field.version)
        out[top : top + height, left : left + width] = viewport.draw(paint)
        title, caption = words(field.reel, FilmConfig(), frame)
        spacing = field.tour.windows[0 if field.tour.layers else frame].pixel * field.tour.scale / viewport.scale
        if layout.bleed:
            put_foot(out, field.limits, look.palette, ranks, title, caption, spacing, field.reel.unit)
            return out
        (x, y, room, depth), text = layout.words, layout.text
        base = y + depth - round(2.4 * text)
        put_colour_bar(out, (x, base), min(room, 24 * text), field.limits, look.palette, ranks, field.reel.unit, text)
        put_scale_bar(out, (x, base - round(4.2 * text)), min(room, 8 * text), spacing, text)
        put_words(out, title, caption, (x, y, room, depth - 9 * text), text)
        return out

    def _land(self, look: Look, position: float, size: tuple[int, int]) -> Frame:
        field, frame = self.field, floor(position + 1e-9)
        heights, share = field.heights(frame), position - frame
        after = (frame + 1) % len(field) if field.tour.loop else min(frame + 1, len(field) - 1)
        known = field.known
        if share > 1e-9 and known[frame] == known[after] == 1:
            heights = (1 - np.float32(share)) * heights + np.float32(share) * field.heights(after)
        ranks = field.ranks if look.equalise else None
        paint = _hatched(colour(heights, look.palette, field.limits, ranks), heights)
        camera = look.camera(field.tour.shape, size)
        out = terrain(heights, paint, camera, size, limits=field.limits, lit=look.relief)
        told = words(field.reel, FilmConfig(), frame)
        put_foot(out, field.limits, look.palette, ranks, *told, unit=field.reel.unit)
        return out

    def _paint(self, frame: int, palette: str, equalise: bool, relief: bool, version: int) -> Frame:
        heights = self.field.heights(frame)
        rgb = colour(heights, palette, self.field.limits, self.field.ranks if equalise else None)
        return _hatched(lit(rgb, heights, self.field.limits) if relief else rgb, heights)

    def _scene(self, palette: str, equalise: bool, relief: bool, size: tuple[int, int], version: int) -> Scene:
        seconds = max(1, FINE * (len(self.field) - 1)) / 60
        return zoom(self.field.reel, FilmConfig("flat", palette, equalise, relief, seconds), size, 60)

    def _depth(self, position: float) -> int:
        return round(position / max(1, len(self.field) - 1) * (max(1, FINE * (len(self.field) - 1)) - 1))

    def _diving(self, position: float, frame: int, size: tuple[int, int]) -> Viewport:
        """The viewport through which a dive shows a frame of its tour; may look beyond the frame's edges."""
        tour = self.field.tour
        octaves = np.log2(tour.windows[0].radius / np.array([window.radius for window in tour.windows]))
        depth = np.interp(position, np.arange(len(tour)), octaves)
        fitting = Viewport.fitting(tour.shape, (0, 0, size[1], size[0]))
        return Viewport(tour.shape, fitting.box, float(2.0 ** (depth - octaves[frame])), fitting.x, fitting.y)


def _hatched(rgb: Frame, heights: NDArray[np.float32]) -> Frame:
    """The painting with quiet stripes where nothing is known."""
    missing = ~np.isfinite(heights)
    if not missing.any():
        return rgb
    out = rgb.copy()
    rows, columns = np.nonzero(missing)
    out[rows, columns] = np.asarray(HATCH, np.uint8)[(rows + columns) // 5 % 2]
    return out
