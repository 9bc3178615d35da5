"""Check that a picture or film is complete, beyond its header.

A single PNG is decoded. In a folder of PNGs, every checksum is checked, and no number may be missing before the last.
Other films are not decoded, since that would take long: their packets are counted and compared with the number that
the file gives. That finds a film that was cut off, and does not find a change inside a packet.
"""

import io
import struct
from pathlib import Path

from agents.errors import UserError
from agents.reading import read_regular
from render.webp import dimensions

GIF_END = b"\x3b"


def check_whole(path: Path) -> None:
    """Raise UserError if a PNG, a folder of PNGs or a film was cut off or is damaged."""
    from render.animation import NUMBERED

    if path.is_dir():
        numbered = sorted((int(found[1]), file) for file in path.iterdir() if (found := NUMBERED.fullmatch(file.name)))
        for expected, (number, file) in enumerate(numbered):
            if number != expected:
                raise _damaged(path, f"frame {expected} is missing")
            _check_png(file)
    elif path.suffix.lower() in (".png", ".apng"):
        _check_png(path, decode=True)
    elif path.suffix.lower() == ".gif":
        if not read_regular(path).rstrip(b"\0").endswith(GIF_END):
            raise _damaged(path, "its end is missing")
    elif path.suffix.lower() == ".webp":
        dimensions(path)  # raises for a file that was cut off
    else:
        _check_packets(path)


def _check_png(path: Path, decode: bool = False) -> None:
    """Check the checksum of every chunk, and with `decode` also decode the (first) picture."""
    from PIL import Image

    try:
        data = read_regular(path)
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            image.verify()
        if decode:
            with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
                image.load()
    except UserError:
        raise
    except (OSError, SyntaxError, ValueError, OverflowError, struct.error, Image.DecompressionBombError) as error:
        raise _damaged(path, " ".join(str(error).split())) from error


def _check_packets(path: Path) -> None:
    """Compare the number of packets of a film with the number of frames that the file gives."""
    import av

    from render.probe import read_metadata

    try:
        with av.open(str(path.resolve())) as container:
            if not container.streams.video:
                raise _damaged(path, "it holds no pictures")
            stream = container.streams.video[0]
            packets = [packet for packet in container.demux(stream) if packet.size]
            expected, rate, length = stream.frames, stream.average_rate, container.duration
            if any(packet.is_corrupt for packet in packets):
                raise _damaged(path, "its end is missing")
            if not expected and rate and length and read_metadata(path):  # a WebM that we wrote gives only its length
                expected = round(length / av.time_base * rate)
    except av.FFmpegError as error:
        raise _damaged(path, str(error.strerror)) from error
    if len(packets) < max(1, expected):
        raise _damaged(path, f"{len(packets)} of {expected} frames are in it")


def _damaged(path: Path, how: str) -> UserError:
    """The error for a damaged file."""
    return UserError(f"{path} is damaged ({how}); make it again, or take it from a backup")
