"""Tours: the planes and windows that a film visits, one after the other.

P weights of a genome, T frames, V views, D directions. A view is one sweep of a window; a tour has as many views as
frames, unless its frames are layers: values that one evaluation returns at once.
"""

import math
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.errors import UserError
from sim.landscape.plane import Plane, Window, length, vector

Precision = Literal["auto", "float32", "float64"]


@dataclass(frozen=True, slots=True, eq=False)
class Tour:
    """What a film visits, and all that is needed to visit it again.

    The plane of a view is made of an origin (`origin` [1, P], or [V, P]) and of `directions` [D, P] by the
    coefficients `mix` [V, 3, D]: what is added to the origin, then u, then v. `values` [T] are the coordinates of the
    frames along `axis`, in `unit`. With `loop` the last frame leads to the first; other tours are played to and fro.
    With `precision` "auto" each window chooses its arithmetic. `note` tells a person what was cut, if anything.
    """

    name: str
    axis: str
    unit: str
    values: NDArray[np.float64]
    origin: NDArray[np.float64]
    directions: NDArray[np.float64]
    mix: NDArray[np.float64]
    windows: tuple[Window, ...]
    layers: bool = False
    loop: bool = False
    precision: Precision = "auto"
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse parts that do not fit together."""
        views, (count, size) = len(self.windows), self.directions.shape
        if self.values.ndim != 1 or not views or views != (1 if self.layers else len(self.values)):
            raise UserError(f"a tour of {len(self.values)} frames cannot have {views} views")
        if self.origin.shape not in ((1, size), (views, size)) or self.mix.shape != (views, 3, count):
            got = f"{list(self.origin.shape)}, {list(self.directions.shape)} and {list(self.mix.shape)}"
            raise UserError(f"a tour's origin, directions and mix must be [1 or V, P], [D, P] and [V, 3, D], got {got}")
        if len({window.shape for window in self.windows}) != 1:
            raise UserError("all windows of a tour must have one shape")

    def __len__(self) -> int:
        """T, the number of frames."""
        return len(self.values)

    @property
    def shape(self) -> tuple[int, int]:
        """The rows and columns (H, W) of every frame."""
        return self.windows[0].shape

    @property
    def scale(self) -> float:
        """How long a unit of the planes is, as a fraction of the norm ‖g‖ of the genome that they are laid through."""
        norm = length(self.origin[-1])
        return length(self.directions[0]) / norm if norm else 1.0

    def plane(self, view: int) -> Plane:
        """The plane of a view."""
        start = self.origin[view if len(self.origin) > 1 else 0]
        moved, u, v = (_combine(coefficients, self.directions) for coefficients in self.mix[view])
        return Plane(start + moved if moved.any() else start, u, v)

    def dtype(self, view: int) -> str:
        """The arithmetic of a view: "float32" or "float64"."""
        return self.windows[view].dtype if self.precision == "auto" else self.precision

    def genome(self, frame: int, row: int, column: int) -> NDArray[Any]:
        """The genome [P] behind a pixel, bit for bit as it was swept."""
        view = 0 if self.layers else frame
        point = self.windows[view].points(slice(row, row + 1), slice(column, column + 1))
        return self.plane(view).at(point[0, 0], self.dtype(view))


def slide(plane: Plane, window: Window, third: ArrayLike, frames: int, depth: float) -> Tour:
    """The plane moved along a third direction [P], from -depth to +depth norms."""
    _at_least(frames, 1, "frames")
    if not (math.isfinite(depth) and depth > 0):
        raise UserError(f"the depth of a slide must be a number of norms above 0, got {depth}")
    z = (2 * np.arange(frames) - (frames - 1)) / max(frames - 1, 1) * depth
    mix = np.tile(np.eye(3)[[2, 0, 1]], (frames, 1, 1))
    mix[:, 0] *= z[:, None]
    return _tour(("slide", "z", "norms"), z, plane, mix, (window,) * frames, third=third)


def turn(plane: Plane, window: Window, third: ArrayLike, frames: int) -> Tour:
    """The plane turned about v: u goes once round through a third direction [P]; the film is seamless."""
    _at_least(frames, 1, "frames")
    angles = 360 * np.arange(frames) / frames
    mix = np.zeros((frames, 3, 3))
    mix[:, 1, 0] = [math.cos(math.radians(angle)) for angle in angles]
    mix[:, 1, 2] = [math.sin(math.radians(angle)) for angle in angles]
    mix[:, 2, 1] = 1
    tour = _tour(("turn", "angle", "degrees"), angles, plane, mix, (window,) * frames, third=third)
    return replace(tour, loop=True)


def zoom(plane: Plane, window: Window, frames: int, factor: float = 2.0) -> Tour:
    """A pyramid of full fields about the window's centre, each `factor` times closer, down to what float64 resolves.

    Where the last needs float64, all are computed in it.
    """
    _at_least(frames, 1, "frames")
    if not (math.isfinite(factor) and factor > 1):
        raise UserError(f"the factor of a zoom must be above 1, got {factor}")
    floor = plane.finest(window.x, window.y)
    radii = (window.radius * math.pow(factor, -frame) for frame in range(frames))
    windows = tuple(replace(window, radius=r) for r in radii if 2 * r / min(window.shape) >= floor)
    if not windows:
        raise UserError(f"pixels {window.pixel:.2g} norms apart are below float64's floor here, {floor:.2g}: zoom out")
    octaves = np.arange(len(windows)) * math.log2(factor)
    mix = np.tile(_FLAT, (len(windows), 1, 1))
    tour = _tour(("zoom", "octave", "octaves"), octaves, plane, mix, windows)
    note = f"float64 resolves {floor:.2g} norms here: cut at {len(windows)} of {frames} frames"
    # one arithmetic throughout: a change of it amid a film would be seen
    precision: Precision = "float64" if windows[-1].dtype == "float64" else "auto"
    return replace(tour, note=note if len(windows) < frames else "", precision=precision)


def horizon(plane: Plane, window: Window, lifetime: int, every: int = 1) -> Tour:
    """Layers: the same view at every k-th step of life, up to `lifetime`."""
    _at_least(every, 1, "steps between layers")
    _at_least(lifetime, every, "steps of life")
    return _layers(("horizon", "step", "steps"), np.arange(every, lifetime + 1, every), plane, window)


def mazes(plane: Plane, window: Window, count: int) -> Tour:
    """Layers: the same view in the first m mazes, m from 1 to `count`."""
    _at_least(count, 1, "mazes")
    return _layers(("mazes", "mazes", "mazes"), np.arange(1, count + 1), plane, window)


def generations(
    plane: Plane, window: Window, champions: ArrayLike, numbers: ArrayLike | None = None, between: int = 0
) -> Tour:
    """The plane's directions about each champion [G, P] in turn, with `between` linear steps from one to the next.

    `numbers` [G] are the champions' generations: 0, 1, 2, ... unless given.
    """
    _at_least(between, 0, "frames between champions")
    path = np.asarray(champions, np.float64)
    if path.ndim != 2 or path.shape[1] != plane.origin.size or not np.isfinite(path).all():
        got = f"an array of shape {list(path.shape)}"
        raise UserError(f"champions must be one or more genomes of {plane.origin.size} finite weights, got {got}")
    at = np.arange(len(path), dtype=np.float64) if numbers is None else np.asarray(numbers, np.float64)
    if at.shape != (len(path),):
        raise UserError(f"{len(path)} champions need a generation number each, got {at.size}")
    first, share = np.divmod(np.arange((len(path) - 1) * (between + 1) + 1), between + 1)
    last, share = np.minimum(first + 1, len(path) - 1), share / (between + 1)
    origins = (1 - share)[:, None] * path[first] + share[:, None] * path[last]
    values, mix = (1 - share) * at[first] + share * at[last], np.tile(_FLAT, (len(share), 1, 1))
    tour = _tour(("generations", "generation", "generations"), values, plane, mix, (window,) * len(share))
    return replace(tour, origin=origins)


_FLAT = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])  # the plane itself: origin, u, v


def _layers(label: tuple[str, str, str], values: NDArray[np.int64], plane: Plane, window: Window) -> Tour:
    tour = _tour(label, values[:1], plane, _FLAT[None], (window,))
    return replace(tour, values=values.astype(np.float64), layers=True)


def _tour(
    label: tuple[str, str, str],
    values: NDArray[Any],
    plane: Plane,
    mix: NDArray[np.float64],
    windows: tuple[Window, ...],
    third: ArrayLike | None = None,
) -> Tour:
    directions = [plane.u, plane.v] + ([] if third is None else [vector(third, "the third direction")])
    if directions[-1].size != plane.origin.size:
        raise UserError(f"the third direction must have {plane.origin.size} weights, got {directions[-1].size}")
    return Tour(*label, values.astype(np.float64), plane.origin[None], np.stack(directions), mix, windows)


def _combine(coefficients: NDArray[np.float64], directions: NDArray[np.float64]) -> NDArray[np.float64]:
    total = np.zeros(directions.shape[1])
    for coefficient, direction in zip(coefficients, directions, strict=True):
        if coefficient:
            total = total + coefficient * direction
    return total


def _at_least(value: int, low: int, what: str) -> None:
    if value < low:
        raise UserError(f"a tour needs {low} or more {what}, got {value}")
