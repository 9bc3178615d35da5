"""The size of a film: the pixels that are swept for it, and a file that fits a limit.

H, W are the height and width of a frame in pixels.
"""

import shutil
from collections.abc import Callable, Collection
from dataclasses import replace
from math import ceil, log2, sqrt
from pathlib import Path
from tempfile import TemporaryDirectory

from agents.errors import UserError
from agents.replacement import replacing
from render.film import FilmConfig
from render.picture_layout import ALIKE
from render.streams import say
from render.video import VideoConfig
from sim.landscape.spec import LandscapeSpec

USUAL = LandscapeSpec().width, LandscapeSpec().height  # of a sweep that nobody sized
LAND = 0.5  # pixels that are swept for a side of a frame that shows land: finer land is averaged
LOSSY = (".mp4", ".webm", ".webp")
WORST = 34  # the constant rate factor beyond which a smaller frame looks better than a coarser one
SLOWEST = 12.0  # frames a second
FEWEST_COLOURS = 64  # of a gif, before its frames become smaller
LEAST = 160  # pixels of the shorter side
TRIES = 12


def swept_for(
    spec: LandscapeSpec, film: FilmConfig, video: VideoConfig, given: Collection[str], *, picture: bool = False
) -> LandscapeSpec:
    """The settings of the sweep for a film or `picture` of a run; `given` are the names of the options of the user.

    The frame of a picture sets how many pixels are swept, unless width or height do. That of a film does if a quality
    or a resolution was asked for: a film of many whole frames takes long. Where pixels are enlarged, it is said.
    """
    height, width = video.preset.height, video.preset.width
    is_land = film.view == "land" or (film.view == "auto" and spec.tour in ("slide", "turn"))
    share = LAND if is_land else 1.0
    asked = picture or {"quality", "resolution"} & set(given)
    sized = {"width", "height"} & set(given) or (spec.width, spec.height) != USUAL
    if asked and not sized:
        return replace(spec, width=ceil(share * width), height=ceil(share * height))
    larger = enlarged((spec.height, spec.width), (share * height, share * width))
    if larger or abs(spec.width * height / (spec.height * width) - 1) > ALIKE:
        way = "without width and height" if picture else "with a quality, and without width and height,"
        remedy = f", {larger} enlarged; {way} as many are swept as are shown" if larger else ""
        kind = "a picture" if picture else "frames"
        say(f"sweeping {spec.width} x {spec.height} pixels for {kind} of {width} x {height}{remedy}")
    return spec


def enlarged(shape: tuple[int, int], size: tuple[float, float]) -> str:
    """How much a field of `shape` h, w is enlarged in a picture of `size` H, W, such as "2 times"; "" if it is not."""
    factor = min(size[0] / shape[0], size[1] / shape[1])
    return f"{factor:.2g} times" if factor > 1 + ALIKE else ""


def fit(
    out: Path, video: VideoConfig, make: Callable[[Path, VideoConfig, bool], int], *, overwrite: bool = False
) -> int:
    """Make the film `out` within the limit of `video`, in as many tries as it takes; return the number of frames.

    make(path, video, overwrite) writes a film. Rate factor, frame rate, palette and size fall until the file is small
    enough. It gets its name only then. Raises UserError if no film fits.
    """
    limit, suffix = video.most_bytes, out.suffix.lower()
    if limit is None:
        return make(out, video, overwrite)
    if suffix == ".frames":
        raise UserError(f"max-size is for a film in one file, and {out} is a folder; leave max-size out")
    with TemporaryDirectory(prefix="foragescape-") as folder:
        attempt = Path(folder) / f"film{suffix}"
        for _ in range(TRIES):
            frames = make(attempt, video, True)
            size = attempt.stat().st_size
            if size <= limit:
                with replacing(out, overwrite=overwrite) as temporary:
                    shutil.copyfile(attempt, temporary)
                return frames
            video = smaller(video, suffix, size / limit)
            about = f"{video.preset.width} x {video.preset.height}, {video.preset.fps:g} frames/s"
            quality = f", rate factor {video.preset.crf}" if suffix in LOSSY else ""
            quality += f", {video.colours} colours" if suffix == ".gif" else ""
            say(f"filming: {size / 1e6:.3g} MB are more than {video.max_size}; once more with {about}{quality}")
    raise UserError(f"no film of {out} fits into {video.max_size}; choose fewer seconds, or a larger max-size")


def smaller(video: VideoConfig, suffix: str, ratio: float) -> VideoConfig:
    """Settings for a file that is smaller by about a `ratio` above 1. Raises UserError if frames would be too small."""
    preset = video.preset
    if suffix in LOSSY and preset.crf < WORST:
        return replace(video, crf=min(WORST, preset.crf + ceil(6 * log2(ratio) + 0.5)))  # 6 halve the bytes
    if suffix not in (".mp4", ".webm") and preset.fps > SLOWEST:
        return replace(video, fps=max(SLOWEST, preset.fps / (1.05 * ratio)))
    if suffix == ".gif" and video.colours > FEWEST_COLOURS:
        return replace(video, colours=FEWEST_COLOURS)  # 128 save nothing
    shrink = 1 / sqrt(1.1 * ratio)
    width, height = (2 * round(side * shrink / 2) for side in (preset.width, preset.height))
    if min(width, height) < LEAST:
        raise UserError(
            f"a film within {video.max_size} would have {width} x {height} pixels; "
            "choose fewer seconds, or a larger max-size"
        )
    return replace(video, resolution=(width, height))
