"""Field renderer: draws a field from above, as land in 3-D, or as one dive; and finds the pixel under the cursor.

T frames of h x w pixels; H and W rows and columns of the window's frame. A position is a number of frames, 0 to T-1.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from math import floor
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from render.camera import Camera
from render.film import FilmConfig, Scene
from render.film_words import words
from render.film_zoom import zoom
from render.legend import Frame, foot, print_size, put_colour_bar, put_foot, put_scale_bar, put_words
from render.looks import looked
from render.palette import PALETTES, colour
from render.picture import BACKGROUND, EDGE, lit
from render.picture_layout import PictureLayout, picture_layout
from render.terrain import terrain
from render.window.play.growing_field import GrowingField
from render.window.play.picking import pixel_under, place_of
from render.window.viewport import Viewport

View = Literal["flat", "land", "dive"]
Pixel = tuple[int, int, int]  # frame, row, column

ALIKE = 0.06  # a field fills the frame if the ratio of their sides differs by less than this
HATCH = ((21, 22, 28), (27, 28, 35))  # the stripes of pixels that have not been swept
FINE = 240  # steps of a dive for each frame of the tour
WIDE = 16 / 9


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """How a field is shown: the view, the colours, and the camera of the 3-D view.

    The camera stands towards `azimuth` and `elevation` degrees, `near` times closer than the distance that shows all of
    the land, and is turned to `aim`: x east and y north of the middle, in longer sides of the field.
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
        """The camera for a field of h, w in a frame of H, W; stands back far enough for narrow frames."""
        distance = 1.3 + 0.7 * min(shape) / max(shape)
        distance *= max(1.0, WIDE * size[0] / size[1]) / self.near
        return Camera(self.azimuth, self.elevation, distance, target=(*self.aim, -0.055 * distance))


@dataclass(frozen=True, slots=True)
class Shot:
    """All that a frame of `size` H, W depends on, besides the field; `version` is the field's, which may grow."""

    settings: ViewSettings
    position: float
    size: tuple[int, int]
    viewport: Viewport
    version: int

    @property
    def frame(self) -> int:
        """The frame of the tour at the position."""
        return floor(self.position + 1e-9)


class FieldRenderer:
    """Draws shots of a field. A frame depends on its shot and the field alone; the cache only makes it faster."""

    def __init__(self, field: GrowingField) -> None:
        """For a finished or growing field."""
        self.field = field
        self._painted = lru_cache(12)(self._paint)
        self._dive = lru_cache(2)(self._dive_scene)

    def layout(self, size: tuple[int, int]) -> PictureLayout:
        """Where field and words go in a frame of H, W seen from above."""
        h, w = self.field.tour.shape
        if abs(w / h * size[0] / size[1] - 1) < ALIKE:
            return PictureLayout((0, 0, size[1], size[0]), foot(size), print_size(size), True)
        return picture_layout((h, w), size)

    def is_overlaid(self, size: tuple[int, int], view: View) -> bool:
        """Whether a view in a frame of H, W has its words over the picture."""
        return view != "flat" or self.layout(size).overlaid

    def whole(self, size: tuple[int, int]) -> Viewport:
        """The viewport that shows the whole field in a frame of H, W."""
        return Viewport.fitting(self.field.tour.shape, self.layout(size).field)

    def draw(self, shot: Shot) -> Frame:
        """Draw a shot, uint8 [H, W, 3], with words, colour bar and scale. The caller may change the array."""
        shot = replace(shot, settings=looked(self.field.landscape.objective, shot.settings))
        if shot.settings.view == "land":
            return self._draw_land(shot)
        if shot.settings.view == "dive":
            settings = shot.settings
            scene = self._dive(settings.palette, settings.equalise, settings.relief, shot.size, self.field.version)
            return scene.draw(self._dive_frame(shot.position))
        return self._draw_flat(shot)

    def pixel_at(self, shot: Shot, x: int, y: int) -> Pixel | None:
        """The pixel of the field that a shot shows at x, y of the frame."""
        if shot.settings.view == "land":
            camera = shot.settings.camera(self.field.tour.shape, shot.size)
            at = pixel_under(camera, self.field.heights(shot.frame), self.field.limits, shot.size, x, y)
        elif shot.settings.view == "dive":
            for inner in range(min(shot.frame + 1, len(self.field) - 1), -1, -1):
                at = self._dive_viewport(shot, inner).pixel(x, y)
                if at is not None:
                    return inner, *at
            return None
        else:
            at = shot.viewport.pixel(x, y)
        return None if at is None else (shot.frame, *at)

    def place_of(self, shot: Shot, pixel: Pixel) -> tuple[int, int] | None:
        """Where in the frame of a shot a pixel of the field is; None where it is outside."""
        frame, row, column = pixel
        size = shot.size
        if shot.settings.view == "land":
            camera = shot.settings.camera(self.field.tour.shape, size)
            x, y = place_of(camera, self.field.heights(frame), self.field.limits, size, row, column)
        else:
            viewport = self._dive_viewport(shot, frame) if shot.settings.view == "dive" else shot.viewport
            x, y = viewport.frame(column + 0.5, row + 0.5)
            left, top, width, height = viewport.box
            if not (left <= x < left + width and top <= y < top + height):
                return None
        return (floor(x), floor(y)) if 0 <= x < size[1] and 0 <= y < size[0] else None

    def _draw_flat(self, shot: Shot) -> Frame:
        """The field from above, with its legend below, beside or over it."""
        field, settings = self.field, shot.settings
        layout, ranks = self.layout(shot.size), field.ranks if settings.equalise else None
        left, top, width, height = layout.field
        out = np.empty((*shot.size, 3), np.uint8)
        if not layout.overlaid:
            out[:] = BACKGROUND
            out[max(0, top - 1) : top + height + 1, max(0, left - 1) : left + width + 1] = EDGE
        picture = self._painted(shot.frame, settings.palette, settings.equalise, settings.relief, field.version)
        out[top : top + height, left : left + width] = shot.viewport.draw(picture)
        title, caption = words(field.reel, FilmConfig(), shot.frame)
        window = field.tour.windows[0 if field.tour.layers else shot.frame]
        spacing = window.pixel * field.tour.scale / shot.viewport.scale
        if layout.overlaid:
            put_foot(out, field.limits, settings.palette, ranks, title, caption, spacing, field.reel.unit)
            return out
        (x, y, room, depth), text = layout.legend, layout.text
        base, unit = y + depth - round(2.4 * text), field.reel.unit
        put_colour_bar(out, (x, base), min(room, 24 * text), field.limits, settings.palette, ranks, unit, text, room)
        put_scale_bar(out, (x, base - round(4.2 * text)), min(room, 8 * text), spacing, text)
        put_words(out, title, caption, (x, y, room, depth - 9 * text), text)
        return out

    def _draw_land(self, shot: Shot) -> Frame:
        """The field as land in 3-D; between two finished frames the heights are interpolated."""
        field, settings, frame = self.field, shot.settings, shot.frame
        heights, share = field.heights(frame), shot.position - frame
        after = (frame + 1) % len(field) if field.tour.loop else min(frame + 1, len(field) - 1)
        coverage = field.coverage.by_frame
        if share > 1e-9 and coverage[frame] == coverage[after] == 1:
            heights = (1 - np.float32(share)) * heights + np.float32(share) * field.heights(after)
        ranks = field.ranks if settings.equalise else None
        picture = _hatched(colour(heights, settings.palette, field.limits, ranks), heights)
        camera = settings.camera(field.tour.shape, shot.size)
        out = terrain(heights, picture, camera, shot.size, limits=field.limits, lit=settings.relief)
        title, caption = words(field.reel, FilmConfig(), frame)
        put_foot(out, field.limits, settings.palette, ranks, title, caption, unit=field.reel.unit)
        return out

    def _paint(self, frame: int, palette: str, equalise: bool, relief: bool, version: int) -> Frame:
        """The colours [h, w, 3] of a frame; the cache needs `version`."""
        heights = self.field.heights(frame)
        rgb = colour(heights, palette, self.field.limits, self.field.ranks if equalise else None)
        return _hatched(lit(rgb, heights, self.field.limits) if relief else rgb, heights)

    def _dive_scene(self, palette: str, equalise: bool, relief: bool, size: tuple[int, int], version: int) -> Scene:
        """A zoom tour as one continuous dive of FINE steps a frame; the cache needs `version`."""
        seconds = max(1, FINE * (len(self.field) - 1)) / 60
        return zoom(self.field.reel, FilmConfig("flat", palette, equalise, relief, seconds), size, 60)

    def _dive_frame(self, position: float) -> int:
        """The frame of the dive's scene at a position."""
        return round(position / max(1, len(self.field) - 1) * (max(1, FINE * (len(self.field) - 1)) - 1))

    def _dive_viewport(self, shot: Shot, frame: int) -> Viewport:
        """Where a dive shows a frame of its tour; may reach beyond the edges of that frame."""
        tour = self.field.tour
        octaves = np.log2(tour.windows[0].radius / np.array([window.radius for window in tour.windows]))
        depth = np.interp(shot.position, np.arange(len(tour)), octaves)
        fitting = Viewport.fitting(tour.shape, (0, 0, shot.size[1], shot.size[0]))
        return Viewport(tour.shape, fitting.box, float(2.0 ** (depth - octaves[frame])), fitting.x, fitting.y)


def _hatched(rgb: Frame, heights: NDArray[np.float32]) -> Frame:
    """Draw faint stripes over the pixels whose height is unknown."""
    missing = ~np.isfinite(heights)
    if not missing.any():
        return rgb
    out = rgb.copy()
    rows, columns = np.nonzero(missing)
    out[rows, columns] = np.asarray(HATCH, np.uint8)[(rows + columns) // 5 % 2]
    return out
