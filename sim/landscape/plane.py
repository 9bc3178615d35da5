"""Planes through genome space, and windows on them.

P weights of a genome, H and W rows and columns of a picture, K champions, D directions. Coordinates are relative
perturbations ("norms"): fractions of the norm of the genome that the plane was laid through, so that one unit along a
direction is as long as that genome. A point of a plane is computed from its
coordinates alone, never from its neighbour, so that no batch, tile or order of work can change a bit of it.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from agents.errors import UserError
from agents.layout import Layout
from agents.randomness import generator

FLOAT32_PIXEL = 1e-6  # pixels closer than this, in norms, need float64
COLLINEAR = 1e-6  # what is left of a direction that float32 genomes cannot tell from rounding


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """A plane through genome space: `origin`, and the directions `u` (right) and `v` (up), all float64 [P]."""

    origin: NDArray[np.float64]
    u: NDArray[np.float64]
    v: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Keep read-only float64 copies; refuse sizes that differ and weights that are not finite."""
        for name in ("origin", "u", "v"):
            object.__setattr__(self, name, vector(getattr(self, name), f"{name} of a plane"))
        if not self.origin.size == self.u.size == self.v.size:
            sizes = f"{self.origin.size}, {self.u.size} and {self.v.size}"
            raise UserError(f"a plane's origin, u and v must have as many weights each, got {sizes}")

    def at(self, xy: ArrayLike, dtype: DTypeLike = np.float32) -> NDArray[Any]:
        """The genomes [..., P] at coordinates [..., 2]: (origin + x*u) + y*v in float64, then one rounding to dtype."""
        from sim.landscape.points import fill

        points = np.asarray(xy, np.float64)
        genomes = np.empty((points.size // 2, self.origin.size), dtype)
        fill(self.origin, self.u, self.v, np.require(points.reshape(-1, 2), requirements=["C", "W"]), genomes)
        return genomes.reshape(*points.shape[:-1], self.origin.size)

    def locate(self, genomes: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The coordinates [..., 2] of genomes [..., P] projected on the plane, and their distances [...] from it.

        The distance is in units of the length of u.
        """
        away = np.asarray(genomes, np.float64) - self.origin
        basis = np.stack([self.u, self.v])
        xy = np.linalg.solve(basis @ basis.T, basis @ away[..., None])[..., 0]
        distance = np.linalg.norm(away - xy @ basis, axis=-1) / length(self.u)
        return np.asarray(xy, np.float64), np.asarray(distance, np.float64)

    def finest(self, x: float, y: float) -> float:
        """The smallest step in norms, taken at (x, y), by which float64 still tells most weights apart."""
        resolution = np.spacing(np.abs(self.at((x, y), np.float64)))
        steps = [np.median(resolution[d != 0] / np.abs(d[d != 0])) for d in (self.u, self.v) if d.any()]
        return float(max(np.spacing(max(abs(x), abs(y))), *steps))


@dataclass(frozen=True, slots=True)
class Window:
    """What is seen of a plane: centre (x, y) and radius (half the shorter side) in norms, and shape (H, W) in pixels.

    A norm is that of the genome that the plane was laid through: the radius is a relative perturbation.
    """

    x: float = 0.0
    y: float = 0.0
    radius: float = 0.7
    shape: tuple[int, int] = (540, 960)

    def __post_init__(self) -> None:
        """Refuse windows without inside."""
        if not (math.isfinite(self.x) and math.isfinite(self.y)):
            raise UserError(f"the centre of a window must be two finite numbers, got {self.x} and {self.y}")
        if not (math.isfinite(self.radius) and self.radius > 0):
            raise UserError(f"the radius of a window must be a number of norms above 0, got {self.radius}")
        if len(self.shape) != 2 or min(self.shape) < 1:
            raise UserError(f"the shape of a window must be rows and columns, 1 or more of each, got {self.shape}")

    @property
    def pixel(self) -> float:
        """The spacing of the pixels, which are square, in norms."""
        return 2 * self.radius / min(self.shape)

    @property
    def dtype(self) -> str:
        """The arithmetic that tells the pixels apart: float32, or float64 once they are closer than 1e-6 norms."""
        return "float32" if self.pixel >= FLOAT32_PIXEL else "float64"

    def axes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The coordinates y [H], falling, and x [W], rising, of the pixel centres."""
        up, right = offsets(self.shape)
        return self.y + up * self.pixel, self.x + right * self.pixel

    def points(self, rows: slice = slice(None), columns: slice = slice(None)) -> NDArray[np.float64]:
        """The coordinates [H, W, 2] of the pixel centres, or of some rows and columns; row 0 is at the top."""
        y, x = self.axes()
        return np.stack(np.meshgrid(x[columns], y[rows]), axis=-1)


def offsets(shape: tuple[int, int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far, in pixels, row centres [H] lie above and column centres [W] to the right of the picture's centre."""
    height, width = shape
    return (height - 1) / 2 - np.arange(height, dtype=np.float64), np.arange(width, dtype=np.float64) - (width - 1) / 2


def rows(layout: Layout | None, size: int) -> list[slice]:
    """The parts of a genome [P] whose norms a random direction copies: the rows of its layout, or all as one."""
    return [slice(0, size)] if layout is None else list(layout.rows())


def directions(genome: ArrayLike, layout: Layout | None, count: int, seed: int) -> NDArray[np.float64]:
    """Up to three random directions [D, P] of the genome's length, orthogonal, alike in the norms of their rows.

    Each row (a filter in Li et al. 2018) of a direction is Gaussian, made orthogonal to the same row of the earlier
    directions and given the norm of the genome's row. A row too short for one more direction stays zero in it. A genome
    without a layout is one row.
    """
    if not 1 <= count <= 3:
        raise UserError(f"a landscape has 1 to 3 directions, got {count}")
    centre = _genome(genome, layout)
    found: list[NDArray[np.float64]] = []
    for index in range(count):
        found.append(_normalised(_draw(centre.size, seed, index), centre, layout, found))
    return np.stack(found)


def random_plane(genome: ArrayLike, layout: Layout | None, seed: int) -> Plane:
    """The plane through a genome [P] along its first two random `directions`."""
    return Plane(vector(genome, "the genome"), *directions(genome, layout, 2, seed))


def line(a: ArrayLike, b: ArrayLike, layout: Layout, seed: int) -> Plane:
    """The plane that holds genomes a (0, 0) and b (1, 0), opened by a random block-normalised direction."""
    origin = _genome(a, layout)
    u = _difference(vector(b, "the genome"), origin)
    v = _normalised(_draw(origin.size, seed, 0), origin, layout, [u])
    return Plane(origin, u, v * (length(u) / length(v)))


def through(a: ArrayLike, b: ArrayLike, c: ArrayLike) -> Plane:
    """The plane that holds three genomes: a at (0, 0), b at (1, 0), c somewhere above; v is as long as u."""
    origin, second, third = (vector(genome, "the genome") for genome in (a, b, c))
    u, towards = _difference(second, origin), _difference(third, origin)
    v = _apart(towards, [u])
    if length(v) <= COLLINEAR * length(towards):
        raise UserError("three genomes on one line do not span a plane: choose another third genome, or a line")
    return Plane(origin, u, v * (length(u) / length(v)))


def principal(champions: ArrayLike, origin: ArrayLike | None = None) -> Plane:
    """The plane along the two directions in which champions [K, P] vary most (principal components, Pearson 1901).

    The origin is the last champion unless given, and the directions have its length. A direction's largest weight is
    positive.
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


def vector(values: ArrayLike, what: str) -> NDArray[np.float64]:
    """A read-only float64 copy [P] of a genome or direction; UserError if it has another shape or is not finite."""
    copy = np.array(values, np.float64)
    if copy.ndim != 1 or not copy.size:
        raise UserError(f"{what} must be one vector of weights, got an array of shape {list(copy.shape)}")
    if not np.isfinite(copy).all():
        raise UserError(f"{what} has weights that are not finite: check the file it came from")
    copy.flags.writeable = False
    return copy


def length(a: NDArray[np.float64]) -> float:
    """The Euclidean norm."""
    return math.sqrt(_dot(a, a))


def _dot(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    # BLAS sums in an order that depends on the machine; fsum rounds once.
    return math.fsum((a * b).tolist())


def _norm(genome: NDArray[np.float64]) -> float:
    norm = length(genome)
    if norm == 0:
        raise UserError("the genome is all zero and gives no unit of length: choose a trained or an initial one")
    return norm


def _genome(values: ArrayLike, layout: Layout | None) -> NDArray[np.float64]:
    genome = vector(values, "the genome")
    if layout is not None and genome.size != layout.size:
        raise UserError(f"a genome of {layout.describe()} has {layout.size} weights, got {genome.size}")
    return genome


def _difference(b: NDArray[np.float64], a: NDArray[np.float64]) -> NDArray[np.float64]:
    if a.size != b.size:
        raise UserError(f"genomes on one plane must have one layout, got {a.size} and {b.size} weights")
    if not (b - a).any():
        raise UserError("two of the genomes are identical and give no direction: choose two that differ")
    return b - a


def _draw(size: int, seed: int, index: int) -> NDArray[np.float64]:
    return generator(seed, "landscape/direction", index).standard_normal(size)


def _apart(a: NDArray[np.float64], others: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    for other in others * 2:  # twice is enough (Giraud et al. 2005)
        square = _dot(other, other)
        if square > 0:
            a = a - other * (_dot(other, a) / square)
    return a


def _normalised(
    draw: NDArray[np.float64], genome: NDArray[np.float64], layout: Layout | None, earlier: list[NDArray[np.float64]]
) -> NDArray[np.float64]:
    direction = np.zeros_like(draw)
    for row in rows(layout, draw.size):
        rest = _apart(draw[row], [other[row] for other in earlier])
        if length(rest) > COLLINEAR * length(draw[row]):
            direction[row] = rest * (length(genome[row]) / length(rest))
    norm = _norm(genome)
    if not direction.any():
        raise UserError("the genome's rows leave no room for another direction: ask for fewer directions")
    return direction * (norm / length(direction))
