"""Views: how the frames of a reel are drawn: flat, as land in perspective, or as one continuous dive.

T frames of a reel, H and W rows and columns of a frame.
"""

from collections.abc import Callable
from functools import lru_cache
from math import ceil, floor, pi, sin

import numpy as np
from numpy.typing import NDArray

from render.film import FilmConfig, Scene, to_and_fro
from render.legend import Frame, number, put_foot
from render.palette import colour
from render.picture import Style, lit, picture
from render.reel import Reel
from render.terrain import Camera, terrain

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
        frame = np.zeros((*size, 3), np.float32)
        for inner in range(outer, min(outer + 3, len(octaves))):
            # The innermost comes in little by little, or the middle would snap from octave to octave.
            new = inner == outer + 2
            share = (depth - octaves[outer]) / (octaves[outer + 1] - octaves[outer]) if new else 1.0
            frame = _inlay(frame, painted(inner), 2.0 ** (depth - octaves[inner]), share)
        out: Frame = np.clip(frame + 0.5, 0, 255).astype(np.uint8)
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
    mazes = int(value) if tour.name == "mazes" else reel.mazes
    mean = "one maze" if mazes == 1 else f"mean of {mazes} mazes"
    life = reel.provenance["lifetime"]
    match tour.name:
        case "slide":
            title = "Sliding through a third direction"
            caption = f"z = {value * tour.scale:+.2f} ‖g‖, {mean}, {life} steps"
        case "turn":
            title, caption = "Turning the plane", f"{value:.0f} degrees, {mean}, {life} steps"
        case "zoom":
            title = "Into the boundary"
            shown = number(float(f"{radius or _radius(reel, frame):.2g}"))
            floor = ", the floor of float64" if tour.note and frame == len(reel) - 1 else ""
            caption = f"radius {shown} ‖g‖, {mean}, {life} steps{floor}"
        case "horizon":
            title, caption = "A landscape grows with lifetime", f"after {value:.0f} of {life} steps, {mean}"
        case "generations":
            title, caption = "Following the champions", f"generation {value:.0f}, {mean}, {life} steps"
        case _:
            title, caption = "From one maze to many", f"{mean}, {life} steps"
    return config.title or title, caption


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

    @lru_cache(maxsize=8)
    def painted(frame: int) -> Frame:
        heights = reel.heights(frame)
        rgb = colour(heights, config.palette, reel.limits, reel.ranks if config.equalise else None)
        return lit(rgb, heights, reel.limits) if config.relief else rgb

    return painted


def _inlay(frame: NDArray[np.float32], paint: Frame, scale: float, share: float) -> NDArray[np.float32]:
    """Lay a `share` of a painting, `scale` times as large as the frame, over its middle, the edges feathered."""
    from PIL import Image

    height, width = frame.shape[:2]
    rows, columns = paint.shape[:2]
    cover = max(height / rows, width / columns) * scale  # frame pixels to a pixel of the painting
    top, left = _margin(height - rows * cover), _margin(width - columns * cover)
    shown_h, shown_w = height - 2 * top, width - 2 * left
    if min(shown_h, shown_w) < 1:
        return frame
    box_h, box_w = min(rows, shown_h / cover), min(columns, shown_w / cover)
    box = ((columns - box_w) / 2, (rows - box_h) / 2, (columns + box_w) / 2, (rows + box_h) / 2)
    way = Image.Resampling.BICUBIC if cover >= 1 else Image.Resampling.BOX
    part = np.asarray(Image.fromarray(paint).resize((shown_w, shown_h), way, box=box), np.float32)
    if scale >= 1:
        return part
    feather = min(FEATHER, 1 - scale)  # gone when the painting fills the frame, or its edge would snap
    alpha = np.float32(share) * np.minimum.outer(_ramp(shown_h, feather), _ramp(shown_w, feather))[..., None]
    under = frame[top : top + shown_h, left : left + shown_w]
    under += alpha * (part - under)
    return frame


def _margin(room: float) -> int:
    """Whole pixels on either side, for a painting off the pixels, or off the middle, would tremble in a dive."""
    return max(0, ceil(room / 2 - 1e-6))


def _ramp(length: int, feather: float) -> NDArray[np.float32]:
    edge = np.minimum(np.arange(length), np.arange(length)[::-1]) / max(1.0, feather * length)
    return np.clip(edge, 0, 1).astype(np.float32)
