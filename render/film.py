"""Play scenes one after the other as the frames of a film; and the settings of a film.

Each frame of a scene depends on its number alone. Where one scene dissolves into the next, no words are drawn: those of
the first have faded out before, and those of the next fade in afterwards. Scenes are drawn in `render.views`; this
module imports little, as the command line imports it for the settings.
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
from sim.rollout.quantities import QuantityName

Frame = NDArray[np.uint8]

View = Literal["auto", "flat", "land"]

WORKERS = 2  # threads that draw frames; the encoder has threads of its own
AHEAD = 1 << 25  # bytes of frames that may wait for the encoder; one frame may always wait
BAND = 64  # rows of a frame that are mixed at once, as numbers of 4 bytes
FADE = 0.5  # seconds in which one scene dissolves into the next
PIECES, PIECE = 4, 0.5  # runs of a sample of a scene, and the seconds of each
WORDS_FADE = 0.3  # seconds in which the words of a scene fade out before a dissolve, and in after one


@dataclass(frozen=True, slots=True)
class Scene:
    """A part of a film, of `count` frames, each of which is made from its number alone.

    `picture(number)` makes a frame without words. `words(frame, number)`, if there are any, draws all words (title,
    caption, legend) into that frame.
    """

    count: int
    picture: Callable[[int], Frame]
    words: Callable[[Frame, int], None] | None = None

    def draw(self, number: int, ink: float = 1.0) -> Frame:
        """Draw a frame, whose words have the opacity `ink`, 0 to 1."""
        bare = self.picture(number)
        if self.words is None or ink <= 0:
            return bare
        frame = bare.copy()
        self.words(frame, number)
        return frame if ink >= 1 else mixed(bare, frame, ink)

    def showing(self, numbers: Sequence[int]) -> "Scene":
        """A scene of frames of this one, by their numbers."""
        words = self.words
        return Scene(
            len(numbers),
            lambda number: self.picture(numbers[number]),
            None if words is None else lambda frame, number: words(frame, numbers[number]),
        )


@dataclass(frozen=True, slots=True)
class FilmConfig:
    """How the film of a field looks."""

    view: View = "auto"
    """flat, land (in perspective), or auto: land for slide and turn, flat for other tours. A zoom is always flat."""
    palette: str = PALETTES[0]
    """inferno, lipari, magma, lajolla, batlow, mako, navia, viridis, cividis, or any colormap that cmap knows."""
    equalise: bool = True
    """Colour heights by their rank, so that all colours are used evenly; otherwise linearly."""
    relief: bool = True
    """Light flat views from the north-west, like a relief map."""
    seconds: float | None = None
    """Seconds of one pass, up to 3600; by default 5, or more to show every frame; in a zoom 0.6 for each halving."""
    title: str = ""
    """The title; by default it describes the tour."""
    captions: bool = True
    """Show title, caption, colour bar and scale bar."""
    lightness: QuantityName | None = None
    """A second quantity: --quantity gives the hue of each pixel, and this its lightness; as land also its height."""

    def __post_init__(self) -> None:
        """Raise UserError for an unknown view and for a length out of range."""
        checks.choice("view", self.view, View)
        if self.seconds is not None:
            checks.positive("seconds", self.seconds, 3600)


def excerpt(scenes: Sequence[Scene], fps: float) -> list[Scene]:
    """A sample of each scene: PIECES runs of successive frames, spread evenly, as the size of a film depends on both.

    Each run is as long as what lies between two key frames. A short scene is whole.
    """
    run = max(1, round(PIECE * fps))
    taken = []
    for scene in scenes:
        starts = [(2 * piece + 1) * scene.count // (2 * PIECES) - run // 2 for piece in range(PIECES)]
        whole = scene.count <= PIECES * run
        taken.append(scene if whole else scene.showing([start + n for start in starts for n in range(run)]))
    return taken


def to_and_fro(scene: Scene, stay: int) -> Scene:
    """A scene that loops: forwards, its last frame for `stay` more frames, then backwards."""
    last = scene.count - 1
    return scene.showing([*range(scene.count), *[last] * stay, *range(last, 0, -1)])


def play(scenes: Sequence[Scene], fps: float) -> Iterator[Frame]:
    """Yield all frames of the scenes in order; each scene dissolves into the next for FADE seconds.

    Words are drawn only outside of dissolves. A few frames are drawn ahead, in other threads.
    """
    overlaps = _overlaps(scenes, fps)
    jobs: list[Callable[[], Frame]] = []
    for index, scene in enumerate(scenes):
        begin = overlaps[index - 1] if index else 0
        over = overlaps[index] if index < len(overlaps) else 0
        end = scene.count - over
        inks = _inks(end - begin, fps, fade_in=begin > 0, fade_out=over > 0)
        jobs += [partial(scene.draw, begin + number, ink) for number, ink in enumerate(inks)]
        for number in range(over):
            share = (number + 1) / (over + 1)
            jobs.append(partial(_dissolve, scene, end + number, scenes[index + 1], number, share))
    return _ahead(jobs)


def _inks(count: int, fps: float, *, fade_in: bool, fade_out: bool) -> list[float]:
    """The opacity of the words in each of the `count` frames of a scene that lie between its dissolves."""
    fade = min(round(WORDS_FADE * fps), count // 2)
    rising = [min(1.0, (number + 1) / (fade + 1)) for number in range(count)]
    still = [1.0] * count
    return list(map(min, rising if fade_in else still, rising[::-1] if fade_out else still))


def length(scenes: Sequence[Scene], fps: float) -> int:
    """How many frames `play` yields."""
    return sum(scene.count for scene in scenes) - sum(_overlaps(scenes, fps))


def _overlaps(scenes: Sequence[Scene], fps: float) -> list[int]:
    """How many frames of each scene, but the last, are mixed with frames of the next."""
    return [min(round(FADE * fps), a.count // 2, b.count // 2) for a, b in pairwise(scenes)]


def _dissolve(before: Scene, last: int, after: Scene, first: int, share: float) -> Frame:
    """Mix frame `last` of one scene with frame `first` of the next, which has `share` of the result; without words."""
    return mixed(before.picture(last), after.picture(first), share)


def mixed(old: Frame, new: Frame, share: float) -> Frame:
    """Mix two frames [H, W, 3] of which the new one has `share`, 0 to 1, of the result."""
    out = np.empty_like(old)
    for top in range(0, len(old), BAND):
        band = slice(top, top + BAND)
        out[band] = old[band] * np.float32(1 - share) + new[band] * np.float32(share) + np.float32(0.5)
    return out


def _ahead(jobs: Sequence[Callable[[], Frame]]) -> Iterator[Frame]:
    """Yield the frames of jobs in order; threads do a few jobs ahead."""
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
