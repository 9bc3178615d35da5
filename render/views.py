"""Views: how the frames of a reel are drawn: flat, as land in perspective, or as one continuous dive.

T frames of a reel, H and W rows and columns of a frame.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor, pi, prod, sin

import numpy as np
from numpy.typing import NDArray

from render import objective_labels as labels
from render.camera import Camera
from render.film import BAND, FilmConfig, Scene, to_and_fro
from render.legend import Frame, number, put_foot
from render.palette import colour
from render.picture import Style, lit, picture
from render.reel import Reel, kept
from render.terrain import terrain

FEATHER = 0.22  # of a picture's side: how softly an inner octave of a zoom lies in the outer one
OCTAVE = 0.6  # seconds to halve the radius of a zoom
STAY = 1.0  # seconds that the last frame of a film that does not loop is held
SHORTEST = 5.0  # seconds that a pass lasts at least, unless told otherwise
SWAY = 24.0  # degrees that the camera swings to either side of land


def film(reel: Reel, config: FilmConfig, size: tuple[int, int], fps: float) -> Scene:
    """The scene of a field in frames of `size` H, W: once round where the tour loops, else there and back."""
    if reel.tour.name == "zoom":
        scene = zoom(reel, config, size, fps)
    else:
        land = config.view == "land" or (config.view == "auto" and reel.tour.name in ("slide", "turn"))
        scene = (perspective if land else flat)(reel, config, size, fps)
    if reel.tour.loop:
        return scene
    return to_and_fro(scene, round(STAY * fps))


def flat(reel: Reel, config: FilmConfig, size: tuple[int, int], fps: float) -> Scene:
    """The field seen from above."""
    style = Style(config.palette, config.equalise, config.relief, size)
    count = _count(len(reel), config.seconds, fps)

    def draw(number: int) -> Frame:
        frame = _spread(number, count, len(reel), reel.tour.loop)
        heights, radius = reel.heights(frame), _radius(reel, frame)
        if config.captions:
            title, caption = words(reel, config, frame)
            return picture(heights, radius, style, title, caption, reel.limits, reel.ranks, reel.unit)
        return picture(heights, radius, style, limits=reel.limits, equalise=reel.ranks, legend=False)

    return Scene(count, draw)


def perspective(reel: Reel, config: FilmConfig, size: tuple[int, int], fps: float) -> Scene:
    """The field as land; the camera sways. Where the film has more frames than the field, neighbours dissolve."""
    count = _count(len(reel), config.seconds, fps)
    ranks = reel.ranks if config.equalise else None
    distance = 1.3 + 0.7 * min(reel.tour.shape) / max(reel.tour.shape)  # longer sides: fills the frame, square or wide

    def draw(number: int) -> Frame:
        at = number * (len(reel) / count if reel.tour.loop else (len(reel) - 1) / max(count - 1, 1))
        before, share = floor(at), at - floor(at)
        after = (before + 1) % len(reel) if reel.tour.loop else min(before + 1, len(reel) - 1)
        heights = (1 - share) * reel.heights(before) + share * reel.heights(after) if share else reel.heights(before)
        paint = colour(heights, config.palette, reel.limits, ranks)
        swing = SWAY * sin(2 * pi * number / count)
        camera = Camera(azimuth=225 + swing, distance=distance, target=(0.0, 0.0, -0.055 * distance))
        frame = terrain(np.asarray(heights, np.float32), paint, camera, size, limits=reel.limits)
        if config.captions:
            put_foot(frame, reel.limits, config.palette, ranks, *words(reel, config, before), unit=reel.unit)
        return frame

    return Scene(count, draw)


def zoom(reel: Reel, config: FilmConfig, size: tuple[int, int], fps: float) -> Scene:
    """One continuous dive through the octaves of a zoom: inner octaves lie, sharper, in the middle of outer ones."""
    radii = np.array([window.radius for window in reel.tour.windows])
    octaves = np.log2(radii[0] / radii)
    seconds = OCTAVE * float(octaves[-1]) if config.seconds is None else config.seconds
    count = max(1, round(seconds * fps))
    ranks = reel.ranks if config.equalise else None
    painted = _paints(reel, config)

    def draw(number: int) -> Frame:
        depth = float(octaves[-1]) * number / max(count - 1, 1)
        outer = int(np.searchsorted(octaves, depth, side="right")) - 1
        inlays = []
        for inner in range(outer, min(outer + 3, len(octaves))):
            # The innermost comes in little by little, or the middle would snap from octave to octave.
            new = inner == outer + 2
            share = (depth - octaves[outer]) / (octaves[outer + 1] - octaves[outer]) if new else 1.0
            inlays.append(_inlay(size, painted(inner), 2.0 ** (depth - octaves[inner]), share))
        out = _lay(size, inlays)
        if config.captions:
            radius = float(radii[0] * 2.0**-depth) * reel.tour.scale
            rows, columns = reel.tour.shape
            spacing = 2 * radius / min(rows, columns) / max(size[0] / rows, size[1] / columns)
            told = words(reel, config, outer, radius)
            put_foot(out, reel.limits, config.palette, ranks, *told, spacing, unit=reel.unit)
        return out

    return Scene(count, draw)


def words(reel: Reel, config: FilmConfig, frame: int, radius: float | None = None) -> tuple[str, str]:
    """Title and caption of a frame."""
    tour, value = reel.tour, reel.tour.values[frame]
    mean, life = labels.mean(reel.objective, reel.landscape.counts[frame]), labels.life(reel.objective)
    match tour.name:
        case "slide":
            title, told = "Sliding through a third direction", [f"z = {value * tour.scale:+.2f} ‖g‖", *mean, *life]
        case "turn":
            title, told = "Turning the plane", [f"{value:.0f} degrees", *mean, *life]
        case "zoom":
            title = "Into the boundary"
            shown = number(float(f"{radius or _radius(reel, frame):.2g}"))
            floor = ["the floor of float64"] if tour.note and frame == len(reel) - 1 else []
            told = [f"radius {shown} ‖g‖", *mean, *life, *floor]
        case "horizon":
            title, told = "A landscape grows with lifetime", [f"after {value:.0f} of {', '.join(life)}", *mean]
        case "generations":
            title, told = "Following the champions", [f"generation {value:.0f}", *mean, *life]
        case _:
            title, told = "From one maze to many", [*mean, *life]
    return config.title or title, ", ".join(told)


def _count(frames: int, seconds: float | None, fps: float) -> int:
    return max(frames, round(SHORTEST * fps)) if seconds is None else max(1, round(seconds * fps))


def _spread(number: int, count: int, frames: int, loop: bool) -> int:
    """The field's frame that is shown as number `number` of `count`: the last last, or evenly all round a loop."""
    return number * frames // count if loop else number * (frames - 1) // max(count - 1, 1)


def _radius(reel: Reel, frame: int) -> float:
    """Half the shorter side, in norms."""
    return reel.tour.windows[0 if reel.tour.layers else frame].radius * reel.tour.scale


def _paints(reel: Reel, config: FilmConfig) -> Callable[[int], Frame]:
    """The coloured and lit frames of a reel, made once each."""

    @lru_cache(maxsize=kept(3 * prod(reel.tour.shape)))
    def painted(frame: int) -> Frame:
        heights = reel.heights(frame)
        rgb = colour(heights, config.palette, reel.limits, reel.ranks if config.equalise else None)
        return lit(rgb, heights, reel.limits) if config.relief else rgb

    return painted


@dataclass(frozen=True, slots=True, eq=False)
class _Inlay:
    """A part [h, w, 3] of a dive, where it lies, and how much of it is seen: `share` times the less of two ramps.

    Without ramps it fills the frame.
    """

    part: Frame
    top: int = 0
    left: int = 0
    share: float = 1.0
    ramps: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None

    def lay(self, band: NDArray[np.float32], first: int) -> None:
        """Lay it into a band of the frame, whose first row has that number."""
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
    """A `share` of a painting, `scale` times as large as the frame of `size` H, W, in its middle, edges feathered."""
    from PIL import Image

    height, width = size
    rows, columns = paint.shape[:2]
    cover = max(height / rows, width / columns) * scale  # frame pixels to a pixel of the painting
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
    feather = min(FEATHER, 1 - scale)  # gone when the painting fills the frame, or its edge would snap
    return _Inlay(part, top, left, share, (_ramp(shown_h, feather), _ramp(shown_w, feather)))


def _lay(size: tuple[int, int], inlays: Sequence[_Inlay]) -> Frame:
    """The frame of `size` H, W with all inlays, each over those before."""
    out = np.empty((*size, 3), np.uint8)
    for first in range(0, size[0], BAND):
        band = np.zeros((min(BAND, size[0] - first), size[1], 3), np.float32)
        for inlay in inlays:
            inlay.lay(band, first)
        out[first : first + BAND] = np.clip(band + 0.5, 0, 255)
    return out


def _margin(room: float) -> int:
    """Whole pixels on either side, for a painting off the pixels, or off the middle, would tremble in a dive."""
    return max(0, ceil(room / 2 - 1e-6))


def _ramp(length: int, feather: float) -> NDArray[np.float32]:
    edge = np.minimum(np.arange(length), np.arange(length)[::-1]) / max(1.0, feather * length)
    return np.clip(edge, 0, 1).astype(np.float32)
