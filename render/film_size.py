"""The size of a film: the pixels that are swept for it, and a file that fits a limit.

H, W are the height and width of a frame in pixels.
"""

import shutil
from collections.abc import Callable, Collection
from contextlib import suppress
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
FEWER = 1.5  # how many times fewer bytes a gif of FEWEST_COLOURS has
UNSURE = 1.25  # how many times too large a sample may say that the smallest film is, before it is refused

Make = Callable[[Path, VideoConfig, bool], int]
Trial = Callable[[Path, VideoConfig], float]


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


def fit(out: Path, video: VideoConfig, make: Make, trial: Trial | None = None, *, overwrite: bool = False) -> int:
    """Make the film `out` within the limit of `video`, in as few tries as it takes; return the number of frames.

    make(path, video, overwrite) writes a film, trial(path, video) a sample of its frames, and returns their share. Rate
    factor, frame rate, palette and size fall until the file is small enough. It gets its name only then. Raises
    UserError if no film fits: at once, by a sample of the smallest one, if there is a `trial`.
    """
    limit, suffix = video.most_bytes, out.suffix.lower()
    if limit is None:
        return make(out, video, overwrite)
    if suffix == ".frames":
        raise UserError(f"max-size is for a film in one file, and {out} is a folder; leave max-size out")
    with TemporaryDirectory(prefix="foragescape-") as folder:
        attempt = Path(folder) / f"film{suffix}"
        if trial is not None:
            video = _tried(attempt, video, trial, limit)
        for _ in range(TRIES):
            frames = make(attempt, video, True)
            size = attempt.stat().st_size
            if size <= limit:
                with replacing(out, overwrite=overwrite) as temporary:
                    shutil.copyfile(attempt, temporary)
                return frames
            if video == smallest(video, suffix):
                raise too_small(video, suffix, size)
            video = smaller(video, suffix, size / limit)
            say(f"filming: {size / 1e6:.3g} MB are more than {video.max_size}; once more with {told(video, suffix)}")
    raise UserError(f"no film of {out} fits into {video.max_size}; choose fewer seconds, or a larger max-size")


def _tried(attempt: Path, video: VideoConfig, trial: Trial, limit: int) -> VideoConfig:
    """The settings with which a film probably fits, from samples of its frames. Raises UserError if none would."""
    suffix = attempt.suffix

    def size(settings: VideoConfig) -> float:
        share = trial(attempt, settings)
        return attempt.stat().st_size / share

    least = smallest(video, suffix)
    possible = 0.0
    with suppress(UserError):  # two mazes need larger frames; what else is wrong is told by the next sample
        possible = size(least)  # first, as its frames are small and take little time
    if possible > UNSURE * limit:
        raise too_small(least, suffix, possible)
    whole = size(video)
    if whole <= limit:
        return video
    settings = smaller(video, suffix, whole / limit)
    say(f"filming: it would have about {whole / 1e6:.2g} MB, more than {video.max_size}: {told(settings, suffix)}")
    return settings


def too_small(least: VideoConfig, suffix: str, size: float) -> UserError:
    """The error of a limit that the `least` film exceeds, which has about `size` bytes."""
    other = " as .mp4," if suffix != ".mp4" else ""
    return UserError(
        f"no such film fits into {least.max_size}: the smallest, of {told(least, suffix)}, has about "
        f"{size / 1e6:.2g} MB; choose fewer seconds,{other} or a larger max-size"
    )


def told(video: VideoConfig, suffix: str) -> str:
    """The settings that decide the size of a film, in words."""
    preset = video.preset
    quality = f", rate factor {preset.crf}" if suffix in LOSSY else ""
    quality += f", {video.colours} colours" if suffix == ".gif" else ""
    return f"{preset.width} x {preset.height}, {preset.fps:g} frames/s{quality}"


def smaller(video: VideoConfig, suffix: str, ratio: float) -> VideoConfig:
    """Settings for a file that is smaller by about a `ratio` above 1, at once; at the end the `smallest`."""
    preset, least = video.preset, smallest(video, suffix)
    if suffix in LOSSY and preset.crf < WORST:
        crf = min(WORST, preset.crf + ceil(6 * log2(ratio) + 0.5))
        video, ratio = replace(video, crf=crf), ratio / 2 ** ((crf - preset.crf) / 6)  # 6 halve the bytes
    if ratio > 1 and suffix not in (".mp4", ".webm") and preset.fps > SLOWEST:
        fps = max(SLOWEST, preset.fps / (1.05 * ratio))
        video, ratio = replace(video, fps=fps), ratio * fps / preset.fps
    if ratio > 1 and suffix == ".gif" and video.colours > FEWEST_COLOURS:
        video, ratio = replace(video, colours=FEWEST_COLOURS), ratio / FEWER  # 128 save nothing
    if ratio > 1:
        shrink = 1 / sqrt(1.1 * ratio)
        width, height = (2 * round(side * shrink / 2) for side in (preset.width, preset.height))
        low = least.preset
        video = replace(video, resolution=(max(width, low.width), max(height, low.height)))
    return video


def smallest(video: VideoConfig, suffix: str) -> VideoConfig:
    """The settings of the smallest file that `smaller` leads to."""
    preset = video.preset
    shrink = min(1.0, LEAST / min(preset.width, preset.height))
    if shrink < 1:
        width, height = (2 * ceil(side * shrink / 2) for side in (preset.width, preset.height))
        video = replace(video, resolution=(width, height))
    if suffix in LOSSY:
        video = replace(video, crf=max(WORST, preset.crf))
    if suffix not in (".mp4", ".webm") and preset.fps > SLOWEST:
        video = replace(video, fps=SLOWEST)
    if suffix == ".gif":
        video = replace(video, colours=min(FEWEST_COLOURS, video.colours))
    return video
