"""Write a film to a file or folder, frame by frame.

H rows, W columns. A frame is uint8 [H, W, 3]. The format follows from the name: .mp4 (H.264), .webm (VP9), .gif,
.apng, .webp, or a folder of PNG frames ("name.frames" or "name/"). All but apng and PNG, which have checksums, get a
seal, a digest of their bytes. Lossy films (mp4, webm) are 4:2:0 with BT.709 colour and even sizes: an odd last row or
column is repeated. One build of FFmpeg gives the same bytes for the same frames on any number of cores.
"""

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Literal, NamedTuple

from agents import checks
from agents.errors import UserError
from agents.files import explain_write_errors
from agents.replacement import replacing
from render.animation import NUMBERED, AnimatedPng, Frame, FrameFolder, check_frame
from render.encoder import COLOURS, GIF_CLOCK, Encoder, coding
from render.video_seal import promising_seal, write_seal
from render.webp import AnimatedWebp

Quality = Literal["low", "medium", "high", "4k", "4k60", "shorts", "square"]

FORMATS = (".mp4", ".webm", ".gif", ".apng", ".webp", ".frames")
CRF = 20
UNITS = {"": 1, "k": 1000, "m": 10**6, "g": 10**9}
LEAST_BYTES = 1000  # of a film: the headers alone are more


class Preset(NamedTuple):
    """Width and height in pixels, frames per second, and the constant rate factor (smaller is better)."""

    width: int
    height: int
    fps: float
    crf: int


PRESETS: dict[Quality, Preset] = {
    "low": Preset(640, 360, 15, 24),
    "medium": Preset(1280, 720, 30, 20),
    "high": Preset(1920, 1080, 30, 18),
    "4k": Preset(3840, 2160, 30, 18),
    "4k60": Preset(3840, 2160, 60, 18),
    "shorts": Preset(1080, 1920, 60, 18),
    "square": Preset(1080, 1080, 30, 18),
}


@dataclass(frozen=True, slots=True)
class VideoConfig:
    """How a film is encoded: a preset, and settings that replace parts of it; None keeps the preset's."""

    quality: Quality = "medium"
    """Pixels of a frame: low 640 x 360, medium 1280 x 720, high 1920 x 1080, 4k and 4k60 3840 x 2160, shorts 1080 x
    1920 (upright), square 1080 x 1080. Of a run, as many are swept, if a quality is asked for."""
    resolution: tuple[int, int] | None = None
    """Width and height of a frame in pixels, in place of those of the quality."""
    fps: float | None = None
    """Frames per second, 1 to 240 (a gif: 1 to 50); by default 15 for low, 60 for 4k60 and shorts, else 30."""
    crf: int | None = None
    """Constant rate factor of mp4, webm and webp, 1 (best, largest file) to 51; by default the quality's, 18 to 24."""
    colours: int = COLOURS
    """Colours of a frame of a gif, 4 to 256."""
    loop: bool = True
    """Start a gif, apng or webp again at its end."""
    max_size: str = ""
    """The largest size of the file, such as 9MB or 500kB: samples tell how small to film, or that nothing fits."""

    def __post_init__(self) -> None:
        """Raise UserError for settings that no film can have."""
        checks.choice("quality", self.quality, Quality)
        if self.resolution is not None and min(self.resolution) < 1:
            raise UserError(f"a resolution is WIDTH HEIGHT in pixels, such as 1280 720, got {self.resolution}")
        _check(self.preset.fps, self.preset.crf)
        checks.whole("colours", self.colours, 4, COLOURS)
        self.most_bytes  # noqa: B018 # raises for a size that is none

    @property
    def most_bytes(self) -> int | None:
        """The largest size of the file in bytes, or None for any. Raises UserError for a text that is no size."""
        if not self.max_size:
            return None
        found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?) *([kmg]?)b?", self.max_size.strip().lower())
        size = round(float(found[1]) * UNITS[found[2]]) if found else 0
        if size < 1:
            raise UserError(f"max-size is a number with kB, MB or GB, such as 9MB, got {self.max_size!r}")
        if size < LEAST_BYTES:  # the unit was forgotten; say so before the film is made
            raise UserError(f"no film fits into {size} bytes; max-size is a number with kB, MB or GB, such as 9MB")
        return size

    @property
    def preset(self) -> Preset:
        """The preset of the quality, with the settings that replace parts of it."""
        width, height, fps, crf = PRESETS[self.quality]
        width, height = self.resolution or (width, height)
        return Preset(width, height, fps if self.fps is None else self.fps, crf if self.crf is None else self.crf)


def write(
    frames: Iterable[Frame],
    path: str | Path,
    *,
    fps: float,
    crf: int | None = None,
    loop: bool = True,
    colours: int = COLOURS,
    metadata: dict[str, str],
    overwrite: bool = False,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Encode `frames` [H, W, 3] as the film `path`, and return their number.

    `crf` is the constant rate factor of mp4, webm and webp, on H.264's scale; `loop` is used by gif, apng and webp,
    `colours` by gif; `progress` is called after each frame with the number of frames so far. Only a few frames are in
    memory at a time. The film gets its name when it is complete: if it fails before, an older file of that name is
    unchanged and no part is left.

    Raises UserError for an unknown format, an impossible `fps` or `crf`, no frames, frames that are not uint8
    [H, W, 3] or not of one size, a path that exists (unless `overwrite`) and a path that cannot be written.
    """
    import av

    kind, count, failures = _kind(path), 0, (OSError, av.FFmpegError)
    crf = CRF if crf is None else crf
    _check(fps, crf, GIF_CLOCK // 2 if kind == ".gif" else 240)
    rate = Fraction(fps).limit_denominator(1001)
    with replacing(Path(path), overwrite=overwrite, holds=NUMBERED if kind == ".frames" else None) as temporary:
        source = iter(frames)
        first = next(source, None)
        if first is None:
            raise UserError(f"no frames for {path}; a film needs at least one")
        check_frame(first)
        shape, film = first.shape, chain([first], source)
        with explain_write_errors(path, failures):
            about = promising_seal(metadata, kind)
            sink: AnimatedPng | AnimatedWebp | FrameFolder | Encoder
            if kind == ".apng":
                sink = AnimatedPng(temporary, rate, loop, metadata)
            elif kind == ".webp":
                sink = AnimatedWebp(temporary, rate, loop, min(100, max(1, round(105 - 2.3 * crf))), about)
            elif kind == ".frames":
                sink = FrameFolder(temporary, rate, metadata)
            else:
                sink = Encoder(temporary, coding(kind, rate, crf, loop, colours), first, rate, about)
        try:
            del first  # or it would stay in memory to the end
            for count, frame in enumerate(film, 1):
                check_frame(frame, shape)
                with explain_write_errors(path, failures):
                    sink.add(frame)
                if progress is not None:
                    progress(count)
            with explain_write_errors(path, failures):
                sink.finish()
                write_seal(temporary, kind)
        finally:
            sink.release()
    return count


def _kind(path: str | Path) -> str:
    """The suffix of a film's format, in small letters; a path that ends in / is a folder of frames."""
    kind = ".frames" if str(path).endswith(("/", os.sep)) else Path(path).suffix.lower()
    if kind not in FORMATS:
        raise UserError(
            f"a film is named .mp4, .webm, .gif, .apng, .webp, .frames or folder/, got {str(path)!r}; rename it"
        )
    return kind


def _check(fps: float, crf: int, most: int = 240) -> None:
    """Raise UserError for a number out of range. A crf of 0 would be lossless H.264, which few players can play."""
    if not 1 <= fps <= most:
        raise UserError(f"fps must be from 1 to {most}, got {fps:g}; 30 is usual")
    if not 1 <= crf <= 51:
        raise UserError(f"crf must be from 1 (best) to 51, got {crf}; {CRF} is usual")
