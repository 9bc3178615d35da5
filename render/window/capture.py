"""Capture: saves screenshots of a window, and encodes films in a thread.

H and W rows and columns of a frame.
"""

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from agents.errors import UserError
from render.studio import metadata
from render.window.event import Frame


def free_name(stem: str, suffix: str) -> Path:
    """The first free file name in the working directory: stem-001.png, stem-002.png, ...

    A stem begins with the name of the run or the field, then says what was saved, as in a-explore, a-watch-grid-maze0.
    """
    taken = {path.name for path in Path().iterdir()}
    number = 1
    while f"{stem}-{number:03d}{suffix}" in taken:
        number += 1
    return Path(f"{stem}-{number:03d}{suffix}")


def screenshot(frame: Frame, stem: str, about: dict[str, Any]) -> str:
    """Save a frame as a PNG with metadata under a free name; returns a message, also where that fails."""
    from render.animation import write_png

    path = free_name(stem, ".png")
    try:
        write_png(frame, path, metadata(about))
    except UserError as error:
        return str(error)
    return f"saved {path}"


class Recording:
    """A film of frames [H, W, 3] from an iterator; a thread encodes it."""

    def __init__(self, frames: Iterable[Frame], path: Path, fps: float, about: dict[str, Any], total: int) -> None:
        """Start encoding into `path`; `total` is the expected number of frames."""
        self.path, self.total, self.count = path, total, 0
        self._failure, self._keep = "", True
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._encode, args=(frames, fps, about), name="recording", daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether the encoder has ended, with or without a film."""
        return not self._thread.is_alive()

    @property
    def message(self) -> str:
        """The state of the film in words: how far it is, that it is saved, or why it failed."""
        if self._failure:
            return self._failure
        if not self.done:
            return f"recording {self.path.name}, {self.count} of {self.total} frames"
        return f"saved {self.path}, {self.count} frames"

    def stop(self, seconds: float = 30.0, keep: bool = True) -> None:
        """End the film after the frames so far, or delete it; wait at most some seconds for the encoder."""
        self._keep = keep
        self._stopped.set()
        self._thread.join(seconds)

    def _encode(self, frames: Iterable[Frame], fps: float, about: dict[str, Any]) -> None:
        from render.video import write

        try:
            write(self._until_stopped(frames), self.path, fps=fps, metadata=metadata(about), progress=self._set_count)
        except UserError as error:
            self._failure = str(error)

    def _until_stopped(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        for frame in frames:
            if self._stopped.is_set():
                if not self._keep:
                    raise UserError(f"{self.path} was not recorded to its end, and is not kept")
                return
            yield frame

    def _set_count(self, count: int) -> None:
        self.count = count


class Recorder:
    """The film that a window encodes in a thread, if any: one at a time."""

    def __init__(self) -> None:
        """Start without a film."""
        self.film: Recording | None = None

    def finished(self) -> str:
        """A message once the film is finished, or ""."""
        if self.film is None or not self.film.done:
            return ""
        message, self.film = self.film.message, None
        return message

    def close(self) -> None:
        """Stop a film that is being made, and delete it."""
        if self.film is not None:
            self.film.stop(keep=False)
