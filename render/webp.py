"""Read and complete animated WebP files, in which FFmpeg writes no metadata (RFC 9649, section 2.7).

A file is a list of chunks. Each has a name of 4 letters, a length of 4 bytes, contents, and a byte more if that length
is odd. The metadata are one text, in the description of an XMP packet.
"""

import html
import re
from collections.abc import Iterator
from pathlib import Path

from agents.errors import UserError
from agents.reading import read_regular

XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description>{}</dc:description>'
    "</rdf:Description></rdf:RDF></x:xmpmeta>"
)
DESCRIPTION = re.compile(r"<dc:description>(.*?)</dc:description>", re.DOTALL)
HEAD = 12  # bytes: RIFF, the length of the rest, WEBP
HAS_XMP = 0x04  # a flag of the chunk VP8X


def dimensions(path: Path) -> tuple[int, int, int, float]:
    """Width, height, number of different frames and frames per second (0 for a still).

    Frames that are like the one before are not stored, so the rate is that of the middle one of all lengths. Raises
    UserError for a file that is no WebP, or was cut off.
    """
    from PIL import Image

    lengths = [int.from_bytes(body[12:15], "little") for name, body in _chunks(path) if name == b"ANMF"]
    try:
        with Image.open(path, formats=["WEBP"]) as image:
            width, height = image.size
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UserError(f"cannot read {path}: it is no WebP; give a film") from error
    middle = sorted(lengths)[len(lengths) // 2] if lengths else 0
    return width, height, max(1, len(lengths)), 1000 / middle if middle else 0.0


def read_comment(path: Path) -> str:
    """The text that `add_comment` wrote, or an empty one. Raises UserError for no whole WebP."""
    packet = next((body for name, body in _chunks(path) if name == b"XMP "), b"")
    found = DESCRIPTION.search(packet.decode("utf-8", "replace"))
    return html.unescape(found[1]) if found else ""


def add_comment(path: Path, comment: str) -> None:
    """Write a text into a WebP file that has none yet."""
    data = bytearray(path.read_bytes())
    if data[HEAD : HEAD + 4] != b"VP8X":  # an animation of one frame is stored as a still
        width, height, _, _ = dimensions(path)
        size = b"".join((side - 1).to_bytes(3, "little") for side in (width, height))
        data[HEAD:HEAD] = b"VP8X" + (10).to_bytes(4, "little") + bytes(4) + size
    packet = XMP.format(html.escape(comment, quote=False)).encode()
    data[HEAD + 8] |= HAS_XMP
    data += b"XMP " + len(packet).to_bytes(4, "little") + packet + b"\0" * (len(packet) % 2)
    data[4:8] = (len(data) - 8).to_bytes(4, "little")
    path.write_bytes(data)


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
