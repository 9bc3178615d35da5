"""Fields: the raw heights of a landscape, on disk and in memory.

T frames, H and W rows and columns. `sim.landscape.chunks` says how a field is stored.
"""

from collections.abc import Callable, Collection, Iterator
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
from sim.landscape.several import only, separate
from sim.landscape.tour import Tour

if TYPE_CHECKING:
    import xarray

AGAIN = "run the same sweep again, which computes only what is missing or damaged"


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """The heights of a landscape of one quantity, [T, H, W], as they are stored: int32, float32 or float64.

    They are sums over mazes, unless the objective is categorical: then they are hashes.
    """

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
        """The heights as means over mazes, [T, H, W]. Raises UserError for categories, which have no mean."""
        if self.objective.categorical:
            raise UserError(f"the heights of {self.objective.quantity} name categories, which have no mean")
        mean: NDArray[np.float64] = self.heights / self.counts[:, None, None]
        return mean

    def to_xarray(self) -> "xarray.DataArray":
        """The heights with named coordinates and units, as xarray opens them from disk, where they have digests too.

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


def open_frames(path: str | Path, quantity: str | None = None) -> tuple[Field, Callable[[int], NDArray[Any]]]:
    """Open one quantity of a finished field, by default its first, without reading its heights.

    Returns the field with no heights, and a function that reads those of one frame [H, W]. All that is read is checked
    against its checksums. Both raise UserError if the field is damaged; opening also raises it if there is no field at
    `path`, it has no such quantity, or it is not finished.
    """
    path = Path(path)
    attributes = read_attributes(path)
    with _plainly(path):
        landscape = only(attributes.landscape(read_tour(path, attributes)), quantity)
        name = landscape.objective.quantity
        array = open_array(path, name)
        files = list(chunk_files(path / name, array))
        missing = sum(not file.is_file() for file in files)
        if missing or not attributes.complete:
            raise UserError(f"{path} is not finished, {missing} of {len(files)} tiles are missing", AGAIN)

    def read(frame: int) -> NDArray[Any]:
        with _plainly(path):
            return read_frame(path / name, array, frame)

    return Field(landscape, np.empty((0, *landscape.tour.shape), array.dtype)), read


def open_all_frames(
    path: str | Path, quantities: Collection[str] | None = None
) -> tuple[Landscape, dict[str, Callable[[int], NDArray[Any]]]]:
    """Open several quantities of a finished field, by default all of them, without reading their heights.

    Returns the landscape of all quantities of the field, and the functions that read one frame [H, W] of those asked
    for, by name. Checks and raises like `open_frames`.
    """
    attributes = read_attributes(Path(path))
    with _plainly(Path(path)):
        landscape = attributes.landscape(read_tour(Path(path), attributes))
    names = separate(landscape.objective) if quantities is None else quantities
    return landscape, {name: open_frames(path, name)[1] for name in names}


def open_field(path: str | Path, quantity: str | None = None) -> Field:
    """Read one quantity of the finished field at `path`, with all heights. Raises UserError like `open_frames`."""
    empty, read = open_frames(path, quantity)
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
