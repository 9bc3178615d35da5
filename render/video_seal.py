"""The seal of a film: a digest of all its bytes but the digest itself, in a form that players skip.

mp4, webm, gif and webp have no checksums, so a changed picture inside would go unnoticed. (PNG and APNG have one in
each of their chunks.) The seal is a box of kind uuid at the end of an mp4 (ISO/IEC 14496-12, section 11.1), a Void
element at the end of a webm (RFC 8794, section 11.3.2), and an application extension before the last picture of a gif
(GIF89a, section 26; behind it, FFmpeg would count one picture more), and a chunk of its own at the end of a webp (RFC
9649, section 2.7.1.6). The metadata of the film say that it has a seal, so that a lost one is noticed as well.
"""

import hashlib
import mmap
import os
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

from agents.errors import UserError

ENTRY = "seal"  # of the metadata of a film that has a seal
MARK = b"foragescape-seal"  # 16 bytes, as many as a UUID has; the digest follows
DIGEST = 16  # bytes
BLOCK = 1 << 20
TRAILER = b"\x3b"  # the last byte of a gif


PROMISE = f"blake2b-{8 * DIGEST} of all other bytes of this film"
# What is left of a seal whose mark is damaged, or of the promise in metadata that cannot be read; no other film has it.
# Both ends of the promise count, so that two pieces that change places cannot take away all traces.
TRACES = (MARK[8:], b"\xff\x0bFORAGESCAPE", PROMISE[:11].encode(), PROMISE[-12:].encode())
_FIELD = MARK + bytes(DIGEST)
FORMS = {
    ".mp4": struct.pack(">I", 8 + len(_FIELD)) + b"uuid" + _FIELD,
    ".webm": b"\xec" + bytes([0x80 | len(_FIELD)]) + _FIELD,
    ".gif": b"\x21\xff\x0bFORAGESCAPE" + bytes([len(_FIELD)]) + _FIELD + b"\0",
    ".webp": b"SEAL" + struct.pack("<I", len(_FIELD)) + _FIELD,
}
"""The seal of each kind of film, with zeros in the place of the digest."""


def promising_seal(metadata: Mapping[str, str], kind: str) -> dict[str, str]:
    """The metadata of a film of that kind, which say that it has a seal, if films of that kind have one."""
    return {**metadata, ENTRY: PROMISE} if kind in FORMS else dict(metadata)


def write_seal(path: Path, kind: str) -> None:
    """Put the seal into a complete film of that kind; do nothing to kinds that have none. Raises OSError."""
    if kind not in FORMS:
        return
    with path.open("r+b") as file:
        rest = b""
        if kind == ".gif":
            data = file.read()
            *_, last = gif_pictures(data)
            rest = data[last:]
        file.seek(-len(rest), os.SEEK_END)
        file.write(FORMS[kind] + rest)
        if kind == ".webp":  # its head has the length of all that follows
            whole = file.tell()
            file.seek(4)
            file.write(struct.pack("<I", whole - 8))
        file.flush()
        with mmap.mmap(file.fileno(), 0) as film:
            at = film.rfind(MARK) + len(MARK)
            film[at : at + DIGEST] = _digest(film, at)
            film.flush()


def check_seal(path: Path, *, promised: bool) -> bool:
    """True if a film has its seal, False if it has none and none was `promised`.

    Raises UserError if the seal is not that of these bytes, or is missing; OSError if the film cannot be read.
    """
    if path.suffix.lower() not in FORMS:
        return False
    with path.open("rb") as file:
        if not path.stat().st_size:
            return False
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            at = data.rfind(MARK) + len(MARK)
            if at >= len(MARK) and data[at : at + DIGEST] == _digest(data, at):
                return True
            traces = any(data.find(trace) >= 0 for trace in TRACES)
    if promised or at >= len(MARK) or traces:
        raise UserError(f"{path} is damaged (its digest differs); make it again, or take it from a backup")
    return False


def _digest(data: mmap.mmap, at: int) -> bytes:
    """The digest of all bytes but those at the place `at`, where a digest is."""
    content = hashlib.blake2b(digest_size=DIGEST)
    for start, stop in ((0, at), (at + DIGEST, len(data))):
        for begin in range(start, stop, BLOCK):
            content.update(data[begin : min(begin + BLOCK, stop)])
    content.update(struct.pack(">QQ", at, len(data)))
    return content.digest()


def gif_pictures(data: bytes) -> Iterator[int]:
    """The places in a complete GIF at which its pictures begin, with their graphic control extensions."""
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    begin = None
    while data[at : at + 1] != TRAILER:
        if data[at] == 0x21:  # an extension
            if data[at + 1] == 0xF9:
                begin = at
            at = _after_blocks(data, at + 2)
        else:  # a picture, perhaps with a palette
            yield at if begin is None else begin
            begin = None
            flags = data[at + 9]
            at = _after_blocks(data, at + 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0))


def _after_blocks(data: bytes, at: int) -> int:
    """The place after the sub-blocks that begin at a place."""
    while data[at]:
        at += 1 + data[at]
    return at + 1
