"""Encode frames as mp4, webm or gif with FFmpeg, which is called through PyAV.

H rows, W columns. A frame is uint8 [H, W, 3].
"""

import json
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from agents.errors import UserError
from render.animation import Frame

if TYPE_CHECKING:
    import av

GIF_CLOCK = 100  # ticks per second; players show a frame of one tick for ten ticks
COLOURS = 256  # of a frame of a gif, at most
THREADS = "4"  # fixed, since the number of threads changes the bytes of a film
GROUP = 0.5  # seconds from one key frame of an mp4 to the next
LARGE = 1 << 22  # pixels; H.264 looks fewer frames ahead if frames are larger, as one of 4K takes 25 MB
LOSSY = {
    "colorspace": "bt709",
    "color_primaries": "bt709",
    "color_trc": "bt709",
    "color_range": "tv",
    "threads": THREADS,
}


class Coding(NamedTuple):
    """What FFmpeg needs to know of a format: muxer, encoder, pixel format, ticks per second, options of both.

    `colours` is how many colours a frame of a gif has at most.
    """

    muxer: str
    encoder: str
    pixels: str
    clock: Fraction
    options: dict[str, str]
    muxing: dict[str, str]
    colours: int = COLOURS


def coding(kind: str, fps: Fraction, crf: int, loop: bool, colours: int = COLOURS) -> Coding:
    """The coding of a .mp4, .webm or .gif; the other arguments are those of `render.video.write`.

    The flag bitexact leaves out random track numbers.
    """
    if kind == ".mp4":
        # veryfast: about 70 frames of 720p a second on one core. Without cpu-independent=1, x264 would choose
        # algorithms by the processor. Video sites ask for closed groups of half a second with two B-frames.
        group = max(1, round(GROUP * float(fps)))
        x264 = f"cpu-independent=1:keyint={group}:min-keyint={group}:open-gop=0:bframes=2:b-adapt=0:scenecut=0"
        options = {"preset": "veryfast", "crf": str(crf), "x264-params": x264, **LOSSY}
        return Coding("mp4", "libx264", "yuv420p", fps, options, {"movflags": "+faststart", "fflags": "+bitexact"})
    if kind == ".webm":
        options = {"deadline": "good", "cpu-used": "5", "crf": str(round(crf * 63 / 51)), "b": "0", "tile-columns": "2"}
        return Coding("webm", "libvpx-vp9", "yuv420p", fps, options | LOSSY, {"fflags": "+bitexact"})
    muxing = {"loop": "0" if loop else "-1", "final_delay": str(round(GIF_CLOCK / fps))}
    return Coding("gif", "gif", "pal8", Fraction(GIF_CLOCK), {}, muxing, colours)


class Encoder:
    """Writes a film frame by frame with FFmpeg."""

    def __init__(self, path: Path, coding: Coding, frame: Frame, fps: Fraction, metadata: dict[str, str]) -> None:
        """Open the file for frames of the size of `frame`."""
        import av

        if coding.encoder not in av.codecs_available:
            raise UserError(f"this FFmpeg has no {coding.encoder}; install PyAV from its wheel (pip install av)")
        self._odd = (frame.shape[0] % 2, frame.shape[1] % 2) if coding.pixels == "yuv420p" else (0, 0)
        self._step, self._tick, self._frames = coding.clock / fps, 1 / coding.clock, 0
        height, width = frame.shape[0] + self._odd[0], frame.shape[1] + self._odd[1]
        comment = json.dumps(metadata)
        self._comment = comment.encode() if coding.muxer == "gif" else b""
        self._container = av.open(str(path), "w", format=coding.muxer, options=coding.muxing)
        self._container.metadata["comment"] = comment
        fewer = {"rc-lookahead": "4"} if coding.encoder == "libx264" and width * height > LARGE else {}
        stream = self._container.add_stream(coding.encoder, coding.clock, coding.options | fewer)
        self._stream = cast("av.VideoStream", stream)
        self._stream.width, self._stream.height, self._stream.pix_fmt = width, height, coding.pixels
        self._graph = _graph(width, height, self._tick, coding)

    def add(self, frame: Frame) -> None:
        """Encode a frame [H, W, 3]."""
        import av

        down, right = self._odd
        even = np.pad(frame, ((0, down), (0, right), (0, 0)), "edge") if down or right else frame
        picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(even), format="rgb24")
        picture.pts, picture.time_base = round(self._frames * self._step), self._tick
        self._frames += 1
        self._push(picture)

    def finish(self) -> None:
        """Encode the frames that the encoder still holds, and complete the file."""
        self._push(None)
        self._mux(self._stream.encode(None))
        self._container.close()

    def release(self) -> None:
        """Close the file, finished or not."""
        import av

        with suppress(OSError, av.FFmpegError):  # closing half a film may fail; it is deleted anyway
            self._container.close()

    def _push(self, picture: "av.VideoFrame | None") -> None:
        """Send a frame, or None at the end, through the filters into the encoder."""
        self._graph.vpush(picture)
        while True:
            try:
                filtered = self._graph.vpull()
            except (BlockingIOError, EOFError):  # FFmpeg's "not yet" and "no more"
                return
            self._mux(self._stream.encode(filtered))

    def _mux(self, packets: "list[av.Packet[Any]]") -> None:
        """Write packets to the file; the first packet of a GIF gets the comment."""
        for packet in packets:
            self._container.mux(_commented(packet, self._comment) if self._comment else packet)
            self._comment = b""


def _graph(width: int, height: int, tick: Fraction, coding: Coding) -> "av.filter.Graph":
    """The filters that turn RGB into the pixels of a coding: 4:2:0, or colours that are chosen for each frame."""
    import av
    import av.filter

    graph = av.filter.Graph()
    source = graph.add_buffer(width=width, height=height, format=av.VideoFormat("rgb24", width, height), time_base=tick)
    sink = graph.add("buffersink")
    if coding.pixels == "pal8":
        choice = f"stats_mode=single:reserve_transparent=0:max_colors={coding.colours}"
        split, palette = graph.add("split"), graph.add("palettegen", choice)
        # Error diffusion leaves frames of up to 256 colours as they are; an ordered dither always adds its pattern,
        # but stays in place from frame to frame, so that a file that must be small becomes so.
        dither = "sierra2_4a" if coding.colours == COLOURS else "bayer:bayer_scale=4"
        use = graph.add("paletteuse", f"new=1:dither={dither}")
        source.link_to(split)
        split.link_to(palette, 0, 0)
        split.link_to(use, 1, 0)
        palette.link_to(use, 0, 1)
        use.link_to(sink)
    else:
        flags = "area+accurate_rnd+full_chroma_inp+bitexact"
        scale = graph.add("scale", f"out_color_matrix=bt709:out_range=tv:flags={flags}")
        graph.link_nodes(source, scale, graph.add("format", f"pix_fmts={coding.pixels}"), sink)
    graph.configure()
    return graph


def _commented(packet: "av.Packet[Any]", comment: bytes) -> "av.Packet[Any]":
    """The first packet of a GIF with a comment extension after its global palette (GIF89a, section 24).

    FFmpeg writes no comment into a GIF.
    """
    import av

    data = bytes(packet)
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    blocks = (comment[start : start + 255] for start in range(0, len(comment), 255))
    extension = b"\x21\xfe" + b"".join(bytes([len(block)]) + block for block in blocks) + b"\0"
    changed: av.Packet[Any] = av.Packet(data[:at] + extension + data[at:])
    changed.pts, changed.dts, changed.duration = packet.pts, packet.dts, packet.duration
    changed.stream, changed.time_base, changed.is_keyframe = packet.stream, packet.time_base, packet.is_keyframe
    return changed
