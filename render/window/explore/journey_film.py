"""Journey film: a smooth film through the places of a journey, computed afterwards.

H and W rows and columns of a frame. Every frame is made of pixels that are as fine as its own, or finer: computed for
it, or known before. Where the terrain changes, one picture dissolves into the other.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Event

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from agents.reading import MOST_TEXT, parse_json, read_regular
from render import objective_labels as labels
from render.film import FilmConfig
from render.legend import Frame, put_foot
from render.looks import category_limits, looked
from render.palette import equaliser, finite_limits
from render.picture import fit
from render.probe import read_metadata
from render.studio import metadata
from render.video import VideoConfig, write
from render.window.explore.camera_path import Moment, camera_path
from render.window.explore.origin import Origin, TerrainSampler
from render.window.explore.painting import ColourScale, ColourSettings, coloured
from render.window.explore.place import Place, Terrain
from render.window.explore.terrain_caption import terrain_caption
from render.window.explore.tile_worker import compute
from render.window.explore.tiles import TileCache, crop, mosaic
from render.window.explore.view import FARTHEST, LOWEST, View
from sim.landscape.plane import Window
from sim.landscape.sampling import sample

SAMPLED = (36, 64)  # rows and columns of the coarse grid that samples each place for the colours


class JourneyFilmer:
    """Draws the frames of a journey at any H, W; computes only the pixels that `tiles` does not know yet."""

    def __init__(
        self,
        sampler_of: Callable[[Terrain], TerrainSampler],
        tiles: TileCache,
        colours: ColourSettings,
        size: tuple[int, int],
    ) -> None:
        """`sampler_of` prepares a terrain for sampling."""
        self._sampler_of, self._tiles, self._colours, self._size = sampler_of, tiles, colours, size
        self._samplers: dict[Terrain, TerrainSampler] = {}
        self.stopped = Event()

    def frames(self, places: Sequence[Place], fps: float) -> Iterator[Frame]:
        """The frames uint8 [H, W, 3] of the film; all places of a quantity together fix its colours."""
        quantities: set[str] = {place.terrain.quantity for place in places}
        scales = {
            each: self._scale([place for place in places if place.terrain.quantity == each]) for each in quantities
        }
        last: tuple[Moment, Frame] | None = None
        for moment in camera_path(places, fps):
            if last is None or last[0] != moment:
                last = moment, self._draw(moment, scales)
            yield last[1]

    def _draw(self, moment: Moment, scales: Mapping[str, ColourScale]) -> Frame:
        frame, place = self._paint(moment.place, scales), moment.place
        if moment.towards is not None:
            other = self._paint(moment.towards, scales)
            frame = np.rint(frame + np.float32(moment.share) * (other - frame.astype(np.float32))).astype(np.uint8)
        objective, spacing = self._sampler(place.terrain).objective, 2 * place.radius / min(self._size)
        caption = terrain_caption(place.radius, (place.x, place.y), place.terrain, objective)
        scale, colours = scales[place.terrain.quantity], looked(objective, self._colours)
        ranks, unit = scale.ranks if colours.equalise else None, labels.bar(objective)
        put_foot(frame, scale.limits, colours.palette, ranks, "A journey", caption, spacing, unit)
        return frame

    def _sampler(self, terrain: Terrain) -> TerrainSampler:
        if terrain not in self._samplers:
            self._samplers[terrain] = self._sampler_of(terrain)
        return self._samplers[terrain]

    def _scale(self, places: Sequence[Place]) -> ColourScale:
        if places[0].terrain.categorical:
            return ColourScale(category_limits(), equaliser(np.zeros(1)), places[0].terrain, 0, True)
        samples = []
        for place in dict.fromkeys(places):
            sampler, window = self._sampler(place.terrain), Window(place.x, place.y, place.radius, SAMPLED)
            heights = sample(sampler.objective, sampler.plane, window, sampler.machine)
            samples.append(heights.ravel() / np.float32(place.terrain.mazes))
        values = np.concatenate(samples)
        return ColourScale(finite_limits(values), equaliser(values), places[0].terrain, 0, True)

    def _paint(self, place: Place, scales: Mapping[str, ColourScale]) -> Frame:
        """The colours [H, W, 3] of a place, resampled from lattice pixels that are as fine as the frame's, or finer."""
        spacing = 2 * place.radius / min(self._size)
        level = max(LOWEST, math.ceil(-math.log2(spacing) - 1e-9))
        pixel = 2.0**-level
        if max(abs(place.x), abs(place.y)) / pixel > FARTHEST:
            raise UserError(
                f"float64 cannot resolve pixels that are {spacing:.2g} of the genome's norm apart at this place; "
                "film places that are zoomed out further"
            )
        height, width = (side * spacing / pixel for side in self._size)
        left, top = place.x / pixel - width / 2 + 0.5, -place.y / pixel - height / 2 + 0.5
        view = View(level, math.floor(left), math.floor(top), math.ceil(height) + 1, math.ceil(width) + 1)
        heights = (self._heights(place.terrain, view) / place.terrain.summed).astype(np.float32)
        colours = looked(self._sampler(place.terrain).objective, self._colours)
        frame = coloured(heights, None, scales[place.terrain.quantity], colours)
        if (height, width) == self._size and (left, top) == (view.left, view.top):
            return fit(frame[: self._size[0], : self._size[1]], self._size)
        from PIL import Image

        x, y = left - view.left, top - view.top
        rows, columns = self._size
        resized = Image.fromarray(frame).resize(
            (columns, rows), Image.Resampling.BICUBIC, (x, y, x + width, y + height)
        )
        return np.array(resized)

    def _heights(self, terrain: Terrain, view: View) -> NDArray[np.float32]:
        """The heights [H, W] under a view; computes the unknown ones."""
        sampler, grid = self._sampler(terrain), self._tiles.grid(terrain, view)
        for tile in (tile for row in grid for tile in row):
            if self.stopped.is_set():
                raise UserError("the film was stopped before its end; film the journey once more")
            missing = tile.missing(1)
            if len(missing):
                compute(sampler, [(tile, missing)])
        return crop(mosaic(grid), view)


def read_journey(film: Path) -> list[Place]:
    """Read the places of a journey from its film, or from the .json of an unfinished film. Raises UserError."""
    problem = f"{film} holds no journey; take a film that explore recorded with r"
    try:
        stored = film.suffix == ".json"
        text = read_regular(film, MOST_TEXT) if stored else read_metadata(film).get("made_from", "null")
        about = parse_json(text)
    except UserError:
        raise
    except (OSError, ValueError) as error:
        raise UserError(problem) from error
    tables = about.get("journey") if isinstance(about, Mapping) else None
    if not isinstance(tables, list) or not tables:
        raise UserError(problem)
    return [Place.of(table, str(film)) for table in tables]


def refilm(origin: Origin, film: Path, out: Path, video: VideoConfig, *, overwrite: bool = False) -> int:
    """Film the journey of a film again, with the settings of `video`; returns the number of frames."""
    from render.progress import progress
    from render.studio import check_film

    check_film(out, FilmConfig(), video, overwrite=overwrite)
    places, preset = read_journey(film), video.preset
    filmer = JourneyFilmer(origin.sampler, TileCache(), ColourSettings(), (preset.height, preset.width))
    frames = filmer.frames(places, preset.fps)
    about = {"run": str(origin.path), "journey": [place.table() for place in places]}
    with progress("filming", len(camera_path(places, preset.fps))) as advance:
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
