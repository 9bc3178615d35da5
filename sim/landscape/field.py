"""Fields: the raw heights of a landscape, on disk and in memory.

T frames, H and W rows and columns. `sim.landscape.chunks` says how a field is stored.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from sim.landscape.attributes import DAMAGE, read_attributes, unreadable
from sim.landscape.chunks import chunk_files, coordinates, open_array, read_frame, read_tour, units
from sim.landscape.landscape import ChampionStory, Landscape
from sim.landscape.objective import AnyObjective
from sim.landscape.tour import Tour

if TYPE_CHECKING:
    import xarray

AGAIN = "run the same sweep again, which computes only what is missing or damaged"


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """The heights of a landscape, [T, H, W], as they are stored: int32, float32 or float64 sums over mazes."""

    landscape: Landscape
    heights: NDArray[Any]

    @property
    def tour(self) -> Tour:
        """The planes and windows of the frames."""
        return self.landscape.tour

    @property
    def objective(self) -> AnyObjective:
        """What the heights measure."""
        return self.landscape.objective

    @property
    def champion(self) -> ChampionStory | None:
        """Where the genome that the plane is laid through comes from, if known."""
        return self.landscape.champion

    @property
    def coordinates(self) -> dict[str, NDArray[np.float64]]:
        """The coordinates of the heights, by name: the tour's axis [T], y [H], x [W]."""
        return coordinates(self.tour)

    @property
    def counts(self) -> NDArray[np.float64]:
        """How many mazes each frame's heights are summed over, [T]."""
        return self.landscape.counts

    @property
    def per_maze(self) -> NDArray[np.float64]:
        """The heights as means over mazes, [T, H, W]."""
        mean: NDArray[np.float64] = self.heights / self.counts[:, None, None]
        return mean

    def to_xarray(self) -> "xarray.DataArray":
        """The heights with named coordinates and units, as xarray opens them from disk.

        The coordinate `mazes` says for each frame how many mazes its heights are summed over, so that
        `heights / heights.mazes` is a mean. `radius` is the radius of each frame's window, unless frames are layers.
        """
        import xarray

        axis, coords = self.tour.axis.name, {name: (name, values) for name, values in self.coordinates.items()}
        if axis != "mazes":
            coords["mazes"] = (axis, self.counts)
        if not self.tour.layers:
            coords["radius"] = (axis, np.array([window.radius for window in self.tour.windows]))
        array = xarray.DataArray(self.heights, coords, (axis, "y", "x"), self.objective.quantity)
        array.attrs["units"] = self.objective.unit
        for name, unit in {**units(self.tour), "mazes": "mazes"}.items():
            if name in array.coords:
                array.coords[name].attrs["units"] = unit
        return array


def open_frames(path: str | Path) -> tuple[Field, Callable[[int], NDArray[Any]]]:
    """Open a finished field without reading its heights.

    Returns the field with no heights, and a function that reads those of one frame [H, W]. All that is read is checked
    against its checksums. Both raise UserError if the field is damaged; opening also raises it if there is no field at
    `path`, or the field is not finished.
    """
    path = Path(path)
    attributes = read_attributes(path)
    with _plainly(path):
        array = open_array(path, attributes.quantity)
        files = list(chunk_files(path / attributes.quantity, array))
        missing = sum(not file.is_file() for file in files)
        if missing or not attributes.complete:
            raise UserError(f"{path} is not finished, {missing} of {len(files)} tiles are missing", AGAIN)
        tour = read_tour(path, attributes)

    def read(frame: int) -> NDArray[Any]:
        with _plainly(path):
            return read_frame(path / attributes.quantity, array, frame)

    return Field(attributes.landscape(tour), np.empty((0, *tour.shape), array.dtype)), read


def open_field(path: str | Path) -> Field:
    """Read the finished field at `path`, with all heights. Raises UserError like `open_frames`."""
    empty, read = open_frames(path)
    return Field(empty.landscape, np.stack([read(frame) for frame in range(len(empty.tour))]))


@contextmanager
def _plainly(path: Path) -> Iterator[None]:
    """Turn an error of a field that cannot be read into a UserError of one line."""
    try:
        yield
    except UserError:
        raise
    except DAMAGE as error:
        raise unreadable(path, error, AGAIN) from error
