"""The field of the Python interface: its heights as arrays, and a picture that a notebook shows.

T frames of H x W pixels.
"""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from agents.files import local_path
from render import objective_labels as labels
from render.animation import encode
from render.film import FilmConfig
from render.notebook.inputs import config_of
from render.pair_of_reels import check_two
from render.reel import Reel, make_reel, open_reel
from render.stills import save_still, still
from render.studio import check_picture
from render.video import VideoConfig
from sim.landscape.field import Field
from sim.landscape.landscape import Landscape
from sim.landscape.objective import AnyObjective

if TYPE_CHECKING:
    import xarray

SHOWN = VideoConfig(resolution=(960, 540))
"""The size of a picture in a notebook."""


class NotebookField:
    """The heights of a landscape. Arrays are [H, W] for one frame, else [T, H, W]; row 0 is at the top."""

    def __init__(self, landscape: Landscape, read: Callable[[int], NDArray[Any]], path: Path | None = None) -> None:
        """`read` returns the stored heights [H, W] of a frame. `path` is the field's folder; None for one in memory."""
        self.landscape, self.path, self.read = landscape, path, read

    @cached_property
    def field(self) -> Field:
        """The field with all its stored heights [T, H, W] in memory."""
        return Field(self.landscape, np.stack([self.read(frame) for frame in range(len(self.landscape.tour))]))

    @property
    def sums(self) -> NDArray[Any]:
        """The stored heights: sums over mazes; for a function, its values."""
        return _squeezed(self.field.heights)

    @property
    def heights(self) -> NDArray[Any]:
        """The heights as means per maze; hashes of categories and values of a function as they are."""
        return _squeezed(self._heights)

    @property
    def objective(self) -> AnyObjective:
        """The function that gives the heights: `objective.evaluate(genomes)` are the sums of genomes [N, P]."""
        return self.landscape.objective

    @property
    def _heights(self) -> NDArray[Any]:
        """The heights [T, H, W] as means per maze, or as they are where they have no mean."""
        return self.field.heights if self.objective.categorical else self.field.per_maze

    def genome(self, row: int, column: int, frame: int = 0) -> NDArray[Any]:
        """The genome [P] of a pixel, exactly as it was evaluated."""
        return self.landscape.tour.genome(frame, row, column)

    def to_xarray(self) -> "xarray.DataArray":
        """`heights` with coordinates along the two directions (y, x), and of the frames if there are several."""
        stored, unit = self.field.to_xarray(), self.objective.unit
        if (self.landscape.counts != 1).any() and not self.objective.categorical:
            unit = f"{unit} per maze"
        mean = stored.copy(data=self._heights).assign_attrs(units=unit)
        return mean[0] if len(mean) == 1 else mean

    @cached_property
    def reel(self) -> Reel:
        """The frames with the colours that a film needs: the same in all of them."""
        return make_reel(self.landscape, self.read)

    def save(self, path: str | Path, *, frame: int = -1, overwrite: bool = False, **look: Any) -> Path:
        """Save one frame as a picture (.png), or a field in memory as a folder that every command opens (.zarr).

        `look` are the settings of pictures: palette, equalise, relief, lightness, title, captions, and `resolution`
        (width, height).
        """
        path = local_path(path)
        if path.suffix.lower() != ".zarr":
            film, video = self._look(look)
            check_picture(path, film, video, overwrite=overwrite)
            save_still(reel_for(self, film), self._frame(frame), path, film, video, overwrite=overwrite)
            return path
        if self.path is not None:
            raise UserError(f"the field is on disk already, at {self.path}; copy that folder")
        if look:
            raise UserError(f"a .zarr has heights and no {', '.join(look)}; save a .png")
        _store(self.field, path, overwrite)
        return path

    def _look(self, look: dict[str, Any]) -> tuple[FilmConfig, VideoConfig]:
        resolution = look.pop("resolution", SHOWN.resolution)
        return config_of(FilmConfig, look), config_of(VideoConfig, {"resolution": resolution})

    def _frame(self, frame: int) -> int:
        count = len(self.landscape.tour)
        if not -count <= frame < count:
            raise UserError(f"the field has frames 0 to {count - 1}, got {frame}; choose one of them")
        return frame % count

    def _repr_png_(self) -> bytes:
        """The picture of the last frame."""
        return encode(still(self.reel, self._frame(-1), FilmConfig(), SHOWN), {})

    def __repr__(self) -> str:
        """A line that says what it shows, its size, and where it is."""
        tour, where = self.landscape.tour, "in memory" if self.path is None else f"in {self.path}"
        frames = f"{len(tour)} frames of {tour.name}, " if len(tour) > 1 else ""
        return f"<field of {labels.bar(self.objective)}: {frames}{tour.shape[0]} x {tour.shape[1]} pixels, {where}>"


def reel_for(field: NotebookField, config: FilmConfig) -> Reel:
    """The reel of a field, with the second quantity that the config asks for, if any."""
    if config.lightness is None:
        return field.reel
    hue = field.objective.quantity
    check_two(hue, config.lightness)
    if field.path is None:
        raise UserError(f"the field in memory has {hue} alone", "sweep both quantities into a field on disk")
    return open_reel(field.path, hue, config.lightness)


def _squeezed(heights: NDArray[Any]) -> NDArray[Any]:
    return heights[0] if len(heights) == 1 else heights


def _store(field: Field, path: Path, overwrite: bool) -> None:
    """Write a field that is in memory, in the format of a sweep."""
    from sim.landscape.sweep import finish, prepare, sole_sweep

    with sole_sweep(path):
        stored = prepare(field.landscape, path, fresh=overwrite)
        for tile in stored.tiles():
            stored.store(tile, {field.objective.quantity: field.heights[stored.region(tile)]})
        finish(path)
