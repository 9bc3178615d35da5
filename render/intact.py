"""Intact: whether a picture or film is whole, beyond the header that tells what it is.

PNGs are decoded, or where there are many have every checksum taken; of a folder of them, none before the last may be
missing. Other films are not decoded, which would take as long as watching them: their packets are counted against what
the file says of itself, so that what was cut off is told, and what was changed inside a packet is not.
"""

from pathlib import Path

from agents.errors import UserError

GIF_END = b"\x3b"


def check_whole(path: Path) -> None:
    """Raise UserError where a PNG, a folder of them or a film was cut off or damaged."""
    from render.animation import NUMBERED

    if path.is_dir():
        numbered = {int(found[1]): each for each in path.iterdir() if (found := NUMBERED.fullmatch(each.name))}
        missing = sorted(set(range(max(numbered, default=-1) + 1)) - set(numbered))
        if missing:
            raise _damaged(path, f"frame {missing[0]} is missing")
        for each in numbered.values():
            _check_png(each)
    elif path.suffix.lower() in (".png", ".apng"):
        _check_png(path, decode=True)
    elif path.suffix.lower() == ".gif":
        if not path.read_bytes().rstrip(b"\0").endswith(GIF_END):
            raise _damaged(path, "its end is missing")
    else:
        _check_packets(path)


def _check_png(path: Path, decode: bool = False) -> None:
    """Take the checksum of every chunk, and decode the (first) picture."""
    from PIL import Image

    try:
        with Image.open(path, formats=["PNG"]) as image:
            image.verify()
        if decode:
            with Image.open(path, formats=["PNG"]) as image:
                image.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _damaged(path, " ".join(str(error).split())) from error


def _check_packets(path: Path) -> None:
    import av

    from render.probe import read_metadata

    try:
        with av.open(str(path.resolve())) as container:
            if not container.streams.video:
                raise _damaged(path, "no pictures are in it")
            stream = container.streams.video[0]
            packets = [packet for packet in container.demux(stream) if packet.size]
            expected, rate, length = stream.frames, stream.average_rate, container.duration
            if any(packet.is_corrupt for packet in packets):
                raise _damaged(path, "its end is missing")
            if not expected and rate and length and read_metadata(path):  # our WebM: it tells its length alone
                expected = round(length / av.time_base * rate)
    except av.FFmpegError as error:
        raise _damaged(path, str(error.strerror)) from error
    if len(packets) < max(1, expected):
        raise _damaged(path, f"{len(packets)} of {expected} frames are there")


def _damaged(path: Path, how: str) -> UserError:
    return UserError(f"{path} is damaged ({how}); make it again, or take it from a backup")
