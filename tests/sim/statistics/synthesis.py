"""Synthetic fields with known answers: fractional Brownian lines and surfaces, and two exact fractals.

n points on a line or along a side. Gaussian fields are made by circulant embedding, which is exact: the covariance of
any two points is the model's. Midpoint displacement is not, and does not measure as it should.
"""

import math

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from agents.randomness import generator


def brownian_line(points: int, exponent: float, *, seed: int) -> NDArray[np.float64]:
    """Fractional Brownian motion [n] of Hoelder exponent in (0, 1), unit variance of a step, 0 at first; D = 2 - H.

    Its steps are embedded in a circulant covariance of twice their number (Davies, Harte 1987).
    """
    _check(points, exponent)
    lag = np.abs(np.arange(-points, points, dtype=np.float64))
    power = 2 * exponent
    covariance = np.fft.ifftshift(((lag + 1) ** power - 2 * lag**power + np.abs(lag - 1) ** power) / 2)
    noise = _gaussian(covariance, seed, "measure/line")
    return np.concatenate([[0.0], np.cumsum(noise[: points - 1])])


def brownian_surface(points: int, exponent: float, *, seed: int) -> NDArray[np.float64]:
    """A fractional Brownian surface [n, n] of Hoelder exponent in (0, 1), with E (z(x) - z(y))^2 = 2 |x - y|^(2H).

    D = 3 - H. The diagonal has length 1; z is 0 in the corner. Intrinsic embedding (Stein 2002): a stationary field of
    compact covariance, plus a random plane, whose increments together are those of the model at all distances up to 1.
    """
    _check(points, exponent)
    power = 2 * exponent
    reach = 1.0 if power <= 1.5 else 2.0
    beta = 0.0 if power <= 1.5 else power * (2 - power) / (3 * reach * (reach**2 - 1))
    tilt = (power - beta * (reach - 1) ** 2 * (reach + 2)) / 2
    top = beta * (reach - 1) ** 3 + 1 - tilt
    pitch = math.sqrt(0.5) / (points - 1)
    size = _smooth(math.ceil(2 * reach / pitch))
    away = np.minimum(np.arange(size), size - np.arange(size)) * pitch
    r = np.hypot(away[:, None], away)
    near = top - r**power + tilt * r**2
    far = beta * np.maximum(reach - r, 0) ** 3 / np.maximum(r, 1)
    field = _gaussian(np.where(r <= 1, near, far), seed, "measure/surface")[:points, :points]
    east, south = generator(seed, "measure/plane").standard_normal(2) * math.sqrt(2 * tilt) * pitch
    field = field + east * np.arange(points) + south * np.arange(points)[:, None]
    return np.asarray(field - field[0, 0])


THIRDS = np.array([0, 1, 1.5 - 1j * math.sqrt(0.75), 2]) / 3
"""A segment of Koch's curve, without its end: four of a third of its length."""
SQUARES = np.array([0, 1, 1 + 1j, 2 + 1j, 2, 2 - 1j, 3 - 1j, 3]) / 4
"""A segment of Koch's quadratic curve of type 2, without its end: eight of a quarter."""
FINER = 4  # pixels of a drawing, of which one is kept: a drawn polygon is half a pixel too large on all sides


def koch_island(size: int, *, turn: float = 0.25) -> NDArray[np.bool_]:
    """The inside of Koch's snowflake, bool [size, size]; its edge has dimension log 4 / log 3 = 1.26186."""
    return _island(size, 3, 0.55, THIRDS, turn)


def quadratic_island(size: int, *, turn: float = 0.125) -> NDArray[np.bool_]:
    """The inside of Koch's quadratic island of type 2, bool [size, size]; its edge has dimension 3/2."""
    return _island(size, 4, 0.45, SQUARES, turn)


def _island(size: int, sides: int, radius: float, segment: NDArray[np.complex128], turn: float) -> NDArray[np.bool_]:
    """The inside of a polygon whose sides are replaced by the segment again and again; `turn` is a part of a circle."""
    from PIL import Image, ImageDraw

    large = FINER * size
    corners = np.exp(2j * np.pi * (np.arange(sides + 1) / sides + turn)) * radius * large + (0.5 + 0.5j) * large
    while np.abs(corners[1] - corners[0]) > FINER / 2:
        a, b = corners[:-1, None], corners[1:, None]
        corners = np.append((a + (b - a) * segment).ravel(), corners[-1])
    picture = Image.new("1", (large, large))
    ImageDraw.Draw(picture).polygon([(point.real, point.imag) for point in corners.tolist()], fill=1)
    return np.array(picture)[FINER // 2 :: FINER, FINER // 2 :: FINER]


def sierpinski_carpet(order: int) -> NDArray[np.bool_]:
    """Sierpinski's carpet, bool [3^order, 3^order]; its dimension is log 8 / log 3 = 1.8928."""
    digits = (np.arange(3**order)[:, None] // 3 ** np.arange(order)) % 3 == 1
    return np.asarray(~(digits[:, None] & digits[None]).any(axis=2))


def _gaussian(covariance: NDArray[np.float64], seed: int, purpose: str) -> NDArray[np.float64]:
    """A periodic stationary Gaussian field whose covariance with its first point is given; refuses what is none."""
    spectrum = np.fft.fftn(covariance).real
    if spectrum.min() < -1e-9 * spectrum.max():
        raise UserError(f"this covariance has no exact embedding at {len(covariance)} points: ask for another number")
    noise = generator(seed, purpose).standard_normal((2, *covariance.shape))
    waves = np.sqrt(np.maximum(spectrum, 0) / covariance.size) * (noise[0] + 1j * noise[1])
    return np.asarray(np.fft.fftn(waves).real)


def _smooth(least: int) -> int:
    """The next even number whose only prime factors are 2, 3 and 5, for the sake of the Fourier transform."""
    size = least + least % 2
    while True:
        rest = size
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return size
        size += 2


def _check(points: int, exponent: float) -> None:
    if points < 2 or not 0 < exponent < 1:
        raise UserError(
            f"a Brownian field needs 2 or more points and 0 < H < 1, got {points} points and H = {exponent}"
        )
