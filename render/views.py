"""Make the scenes of a film from a reel: flat, as land in perspective, or as one continuous zoom.

T frames of a reel, H and W rows and columns of a frame.
"""

from math import cos, pi, radians, sin, tan

import numpy as np

from agents.errors import UserError
from render.camera import VIEW, Camera
from render.film import FilmConfig, Scene, to_and_fro
from render.film_words import radius_of, words
from render.film_zoom import zoom
from render.legend import Frame, put_bars
from render.looks import looked
from render.pair_of_reels import bars, colours
from render.palette import colour
from render.picture import Style, field_picture, framed, put_legend
from render.picture_layout import Told
from render.reel import Reel, heights_at
from render.terrain import terrain

STAY = 1.0  # seconds that the last frame of a film that does not loop is held
SHORTEST = 5.0  # the least seconds of a pass, if a config does not give seconds
SWING = 24.0  # degrees that the camera swings to either side
WIDE, UPRIGHT = 16 / 9, 9 / 16  # widths of frames over their heights
SHALLOW, STEEPEST = 34.0, 52.0  # degrees above the horizon from which land is seen in wide and in upright frames
FITTING = 1.15  # the width of an upright frame over that of the land in it


def film(reel: Reel, config: FilmConfig, size: tuple[int, int], fps: float) -> Scene:
    """The scene of a field in frames of `size` H, W: one pass if the tour loops, else a pass forwards and one back."""
    config = config if reel.lightness is not None else looked(reel.objective, config)
    if reel.tour.name == "zoom":
        scene = zoom(reel, config, size, fps)
    else:
        scene = (perspective if is_land(reel, config) else flat)(reel, config, size, fps)
    if reel.tour.loop:
        return scene
    return to_and_fro(scene, round(STAY * fps))


def is_land(reel: Reel, config: FilmConfig) -> bool:
    """True if the view of a reel is land in perspective. Raises UserError for land of categories, without heights.

    Two quantities are seen from above, unless land is asked for; its heights are those of the second.
    """
    if reel.lightness is not None:
        return config.view == "land"
    if reel.objective.categorical:
        if config.view == "land":
            raise UserError(f"the {reel.objective.quantity} has categories and no heights, so no land; choose flat")
        return False
    return config.view == "land" or (config.view == "auto" and reel.tour.name in ("slide", "turn"))


def flat(reel: Reel, config: FilmConfig, size: tuple[int, int], fps: float) -> Scene:
    """The scene of a field seen from above."""
    style = Style(config.palette, config.equalise, config.relief, size)
    count = _frame_count(len(reel), config.seconds, fps)
    ranks = reel.ranks if config.equalise else None
    captions = tuple(words(reel, config, frame) for frame in range(len(reel)))
    told = Told(1 if reel.lightness is None else 2, tuple(dict.fromkeys(captions))) if config.captions else None

    def shown(number: int) -> int:
        return _frame_shown(number, count, len(reel), reel.tour.loop)

    def draw(number: int) -> Frame:
        if reel.lightness is not None:
            rgb = colours(reel, config, shown(number))
            return framed(rgb, size, told, smooth=not reel.objective.categorical)
        return field_picture(reel.heights(shown(number)), style, reel.limits, ranks, told)

    def put(frame: Frame, number: int) -> None:
        at = shown(number)
        if told:
            put_legend(frame, reel.tour.shape, radius_of(reel, at), bars(reel, config), *captions[at], told)

    return Scene(count, draw, put if told else None)


def perspective(reel: Reel, config: FilmConfig, size: tuple[int, int], fps: float) -> Scene:
    """The scene of a field as land, with a camera that swings.

    If the scene has more frames than the field, those in between are mixed from two neighbours.
    """
    count = _frame_count(len(reel), config.seconds, fps)

    def at(number: int) -> float:
        return number * (len(reel) / count if reel.tour.loop else (len(reel) - 1) / max(count - 1, 1))

    def draw(number: int) -> Frame:
        return land(reel, at(number), config, size, SWING * sin(2 * pi * number / count))

    def put(frame: Frame, number: int) -> None:
        put_land_words(frame, reel, config, words(reel, config, round(at(number)) % len(reel)))

    return Scene(count, draw, put if config.captions else None)


def land(reel: Reel, at: float, config: FilmConfig, size: tuple[int, int], swing: float = 0.0) -> Frame:
    """Draw a reel at a place of `heights_at` as land in a frame of `size` H, W, without words; `swing` is in degrees.

    The heights are those of the second quantity, if there are two.
    """
    high = reel.lightness or reel
    heights = heights_at(high, at)
    if high is reel:
        paint = colour(heights, config.palette, reel.limits, reel.ranks if config.equalise else None)
    else:
        paint = colours(reel, config, at)
    camera = camera_on(reel.tour.shape, size, swing)
    return terrain(np.asarray(heights, np.float32), paint, camera, size, limits=high.limits)


def put_land_words(frame: Frame, reel: Reel, config: FilmConfig, told: tuple[str, str]) -> None:
    """Draw a title, a caption and the colour bars of a reel into a frame of its land."""
    put_bars(frame, bars(reel, config), *told)


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


def _frame_count(frames: int, seconds: float | None, fps: float) -> int:
    """The number of frames of one pass through a field of `frames` frames."""
    return max(frames, round(SHORTEST * fps)) if seconds is None else max(1, round(seconds * fps))


def _frame_shown(number: int, count: int, frames: int, loop: bool) -> int:
    """The frame of the field that frame `number` of `count` shows.

    Frames of the field are taken at even distances. Without a loop, the last frame of the scene shows the last one.
    """
    return number * frames // count if loop else number * (frames - 1) // max(count - 1, 1)
