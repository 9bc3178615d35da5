"""Aligns two networks: finds the symmetry of one whose weights come nearest to those of the other.

H hidden units, G gates, P weights. A unit has a row and a column in the recurrent weights, so this is a quadratic
assignment problem, here with signs: maximise <A, Q B Q'> summed over all blocks. Q is a permutation matrix with signs;
rows of gates that keep their sign are multiplied by S = |Q| instead. The search is the Frank-Wolfe algorithm on the
relaxed problem (Vogelstein et al. 2015), from several starts. Each start ends with swaps of pairs of units, until no
swap is better. The problem is NP-hard: the search finds a planted symmetry, but for unrelated networks only a good
alignment, not always the best.
"""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.layout import Layout
from agents.network.symmetry import ODD, Symmetry, draw, twin

STEPS = 60  # at most, of the Frank-Wolfe algorithm; most searches end after ten
NEGLIGIBLE = 1e-9  # gains below this share of the two networks' squared norms are treated as zero
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    """A quadratic assignment problem: the overlap of genome A with genome B whose units are moved by Q and S.

    odd, even [H, H]: the terms that are linear in Q and in S. odd_gates, even_gates: the recurrent weights [G, H, H] of
    A and of B, of the gates that change sign with a unit and of those that do not.
    """

    odd: Matrix
    even: Matrix
    odd_gates: tuple[Matrix, Matrix]
    even_gates: tuple[Matrix, Matrix]

    def gradient(self, q: Matrix, s: Matrix) -> tuple[Matrix, Matrix]:
        """The derivatives of the overlap by the entries of q and of s, [H, H] each."""
        (a, b), (c, d) = self.odd_gates, self.even_gates
        by_q = self.odd + (a @ q @ b.mT + a.mT @ q @ b).sum(axis=0) + (c.mT @ s @ d).sum(axis=0)
        by_s = self.even + (c @ q @ d.mT).sum(axis=0)
        return by_q, by_s

    def curvature(self, q: Matrix, s: Matrix) -> float:
        """The terms of the overlap that are quadratic in q and s."""
        (a, b), (c, d) = self.odd_gates, self.even_gates
        return float((a * (q @ b @ q.T)).sum() + (c * (s @ d @ q.T)).sum())


def align(a: NDArray[Any], b: NDArray[Any], layout: Layout, *, starts: int = 64, seed: int = 0) -> Symmetry:
    """The symmetry that brings genome `b` [P] nearest to genome `a` [P]: `twin(b, layout, align(a, b, layout))`.

    The first start treats all units alike; the others are random. The twin is at least as near as `b` itself.
    """
    a, b = (np.asarray(genome, np.float64) for genome in (a, b))
    least = NEGLIGIBLE * float(a @ a + b @ b)
    best, most = Symmetry(np.arange(layout.hidden), np.ones(layout.hidden, np.int8)), float(a @ b)
    for start in range(starts):
        symmetry = _swapped(a, b, layout, _relaxed(_problem(a, b, layout), layout, seed, start, least), least)
        overlap = float(a @ twin(b, layout, symmetry))
        if overlap > most + least:
            best, most = symmetry, overlap
    return best


def nearest_twin(a: NDArray[Any], b: NDArray[Any], layout: Layout, *, starts: int = 64, seed: int = 0) -> NDArray[Any]:
    """The twin of genome `b` [P] that is nearest to genome `a` [P], as far as the search finds it."""
    return twin(b, layout, align(a, b, layout, starts=starts, seed=seed))


def _problem(a: Matrix, b: Matrix, layout: Layout) -> _Problem:
    """The assignment problem of genomes a and b [P]."""
    units = slice(1, 1 + layout.hidden)
    gates: dict[str, tuple[Matrix, Matrix]] = {}
    one, other = layout.split(a), layout.split(b)
    linear = {"odd": np.zeros((layout.hidden, layout.hidden)), "even": np.zeros((layout.hidden, layout.hidden))}
    linear["odd"] += one["output"][:, units].T @ other["output"][:, units]
    for kind in linear:
        names = [name for name in one if name != "output" and (name in ODD) == (kind == "odd")]
        for name in names:  # the parts of a row that are not recurrent: bias and inputs
            linear[kind] += np.delete(one[name], units, axis=1) @ np.delete(other[name], units, axis=1).T
        shape = (len(names), layout.hidden, layout.hidden)
        of_a, of_b = (np.array([part[name][:, units] for name in names]).reshape(shape) for part in (one, other))
        gates[kind] = of_a, of_b
    return _Problem(linear["odd"], linear["even"], gates["odd"], gates["even"])


def _relaxed(problem: _Problem, layout: Layout, seed: int, start: int, least: float) -> Symmetry:
    """The Frank-Wolfe ascent over signed doubly stochastic matrices, rounded to the nearest symmetry."""
    size = layout.hidden
    q, s = np.zeros((size, size)), np.full((size, size), 1 / size)
    if start:
        random_q, random_s = _matrices(draw(layout, seed, start))
        q, s = (q + random_q) / 2, (s + random_s) / 2
    for _ in range(STEPS):
        by_q, by_s = problem.gradient(q, s)
        to_q, to_s = _matrices(_assigned(by_q, by_s))
        dq, ds = to_q - q, to_s - s
        slope, curvature = float((by_q * dq).sum() + (by_s * ds).sum()), problem.curvature(dq, ds)
        if slope <= least:
            break
        share = 1.0 if slope + 2 * curvature >= 0 else -slope / (2 * curvature)
        q, s = q + share * dq, s + share * ds
    return _assigned(q, s)


def _assigned(by_q: Matrix, by_s: Matrix) -> Symmetry:
    """The symmetry with the largest sum of gains; by_q [H, H] counts with the sign of a unit, by_s [H, H] without."""
    from scipy.optimize import linear_sum_assignment

    rows, order = linear_sum_assignment(np.abs(by_q) + by_s, maximize=True)
    return Symmetry(order, np.where(by_q[rows, order] < 0, -1, 1))


def _swapped(a: Matrix, b: Matrix, layout: Layout, symmetry: Symmetry, least: float) -> Symmetry:
    """The symmetry after swaps of pairs of units and flips of their signs, the best first, until none gains overlap."""
    one, other = np.triu_indices(layout.hidden, 1)
    while True:
        problem = _problem(a, twin(b, layout, symmetry), layout)
        by_q, by_s = problem.gradient(np.eye(layout.hidden), np.eye(layout.hidden))
        gains = np.array([_gain(problem, by_q, by_s, one, other, change) for change in _CHANGES])
        change, pair = np.unravel_index(gains.argmax(), gains.shape)
        if gains[change, pair] <= least:
            return symmetry
        i, k = one[pair], other[pair]
        order, signs = symmetry.permutation.copy(), symmetry.signs.copy()
        block = _CHANGES[change]
        source = np.array([i, k])[np.abs(block).argmax(axis=1)]
        order[[i, k]], signs[[i, k]] = order[source], signs[source] * block.sum(axis=1)
        symmetry = Symmetry(order, signs)


# the changes of two units: both keep their places or they swap, and each may change its sign
_CHANGES = [
    np.diag(signs) @ np.eye(2)[list(order)]
    for order in ((0, 1), (1, 0))
    for signs in itertools.product((1, -1), repeat=2)
    if (order, signs) != ((0, 1), (1, 1))
]


def _gain(problem: _Problem, by_q: Matrix, by_s: Matrix, one: Any, other: Any, change: Matrix) -> Matrix:
    """The exact gain in overlap if pairs of units (one, other) [N] are changed by a matrix [2, 2]."""
    rows = np.stack([one, other])[:, None], np.stack([one, other])[None, :]
    dq, ds = change - np.eye(2), np.abs(change) - np.eye(2)
    gain = np.einsum("ijn,ij->n", by_q[rows], dq) + np.einsum("ijn,ij->n", by_s[rows], ds)
    for (a, b), left in ((problem.odd_gates, dq), (problem.even_gates, ds)):
        for of_a, of_b in zip(a, b, strict=True):
            gain += np.einsum("ikn,ia,abn,kb->n", of_a[rows], left, of_b[rows], dq, optimize=True)
    return np.asarray(gain)


def _matrices(symmetry: Symmetry) -> tuple[Matrix, Matrix]:
    """The permutation matrices [H, H] of a symmetry, with signs and without."""
    q, s = np.zeros((2, symmetry.signs.size, symmetry.signs.size))
    rows = np.arange(symmetry.signs.size)
    q[rows, symmetry.permutation], s[rows, symmetry.permutation] = symmetry.signs, 1
    return q, s
