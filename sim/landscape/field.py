"""Fields: the raw heights of a tour on disk, as zarr 3, and in memory.

T frames, V views, H and W rows and columns, P weights, D directions. A field folder is a zarr group that any zarr
reader opens: the heights [T, H, W] under the name of their quantity, the coordinates (axis, y, x), the geometry
(origin, directions, mix, centre, radius; see Tour) and `attributes` that say how to make it again. A chunk is a tile of
one frame, with its own checksum; a chunk that is not there has not been swept.
"""

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import Remedy, UserError
from sim.landscape.attributes import DAMAGE, GEOMETRY, read_attributes, write_attributes
from sim.landscape.plane import Window, offsets
from sim.landscape.tour import Tour

if TYPE_CHECKING:
    import zarr

AGAIN = "run the same sweep again, which computes only what is missing or damaged"

Region = tuple[slice, slice, slice]


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """Raw `heights` [T, H, W] (int32, float32 or float64) over a tour; `provenance` says how they were made."""

    heights: NDArray[Any]
    tour: Tour
    quantity: str
    unit: str
    provenance: dict[str, Any]

    @property
    def coordinates(self) -> dict[str, NDArray[np.float64]]:
        """The named coordinates: axis [T], y [H], x [W]."""
        return coordinates(self.tour)


def coordinates(tour: Tour) -> dict[str, NDArray[np.float64]]:
    """The frame coordinate [T] under the name of the axis, then y [H] and x [W].

    y and x are in norms where all windows are one, and otherwise offsets from the centre in radii.
    """
    if len(set(tour.windows)) == 1:
        y, x = tour.windows[0].axes()
    else:
        y, x = (2 / min(tour.shape) * offset for offset in offsets(tour.shape))
    return {tour.axis: tour.values, "y": y, "x": x}


def create(path: Path, tour: Tour, attributes: dict[str, Any], tile: int, dtype: np.dtype[Any]) -> None:
    """Make an empty field at `path`, whole or not at all."""
    draft = path.with_name(f".{path.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        _write_empty(draft, tour, attributes, tile, dtype)
        draft.rename(path)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_empty(path: Path, tour: Tour, attributes: dict[str, Any], tile: int, dtype: np.dtype[Any]) -> None:
    scale = "norms" if len(set(tour.windows)) == 1 else "radii"
    units = {tour.axis: tour.unit, "y": scale, "x": scale, "centre": "norms", "radius": "norms"}
    view, apiece = ("view" if tour.layers else tour.axis), len(tour.origin) > 1
    dims: dict[str, tuple[str, ...]] = {
        **{name: (name,) for name in coordinates(tour)},
        "origin": (view, "weight") if apiece else ("weight",),
        "directions": ("direction", "weight"),
        "mix": (view, "part", "direction"),
        "centre": (view, "side"),
        "radius": (view,),
    }
    for name, values in arrays(tour).items():
        extra = {"units": units[name]} if name in units else {}
        _array(path / name, data=values, chunks=values.shape, dimension_names=dims[name], attributes=extra)
    _array(
        path / attributes["quantity"],
        shape=(len(tour), *tour.shape),
        dtype=dtype,
        chunks=(1, min(tile, tour.shape[0]), min(tile, tour.shape[1])),
        dimension_names=tuple(coordinates(tour)),
        attributes={"units": attributes["unit"], **({} if tour.layers else {"coordinates": "radius"})},
    )
    write_attributes(path, attributes)


def arrays(tour: Tour) -> dict[str, NDArray[np.float64]]:
    """All arrays of a field but its heights, under their names."""
    return {
        **coordinates(tour),
        "origin": tour.origin if len(tour.origin) > 1 else tour.origin[0],
        "directions": tour.directions,
        "mix": tour.mix,
        "centre": np.array([(window.x, window.y) for window in tour.windows], np.float64),
        "radius": np.array([window.radius for window in tour.windows], np.float64),
    }


def open_frames(path: str | Path) -> tuple[Field, Callable[[int], NDArray[Any]]]:
    """The finished field at `path` without its heights, and a function that reads those of one frame [H, W].

    Every checksum of what is read is compared. Raises UserError for what is no field, not finished or damaged.
    """
    path = Path(path)
    attributes = read_attributes(path)
    quantity = attributes["quantity"]
    with _plainly(path):
        found = open_array(path, quantity)
        missing = sum(not chunk.is_file() for chunk in chunk_files(path / quantity, found))
        if missing or not attributes["complete"]:
            raise UserError(f"{path} is not finished, {missing} of {found.nchunks} tiles are missing", AGAIN)
        tour = read_tour(path, attributes)

    def read(frame: int) -> NDArray[Any]:
        with _plainly(path):
            return np.asarray(found[frame])

    nothing = np.empty((0, *tour.shape), found.dtype)
    return Field(nothing, tour, quantity, attributes["unit"], attributes["provenance"]), read


def open_field(path: str | Path, frames: slice = slice(None)) -> Field:
    """The finished field at `path`, or some of its frames; raises what `open_frames` does."""
    whole, read = open_frames(path)
    chosen = range(len(whole.tour))[frames]
    tour = whole.tour.select(frames)
    return replace(whole, heights=np.stack([read(frame) for frame in chosen]), tour=tour)


@contextmanager
def _plainly(path: Path) -> Iterator[None]:
    """Tell damage in one line."""
    try:
        yield
    except UserError:
        raise
    except DAMAGE as error:
        raise UserError(f"{path} is damaged ({_one_line(error)})", AGAIN, Remedy.SWEEP_ANEW, path=path) from error


def read_tour(path: Path, attributes: dict[str, Any]) -> Tour:
    """The tour of a field on disk, exactly as it was swept; raises DAMAGE where a checksum fails."""
    recipe = attributes["tour"]
    data = {name: read_array(path, name) for name in (recipe["axis"], "y", "x", *GEOMETRY)}
    shape = (recipe["shape"][0], recipe["shape"][1])
    places = zip(data["centre"].tolist(), data["radius"].tolist(), strict=True)
    windows = tuple(Window(x, y, radius, shape) for (x, y), radius in places)
    rest: dict[str, Any] = {name: data[name] for name in ("directions", "mix")}
    rest |= {name: recipe[name] for name in ("name", "axis", "unit", "layers", "loop", "precision", "note")}
    return Tour(values=data[recipe["axis"]], origin=np.atleast_2d(data["origin"]), windows=windows, **rest)


def read_array(path: Path, name: str) -> NDArray[Any]:
    """A whole array of a field; an OSError if a chunk is missing, which zarr would read as zeros."""
    array = open_array(path, name)
    for chunk in chunk_files(path / name, array):
        chunk.stat()
    return np.asarray(array[...])


def open_array(path: Path, name: str, mode: str = "r") -> "zarr.Array[Any]":
    """The zarr array of that name, set to write chunks even where all is zero."""
    import zarr

    # An array that is opened, not created, takes this setting from the global configuration alone.
    with zarr.config.set({"array.write_empty_chunks": True}):
        return zarr.open_array(str(path / name), mode=mode, zarr_format=3)


def chunk_files(folder: Path, array: "zarr.Array[Any]", region: Region | None = None) -> list[Path]:
    """The files of all chunks of the array in a folder, or of those that a region of whole chunks covers."""
    bounds = [slice(0, size) for size in array.shape] if region is None else region
    spans = [range(s.start // c, -(-s.stop // c)) for s, c in zip(bounds, array.chunks, strict=True)]
    return [folder.joinpath("c", *map(str, key)) for key in itertools.product(*spans)]


def _array(folder: Path, **options: Any) -> None:
    import zarr
    from zarr.codecs import Crc32cCodec, ZstdCodec

    codecs = [ZstdCodec(level=3), Crc32cCodec()]
    with zarr.config.set({"array.write_empty_chunks": True}):
        zarr.create_array(str(folder), compressors=codecs, fill_value=0, zarr_format=3, **options)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
