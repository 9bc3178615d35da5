"""Make the scenes of a film from a reel: flat, as land in perspective, or as one continuous zoom.

T frames of a reel, H and W rows and columns of a frame.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, cos, floor, pi, prod, radians, sin, tan

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from render import objective_labels as labels
from render.camera import VIEW, Camera
from render.film import BAND, FilmConfig, Scene, to_and_fro
from render.legend import Frame, put_foot, short_number
from render.looks import looked
from render.palette import colour
from render.picture import Style, lit, picture
from render.reel import Reel, frames_to_cache
from render.terrain import terrain

FEATHER = 0.22  # in a zoom, the share of a side over which the edge of an inner picture fades into the outer one
OCTAVE = 0.6  # seconds in which a zoom halves its radius
STAY = 1.0  # seconds that the last frame of a film that does not loop is held
SHORTEST = 5.0  # the least seconds of a pass, if a config does not give seconds
SWING = 24.0  # degrees that the camera swings to either side
WIDE, UPRIGHT = 16 / 9, 9 / 16  # widths of frames over their heights
SHALLOW, STEEPEST = 34.0, 52.0  # degrees above the horizon from which land is seen in wide and in upright frames
FITTING = 1.15  # the width of an upright frame over that of the land in it


def film(reel: Reel, config: FilmConfig, size: tuple[int, int], fps: float) -> Scene:
    """The scene of a field in frames of `size` H, W: one pass if the tour loops, else a pass forwards and one back."""
    config = looked(reel.objective, config)
    if reel.tour.name == "zoom":
        scene = zoom(reel, config, size, fps)
    else:
        scene = (perspective if is_land(reel, config) else flat)(reel, config, size, fps)
    if reel.tour.loop:
        return scene
    return to_and_fro(scene, round(STAY * fps))


def is_land(reel: Reel, config: FilmConfig) -> bool:
    """True if the view of a reel is land in perspective. Raises UserError for land of categories, without heights."""
    if reel.objective.categorical:
        if config.view == "land":
            raise UserError(f"the {reel.objective.quantity} has categories and no heights, so no land; choose flat")
        return False
    return config.view == "land" or (config.view == "auto" and reel.tour.name in ("slide", "turn"))


def flat(reel: Reel, config: FilmConfig, size: tuple[int, int], fps: float) -> Scene:
    """The scene of a field seen from above."""
    style = Style(config.palette, config.equalise, config.relief, size)
    count = _frame_count(len(reel), config.seconds, fps)

    def draw(number: int) -> Frame:
        frame = _frame_shown(number, count, len(reel), reel.tour.loop)
        heights, radius = reel.heights(frame), _radius(reel, frame)
        if config.captions:
            title, caption = words(reel, config, frame)
            return picture(heights, radius, style, title, caption, reel.limits, reel.ranks, reel.unit)
        return picture(heights, radius, style, limits=reel.limits, equalise=reel.ranks, legend=False)

    return Scene(count, draw)


def perspective(reel: Reel, config: FilmConfig, size: tuple[int, int], fps: float) -> Scene:
    """The scene of a field as land, with a camera that swings.

    If the scene has more frames than the field, those in between are mixed from two neighbours.
    """
    count = _frame_count(len(reel), config.seconds, fps)

    def draw(number: int) -> Frame:
        at = number * (len(reel) / count if reel.tour.loop else (len(reel) - 1) / max(count - 1, 1))
        before, share = floor(at), at - floor(at)
        after = (before + 1) % len(reel) if reel.tour.loop else min(before + 1, len(reel) - 1)
        heights = (1 - share) * reel.heights(before) + share * reel.heights(after) if share else reel.heights(before)
        return land(reel, heights, config, size, words(reel, config, before), SWING * sin(2 * pi * number / count))

    return Scene(count, draw)


def land(
    reel: Reel,
    heights: NDArray[np.float32],
    config: FilmConfig,
    size: tuple[int, int],
    told: tuple[str, str],
    swing: float = 0.0,
) -> Frame:
    """Heights [h, w] of a reel as land in a frame of `size` H, W, with a title and a caption.

    `swing` turns the camera, in degrees.
    """  # fmt: skip
    ranks = reel.ranks if config.equalise else None
    paint = colour(heights, config.palette, reel.limits, ranks)
    camera = camera_on(reel.tour.shape, size, swing)
    frame = terrain(np.asarray(heights, np.float32), paint, camera, size, limits=reel.limits)
    if config.captions:
        put_foot(frame, reel.limits, config.palette, ranks, *told, unit=reel.unit)
    return frame


def camera_on(shape: tuple[int, int], size: tuple[int, int], swing: float = 0.0) -> Camera:
    """The camera that shows a field of `shape` h, w as land that fills a frame of `size` H, W, turned by `swing`.

    In a frame that is narrower than 16:9 it stands farther off, so that no corner is cut, and higher and more in line
    with the field's columns, so that the land fills the height.
    """
    (height, width), aspect, longer = shape, size[1] / size[0], max(shape)
    narrow = min(1.0, max(0.0, (WIDE - aspect) / (WIDE - UPRIGHT)))
    turned = 45 * (1 - narrow)  # degrees between the view and the field's columns
    widest = radians(turned + SWING)
    across = (width * cos(widest) + height * sin(widest)) / longer
    distance = max(1.3 + 0.7 * min(shape) / longer, FITTING * across / (2 * tan(radians(VIEW / 2)) * aspect))
    steep = SHALLOW + (STEEPEST - SHALLOW) * narrow
    return Camera(180 + turned + swing, steep, distance, (0.0, 0.0, -0.055 * distance * (1 - narrow)))


def zoom(reel: Reel, config: FilmConfig, size: tuple[int, int], fps: float) -> Scene:
    """The scene of a zoom. A frame shows up to three frames of the field, each in the middle of the next wider one."""
    radii = np.array([window.radius for window in reel.tour.windows])
    octaves = np.log2(radii[0] / radii)
    seconds = OCTAVE * float(octaves[-1]) if config.seconds is None else config.seconds
    count = max(1, round(seconds * fps))
    ranks = reel.ranks if config.equalise else None
    painted = _painter(reel, config)

    def draw(number: int) -> Frame:
        depth = float(octaves[-1]) * number / max(count - 1, 1)
        outer = int(np.searchsorted(octaves, depth, side="right")) - 1
        inlays = []
        for inner in range(outer, min(outer + 3, len(octaves))):
            # The innermost appears gradually, or the middle would jump from one frame of the field to the next.
            new = inner == outer + 2
            share = (depth - octaves[outer]) / (octaves[outer + 1] - octaves[outer]) if new else 1.0
            inlays.append(_inlay(size, painted(inner), 2.0 ** (depth - octaves[inner]), share))
        out = _lay(size, inlays)
        if config.captions:
            radius = float(radii[0] * 2.0**-depth) * reel.tour.scale
            rows, columns = reel.tour.shape
            spacing = 2 * radius / min(rows, columns) / max(size[0] / rows, size[1] / columns)
            title, caption = words(reel, config, outer, radius)
            put_foot(out, reel.limits, config.palette, ranks, title, caption, spacing, unit=reel.unit)
        return out

    return Scene(count, draw)


def words(reel: Reel, config: FilmConfig, frame: int, radius: float | None = None) -> tuple[str, str]:
    """The title and caption of a frame; `radius` is that of the picture, if it is not the field's."""
    tour, value = reel.tour, reel.tour.axis.values[frame]
    mean, life = labels.mean(reel.objective, reel.landscape.counts[frame]), labels.life(reel.objective)
    match tour.name:
        case "slide":
            title, parts = "Sliding through a third direction", [f"z = {value * tour.scale:+.2f} ‖g‖", *mean, *life]
        case "turn":
            title, parts = "Turning the plane", [f"{value:.0f} degrees", *mean, *life]
        case "zoom":
            title = "Into the boundary"
            shown = short_number(float(f"{radius or _radius(reel, frame):.2g}"))
            floor = ["the floor of float64"] if tour.note and frame == len(reel) - 1 else []
            parts = [f"radius {shown} ‖g‖", *mean, *life, *floor]
        case "horizon":
            title, parts = "A landscape grows with lifetime", [f"after {value:.0f} of {', '.join(life)}", *mean]
        case "generations":
            title, parts = "Following the champions", [f"generation {value:.0f}", *mean, *life]
        case _:
            title, parts = "From one maze to many", [*mean, *life]
    return config.title or title, ", ".join(parts)


def _frame_count(frames: int, seconds: float | None, fps: float) -> int:
    """The number of frames of one pass through a field of `frames` frames."""
    return max(frames, round(SHORTEST * fps)) if seconds is None else max(1, round(seconds * fps))


def _frame_shown(number: int, count: int, frames: int, loop: bool) -> int:
    """The frame of the field that frame `number` of `count` shows.

    Frames of the field are taken at even distances. Without a loop, the last frame of the scene shows the last one.
    """
    return number * frames // count if loop else number * (frames - 1) // max(count - 1, 1)


def _radius(reel: Reel, frame: int) -> float:
    """Half the shorter side of a frame, as a fraction of the genome's norm."""
    return reel.tour.windows[0 if reel.tour.layers else frame].radius * reel.tour.scale


def _painter(reel: Reel, config: FilmConfig) -> Callable[[int], Frame]:
    """Return a function that colours and lights a frame of the field, and caches the last few."""

    @lru_cache(maxsize=frames_to_cache(3 * prod(reel.tour.shape)))
    def painted(frame: int) -> Frame:
        heights = reel.heights(frame)
        rgb = colour(heights, config.palette, reel.limits, reel.ranks if config.equalise else None)
        return lit(rgb, heights, reel.limits) if config.relief else rgb

    return painted


@dataclass(frozen=True, slots=True, eq=False)
class _Inlay:
    """A picture [h, w, 3] that lies in a frame at `top`, `left`.

    Its opacity is `share` times the smaller of two ramps, down [h] and across [w]. Without ramps it fills the frame.
    """

    part: Frame
    top: int = 0
    left: int = 0
    share: float = 1.0
    ramps: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None

    def lay(self, band: NDArray[np.float32], first: int) -> None:
        """Draw it into a band of the frame's rows, of which the first has the number `first`."""
        start, stop = max(self.top, first), min(self.top + len(self.part), first + len(band))
        if start >= stop:
            return
        part = self.part[start - self.top : stop - self.top].astype(np.float32)
        under = band[start - first : stop - first, self.left : self.left + part.shape[1]]
        if self.ramps is None:
            under[:] = part
            return
        down, across = self.ramps
        alpha = np.float32(self.share) * np.minimum.outer(down[start - self.top : stop - self.top], across)[..., None]
        under += alpha * (part - under)


def _inlay(size: tuple[int, int], paint: Frame, scale: float, share: float) -> _Inlay:
    """Resize a picture of the field to `scale` times a frame of `size` H, W, to lie in its middle with soft edges."""
    from PIL import Image

    height, width = size
    rows, columns = paint.shape[:2]
    cover = max(height / rows, width / columns) * scale  # pixels of the frame to a pixel of the picture
    top, left = _margin(height - rows * cover), _margin(width - columns * cover)
    shown_h, shown_w = height - 2 * top, width - 2 * left
    if min(shown_h, shown_w) < 1:
        return _Inlay(paint[:0])
    box_h, box_w = min(rows, shown_h / cover), min(columns, shown_w / cover)
    box = ((columns - box_w) / 2, (rows - box_h) / 2, (columns + box_w) / 2, (rows + box_h) / 2)
    way = Image.Resampling.BICUBIC if cover >= 1 else Image.Resampling.BOX
    part = np.asarray(Image.fromarray(paint).resize((shown_w, shown_h), way, box=box))
    if scale >= 1:
        return _Inlay(part)
    feather = min(FEATHER, 1 - scale)  # 0 when the picture fills the frame, or its edge would jump
    return _Inlay(part, top, left, share, (_ramp(shown_h, feather), _ramp(shown_w, feather)))


def _lay(size: tuple[int, int], inlays: Sequence[_Inlay]) -> Frame:
    """Draw inlays into a frame of `size` H, W, each over those before it."""
    out = np.empty((*size, 3), np.uint8)
    for first in range(0, size[0], BAND):
        band = np.zeros((min(BAND, size[0] - first), size[1], 3), np.float32)
        for inlay in inlays:
            inlay.lay(band, first)
        out[first : first + BAND] = np.clip(band + 0.5, 0, 255)
    return out


def _margin(room: float) -> int:
    """Pixels on either side of a picture: a whole number, and the same on both sides, or a zoom would tremble."""
    return max(0, ceil(room / 2 - 1e-6))


def _ramp(length: int, feather: float) -> NDArray[np.float32]:
    """Opacities [length] that rise from 0 at both ends to 1, over a share `feather` of the length."""
    edge = np.minimum(np.arange(length), np.arange(length)[::-1]) / max(1.0, feather * length)
    return np.clip(edge, 0, 1).astype(np.float32)
