"""Check that a picture or film is complete, beyond its header.

Of a PNG, the checksum of every chunk is checked, and that nothing is missing or added; the first picture of a single
one is decoded. In a folder of PNGs, no number may be missing before the last. Other films that we write have a seal, a
digest of all their bytes. Those of older versions and of other programs have none, and are not decoded, since that
would take long: their packets are counted and compared with the number that the file gives. That finds a film that was
cut off, and does not find a change inside a packet.
"""

import io
import struct
import warnings
import zlib
from pathlib import Path

from agents.errors import UserError
from agents.reading import read_regular
from render.animation import NUMBERED, SIGNATURE
from render.probe import promises_seal, read_metadata
from render.video_seal import TRAILER, check_seal
from render.webp import dimensions


def check_whole(path: Path) -> bool:
    """Raise UserError if a PNG, a folder of PNGs or a film was cut off or is damaged.

    Returns True if no change of any byte would go unnoticed, False for a film without a seal.
    """
    if path.is_dir():
        numbered = sorted((int(found[1]), file) for file in path.iterdir() if (found := NUMBERED.fullmatch(file.name)))
        for expected, (number, file) in enumerate(numbered):
            if number != expected:
                raise _damaged(path, f"frame {expected} is missing")
            _check_png(file)
    elif path.suffix.lower() in (".png", ".apng"):
        _check_png(path, decode=True)
    elif check_seal(path, promised=_is_promised(path)):
        return True
    elif path.suffix.lower() == ".gif":
        if not read_regular(path).rstrip(b"\0").endswith(TRAILER):
            raise _damaged(path, "its end is missing")
        return False
    elif path.suffix.lower() == ".webp":
        dimensions(path)  # raises for a file that was cut off
        return False
    else:
        _check_packets(path)
        return False
    return True


def _is_promised(path: Path) -> bool:
    """True if the metadata of a film say that it has a seal; of a film without readable ones, its packets tell."""
    try:
        return promises_seal(path)
    except UserError:
        return False


def _check_chunks(data: bytes) -> None:
    """Raise ValueError unless bytes are the chunks of a PNG with their checksums, from the first to the last."""
    at, kind, order = len(SIGNATURE), b"", list[tuple[bytes, int]]()
    if not data.startswith(SIGNATURE):
        raise ValueError("it is not a PNG")
    while at < len(data):
        (size,), kind = struct.unpack_from(">I", data, at), data[at + 4 : at + 8]
        end = at + 8 + size
        if zlib.crc32(data[at + 4 : end]) != struct.unpack_from(">I", data, end)[0]:
            raise ValueError("a checksum differs")
        if kind in (b"acTL", b"fcTL", b"fdAT", b"IDAT"):
            order.append((kind, int.from_bytes(data[at + 8 : at + 12], "big")))
        at = end + 4
        if kind == b"IEND":
            break
    if kind != b"IEND" or at != len(data):
        raise ValueError("its end is missing" if kind != b"IEND" else "something follows its end")
    _check_pictures(order)


def _check_pictures(order: list[tuple[bytes, int]]) -> None:
    """Raise ValueError if a whole chunk of an APNG was lost: of the kinds in their order, with their first number.

    That is the number of pictures in acTL, and the place in a common series in fcTL, which begins a picture, and fdAT.
    """
    numbers = [number for kind, number in order if kind in (b"fcTL", b"fdAT")]
    pictures = sum(number for kind, number in order if kind == b"acTL")
    kinds = [kind for kind, _ in order]
    begun = [after for kind, after in zip(kinds, [*kinds[1:], b""], strict=True) if kind == b"fcTL"]
    empty = any(after not in (b"IDAT", b"fdAT") for after in begun)
    if empty or len(begun) != pictures or numbers != list(range(len(numbers))):
        raise ValueError("a part of its pictures is missing")


def _check_png(path: Path, decode: bool = False) -> None:
    """Check the checksum of every chunk, and with `decode` also decode the (first) picture."""
    from PIL import Image

    try:
        data = read_regular(path)
        _check_chunks(data)
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            image.verify()
        if decode:
            with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data), formats=["PNG"]) as image:
                image.load()
    except UserError:
        raise
    except (OSError, SyntaxError, ValueError, OverflowError, struct.error, Image.DecompressionBombError) as error:
        raise _damaged(path, " ".join(str(error).split())) from error


def _check_packets(path: Path) -> None:
    """Compare the number of packets of a film with the number of frames that the file gives."""
    import av

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
