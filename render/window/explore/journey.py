"""Journeys: places that were visited, filmed as one smooth dive afterwards.

H and W rows and columns of a frame, K places. Every frame is made of pixels of its own size or finer, computed for it
or known before; none is upscaled. Where the land changes, one picture dissolves into the other.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from threading import Event

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from render import objective_labels as labels
from render.film import FilmConfig
from render.legend import Frame, put_foot
from render.palette import equaliser, finite_limits
from render.picture import fit
from render.probe import read_metadata
from render.video import VideoConfig, write
from render.window.capture import metadata
from render.window.explore.painter import Look, Scale, coloured
from render.window.explore.place import Ground, Land, Origin, Place
from render.window.explore.sight import described
from render.window.explore.tiles import COARSEST, Tiles, cut, mosaic
from render.window.explore.view import FARTHEST, LOWEST, View
from render.window.explore.worker import compute
from sim.landscape.plane import Window
from sim.landscape.sampling import sample

OCTAVE = 0.7  # seconds to double or halve the radius
ACROSS = 1.2  # seconds to pass the shorter side of what is seen
SHORTEST, STAY = 0.5, 0.6  # seconds between two places at least, and at the ends
RAMP = 0.9  # seconds to speed up, and to slow down
LOOKED = (36, 64)  # pixels of each place that the colours are chosen by


@dataclass(frozen=True, slots=True)
class Moment:
    """What a frame shows: a centre and a radius on one land, or, of `share`, on its way to another land."""

    place: Place
    share: float = 0.0
    towards: Place | None = None


def path(places: Sequence[Place], fps: float) -> list[Moment]:
    """The moments of a film through K places: even in the logarithm of the radius, resting at both ends.

    It also halts where it turns from zooming in to out or back, and where the land changes; all else it passes by.
    """
    if not places:
        raise UserError("a journey needs at least one place, got none; visit some before it is filmed")
    rest = max(1, round(STAY * fps))
    moments = [Moment(places[0])] * rest
    begin = 0
    for end in range(1, len(places)):
        if end == len(places) - 1 or _halts(*places[end - 1 : end + 2]):
            moments += _stretch(places[begin : end + 1], fps)
            begin = end
    return [*moments, *[Moment(places[-1])] * rest]


def _halts(a: Place, b: Place, c: Place) -> bool:
    """Whether a film that comes from a halts in b before it goes on to c."""
    return not (a.land == b.land == c.land and (b.radius / a.radius - 1) * (c.radius / b.radius - 1) > 0)


def _stretch(places: Sequence[Place], fps: float) -> list[Moment]:
    """The moments from one halt to the next, the first not among them: speeding up, steady, slowing down."""
    ends = np.cumsum([_seconds(a, b) for a, b in pairwise(places)])
    count = max(1, round(float(ends[-1]) * fps))
    ramp = min(0.5, RAMP / float(ends[-1]))  # of the whole
    moments = []
    for frame in range(1, count + 1):
        gone = frame / count
        from_end = min(gone, 1 - gone)
        share = (from_end - ramp / 2 if from_end > ramp else from_end**2 / (2 * ramp)) / (1 - ramp)
        at = float(ends[-1]) * (share if gone <= 0.5 else 1 - share)
        leg = min(int(np.searchsorted(ends, at)), len(ends) - 1)
        a, b, start = places[leg], places[leg + 1], float(ends[leg - 1]) if leg else 0.0
        share = 1.0 if frame == count else min(1.0, (at - start) / float(ends[leg] - start))
        moments.append(Moment(a, share, b) if a.land != b.land and share < 1 else Moment(_between(a, b, share)))
    return moments


def _seconds(a: Place, b: Place) -> float:
    """How long the way from one place to the next takes."""
    if a.land != b.land:
        return SHORTEST
    octaves, apart = abs(math.log2(b.radius / a.radius)), math.hypot(b.x - a.x, b.y - a.y)
    return SHORTEST + OCTAVE * octaves + ACROSS * min(8.0, apart / max(a.radius, b.radius))


def _between(a: Place, b: Place, share: float) -> Place:
    """A place on the way: what both see stays where it is while the radius changes."""
    if share >= 1:
        return b
    radius = a.radius * (b.radius / a.radius) ** share
    if abs(b.radius / a.radius - 1) > 1e-9:
        share = (radius - a.radius) / (b.radius - a.radius)
    return Place(b.land, a.x + share * (b.x - a.x), a.y + share * (b.y - a.y), radius)


class Filmer:
    """Draws the frames of a journey at any H, W; `tiles` may know pixels already."""

    def __init__(self, ground: Callable[[Land], Ground], tiles: Tiles, look: Look, size: tuple[int, int]) -> None:
        """`ground` makes a land ready to be sampled."""
        self._ground, self._tiles, self._look, self._size = ground, tiles, look, size
        self._grounds: dict[Land, Ground] = {}
        self.stopped = Event()

    def frames(self, places: Sequence[Place], fps: float) -> Iterator[Frame]:
        """The film, its colours fixed by all its places together."""
        scale = self._scale(places)
        last: tuple[Moment, Frame] | None = None
        for moment in path(places, fps):
            if last is None or last[0] != moment:
                last = moment, self._draw(moment, scale)
            yield last[1]

    def _draw(self, moment: Moment, scale: Scale) -> Frame:
        frame, place = self._paint(moment.place, scale), moment.place
        if moment.towards is not None:
            other = self._paint(moment.towards, scale)
            frame = np.rint(frame + np.float32(moment.share) * (other - frame.astype(np.float32))).astype(np.uint8)
        objective, spacing = self._at(place.land).objective, 2 * place.radius / min(self._size)
        caption = described(place.radius, place.land, objective)
        ranks = scale.ranks if self._look.equalise else None
        unit = labels.bar(objective)
        put_foot(frame, scale.limits, self._look.palette, ranks, "A journey", caption, spacing, unit)
        return frame

    def _at(self, land: Land) -> Ground:
        if land not in self._grounds:
            self._grounds[land] = self._ground(land)
        return self._grounds[land]

    def _scale(self, places: Sequence[Place]) -> Scale:
        looks = []
        for place in dict.fromkeys(places):
            ground, window = self._at(place.land), Window(place.x, place.y, place.radius, LOOKED)
            heights = sample(ground.objective, ground.plane, window, ground.machine)
            looks.append(heights.ravel() / np.float32(place.land.mazes))
        values = np.concatenate(looks)
        return Scale(finite_limits(values), equaliser(values), places[0].land, 0, True)

    def _paint(self, place: Place, scale: Scale) -> Frame:
        """The colours [H, W, 3] of a place, averaged from lattice pixels that are as fine as the frame's, or finer."""
        spacing = 2 * place.radius / min(self._size)
        level = max(LOWEST, math.ceil(-math.log2(spacing) - 1e-9))
        pixel = 2.0**-level
        if max(abs(place.x), abs(place.y)) / pixel > FARTHEST:
            raise UserError(f"pixels {spacing:.2g} norms apart are below float64's floor; film places further out")
        height, width = (side * spacing / pixel for side in self._size)
        left, top = place.x / pixel - width / 2 + 0.5, -place.y / pixel - height / 2 + 0.5
        view = View(level, math.floor(left), math.floor(top), math.ceil(height) + 1, math.ceil(width) + 1)
        heights = (self._heights(place.land, view) / place.land.mazes).astype(np.float32)
        frame = coloured(heights, None, scale, self._look)
        if (height, width) == self._size and (left, top) == (view.left, view.top):
            return fit(frame[: self._size[0], : self._size[1]], self._size)
        from PIL import Image

        x, y = left - view.left, top - view.top
        rows, columns = self._size
        resized = Image.fromarray(frame).resize(
            (columns, rows), Image.Resampling.BICUBIC, (x, y, x + width, y + height)
        )
        return np.array(resized)

    def _heights(self, land: Land, view: View) -> NDArray[np.float32]:
        """The heights [H, W] under a view, computed where they are not known."""
        ground, grid = self._at(land), self._tiles.grid(land, view)
        for tile in (tile for row in grid for tile in row):
            if self.stopped.is_set():
                raise UserError("the film was stopped before its end; film the journey once more")
            for stride in (COARSEST, 1):
                missing = tile.missing(stride)
                if len(missing):
                    compute(ground, [(tile, missing)])
        return cut(mosaic(grid), view)


def read_journey(film: Path) -> list[Place]:
    """The places of a journey's film, or of a .json that was left of one, or UserError."""
    try:
        text = film.read_text() if film.suffix == ".json" else read_metadata(film).get("made_from", "null")
        about = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        if isinstance(error, UserError):
            raise
        raise UserError(f"{film} tells no journey; take a film that explore recorded with r") from error
    tables = about.get("journey") if isinstance(about, Mapping) else None
    if not isinstance(tables, list) or not tables:
        raise UserError(f"{film} tells no journey; take a film that explore recorded with r")
    return [Place.of(table, str(film)) for table in tables]


def refilm(origin: Origin, film: Path, out: Path, video: VideoConfig, *, overwrite: bool = False) -> int:
    """Film the journey of a film once more, as `video` says; returns the number of frames."""
    from render.progress import progress
    from render.studio import check_film

    check_film(out, FilmConfig(), video, overwrite=overwrite)
    places, preset = read_journey(film), video.preset
    filmer = Filmer(origin.ground, Tiles(), Look(), (preset.height, preset.width))
    frames = filmer.frames(places, preset.fps)
    about = {"run": str(origin.path), "journey": [place.table() for place in places]}
    with progress("filming", len(path(places, preset.fps))) as advance:
        return write(
            frames,
            out,
            fps=preset.fps,
            crf=preset.crf,
            loop=video.loop,
            metadata=metadata(about),
            overwrite=overwrite,
            progress=lambda done: advance(done, ""),
        )
