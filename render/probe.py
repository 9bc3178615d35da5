"""Read the size, length and metadata of a film or still, in every format that `render.video` writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from agents.errors import UserError
from agents.reading import one_line, refuse_irregular
from render import webp
from render.animation import dimensions, parse, read_png_metadata
from render.encoder import GIF_CLOCK
from render.video_seal import ENTRY

if TYPE_CHECKING:
    import av


class Probe(TypedDict):
    """Size in pixels, number of frames, frames per second and seconds (both 0 for a still), and format of a film."""

    width: int
    height: int
    frames: int
    fps: float
    duration: float
    format: str


def probe(path: str | Path) -> Probe:
    """Read the size and length of the film or still `path`. Raises UserError if it cannot be read."""
    path = Path(path)
    if path.is_dir() or path.suffix.lower() in (".png", ".apng"):
        width, height, frames, fps = dimensions(path)
    elif path.suffix.lower() == ".webp":
        width, height, frames, fps = webp.dimensions(path)
    else:
        with _film(path) as container:
            stream = container.streams.video[0]
            times = sorted(packet.pts for packet in container.demux(stream) if packet.pts is not None)
            width, height, frames, fps = stream.width, stream.height, len(times), float(stream.average_rate or 0)
            if (
                path.suffix.lower() == ".gif" and frames > 1 and times[-1] > times[0]
            ):  # the average rate of a GIF is a guess
                fps = (frames - 1) * GIF_CLOCK / (times[-1] - times[0])
    kind = "frames" if path.is_dir() else path.suffix[1:].lower()
    return Probe(width=width, height=height, frames=frames, fps=fps, duration=frames / fps if fps else 0.0, format=kind)


def read_metadata(path: str | Path) -> dict[str, str]:
    """The metadata that a film or still was given; empty if this program did not write it.

    Raises UserError if the file cannot be read.
    """
    return {name: text for name, text in _tags(path).items() if name != ENTRY}


def promises_seal(path: str | Path) -> bool:
    """True if the metadata of a film say that it has a seal. Raises UserError if the file cannot be read."""
    return ENTRY in _tags(path)


def _tags(path: str | Path) -> dict[str, str]:
    """The metadata with the entry of a film that has a seal."""
    path = Path(path)
    if path.is_dir() or path.suffix.lower() in (".png", ".apng"):
        return read_png_metadata(path)
    if path.suffix.lower() == ".webp":
        return parse(webp.read_comment(path))
    with _film(path) as container:
        return parse({key.lower(): value for key, value in container.metadata.items()}.get("comment", ""))


@contextmanager
def _film(path: Path) -> "Iterator[av.container.InputContainer]":
    """Open a film with FFmpeg. Raises UserError if it has no video stream, or if reading it in the block fails."""
    import av

    try:
        refuse_irregular(path)
        with av.open(str(path.resolve())) as container:
            if not container.streams.video:
                raise UserError(f"cannot read {path}: it holds no pictures; give a film")
            yield container
    except UserError:
        raise
    except UnicodeDecodeError as error:
        raise UserError(f"cannot read {path}: its metadata are not text; give a film") from error
    except (OSError, av.FFmpegError) as error:
        raise UserError(f"cannot read {path}: {error.strerror}; give a film") from error
    except (ValueError, TypeError, AttributeError, ArithmeticError) as error:  # of a film that lacks its size or times
        raise UserError(f"cannot read {path}: {one_line(error)}; give a film") from error
