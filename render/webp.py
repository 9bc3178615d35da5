"""Read and write animated WebP files (RFC 9649, section 2.7).

A file is a list of chunks. Each has a name of 4 letters, a length of 4 bytes, contents, and a byte more if that length
is odd. The metadata are one text, in the description of an XMP packet.
"""

import html
import io
import json
import re
import warnings
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import numpy as np

from agents.errors import UserError
from agents.reading import read_regular
from render.animation import Frame

XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description>{}</dc:description>'
    "</rdf:Description></rdf:RDF></x:xmpmeta>"
)
DESCRIPTION = re.compile(r"<dc:description>(.*?)</dc:description>", re.DOTALL)
HEAD = 12  # bytes: RIFF, the length of the rest, WEBP
ANIMATED, HAS_XMP = 0x02, 0x04  # flags of the chunk VP8X
NO_BLENDING = 0x02  # a flag of a frame


def dimensions(path: Path) -> tuple[int, int, int, float]:
    """Width, height, number of frames and frames per second (0 for a still).

    A frame that is like the one before is not stored; that one is longer instead. So the length of a frame is the
    middle one of all lengths. Raises UserError for a file that is no WebP, or was cut off.
    """
    from PIL import Image

    lengths = [int.from_bytes(body[12:15], "little") for name, body in _chunks(path) if name == b"ANMF"]
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(path, formats=["WEBP"]) as image:
            width, height = image.size
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UserError(f"cannot read {path}: it is no WebP; give a film") from error
    middle = sorted(lengths)[len(lengths) // 2] if lengths else 0
    count = round(sum(lengths) / middle) if middle else len(lengths)
    return width, height, max(1, count), 1000 / middle if middle else 0.0


def read_comment(path: Path) -> str:
    """The text that `AnimatedWebp` wrote, or an empty one. Raises UserError for no whole WebP."""
    packet = next((body for name, body in _chunks(path) if name == b"XMP "), b"")
    found = DESCRIPTION.search(packet.decode("utf-8", "replace"))
    return html.unescape(found[1]) if found else ""


class AnimatedWebp:
    """Writes an animated WebP frame by frame: of each frame the box that differs from the one before, lossy.

    The animation encoder of libwebp is not used: it leaves small differences out, which add up where one picture
    dissolves into another.
    """

    def __init__(self, path: Path, fps: Fraction, loop: bool, quality: int, metadata: dict[str, str]) -> None:
        """Open the file; `quality` is 1 to 100. The header is written with the first frame, which knows the size."""
        self._file = path.open("wb")
        self._fps, self._plays, self._quality, self._comment = fps, 0 if loop else 1, quality, json.dumps(metadata)
        self._before: Frame | None = None
        self._waiting: tuple[int, bytes] | None = None  # when a frame begins, and its part, whose length is not known
        self._frames = 0

    def add(self, frame: Frame) -> None:
        """Append a frame [H, W, 3]."""
        if self._before is None:
            self._write_head(frame.shape[1], frame.shape[0])
        box, begin = _changed(self._before, frame), self._now()
        self._frames += 1
        if box is None:
            return
        self._flush(begin)
        left, top, right, bottom = box
        place = [left // 2, top // 2, right - left - 1, bottom - top - 1]
        still = _still(frame[top:bottom, left:right], self._quality)
        self._waiting, self._before = (begin, b"".join(map(_three, place)) + still), frame.copy()

    def finish(self) -> None:
        """Complete the file: write the last frame and the metadata, and at its start the length."""
        self._flush(self._now())
        self._write(b"XMP ", XMP.format(html.escape(self._comment, quote=False)).encode())
        length = self._file.tell()
        self._file.seek(4)
        self._file.write((length - 8).to_bytes(4, "little"))
        self._file.close()

    def release(self) -> None:
        """Close the file, finished or not."""
        with suppress(OSError):  # an unfinished file is deleted anyway
            self._file.close()

    def _now(self) -> int:
        """The milliseconds at which the next frame begins."""
        return round(1000 * self._frames / self._fps)

    def _flush(self, end: int) -> None:
        """Write the frame that waits, which lasts until `end` in milliseconds."""
        if self._waiting is not None:
            begin, part = self._waiting
            self._write(b"ANMF", part[:12] + _three(end - begin) + bytes([NO_BLENDING]) + part[12:])

    def _write_head(self, width: int, height: int) -> None:
        self._file.write(b"RIFF" + bytes(4) + b"WEBP")
        self._write(b"VP8X", bytes([ANIMATED | HAS_XMP, 0, 0, 0]) + _three(width - 1) + _three(height - 1))
        self._write(b"ANIM", bytes(4) + self._plays.to_bytes(2, "little"))

    def _write(self, name: bytes, body: bytes) -> None:
        self._file.write(name + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2))


def _changed(before: Frame | None, frame: Frame) -> tuple[int, int, int, int] | None:
    """The box left, top, right, bottom of all pixels that differ, with even left and top; None if none differ."""
    height, width = frame.shape[:2]
    if before is None:
        return 0, 0, width, height
    differ = (before != frame).any(-1)
    rows, columns = np.flatnonzero(differ.any(1)), np.flatnonzero(differ.any(0))
    if not rows.size:
        return None
    return int(columns[0]) & ~1, int(rows[0]) & ~1, int(columns[-1]) + 1, int(rows[-1]) + 1


def _still(frame: Frame, quality: int) -> bytes:
    """The chunks of a still of a frame [H, W, 3]."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(frame)).save(buffer, "WEBP", quality=quality, method=4)
    return buffer.getvalue()[HEAD:]


def _three(number: int) -> bytes:
    """A number in three bytes."""
    return number.to_bytes(3, "little")


def _chunks(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """Yield the name and the contents of each chunk. Raises UserError if the file is no WebP, or was cut off."""
    data = read_regular(path)
    if data[:4] != b"RIFF" or data[8:HEAD] != b"WEBP":
        raise UserError(f"cannot read {path}: it is no WebP; give a film")
    if len(data) < int.from_bytes(data[4:8], "little") + 8:
        raise UserError(f"{path} is damaged (its end is missing); make it again, or take it from a backup")
    at = HEAD
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
