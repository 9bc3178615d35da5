"""Sweeps: an objective sampled over every pixel of a tour, tile by tile, into a field that can be continued.

N genomes of a batch, P weights, T frames, K layers, H and W rows and columns. A pixel is a function of its coordinate
alone: tiles, batches and interruptions change no bit of the field.
"""

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import Remedy, UserError
from agents.files import sole_writer
from sim.landscape import field
from sim.landscape.attributes import DAMAGE, GEOMETRY, describe, finish, read_attributes
from sim.landscape.field import Region
from sim.landscape.plane import Plane, Window
from sim.landscape.tour import Tour

Objective = Callable[[NDArray[Any]], NDArray[Any]]
"""genomes [N, P] -> values [N], or [N, K] where the frames are layers; integers or floats."""
Progress = Callable[[int, int], None]
"""called with the pixels done, those of an earlier call included, and all pixels."""

BATCH_BYTES = 1 << 26  # of genomes handed to the objective at once


def sample(objective: Objective, plane: Plane, window: Window, dtype: str = "auto") -> NDArray[Any]:
    """The heights [H, W], or [K, H, W], of one window in memory, with the same bits as a sweep.

    `dtype` is float32, float64, or the window's own choice.
    """
    return _evaluate(objective, plane, window.points(), window.dtype if dtype == "auto" else dtype)


def sweep(
    objective: Objective,
    tour: Tour,
    path: str | Path,
    *,
    provenance: dict[str, Any],
    quantity: str = "pellets",
    unit: str = "pellets",
    tile: int = 128,
    progress: Progress | None = None,
    fresh: bool = False,
) -> Path:
    """Sample a tour into the field at `path`, and return the path; a second call continues what is there.

    A chunk that is missing or fails its checksum is computed, all others are kept, with the tile size they have.
    `fresh` deletes the field that is there. Another tour, provenance or version is refused.
    """
    if tile < 1:
        raise UserError(f"a tile must be 1 or more pixels wide, got {tile}")
    path = Path(path)
    attributes = describe(tour, quantity, unit, provenance)
    with _sole_writer(path):
        if fresh and path.exists():
            _erase(path)
        if path.exists():
            _match(path, tour, attributes)
        else:
            # The first tile tells the type of the values, so that an empty field is never left behind.
            region = next(_tiles(tour, tile, tile))
            heights = _heights(objective, tour, region)
            with _writing(path):
                field.create(path, tour, attributes, tile, heights.dtype)
                field.open_array(path, quantity, "r+")[region] = heights
        _fill(objective, tour, path, quantity, progress)
        with _writing(path):
            finish(path)
    return path


def _fill(objective: Objective, tour: Tour, path: Path, quantity: str, progress: Progress | None) -> None:
    with _writing(path):
        array = field.open_array(path, quantity, "r+")
    tiles = list(_tiles(tour, *array.chunks[1:]))
    todo = [region for region in tiles if not _intact(path / quantity, array, region)]
    total = sum(map(_pixels, tiles))
    done = total - sum(map(_pixels, todo))
    if progress:
        progress(done, total)
    for region in todo:
        heights = _heights(objective, tour, region)
        if heights.dtype != array.dtype:
            raise ValueError(f"the objective returned {heights.dtype} values for a field of {array.dtype}")
        with _writing(path):
            array[region] = heights
        done += _pixels(region)
        if progress:
            progress(done, total)


def _tiles(tour: Tour, height: int, width: int) -> Iterator[Region]:
    """The regions (frames, rows, columns) that are evaluated at once."""
    rows, columns = tour.shape
    frames = [slice(0, len(tour))] if tour.layers else [slice(t, t + 1) for t in range(len(tour))]
    for frame, top, left in itertools.product(frames, range(0, rows, height), range(0, columns, width)):
        yield frame, slice(top, min(top + height, rows)), slice(left, min(left + width, columns))


def _pixels(region: Region) -> int:
    _, rows, columns = region
    return int((rows.stop - rows.start) * (columns.stop - columns.start))


def _heights(objective: Objective, tour: Tour, region: Region) -> NDArray[Any]:
    view = 0 if tour.layers else region[0].start
    points = tour.windows[view].points(region[1], region[2])
    heights = _evaluate(objective, tour.plane(view), points, tour.dtype(view))
    heights = heights if heights.ndim == 3 else heights[None]
    if len(heights) != region[0].stop - region[0].start:
        raise ValueError(f"the objective returned {len(heights)} layers, the tour has {region[0].stop}")
    return heights


def _evaluate(objective: Objective, plane: Plane, points: NDArray[np.float64], dtype: str) -> NDArray[Any]:
    flat, parts = points.reshape(-1, 2), []
    on_plane = getattr(objective, "on_plane", None)  # an objective that makes the genomes itself, on its own device
    batch = max(1, BATCH_BYTES // (plane.origin.size * np.dtype(dtype).itemsize))
    for some in (flat[start : start + batch] for start in range(0, len(flat), batch)):
        values = np.asarray(on_plane(plane, some, dtype) if on_plane else objective(plane.at(some, dtype)))
        if values.ndim not in (1, 2) or len(values) != len(some):
            raise ValueError(f"the objective returned values {list(values.shape)} for {len(some)} genomes")
        parts.append(storable(values))
    layers = np.concatenate(parts).T
    return np.ascontiguousarray(layers.reshape(*layers.shape[:-1], *points.shape[:-1]))


def storable(values: NDArray[Any]) -> NDArray[Any]:
    """Integers as int32, floats as float32 or float64."""
    if values.dtype.kind in "biu":
        if values.size and not -(2**31) <= int(values.min()) <= int(values.max()) < 2**31:
            raise ValueError(f"the objective returned integers beyond 32 bits, up to {values.max()}")
        return values.astype(np.int32)
    if values.dtype.kind != "f":
        raise ValueError(f"the objective must return integers or floats, got {values.dtype}")
    return values.astype(np.float32 if values.dtype.itemsize <= 4 else np.float64)


def _intact(folder: Path, array: Any, region: Region) -> bool:
    """Whether all chunks of a region are there with good checksums; zarr reads a missing chunk as zeros."""
    if not all(chunk.is_file() for chunk in field.chunk_files(folder, array, region)):
        return False
    try:
        array[region]
    except DAMAGE:
        return False
    return True


def _match(path: Path, tour: Tour, attributes: dict[str, Any]) -> None:
    """Refuse to continue a field that was made in another way."""
    fixes = (Remedy.ELSEWHERE, Remedy.START_OVER)
    stored = read_attributes(path)
    old, new = _leaves({**stored, "complete": False}), _leaves(attributes)
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            got = f"{key} is {new.get(key)!r} now and {old.get(key)!r} there"
            raise UserError(f"{path} holds another sweep ({got})", *fixes)
    for name, values in field.arrays(tour).items():
        try:
            found = field.read_array(path, name)
        except DAMAGE as error:
            raise UserError(f"{name} in {path} is damaged", *fixes) from error
        if found.tobytes() != values.tobytes():
            raise UserError(f"{path} holds another sweep ({name} differs)", *fixes)


def _leaves(tree: Any, name: str = "") -> dict[str, Any]:
    if not isinstance(tree, dict) or not tree:
        return {name: tree}
    branches = (_leaves(branch, f"{name}.{key}" if name else key) for key, branch in tree.items())
    return {key: value for branch in branches for key, value in branch.items()}


def _erase(path: Path) -> None:
    if not all((path / name).is_dir() for name in GEOMETRY):
        raise UserError(f"{path} is not a field and is not deleted", Remedy.ELSEWHERE)
    with _writing(path):
        shutil.rmtree(path)


@contextmanager
def _sole_writer(path: Path) -> Iterator[None]:
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with sole_writer(path, path.with_name(f".{path.name}.lock"), "another sweep is writing"):
        yield


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = f"cannot write {path}: {error.strerror or error}"
        raise UserError(what, f"free the disk and {field.AGAIN}", Remedy.ELSEWHERE) from error
