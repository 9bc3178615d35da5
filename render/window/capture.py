"""Capture: what a window saves: screenshots, and films that are encoded beside it.

H and W rows and columns of a frame.
"""

import json
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from queue import Full, Queue
from typing import Any

from agents.errors import UserError
from render.window.event import Frame
from sim.provenance import provenance

BUFFER = 90  # frames that wait for the encoder at most


def free_name(stem: str, suffix: str, folder: Path | None = None) -> Path:
    """The first name that is free in a folder (by default the one we are in): stem-001.png, stem-002.png, ..."""
    folder = Path() if folder is None else folder
    taken = {path.name for path in folder.glob(f"{stem}-*{suffix}")}
    number = 1
    while f"{stem}-{number:03d}{suffix}" in taken:
        number += 1
    return folder / f"{stem}-{number:03d}{suffix}"


def metadata(about: dict[str, Any]) -> dict[str, str]:
    """What a picture or film says of itself: versions, and how it was made."""
    return {**provenance(), "made_from": json.dumps(about, default=str)}


def screenshot(frame: Frame, stem: str, about: dict[str, Any], folder: Path | None = None) -> str:
    """Save a frame as a PNG with metadata under a free name; what to tell the person, be it that it failed."""
    from render.animation import write_png

    path = free_name(stem, ".png", folder)
    try:
        write_png(frame, path, metadata(about))
    except UserError as error:
        return str(error)
    return f"saved {path}"


class Recording:
    """A film that is encoded in a thread from an iterator of frames [H, W, 3]."""

    def __init__(self, frames: Iterable[Frame], path: Path, fps: float, about: dict[str, Any], total: int = 0) -> None:
        """Start encoding into `path`; `total` is how many frames are expected, if that is known."""
        self.path, self.total, self.count = path, total, 0
        self._failure, self._keep = "", True
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._encode, args=(frames, fps, about), name="recording", daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether the film is ready, or will never be."""
        return not self._thread.is_alive()

    @property
    def message(self) -> str:
        """What to tell the person."""
        if self._failure:
            return self._failure
        if not self.done:
            return f"recording {self.path.name}, {self.count}{f' of {self.total}' if self.total else ''} frames"
        return f"saved {self.path}, {self.count} frames"

    def stop(self, seconds: float = 30.0, keep: bool = True) -> None:
        """End the film after the frames so far, or leave none; and wait for the encoder."""
        self._keep = keep
        self._stopped.set()
        self._thread.join(seconds)

    def _encode(self, frames: Iterable[Frame], fps: float, about: dict[str, Any]) -> None:
        from render.video import write

        try:
            write(self._until_stopped(frames), self.path, fps=fps, metadata=metadata(about), progress=self._hear)
        except UserError as error:
            self._failure = str(error)

    def _until_stopped(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        for frame in frames:
            if self._stopped.is_set():
                if not self._keep:
                    raise UserError(f"{self.path} was not recorded to its end, and is not kept")
                return
            yield frame

    def _hear(self, count: int) -> None:
        self.count = count


class Tape:
    """Frames as they are shown, on their way to a Recording: `add` them, then `end`; iterate to get them."""

    def __init__(self) -> None:
        """An empty tape."""
        self._queue: Queue[Frame | None] = Queue(BUFFER)
        self.lost = 0

    def add(self, frame: Frame) -> None:
        """One more frame; lost, and counted, where the encoder is too far behind."""
        try:
            self._queue.put_nowait(frame)
        except Full:
            self.lost += 1

    def end(self) -> None:
        """No more frames."""
        self._queue.put(None)

    def __iter__(self) -> Iterator[Frame]:
        """The frames in order, until the end."""
        while (frame := self._queue.get()) is not None:
            yield frame
