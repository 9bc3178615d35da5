"""Tours: the planes and windows that a film shows, one frame after the other.

P weights of a genome, T frames, V views, D directions. A view is one window of one plane, which a sweep computes. A
tour has a view for each frame, unless its frames are layers: values that one evaluation of a view returns together.
"""

import math
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents import checks
from agents.errors import UserError
from sim.landscape.plane import Plane, Window
from sim.landscape.vectors import length, vector

Precision = Literal["auto", "float32", "float64"]


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """The coordinate of a tour's frames: its name, its unit, and its values, float64 [T]."""

    name: str
    unit: str
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Tour:
    """The frames that a film shows, with all that is needed to compute them again.

    The plane of view v is made of `origin` ([1, P], or [V, P] with an origin for each view) and of `directions` [D, P]
    by the coefficients `mix` [V, 3, D]: mix[v, 0] says what is added to the origin, mix[v, 1] makes u, mix[v, 2] makes
    v. `windows` has one entry for each view. With `loop` the last frame leads to the first; other tours are played
    forwards and backwards. With `precision` "auto" each window chooses its arithmetic. `note` tells a person if a part
    of the tour was cut.
    """

    name: str
    axis: Axis
    origin: NDArray[np.float64]
    directions: NDArray[np.float64]
    mix: NDArray[np.float64]
    windows: tuple[Window, ...]
    layers: bool = False
    loop: bool = False
    precision: Precision = "auto"
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse arrays and windows that do not fit together."""
        values, views, (count, size) = self.axis.values, len(self.windows), self.directions.shape
        if values.ndim != 1 or not views or views != (1 if self.layers else len(values)):
            raise UserError(f"a tour of {len(values)} frames cannot have {views} views")
        if self.origin.shape not in ((1, size), (views, size)) or self.mix.shape != (views, 3, count):
            got = f"{list(self.origin.shape)}, {list(self.directions.shape)} and {list(self.mix.shape)}"
            raise UserError(f"a tour's origin, directions and mix must be [1 or V, P], [D, P] and [V, 3, D], got {got}")
        if len({window.shape for window in self.windows}) != 1:
            raise UserError("all windows of a tour must have one shape")

    def __len__(self) -> int:
        """T, the number of frames."""
        return len(self.axis.values)

    @property
    def shape(self) -> tuple[int, int]:
        """The rows and columns (H, W) of every frame."""
        return self.windows[0].shape

    @property
    def scale(self) -> float:
        """The length of a unit of the planes' coordinates, as a fraction of the norm of the last view's origin."""
        norm = length(self.origin[-1])
        return length(self.directions[0]) / norm if norm else 1.0

    def plane(self, view: int) -> Plane:
        """The plane of a view."""
        start = self.origin[view if len(self.origin) > 1 else 0]
        moved, u, v = (_combine(coefficients, self.directions) for coefficients in self.mix[view])
        return Plane(start + moved, u, v, start) if moved.any() else Plane(start, u, v)

    def dtype(self, view: int) -> str:
        """The arithmetic in which a view is computed: "float32" or "float64"."""
        return self.windows[view].dtype if self.precision == "auto" else self.precision

    def genome(self, frame: int, row: int, column: int) -> NDArray[Any]:
        """The genome [P] of a pixel, with the same bits as in a sweep."""
        view = 0 if self.layers else frame
        point = self.windows[view].points(slice(row, row + 1), slice(column, column + 1))
        return self.plane(view).at(point[0, 0], self.dtype(view))


def slide(plane: Plane, window: Window, third: ArrayLike | None, frames: int, depth: float) -> Tour:
    """Move the plane along a third direction [P], from -depth to +depth times the length of that direction.

    A slide of one frame stays in its plane, and needs no third direction.
    """
    checks.whole("frames", frames, 1, math.inf)
    checks.positive("depth", depth)
    if third is None and frames > 1:
        raise UserError(f"a slide of {frames} frames needs a third direction, got none; give one, or ask for one frame")
    z = (2 * np.arange(frames) - (frames - 1)) / max(frames - 1, 1) * depth
    if third is None:
        return _tour("slide", Axis("z", "norms", z), plane, _FLAT[None], (window,))
    mix = np.tile(np.eye(3)[[2, 0, 1]], (frames, 1, 1))
    mix[:, 0] *= z[:, None]
    return _tour("slide", Axis("z", "norms", z), plane, mix, (window,) * frames, third)


def turn(plane: Plane, window: Window, third: ArrayLike, frames: int) -> Tour:
    """Turn the plane about v, once round: u passes through a third direction [P]. The film has no visible cut."""
    checks.whole("frames", frames, 1, math.inf)
    angles = 360 * np.arange(frames) / frames
    mix = np.zeros((frames, 3, 3))
    mix[:, 1, 0] = [math.cos(math.radians(angle)) for angle in angles]
    mix[:, 1, 2] = [math.sin(math.radians(angle)) for angle in angles]
    mix[:, 2, 1] = 1
    tour = _tour("turn", Axis("angle", "degrees", angles), plane, mix, (window,) * frames, third)
    return replace(tour, loop=True)


def zoom(plane: Plane, window: Window, frames: int, factor: float = 2.0) -> Tour:
    """Shrink the window about its centre, by `factor` at each frame, until float64 cannot tell its pixels apart.

    Every frame is a whole view, not a part of the one before. If the last frame needs float64, all are computed in it,
    because a change of arithmetic within a film would be visible.
    """
    checks.whole("frames", frames, 1, math.inf)
    if not (math.isfinite(factor) and factor > 1):
        raise UserError(f"the factor of a zoom must be above 1, got {factor}")
    finest = plane.finest(window.x, window.y)
    radii = (window.radius * math.pow(factor, -frame) for frame in range(frames))
    windows = tuple(replace(window, radius=r) for r in radii if 2 * r / min(window.shape) >= finest)
    if not windows:
        raise UserError(
            f"pixels are {window.pixel:.2g} of the genome's norm apart, float64 resolves {finest:.2g} here: zoom out"
        )
    octaves = (np.arange(len(windows)) * math.log2(factor)).astype(np.float64)
    mix = np.tile(_FLAT, (len(windows), 1, 1))
    tour = _tour("zoom", Axis("octave", "octaves", octaves), plane, mix, windows)
    note = f"float64 resolves {finest:.2g} norms here: cut at {len(windows)} of {frames} frames"
    precision: Precision = "float64" if windows[-1].dtype == "float64" else "auto"
    return replace(tour, note=note if len(windows) < frames else "", precision=precision)


def horizon(plane: Plane, window: Window, lifetime: int, every: int = 1) -> Tour:
    """Show the same view after every k-th step of life, up to `lifetime`; the frames are layers."""
    checks.whole("every", every, 1, math.inf)
    checks.whole("lifetime", lifetime, every, math.inf, "steps")
    steps = np.arange(every, lifetime + 1, every).astype(np.float64)
    return _layers("horizon", Axis("step", "steps", steps), plane, window)


def mazes(plane: Plane, window: Window, count: int) -> Tour:
    """Show the same view summed over the first m mazes, m from 1 to `count`; the frames are layers."""
    checks.whole("mazes", count, 1, math.inf)
    counts = np.arange(1, count + 1).astype(np.float64)
    return _layers("mazes", Axis("mazes", "mazes", counts), plane, window)


def generations(
    plane: Plane, window: Window, champions: ArrayLike, numbers: ArrayLike | None = None, between: int = 0
) -> Tour:
    """Lay the plane's directions through each champion [G, P] in turn, with `between` linear steps to the next one.

    `numbers` [G] are the champions' generations; by default 0, 1, 2, ...
    """
    checks.whole("between", between, 0, math.inf)
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
    tour = _tour("generations", Axis("generation", "generations", values), plane, mix, (window,) * len(share))
    return replace(tour, origin=origins)


_FLAT = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])  # the mix of the plane itself: nothing is added; u; v


def _layers(name: str, axis: Axis, plane: Plane, window: Window) -> Tour:
    """A tour of one view whose frames are layers."""
    return Tour(name, axis, plane.origin[None], np.stack([plane.u, plane.v]), _FLAT[None], (window,), layers=True)


def _tour(
    name: str,
    axis: Axis,
    plane: Plane,
    mix: NDArray[np.float64],
    windows: tuple[Window, ...],
    third: ArrayLike | None = None,
) -> Tour:
    """A tour of a view a frame around one plane, with a third direction [P] if there is one."""
    directions = [plane.u, plane.v] + ([] if third is None else [vector(third, "the third direction")])
    if directions[-1].size != plane.origin.size:
        raise UserError(f"the third direction must have {plane.origin.size} weights, got {directions[-1].size}")
    return Tour(name, axis, plane.origin[None], np.stack(directions), mix, windows)


def _combine(coefficients: NDArray[np.float64], directions: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sum [P] of directions [D, P] times coefficients [D], added in order, so that its bits never change."""
    total = np.zeros(directions.shape[1])
    for coefficient, direction in zip(coefficients, directions, strict=True):
        if coefficient:
            total = total + coefficient * direction
    return total
