"""Final-state uncertainty of genomes (Grebogi, McDonald, Ott, Yorke 1983): no picture, but all of genome space.

N pairs, P weights, K distances, M outcomes of a genome. Genomes at a distance e of each other have different outcomes
in a share f(e) of all pairs. Where f ~ e^a, the boundary between outcomes has dimension P - a: a = 1 for a smooth one,
and towards 0 for one that fills space. Distances are in norms of the genome.

f cannot pass 1. A fit across distances where most pairs differ finds a small exponent for any landscape, also for a
smooth one, so those are left out. The sum of many mazes changes when any of them does, and saturates first; an
objective with one outcome a maze, [N, M], is measured as the mean share of outcomes that differ, and reaches further.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from agents.layout import Layout
from agents.randomness import generator
from sim.landscape.function import Function
from sim.landscape.plane import FLOAT32_PIXEL
from sim.landscape.rays import centre, rays, refuse_unless
from sim.statistics.scaling import Scaling, fit

DISTANCES = tuple(np.geomspace(1e-6, 1e-1, 11).tolist())
BATCH = 2048  # genomes that are evaluated at once
FEWEST = 10  # differing pairs that a share is worth fitting from


def uncertainty(
    function: Function,
    genome: ArrayLike,
    layout: Layout | None,
    *,
    radius: float,
    seed: int,
    distances: ArrayLike = DISTANCES,
    pairs: int = 6400,
    dtype: DTypeLike | None = None,
) -> Scaling:
    """The uncertainty exponent at `radius` norms from a genome [P]; `function` maps genomes [N, P] to [N] or [N, M].

    dtype is the arithmetic of all genomes: float32, or by default float64 where a distance is below 1e-6.
    """
    differ, scales = disagreements(
        function, genome, layout, radius=radius, seed=seed, distances=distances, pairs=pairs, dtype=dtype
    )
    return _exponent(differ.mean(axis=2), scales, radius, seed, differ.shape[2])


def uncertainty_by_outcome(
    function: Function,
    genome: ArrayLike,
    layout: Layout | None,
    *,
    radius: float,
    seed: int,
    distances: ArrayLike = DISTANCES,
    pairs: int = 6400,
    dtype: DTypeLike | None = None,
) -> tuple[Scaling, ...]:
    """The exponent of each of the M outcomes [N, M] apart: of each maze, or of each step of life (the horizon)."""
    differ, scales = disagreements(
        function, genome, layout, radius=radius, seed=seed, distances=distances, pairs=pairs, dtype=dtype
    )
    return tuple(_exponent(each, scales, radius, seed, 1) for each in differ.transpose(2, 0, 1))


def disagreements(
    function: Function,
    genome: ArrayLike,
    layout: Layout | None,
    *,
    radius: float,
    seed: int,
    distances: ArrayLike = DISTANCES,
    pairs: int = 6400,
    dtype: DTypeLike | None = None,
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which outcomes of which pairs differ, bool [N, K, M], and the distances [K], rising.

    Base points lie `radius` norms away along random rays, their partners along one more ray each, at all distances.
    """
    home, scales = centre(genome, layout), np.sort(np.asarray(distances, np.float64).ravel())
    refuse_unless(radius >= 0 and np.isfinite(radius), "the radius must be a number of norms, 0 or more", radius)
    refuse_unless(pairs >= 1, "an exponent needs 1 or more pairs", pairs)
    refuse_unless(
        scales.size >= 1 and bool((scales > 0).all() and np.isfinite(scales).all()),
        "distances must be numbers of norms above 0",
        scales.tolist(),
    )
    kind = np.dtype(dtype or (np.float32 if scales[0] >= FLOAT32_PIXEL * 0.999 else np.float64))
    found = []
    for batch, first in enumerate(range(0, pairs, BATCH)):
        rng = generator(seed, "measure/pairs", batch)
        # a full batch is drawn always, so that more pairs only add to fewer
        away, along = (rays(home, layout, BATCH, rng)[: pairs - first] for _ in range(2))
        base = home + radius * away
        here = outcomes(function, base.astype(kind))
        there = (outcomes(function, (base + distance * along).astype(kind)) for distance in scales)
        found.append(np.stack([each != here for each in there], axis=1))
    return np.concatenate(found), scales


def outcomes(function: Function, genomes: NDArray[Any]) -> NDArray[Any]:
    """What a function says of genomes [N, P], as [N, M] also where it says [N]."""
    return np.asarray(function(genomes)).reshape(len(genomes), -1)


def _exponent(
    differ: NDArray[Any], scales: NDArray[np.float64], radius: float, seed: int, outcomes_each: int
) -> Scaling:
    """The exponent from the shares of outcomes that differ, [N, K]."""
    what = "outcomes" if outcomes_each == 1 else f"share of {outcomes_each} outcomes"
    return fit(
        f"uncertainty exponent at radius {radius:g}",
        f"a = slope of log(share of pairs whose {what} differ) against log(distance in norms), shares up to 1/2, "
        f"each from {FEWEST} differing pairs or more; 95 % bootstrap over base points",
        float,
        scales,
        differ[None],
        seed=seed,
        least=(FEWEST - 0.5) / (len(differ) * outcomes_each),
    )
