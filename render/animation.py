"""Read and write PNG files: stills, animations (APNG), and folders of numbered stills.

H rows, W columns. A frame is uint8 [H, W, 3], red, green, blue. Metadata are texts by name; they are stored as one JSON
object in the text "Comment" of a PNG. APNG is in the third edition of PNG (W3C 2025), section 11.3.6.
"""

import io
import json
import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from agents.files import explain_write_errors
from agents.reading import parse_object, read_regular
from agents.replacement import replacing

Frame = NDArray[np.uint8]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COMPRESSION = 4  # of 9: on landscapes twice as fast as zlib's default of 6; files are 7 % larger
RATE = re.compile(r"\d{1,6}(/[1-9]\d{0,5})?")
MOST_COMMENT = 1 << 20  # characters
NUMBERED = re.compile(r"frame_(\d{5,})\.png")


def write_png(frame: Frame, path: str | Path, metadata: dict[str, str], overwrite: bool = False) -> None:
    """Save one frame uint8 [H, W, 3] as a PNG that holds `metadata`.

    Raises UserError for a wrong frame, a path that exists (unless `overwrite`) and a path that cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != ".png":
        raise UserError(f"a picture is saved as .png, got {path}; name it {path.stem or 'picture'}.png")
    check_frame(frame)
    with replacing(path, overwrite=overwrite) as temporary, explain_write_errors(path):
        temporary.write_bytes(encode(frame, {"Comment": json.dumps(metadata)}))


def read_png_metadata(path: str | Path) -> dict[str, str]:
    """The metadata of a PNG or a folder of frames; empty if this program did not write it.

    Raises UserError if the file is not a PNG.
    """
    with _open_png(Path(path)) as image:
        return parse(image.info.get("Comment", ""))


def dimensions(path: Path) -> tuple[int, int, int, float]:
    """Width, height, number of frames and frames per second (0 for a still) of a PNG or a folder of frames."""
    with _open_png(path) as image:
        width, height = image.size
        if path.is_dir():
            rate = RATE.fullmatch(image.info.get("fps", ""))
            return width, height, len(_numbered(path)), float(Fraction(rate[0])) if rate else 0.0
        milliseconds = image.info.get("duration", 0)
        return width, height, getattr(image, "n_frames", 1), 1000 / milliseconds if milliseconds else 0.0


def parse(comment: str) -> dict[str, str]:
    """The metadata in the text of a comment; empty if another program wrote it."""
    try:
        return {key: str(value) for key, value in parse_object(comment[:MOST_COMMENT]).items()}
    except ValueError:
        return {}


def check_frame(frame: Frame, shape: tuple[int, ...] | None = None) -> None:
    """Raise UserError unless `frame` is uint8 [H, W, 3], and has the `shape` if one is given."""
    if not (isinstance(frame, np.ndarray) and frame.dtype == np.uint8 and frame.ndim == 3 and frame.shape[2] == 3):
        got = f"{frame.dtype} {list(frame.shape)}" if isinstance(frame, np.ndarray) else type(frame).__name__
        raise UserError(f"a frame must be uint8 [H, W, 3], got {got}; convert it first")
    if frame.size == 0 or shape not in (None, frame.shape):
        expected = "at least one pixel" if shape is None else f"{list(shape)} as in the first frame"
        raise UserError(f"a frame must have {expected}, got {list(frame.shape)}; all frames of a film have one size")


def encode(frame: Frame, text: dict[str, str]) -> bytes:
    """The bytes of a PNG file of one frame, with texts by name."""
    from PIL import Image, PngImagePlugin

    info = PngImagePlugin.PngInfo()
    for key, value in text.items():
        info.add_text(key, value)
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(frame)).save(buffer, "PNG", compress_level=COMPRESSION, pnginfo=info)
    return buffer.getvalue()


@contextmanager
def _open_png(path: Path) -> Iterator[Any]:
    """Open a PNG, or the first frame of a folder, with Pillow, which reads the header and not yet the pixels."""
    from PIL import Image

    failures = (OSError, SyntaxError, ValueError, OverflowError, struct.error, Image.DecompressionBombError)
    path = _numbered(path)[0] if path.is_dir() else path
    try:
        with warnings.catch_warnings(action="ignore"):
            image = Image.open(io.BytesIO(read_regular(path)), formats=["PNG"])
    except UserError:
        raise
    except failures as error:
        raise UserError(f"cannot read {path}: {getattr(error, 'strerror', None) or 'it is not a PNG'}") from error
    with image:
        yield image


def _numbered(folder: Path) -> list[Path]:
    """The frames of a folder, in order. Raises UserError if there are none."""
    found = [(int(match[1]), path) for path in folder.iterdir() if (match := NUMBERED.fullmatch(path.name))]
    if not found:
        raise UserError(f"{folder} holds no frames frame_00000.png ...; give a film or a folder of frames")
    return [path for _, path in sorted(found)]


# By hand, since Pillow keeps all frames in memory until the end, and FFmpeg writes no text into an APNG.
class AnimatedPng:
    """Writes an APNG frame by frame: every frame whole, true colour, lossless."""

    def __init__(self, path: Path, fps: Fraction, loop: bool, metadata: dict[str, str]) -> None:
        """Open the file. The header is written with the first frame, which knows the size."""
        self._file = path.open("wb")
        self._delay, self._plays = 1 / fps, 0 if loop else 1
        self._comment = json.dumps(metadata)
        self._frames = self._control = 0
        self._numbers = count()

    def add(self, frame: Frame) -> None:
        """Append a frame [H, W, 3]."""
        chunks = list(_chunks(encode(frame, {"Comment": self._comment} if self._frames == 0 else {})))
        if self._frames == 0:
            self._file.write(SIGNATURE)
            for kind, body in chunks:
                if kind in (b"IHDR", b"tEXt"):
                    self._write(kind, body)
            self._control = self._file.tell()
            self._write(b"acTL", struct.pack(">II", 0, self._plays))
        timing = struct.pack(">HHBB", self._delay.numerator, self._delay.denominator, 0, 0)
        self._write(b"fcTL", self._next() + struct.pack(">IIII", *frame.shape[1::-1], 0, 0) + timing)
        for kind, body in chunks:
            if kind == b"IDAT":
                self._write(*((kind, body) if self._frames == 0 else (b"fdAT", self._next() + body)))
        self._frames += 1

    def finish(self) -> None:
        """Complete the file: write its end, and at its start the number of frames, which is known only now."""
        self._write(b"IEND", b"")
        self._file.seek(self._control)
        self._write(b"acTL", struct.pack(">II", self._frames, self._plays))
        self._file.close()

    def release(self) -> None:
        """Close the file, finished or not."""
        with suppress(OSError):  # an unfinished file is deleted anyway
            self._file.close()

    def _next(self) -> bytes:
        return struct.pack(">I", next(self._numbers))

    def _write(self, kind: bytes, body: bytes) -> None:
        self._file.write(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and the body of each chunk of a PNG file."""
    at = len(SIGNATURE)
    while at < len(png):
        size = int.from_bytes(png[at : at + 4], "big")
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        at += size + 12


class FrameFolder:
    """Writes a folder of stills frame_00000.png, frame_00001.png, ...; each holds the metadata and the frame rate."""

    def __init__(self, folder: Path, fps: Fraction, metadata: dict[str, str]) -> None:
        """Begin with frame 0 in `folder`, which exists."""
        self._folder = folder
        self._text = {"Comment": json.dumps(metadata), "fps": str(fps)}
        self._frames = 0

    def add(self, frame: Frame) -> None:
        """Write the next frame [H, W, 3]."""
        (self._folder / f"frame_{self._frames:05d}.png").write_bytes(encode(frame, self._text))
        self._frames += 1

    def finish(self) -> None:
        """Do nothing: each frame is a complete file."""

    def release(self) -> None:
        """Do nothing: no file is open."""
