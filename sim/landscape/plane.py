"""Planes through genome space, and windows on them.

P weights of a genome, H and W rows and columns of a picture, K champions, D directions. A coordinate counts in lengths
of the plane's directions. In planes of random or principal directions it is therefore a relative perturbation: a
fraction of the norm of the genome at the origin. In planes through other genomes, `line` and `through`, a unit is the
distance between the first two. A point of a plane is computed from its coordinates alone, never from its neighbour, so
that no batch, tile or order of work can change a bit of it.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from agents import checks
from agents.errors import UserError
from agents.layout import Layout
from agents.randomness import generator, words
from sim.landscape.vectors import genome_vector, length, orthogonal_part, vector
from sim.rollout.machine import Machine

ONE_THREAD = Machine(1)
POINTS_PER_TASK = 2048
FLOAT32_PIXEL = 1e-6  # pixels that are closer than this, in coordinates of the plane, need float64
COLLINEAR = 1e-6  # a direction lies among others if the part of it outside them is shorter: float32 rounds as much


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """A plane through genome space: `origin`, and the directions `u` (right) and `v` (up), all float64 [P].

    A plane that was moved away from a genome [P] keeps it as `moved_from`.
    """

    origin: NDArray[np.float64]
    u: NDArray[np.float64]
    v: NDArray[np.float64]
    moved_from: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        """Keep read-only float64 copies; refuse sizes that differ and weights that are not finite."""
        for name in ("origin", "u", "v"):
            object.__setattr__(self, name, vector(getattr(self, name), f"{name} of a plane"))
        if not self.origin.size == self.u.size == self.v.size:
            sizes = f"{self.origin.size}, {self.u.size} and {self.v.size}"
            raise UserError(f"a plane's origin, u and v must have the same number of weights, got {sizes}")

    @property
    def centre(self) -> NDArray[np.float64]:
        """The genome [P] that those of the plane are compared with: the origin, or what the plane was moved from."""
        return self.origin if self.moved_from is None else self.moved_from

    def at(self, xy: ArrayLike, dtype: DTypeLike = np.float32, machine: Machine = ONE_THREAD) -> NDArray[Any]:
        """The genomes [..., P] at coordinates [..., 2]: (origin + x*u) + y*v in float64, then one rounding to dtype."""
        from sim.landscape.points import fill

        points = np.asarray(xy, np.float64)
        flat = np.require(points.reshape(-1, 2), requirements=["C", "W"])
        genomes = np.empty((len(flat), self.origin.size), dtype)

        def work(first: int) -> None:
            part = slice(first, first + POINTS_PER_TASK)
            fill(self.origin, self.u, self.v, flat[part], genomes[part])

        machine.for_each(work, range(0, len(flat), POINTS_PER_TASK))
        return genomes.reshape(*points.shape[:-1], self.origin.size)

    def locate(self, genomes: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Project genomes [..., P] on the plane: their coordinates [..., 2], and their distances [...] from it.

        The distances are in lengths of u.
        """
        away = np.asarray(genomes, np.float64) - self.origin
        basis = np.stack([self.u, self.v])
        xy = np.linalg.solve(basis @ basis.T, basis @ away[..., None])[..., 0]
        distance = np.linalg.norm(away - xy @ basis, axis=-1) / length(self.u)
        return np.asarray(xy, np.float64), np.asarray(distance, np.float64)

    def finest(self, x: float, y: float, dtype: DTypeLike = np.float64) -> float:
        """The smallest step of a coordinate from (x, y) that still changes most weights of a genome of that type."""
        resolution = np.spacing(np.abs(self.at((x, y), dtype)))
        steps = [np.median(resolution[d != 0] / np.abs(d[d != 0])) for d in (self.u, self.v) if d.any()]
        return float(max(np.spacing(max(abs(x), abs(y))), *steps))


@dataclass(frozen=True, slots=True)
class Window:
    """The visible part of a plane: centre (x, y), radius (half the shorter side), and shape (H, W) in pixels.

    Centre and radius are coordinates of the plane, so in most planes relative perturbations: fractions of the norm of
    the genome at the origin.
    """

    x: float = 0.0
    y: float = 0.0
    radius: float = 0.7
    shape: tuple[int, int] = (540, 960)

    def __post_init__(self) -> None:
        """Refuse centres that are not finite, radii of 0 or less, and shapes without a pixel."""
        if not (math.isfinite(self.x) and math.isfinite(self.y)):
            raise UserError(f"the centre of a window must be two finite numbers, got {self.x} and {self.y}")
        checks.positive("the radius of a window", self.radius)
        if len(self.shape) != 2 or min(self.shape) < 1:
            raise UserError(f"the shape of a window must be rows and columns, 1 or more of each, got {self.shape}")

    @property
    def pixel(self) -> float:
        """The distance between neighbouring pixels, in coordinates of the plane; pixels are square."""
        return 2 * self.radius / min(self.shape)

    @property
    def dtype(self) -> str:
        """The arithmetic that the pixels need: float32, or float64 if they are closer than FLOAT32_PIXEL."""
        return "float32" if self.pixel >= FLOAT32_PIXEL else "float64"

    def axes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The coordinates of the pixel centres: y [H], from top to bottom, and x [W], from left to right."""
        up, right = offsets(self.shape)
        return self.y + up * self.pixel, self.x + right * self.pixel

    def points(self, rows: slice = slice(None), columns: slice = slice(None)) -> NDArray[np.float64]:
        """The coordinates [H, W, 2] of pixel centres, of all or of given rows and columns; row 0 is at the top."""
        y, x = self.axes()
        return np.stack(np.meshgrid(x[columns], y[rows]), axis=-1)

    def at(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[np.float64]:
        """The coordinates [N, 2] of single pixels."""
        y, x = self.axes()
        return np.stack([x[columns], y[rows]], axis=-1)


def offsets(shape: tuple[int, int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far, in pixels, rows [H] lie above the centre of a picture, and columns [W] to the right of it."""
    height, width = shape
    return (height - 1) / 2 - np.arange(height, dtype=np.float64), np.arange(width, dtype=np.float64) - (width - 1) / 2


def rows(layout: Layout | None, size: int) -> list[slice]:
    """The parts of a genome [P] whose norms a random direction copies: the rows of its layout, or one row of all."""
    return [slice(0, size)] if layout is None else list(layout.rows())


def random_directions(
    genome: ArrayLike, layout: Layout | None, count: int, seed: int, purpose: str
) -> NDArray[np.float64]:
    """Independent random directions [D, P], each the first of `directions`; (seed, purpose) names the random stream."""
    return np.concatenate([directions(genome, layout, 1, each) for each in words(count, seed, purpose).tolist()])


def directions(genome: ArrayLike, layout: Layout | None, count: int, seed: int) -> NDArray[np.float64]:
    """One to three random directions [D, P], orthogonal, with the norm of the genome and the norms of its rows.

    Each row (a filter in Li et al. 2018) of a direction is drawn from a normal distribution, made orthogonal to the
    same row of the earlier directions, and scaled to the norm of the genome's row. Where a row has too few weights for
    another direction, it is zero. A genome without a layout is one row.
    """
    if not 1 <= count <= 3:
        raise UserError(f"a landscape has 1 to 3 directions, got {count}")
    centre = genome_vector(genome, layout)
    found: list[NDArray[np.float64]] = []
    for index in range(count):
        found.append(_normalised(_draw(centre.size, seed, index), centre, layout, found))
    return np.stack(found)


def random_plane(genome: ArrayLike, layout: Layout | None, seed: int) -> Plane:
    """The plane through a genome [P] along its first two random `directions`."""
    return Plane(vector(genome, "the genome"), *directions(genome, layout, 2, seed))


def line(a: ArrayLike, b: ArrayLike, layout: Layout, seed: int) -> Plane:
    """The plane through genomes a at (0, 0) and b at (1, 0), along a random direction v.

    v is orthogonal to u and as long; the norms of its rows are in proportion to those of a.
    """
    origin = genome_vector(a, layout)
    u = _difference(vector(b, "the genome"), origin)
    v = _normalised(_draw(origin.size, seed, 0), origin, layout, [u])
    return Plane(origin, u, v * (length(u) / length(v)))


def through(a: ArrayLike, b: ArrayLike, c: ArrayLike) -> Plane:
    """The plane through three genomes: a at (0, 0), b at (1, 0), c at a positive y; v is as long as u."""
    origin, second, third = (vector(genome, "the genome") for genome in (a, b, c))
    u, towards = _difference(second, origin), _difference(third, origin)
    v = orthogonal_part(towards, [u])
    if length(v) <= COLLINEAR * length(towards):
        raise UserError("three genomes on one line do not span a plane: choose another third genome, or a line")
    return Plane(origin, u, v * (length(u) / length(v)))


def principal(champions: ArrayLike, origin: ArrayLike | None = None) -> Plane:
    """The plane along the two directions in which champions [K, P] vary most (principal components, Pearson 1901).

    The origin is the last champion by default. The directions have its norm, and their largest weight is positive.
    """
    path = np.asarray(champions, np.float64)
    if path.ndim != 2 or len(path) < 3:
        raise UserError(f"principal directions need 3 champions or more, got an array of shape {list(path.shape)}")
    if not np.isfinite(path).all():
        raise UserError("the champions have weights that are not finite: check the run that made them")
    centre = vector(path[-1] if origin is None else origin, "the origin")
    _, spread, components = np.linalg.svd(path - path.mean(axis=0), full_matrices=False)
    if spread[0] <= 1e-12 * length(centre) or spread[1] <= COLLINEAR * spread[0]:
        raise UserError("the champions lie on one line or point: take more generations, or a random plane")
    pair = [d * math.copysign(_norm(centre) / length(d), d[np.abs(d).argmax()]) for d in components[:2]]
    return Plane(centre, *pair)


def _norm(genome: NDArray[np.float64]) -> float:
    """The norm of a genome [P], which must not be zero."""
    norm = length(genome)
    if norm == 0:
        raise UserError("the genome is all zero and gives no unit of length: choose a trained or an initial one")
    return norm


def _difference(b: NDArray[np.float64], a: NDArray[np.float64]) -> NDArray[np.float64]:
    """b - a [P] of two genomes, which must have the same size and differ."""
    if a.size != b.size:
        raise UserError(f"genomes on one plane must have one layout, got {a.size} and {b.size} weights")
    if not (b - a).any():
        raise UserError("two of the genomes are identical and give no direction: choose two that differ")
    return b - a


def _draw(size: int, seed: int, index: int) -> NDArray[np.float64]:
    """Normal random numbers [P] for the direction with this index."""
    return generator(seed, "landscape/direction", index).standard_normal(size)


def _normalised(
    draw: NDArray[np.float64], genome: NDArray[np.float64], layout: Layout | None, earlier: list[NDArray[np.float64]]
) -> NDArray[np.float64]:
    """The direction of a draw [P]: orthogonal to the earlier ones row by row, with the genome's norm and row norms."""
    direction = np.zeros_like(draw)
    for row in rows(layout, draw.size):
        rest = orthogonal_part(draw[row], [other[row] for other in earlier])
        if length(rest) > COLLINEAR * length(draw[row]):
            direction[row] = rest * (length(genome[row]) / length(rest))
    norm = _norm(genome)
    if not direction.any():
        raise UserError("the genome's rows leave no room for another direction: ask for fewer directions")
    return direction * (norm / length(direction))
