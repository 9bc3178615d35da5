"""The arrays of a field on disk, in chunks, as zarr 3.

T frames, V views, H and W rows and columns, P weights, D directions. A field folder is a zarr group that any zarr
reader opens: the heights [T, H, W] of each quantity under its name, the coordinates (axis, y, x), the geometry
(origin, directions, mix, centre, radius; see Tour) and the attributes. A chunk of heights is a part of one frame, with
its own checksum; the other arrays have a digest of their values among their attributes. Where frames are layers of one
view, the chunks of a tile in all layers are one file, a zarr shard; fields of format 1 have a file for each chunk. If a
file is missing, its tile is not computed yet.
"""

import errno
import itertools
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents.reading import content_digest
from sim.landscape.attributes import GEOMETRY, Attributes, describe, write_attributes
from sim.landscape.durable import sync_folder, sync_tree
from sim.landscape.landscape import Landscape
from sim.landscape.plane import Window, offsets
from sim.landscape.rings import NAME as RINGS
from sim.landscape.rings import Rings
from sim.landscape.several import separate
from sim.landscape.tile_files import OWNER, codecs, read_layer
from sim.landscape.tour import Axis, Tour

if TYPE_CHECKING:
    import zarr

Region = tuple[slice, slice, slice]

DIGEST = "digest"  # the attribute of an array of the geometry: of the bytes of its values


def coordinates(tour: Tour) -> dict[str, NDArray[np.float64]]:
    """The coordinates of the heights, by name: the tour's axis [T], y [H] and x [W].

    Where all frames show the same window, y and x are coordinates of the plane; otherwise they are offsets from the
    centre of each window, in units of its radius. Of rings, y is the depth in octaves within the window's radius, and x
    the angle in radians.
    """
    if len(set(tour.windows)) == 1 or tour.name == RINGS:
        y, x = tour.windows[0].axes()
    else:
        y, x = (2 / min(tour.shape) * offset for offset in offsets(tour.shape))
    return {tour.axis.name: tour.axis.values, "y": y, "x": x}


def units(tour: Tour) -> dict[str, str]:
    """The units of the coordinates, and of the centres and radii of the windows.

    The unit "norms" means: as a fraction of the norm of the genome that the plane is laid through.
    """
    scale = "norms" if len(set(tour.windows)) == 1 else "radii"
    y, x = ("octaves", "radians") if tour.name == RINGS else (scale, scale)
    return {tour.axis.name: tour.axis.unit, "y": y, "x": x, "centre": "norms", "radius": "norms"}


def arrays(tour: Tour) -> dict[str, NDArray[np.float64]]:
    """All arrays of a field except the heights, by name."""
    return {
        **coordinates(tour),
        "origin": tour.origin if len(tour.origin) > 1 else tour.origin[0],
        "directions": tour.directions,
        "mix": tour.mix,
        "centre": np.array([(window.x, window.y) for window in tour.windows], np.float64),
        "radius": np.array([window.radius for window in tour.windows], np.float64),
    }


def create(path: Path, landscape: Landscape, tile: int, dtype: np.dtype[Any]) -> None:
    """Make a field without heights at `path`, in one step; its chunks are `tile` pixels wide and high."""
    draft = path.with_name(f".{path.name}.draft")
    if draft.is_symlink():  # which would lead the draft elsewhere
        draft.unlink()
    shutil.rmtree(draft, ignore_errors=True)
    try:
        _write_empty(draft, landscape, tile, dtype)
        for litter in path.iterdir() if path.is_dir() else ():  # of a desktop, which an empty folder may have
            litter.rename(draft / litter.name)
        sync_tree(draft)
        draft.rename(path)
        sync_folder(path.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_empty(path: Path, landscape: Landscape, tile: int, dtype: np.dtype[Any]) -> None:
    """Write all of a field but its heights."""
    tour = landscape.tour
    view, one_origin = ("view" if tour.layers else tour.axis.name), len(tour.origin) == 1
    dims: dict[str, tuple[str, ...]] = {
        **{name: (name,) for name in coordinates(tour)},
        "origin": ("weight",) if one_origin else (view, "weight"),
        "directions": ("direction", "weight"),
        "mix": (view, "part", "direction"),
        "centre": (view, "side"),
        "radius": (view,),
    }
    attributes = describe(landscape)
    digests = {name: content_digest(values.tobytes()) for name, values in arrays(tour).items()}
    owner = content_digest(json.dumps([attributes, digests], sort_keys=True).encode())
    for name, values in arrays(tour).items():
        extra = {**({"units": units(tour)[name]} if name in units(tour) else {}), DIGEST: digests[name]}
        _array(path / name, data=values, chunks=values.shape, dimension_names=dims[name], attributes=extra)
    sides = min(tile, tour.shape[0]), min(tile, tour.shape[1])
    for name, objective in separate(landscape.objective).items():
        _array(
            path / name,
            shape=(len(tour), *tour.shape),
            dtype=dtype,
            chunks=(1, *sides),
            shards=(len(tour), *sides) if tour.layers else None,
            compressors=codecs(sharded=tour.layers, itemsize=dtype.itemsize),
            dimension_names=tuple(coordinates(tour)),
            attributes={"units": objective.unit, **({} if tour.layers else {"coordinates": "radius"}), OWNER: owner},
        )
    write_attributes(path, attributes)


def read_tour(path: Path, attributes: Attributes) -> Tour:
    """Read the tour of a field, with the bits that were written. Raises one of DAMAGE if a checksum fails."""
    names = attributes.tour
    data = {name: read_array(path, name) for name in (names.axis, "y", "x", *GEOMETRY)}
    kind = Rings if names.name == RINGS else Window
    places = zip(data["centre"].tolist(), data["radius"].tolist(), strict=True)
    return Tour(
        name=names.name,
        axis=Axis(names.axis, names.unit, data[names.axis]),
        origin=np.atleast_2d(data["origin"]),
        directions=data["directions"],
        mix=data["mix"],
        windows=tuple(kind(x, y, radius, names.shape) for (x, y), radius in places),
        layers=names.layers,
        loop=names.loop,
        precision=names.precision,
        note=names.note,
    )


def read_array(path: Path, name: str) -> NDArray[Any]:
    """Read a whole array of a field. Raises OSError if a chunk is missing, which zarr would read as zeros.

    Raises ValueError if its values are not those that were written; older versions wrote no digest of them.
    """
    array = open_array(path, name)
    for chunk in chunk_files(path / name, array):
        if not chunk.is_file():  # a pipe would be waited for
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(chunk))
    values = np.asarray(array[...])
    if array.metadata.attributes.get(DIGEST, found := content_digest(values.tobytes())) != found:
        raise ValueError(f"the checksum of {name} differs: its file is that of another array")
    return values


def open_array(path: Path, name: str, mode: str = "r") -> "zarr.Array[Any]":
    """Open an array of a field, so that it writes chunks of zeros too."""
    import zarr

    # For an array that exists, zarr takes this setting only from its global configuration. A Path is always a local
    # folder to zarr; a text with :: or :// in it would be an address.
    with zarr.config.set({"array.write_empty_chunks": True}):
        return zarr.open_array(path / name, mode=mode, zarr_format=3)


def chunk_files(folder: Path, array: "zarr.Array[Any]", region: Region | None = None) -> Iterator[Path]:
    """The files of an array's chunks or shards: of all, or of those that a region of whole ones covers."""
    bounds = [slice(0, size) for size in array.shape] if region is None else region
    sides = array.shards or array.chunks
    spans = [range(s.start // c, -(-s.stop // c)) for s, c in zip(bounds, sides, strict=True)]
    return (folder.joinpath("c", *map(str, key)) for key in itertools.product(*spans))


def read_frame(folder: Path, array: "zarr.Array[Any]", frame: int) -> NDArray[Any]:
    """The heights of a frame, [H, W]. Raises one of DAMAGE where a file is missing or damaged."""
    heights = np.empty(array.shape[1:], array.dtype)
    tall, wide = array.chunks[1:]
    for row, column in np.ndindex(*(-(-side // step) for side, step in zip(heights.shape, (tall, wide), strict=True))):
        part = heights[row * tall : (row + 1) * tall, column * wide : (column + 1) * wide]
        part[:] = read_tile(folder, array, frame, row, column)
    return heights


def read_tile(folder: Path, array: "zarr.Array[Any]", frame: int, row: int, column: int) -> NDArray[Any]:
    """The part [h, w] of a frame that a tile covers, `row` and `column` in tiles; raises what `read_frame` does."""
    (tall, wide), (height, width) = array.chunks[1:], array.shape[1:]
    file, layer = (frame, 0) if array.shards is None else (0, frame)
    heights = read_layer(folder / "c" / str(file) / str(row) / str(column), array, layer)
    return heights[: height - row * tall, : width - column * wide]


def _array(folder: Path, **options: Any) -> None:
    """Make a zarr array whose chunks are compressed and have a checksum."""
    import zarr

    with zarr.config.set({"array.write_empty_chunks": True}):
        options.setdefault("compressors", codecs(sharded=False, itemsize=8))
        zarr.create_array(folder, fill_value=0, zarr_format=3, **options)
