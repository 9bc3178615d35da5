"""Probe: what a film or still is, and the metadata inside it, for every format that `render.video` writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from agents.errors import UserError
from render.animation import measure, parse, read_png_metadata
from render.encoder import GIF_CLOCK

if TYPE_CHECKING:
    import av


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
        width, height, frames, fps = measure(path)
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
        return parse({key.lower(): value for key, value in container.metadata.items()}.get("comment", ""))


@contextmanager
def _film(path: Path) -> "Iterator[av.container.InputContainer]":
    """A film opened by FFmpeg, with at least one video stream. Failures to read it inside the block become one line."""
    import av

    try:
        with av.open(str(path.resolve())) as container:
            if not container.streams.video:
                raise UserError(f"cannot read {path}: there are no pictures in it; give a film")
            yield container
    except UnicodeDecodeError as error:
        raise UserError(f"cannot read {path}: its metadata are not text; give a film") from error
    except (OSError, av.FFmpegError) as error:
        raise UserError(f"cannot read {path}: {error.strerror}; give a film") from error
