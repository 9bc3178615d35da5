"""Walks through genome space: how far outcomes stay alike (ruggedness), and where they do not change (neutrality).

W walks, T steps, P weights, K lags. A step is a random ray of a length that is given in norms of the genome, and the
measures mean nothing without it. Walks begin at `radius` norms from the genome.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from agents.errors import UserError
from agents.layout import Layout
from agents.randomness import generator
from sim.landscape.function import Function
from sim.landscape.rays import centre, like, rays, refuse_unless
from sim.statistics.scaling import bootstrap


@dataclass(frozen=True, slots=True, eq=False)
class Ruggedness:
    """The autocorrelation of outcomes along random walks; `correlation` [K] at lags 0 to K-1 steps."""

    length: float
    """Correlation length in steps, -1 / ln r(1) (Weinberger 1990); 0 where r(1) <= 0, infinite where it is 1."""
    interval: tuple[float, float]
    """95 % bootstrap over walks."""
    correlation: NDArray[np.float64]
    step: float
    radius: float
    walks: int
    steps: int
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class Neutrality:
    """How much of the neighbourhood is alike.

    lengths [W], distances [W]: the steps of each neutral walk, and how far it led, in norms
    """

    share: float
    """Share of the neighbours one step away with the same outcome."""
    interval: tuple[float, float]
    """Of the share: 95 % bootstrap over base points."""
    length: float
    """Mean steps of a neutral walk: at least this, where walks were stopped at `longest`."""
    length_interval: tuple[float, float]
    stopped: float
    """Share of the walks that were stopped at the longest that was allowed, and were not at an end."""
    lengths: NDArray[np.int64]
    distances: NDArray[np.float64]
    step: float
    radius: float
    neighbours: int
    seed: int


def ruggedness(
    function: Function,
    genome: ArrayLike,
    layout: Layout | None,
    *,
    step: float,
    radius: float,
    seed: int,
    walks: int = 128,
    steps: int = 128,
    lags: int = 32,
    dtype: DTypeLike = np.float32,
) -> Ruggedness:
    """Correlation length of random walks that stay at `radius` norms from the genome, so that they are stationary."""
    home = centre(genome, layout)
    _refuse(step, radius)
    refuse_unless(radius > 0, "walks that stay at a radius need one above 0", radius)
    refuse_unless(
        walks >= 2 and 2 <= lags <= steps, "ruggedness needs 2 walks, 2 lags and as many steps", (walks, lags, steps)
    )
    rng = generator(seed, "measure/walk")
    away = rays(home, layout, walks, rng)
    heights = np.empty((walks, steps + 1))
    for at in range(steps + 1):
        if at:
            away = like(radius * away + step * rays(home, layout, walks, rng), home, layout)
        heights[:, at] = _values(function, (home + radius * away).astype(dtype))
    deviation = (
        heights - heights.mean()
    )  # of all walks: the mean of one would make its own values look alike too little
    if not deviation.any():
        raise UserError(f"the outcome is the same all along {walks} walks: take a larger step or radius")
    products = np.stack(
        [(deviation[:, : steps + 1 - lag] * deviation[:, lag:]).mean(axis=1) for lag in range(lags)], axis=1
    )

    def length(index: NDArray[np.intp]) -> float:
        variance, covariance = products[index, :2].mean(axis=0)
        return _length(covariance / variance if variance else 1.0)

    low, high = bootstrap(length, 1, walks, seed)
    correlation = products.mean(axis=0) / products[:, 0].mean()
    return Ruggedness(_length(correlation[1]), (float(low), float(high)), correlation, step, radius, walks, steps, seed)


def neutrality(
    function: Function,
    genome: ArrayLike,
    layout: Layout | None,
    *,
    step: float,
    radius: float,
    seed: int,
    walks: int = 256,
    neighbours: int = 16,
    longest: int = 256,
    dtype: DTypeLike = np.float32,
) -> Neutrality:
    """Share of like neighbours, and neutral walks (after Huynen, Stadler, Fontana 1996).

    Each step of a walk goes to a like neighbour that is farther from the walk's start; it ends where none of so many
    random `neighbours` will do.
    """
    home = centre(genome, layout)
    _refuse(step, radius)
    refuse_unless(
        min(walks, neighbours, longest) >= 1,
        "walks, neighbours and the longest walk must be 1 or more",
        (walks, neighbours, longest),
    )
    rng = generator(seed, "measure/neutral")
    start = (home + radius * rays(home, layout, walks, rng)).astype(dtype)
    outcome = _values(function, start)
    here, lengths, distances = start.copy(), np.zeros(walks, np.int64), np.zeros(walks)
    going, alike = np.arange(walks), np.zeros((walks, neighbours), np.bool_)
    for turn in range(longest):
        around = rays(home, layout, going.size * neighbours, rng).reshape(going.size, neighbours, -1)
        tried = (here[going, None] + step * around).astype(dtype)
        same = _values(function, tried.reshape(-1, home.size)).reshape(going.size, neighbours) == outcome[going, None]
        if turn == 0:
            alike = same
        reached = np.sqrt(((tried - start[going, None]).astype(np.float64) ** 2).sum(axis=2))
        suits = same & (reached > distances[going, None])
        moved = np.flatnonzero(suits.any(axis=1))
        choice = suits[moved].argmax(axis=1)
        going = going[moved]
        here[going], distances[going] = tried[moved, choice], reached[moved, choice]
        lengths[going] += 1
        if not going.size:
            break
    shares = alike.mean(axis=1)
    both = np.stack([shares, lengths], axis=1)
    (low, shortest), (high, furthest) = bootstrap(lambda index: both[index].mean(axis=0), 1, walks, seed)
    norm = math.sqrt(float((home**2).sum()))
    return Neutrality(
        float(shares.mean()),
        (float(low), float(high)),
        float(lengths.mean()),
        (float(shortest), float(furthest)),
        float((lengths == longest).mean()),
        lengths,
        distances / norm,
        step,
        radius,
        neighbours,
        seed,
    )


def _length(correlation: float) -> float:
    if correlation <= 0:
        return 0.0
    return -1 / math.log(correlation) if correlation < 1 else math.inf


def _values(function: Function, genomes: NDArray[np.floating]) -> NDArray[np.float64]:
    """One number for each genome [N, P]; refuses objectives that have several."""
    values = np.asarray(function(genomes), np.float64)
    refuse_unless(
        values.shape == (len(genomes),), "walks take an objective with one value a genome", list(values.shape)
    )
    return values


def _refuse(step: float, radius: float) -> None:
    refuse_unless(step > 0 and math.isfinite(step), "a step must be a number of norms above 0", step)
    refuse_unless(radius >= 0 and math.isfinite(radius), "the radius must be a number of norms, 0 or more", radius)
