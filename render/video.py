"""Video: frames become a film, one by one. The only module that knows the encoder (FFmpeg, through PyAV).

H rows, W columns. A frame is uint8 [H, W, 3]. The format follows from the name: .mp4 (H.264), .webm (VP9), .gif, .apng,
or a folder of PNG frames ("name.frames" or "name/"). Lossy films are 4:2:0 with BT.709 colour and even sizes: an odd
last row or column is repeated. One build of FFmpeg gives the same bytes for the same frames on any number of cores.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypedDict, cast

import numpy as np

from agents.errors import UserError
from render import animation
from render.animation import Frame, read_png_metadata, write_png

if TYPE_CHECKING:
    import av

__all__ = ["PRESETS", "Probe", "VideoConfig", "probe", "read_metadata", "read_png_metadata", "write", "write_png"]

Quality = Literal["low", "medium", "high", "4k"]

FORMATS = (".mp4", ".webm", ".gif", ".apng", ".frames")
CRF = 20
GIF_CLOCK = 100  # ticks per second; players slow a frame of one tick down to ten
THREADS = "4"  # not the number of cores: it shows in the bytes
LOSSY = {
    "colorspace": "bt709",
    "color_primaries": "bt709",
    "color_trc": "bt709",
    "color_range": "tv",
    "threads": THREADS,
}


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
}


@dataclass(frozen=True, slots=True)
class VideoConfig:
    """How a film looks: a preset, and what departs from it (None: as in the preset)."""

    quality: Quality = "medium"
    resolution: tuple[int, int] | None = None
    fps: float | None = None
    crf: int | None = None
    loop: bool = True

    def __post_init__(self) -> None:
        """Refuse films that cannot be made."""
        if self.quality not in PRESETS:
            raise UserError(f"quality must be one of {', '.join(PRESETS)}, got {self.quality!r}")
        if self.resolution is not None and min(self.resolution) < 1:
            raise UserError(f"a resolution is WIDTH HEIGHT in pixels, such as 1280 720, got {self.resolution}")
        _check(self.preset.fps, self.preset.crf)

    @property
    def preset(self) -> Preset:
        """The preset, with what departs from it."""
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
    metadata: dict[str, str],
    overwrite: bool = False,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Encode `frames` [H, W, 3] as the film `path`, and return how many there were.

    `crf` is the constant rate factor of mp4 and webm, on H.264's scale; `loop` concerns gif and apng; `progress` hears
    the number of frames after each. Only a few frames are held at a time. The film takes its name when it is complete:
    whatever happens before, an older file of that name stays as it was and nothing is left beside it.

    Raises UserError for an unknown format, an impossible `fps` or `crf`, no frames, frames that are not uint8
    [H, W, 3] or not of one size, a path that exists (unless `overwrite`) and a path that cannot be written.
    """
    import av

    kind, count, failures = _kind(path), 0, (OSError, av.FFmpegError)
    crf = CRF if crf is None else crf
    _check(fps, crf, GIF_CLOCK // 2 if kind == ".gif" else 240)
    rate = Fraction(fps).limit_denominator(1001)
    with animation.replacing(Path(path), overwrite=overwrite, folder=kind == ".frames") as temporary:
        source = iter(frames)
        first = next(source, None)
        if first is None:
            raise UserError(f"no frames for {path}; a film needs at least one")
        animation.check_frame(first)
        with animation.plainly(path, failures):
            sink: animation.AnimatedPng | animation.Sequence | Encoder
            if kind == ".apng":
                sink = animation.AnimatedPng(temporary, rate, loop, metadata)
            elif kind == ".frames":
                sink = animation.Sequence(temporary, rate, metadata)
            else:
                sink = Encoder(temporary, _coding(kind, rate, crf, loop), first, rate, metadata)
        try:
            for count, frame in enumerate(chain([first], source), 1):
                animation.check_frame(frame, first.shape)
                with animation.plainly(path, failures):
                    sink.add(frame)
                if progress is not None:
                    progress(count)
            with animation.plainly(path, failures):
                sink.finish()
        finally:
            sink.release()
    return count


def _kind(path: str | Path) -> str:
    """The suffix that stands for the format of a film."""
    kind = ".frames" if str(path).endswith(("/", os.sep)) else Path(path).suffix.lower()
    if kind not in FORMATS:
        raise UserError(f"a film is named .mp4, .webm, .gif, .apng, .frames or folder/, got {str(path)!r}; rename it")
    return kind


def _check(fps: float, crf: int, most: int = 240) -> None:
    """Refuse impossible settings. H.264's crf 0 is another profile, lossless, that few players know."""
    if not 1 <= fps <= most:
        raise UserError(f"fps must be from 1 to {most}, got {fps:g}; 30 is usual")
    if not 1 <= crf <= 51:
        raise UserError(f"crf must be from 1 (best) to 51, got {crf}; {CRF} is usual")


class Coding(NamedTuple):
    """A format to FFmpeg: its muxer, encoder, pixel format, ticks per second, and options of encoder and muxer."""

    muxer: str
    encoder: str
    pixels: str
    clock: Fraction
    options: dict[str, str]
    muxing: dict[str, str]


def _coding(kind: str, fps: Fraction, crf: int, loop: bool) -> Coding:
    """How mp4, webm and gif are encoded; bitexact leaves out random track numbers."""
    if kind == ".mp4":
        # veryfast: 720p at some 70 frames a second and core; x264 otherwise chooses algorithms by the processor
        options = {"preset": "veryfast", "crf": str(crf), "x264-params": "cpu-independent=1", **LOSSY}
        return Coding("mp4", "libx264", "yuv420p", fps, options, {"movflags": "+faststart", "fflags": "+bitexact"})
    if kind == ".webm":
        options = {"deadline": "good", "cpu-used": "5", "crf": str(round(crf * 63 / 51)), "b": "0", "tile-columns": "2"}
        return Coding("webm", "libvpx-vp9", "yuv420p", fps, options | LOSSY, {"fflags": "+bitexact"})
    muxing = {"loop": "0" if loop else "-1", "final_delay": str(round(GIF_CLOCK / fps))}
    return Coding("gif", "gif", "pal8", Fraction(GIF_CLOCK), {}, muxing)


class Encoder:
    """A film that FFmpeg writes, frame by frame."""

    def __init__(self, path: Path, coding: Coding, frame: Frame, fps: Fraction, metadata: dict[str, str]) -> None:
        """Open the file for frames like `frame`."""
        import av

        if coding.encoder not in av.codecs_available:
            raise UserError(f"this FFmpeg has no {coding.encoder}; install PyAV from its wheel (pip install av)")
        self._odd = (0, 0) if coding.muxer == "gif" else (frame.shape[0] % 2, frame.shape[1] % 2)
        self._step, self._tick, self._frames = coding.clock / fps, 1 / coding.clock, 0
        height, width = frame.shape[0] + self._odd[0], frame.shape[1] + self._odd[1]
        comment = json.dumps(metadata)
        self._comment = comment.encode() if coding.muxer == "gif" else b""
        self._container = av.open(str(path), "w", format=coding.muxer, options=coding.muxing)
        self._container.metadata["comment"] = comment
        stream = self._container.add_stream(coding.encoder, coding.clock, coding.options)
        self._stream = cast("av.VideoStream", stream)
        self._stream.width, self._stream.height, self._stream.pix_fmt = width, height, coding.pixels
        self._graph = _graph(width, height, self._tick, coding.pixels)

    def add(self, frame: Frame) -> None:
        """Encode a frame [H, W, 3]."""
        import av

        down, right = self._odd
        even = np.ascontiguousarray(np.pad(frame, ((0, down), (0, right), (0, 0)), "edge"))
        picture = av.VideoFrame.from_ndarray(even, format="rgb24")
        picture.pts, picture.time_base = round(self._frames * self._step), self._tick
        self._frames += 1
        self._push(picture)

    def finish(self) -> None:
        """Encode what the encoder still holds, and complete the file."""
        self._push(None)
        self._mux(self._stream.encode(None))
        self._container.close()

    def release(self) -> None:
        """Let go of the file, finished or not."""
        import av

        with suppress(OSError, av.FFmpegError):  # half a film may fail to end well, and is thrown away
            self._container.close()

    def _push(self, picture: "av.VideoFrame | None") -> None:
        """Send a frame, or the end, through the filters and into the encoder."""
        self._graph.vpush(picture)
        while True:
            try:
                filtered = self._graph.vpull()
            except (BlockingIOError, EOFError):  # FFmpeg's "not yet" and "no more"
                return
            self._mux(self._stream.encode(filtered))

    def _mux(self, packets: "list[av.Packet[Any]]") -> None:
        for packet in packets:
            self._container.mux(_commented(packet, self._comment) if self._comment else packet)
            self._comment = b""


def _graph(width: int, height: int, tick: Fraction, pixels: str) -> "av.filter.Graph":
    """The filters from RGB to what the encoder takes: 4:2:0, or 256 colours chosen anew for each frame."""
    import av
    import av.filter

    graph = av.filter.Graph()
    source = graph.add_buffer(width=width, height=height, format=av.VideoFormat("rgb24", width, height), time_base=tick)
    sink = graph.add("buffersink")
    if pixels == "pal8":
        split, palette = graph.add("split"), graph.add("palettegen", "stats_mode=single:reserve_transparent=0")
        # error diffusion touches no frame of up to 256 colours; an ordered dither always adds its pattern
        use = graph.add("paletteuse", "new=1:dither=sierra2_4a")
        source.link_to(split)
        split.link_to(palette, 0, 0)
        split.link_to(use, 1, 0)
        palette.link_to(use, 0, 1)
        use.link_to(sink)
    else:
        flags = "area+accurate_rnd+full_chroma_inp+bitexact"
        scale = graph.add("scale", f"out_color_matrix=bt709:out_range=tv:flags={flags}")
        graph.link_nodes(source, scale, graph.add("format", f"pix_fmts={pixels}"), sink)
    graph.configure()
    return graph


def _commented(packet: "av.Packet[Any]", comment: bytes) -> "av.Packet[Any]":
    """The first packet of a GIF with a comment extension after its global palette (GIF89a, section 24)."""
    import av

    data = bytes(packet)
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    blocks = (comment[start : start + 255] for start in range(0, len(comment), 255))
    extension = b"\x21\xfe" + b"".join(bytes([len(block)]) + block for block in blocks) + b"\0"
    changed: av.Packet[Any] = av.Packet(data[:at] + extension + data[at:])
    changed.pts, changed.dts, changed.duration = packet.pts, packet.dts, packet.duration
    changed.stream, changed.time_base, changed.is_keyframe = packet.stream, packet.time_base, packet.is_keyframe
    return changed


class Probe(TypedDict):
    """What a film is: pixels, frames, frames per second and seconds (both 0 for a still), and its format."""

    width: int
    height: int
    frames: int
    fps: float
    duration: float
    format: str


def probe(path: str | Path) -> Probe:
    """What the film or still `path` is. Raises UserError if it cannot be read."""
    path = Path(path)
    if path.is_dir() or path.suffix.lower() in (".png", ".apng"):
        width, height, frames, fps = animation.measure(path)
    else:
        with _film(path) as container:
            stream = container.streams.video[0]
            times = sorted(packet.pts for packet in container.demux(stream) if packet.pts is not None)
            width, height, frames, fps = stream.width, stream.height, len(times), float(stream.average_rate or 0)
            if path.suffix.lower() == ".gif" and frames > 1:  # its average rate is a guess
                fps = (frames - 1) * GIF_CLOCK / (times[-1] - times[0])
    kind = "frames" if path.is_dir() else path.suffix[1:].lower()
    return Probe(width=width, height=height, frames=frames, fps=fps, duration=frames / fps if fps else 0.0, format=kind)


def read_metadata(path: str | Path) -> dict[str, str]:
    """The metadata of a film or still; empty if it holds none of ours. Raises UserError if it cannot be read."""
    path = Path(path)
    if path.is_dir() or path.suffix.lower() in (".png", ".apng"):
        return read_png_metadata(path)
    with _film(path) as container:
        return animation.parse({key.lower(): value for key, value in container.metadata.items()}.get("comment", ""))


@contextmanager
def _film(path: Path) -> "Iterator[av.container.InputContainer]":
    """A film opened by FFmpeg, with at least one video stream. Failures to read it inside the block become one line."""
    import av

    try:
        with av.open(str(path.resolve()), metadata_errors="replace") as container:
            if not container.streams.video:
                raise UserError(f"cannot read {path}: there are no pictures in it; give a film")
            yield container
    except (OSError, av.FFmpegError) as error:
        raise UserError(f"cannot read {path}: {error.strerror}; give a film") from error
