"""Films: scenes of frames, each frame a function of its number alone, one after the other.

What draws the frames is elsewhere, and heavier: the command line reads its settings from here.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from agents import checks
from render.palette import PALETTES

Frame = NDArray[np.uint8]

View = Literal["auto", "flat", "land"]

WORKERS = 2  # frames drawn at once, beside the encoder's own threads
AHEAD = 1 << 25  # bytes of frames that are drawn ahead of the encoder: fewer where frames are large
BAND = 64  # rows of a frame that are computed with at once, where its numbers are larger than its bytes
FADE = 0.5  # seconds of a dissolve between scenes


@dataclass(frozen=True, slots=True)
class Scene:
    """`count` frames, of which `draw` makes each from its number alone."""

    count: int
    draw: Callable[[int], Frame]


@dataclass(frozen=True, slots=True)
class FilmConfig:
    """How a field is filmed."""

    view: View = "auto"
    """flat, land (in perspective), or auto: land for slide and turn, else flat."""
    palette: str = PALETTES[0]
    """inferno, lipari, magma, lajolla, batlow, mako, navia, viridis, cividis, or any name that cmap knows."""
    equalise: bool = True
    """Colour by rank, which the colour bar says, or else linearly."""
    relief: bool = True
    """Light flat views from the north-west."""
    seconds: float | None = None
    """Length of a single pass; by default a frame for each of the field, 5 s at least, or 0.6 s an octave of a zoom."""
    title: str = ""
    """Title over the film; by default the tour's."""
    captions: bool = True
    """Words, colour bar and scale on the film."""

    def __post_init__(self) -> None:
        """Refuse views that do not exist and lengths that are none."""
        checks.choice("view", self.view, View)
        if self.seconds is not None:
            checks.positive("seconds", self.seconds, 3600)


def to_and_fro(scene: Scene, stay: int) -> Scene:
    """A scene, held at its end for `stay` frames, then backwards: a seamless loop of any scene."""
    last = scene.count - 1
    numbers = [*range(scene.count), *[last] * stay, *range(last, 0, -1)]
    return Scene(len(numbers), lambda number: scene.draw(numbers[number]))


def play(scenes: Sequence[Scene], fps: float) -> Iterator[Frame]:
    """Yield all frames of the scenes in order; each scene dissolves into the next for FADE seconds.

    A few frames are drawn ahead, in other threads.
    """
    overlaps = _overlaps(scenes, fps)
    jobs: list[Callable[[], Frame]] = []
    for index, scene in enumerate(scenes):
        begin = overlaps[index - 1] if index else 0
        over = overlaps[index] if index < len(overlaps) else 0
        end = scene.count - over
        jobs += [partial(scene.draw, number) for number in range(begin, end)]
        for number in range(over):
            share = (number + 1) / (over + 1)
            jobs.append(partial(_dissolve, scene, end + number, scenes[index + 1], number, share))
    return _ahead(jobs)


def length(scenes: Sequence[Scene], fps: float) -> int:
    """How many frames `play` gives."""
    return sum(scene.count for scene in scenes) - sum(_overlaps(scenes, fps))


def _overlaps(scenes: Sequence[Scene], fps: float) -> list[int]:
    """How many frames of each scene, but the last, are mixed with frames of the next."""
    return [min(round(FADE * fps), a.count // 2, b.count // 2) for a, b in pairwise(scenes)]


def _dissolve(a: Scene, of_a: int, b: Scene, of_b: int, share: float) -> Frame:
    old, new = a.draw(of_a), b.draw(of_b)
    mixed = np.empty_like(old)
    for top in range(0, len(old), BAND):
        band = slice(top, top + BAND)
        mixed[band] = old[band] * np.float32(1 - share) + new[band] * np.float32(share) + np.float32(0.5)
    return mixed


def _ahead(jobs: Sequence[Callable[[], Frame]]) -> Iterator[Frame]:
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="film") as pool:
        waiting: deque[Future[Frame]] = deque()
        most = 1
        try:
            for job in jobs:
                waiting.append(pool.submit(job))
                if len(waiting) > most:
                    most = max(1, min(2 * WORKERS, AHEAD // waiting[0].result().nbytes))
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
