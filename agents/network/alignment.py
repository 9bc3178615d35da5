"""Alignment: of all twins of one network, the one whose weights lie nearest to another's.

H hidden units, G gates, P weights. As a unit's place stands on both sides of the recurrent weights, this is a quadratic
assignment, here with signs: maximise <A, Q B Q'> summed over all blocks, where Q is a permutation matrix with signs and
S = |Q| takes its place on the rows of gates that keep their sign. The search is that of Frank and Wolfe on the relaxed
problem (Vogelstein et al. 2015), from several starts, and each ends with swaps of pairs until none is better. The
problem is NP-hard: what was planted is found, but of unrelated networks no more than a good alignment.
"""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.layout import Layout
from agents.network.symmetry import ODD, Symmetry, draw, twin

STEPS = 60  # of Frank and Wolfe's; most end after ten
SETTLED = 1e-9  # a gain, as a share of the two networks' squared norms, that is none
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    """Overlaps [H, H] that are linear in Q and in S, and the recurrent weights [G, H, H] of odd and even gates."""

    odd: Matrix
    even: Matrix
    odd_gates: tuple[Matrix, Matrix]
    even_gates: tuple[Matrix, Matrix]

    def gradient(self, q: Matrix, s: Matrix) -> tuple[Matrix, Matrix]:
        """How the overlap of A with B, moved by q and s [H, H], grows with each of their entries."""
        (a, b), (c, d) = self.odd_gates, self.even_gates
        by_q = self.odd + (a @ q @ b.mT + a.mT @ q @ b).sum(axis=0) + (c.mT @ s @ d).sum(axis=0)
        by_s = self.even + (c @ q @ d.mT).sum(axis=0)
        return by_q, by_s

    def bend(self, q: Matrix, s: Matrix) -> float:
        """The part of the overlap that is quadratic in q and s."""
        (a, b), (c, d) = self.odd_gates, self.even_gates
        return float((a * (q @ b @ q.T)).sum() + (c * (s @ d @ q.T)).sum())


def align(a: NDArray[Any], b: NDArray[Any], layout: Layout, *, starts: int = 64, seed: int = 0) -> Symmetry:
    """The symmetry whose twin of genome `b` [P] lies nearest to genome `a` [P]: `twin(b, layout, align(a, b, layout))`.

    The first start knows no unit from another, the others are random. The result is at least as near as `b` itself.
    """
    a, b = (np.asarray(genome, np.float64) for genome in (a, b))
    least = SETTLED * float(a @ a + b @ b)
    best, most = Symmetry(np.arange(layout.hidden), np.ones(layout.hidden, np.int8)), float(a @ b)
    for start in range(starts):
        found = _swapped(a, b, layout, _relaxed(_problem(a, b, layout), layout, seed, start, least), least)
        overlap = float(a @ twin(b, layout, found))
        if overlap > most + least:
            best, most = found, overlap
    return best


def _problem(a: Matrix, b: Matrix, layout: Layout) -> _Problem:
    units = slice(1, 1 + layout.hidden)
    gates: dict[str, tuple[Matrix, Matrix]] = {}
    one, other = layout.split(a), layout.split(b)
    linear = {"odd": np.zeros((layout.hidden, layout.hidden)), "even": np.zeros((layout.hidden, layout.hidden))}
    linear["odd"] += one["output"][:, units].T @ other["output"][:, units]
    for kind in linear:
        names = [name for name in one if name != "output" and (name in ODD) == (kind == "odd")]
        for name in names:  # all of a row that is not recurrent: bias and inputs
            linear[kind] += np.delete(one[name], units, axis=1) @ np.delete(other[name], units, axis=1).T
        shape = (len(names), layout.hidden, layout.hidden)
        of_a, of_b = (np.array([part[name][:, units] for name in names]).reshape(shape) for part in (one, other))
        gates[kind] = of_a, of_b
    return _Problem(linear["odd"], linear["even"], gates["odd"], gates["even"])


def _relaxed(problem: _Problem, layout: Layout, seed: int, start: int, least: float) -> Symmetry:
    """Frank and Wolfe's ascent over signed doubly stochastic matrices, rounded to the nearest symmetry."""
    size = layout.hidden
    q, s = np.zeros((size, size)), np.full((size, size), 1 / size)
    if start:
        random_q, random_s = _matrices(draw(layout, seed, start))
        q, s = (q + random_q) / 2, (s + random_s) / 2
    for _ in range(STEPS):
        by_q, by_s = problem.gradient(q, s)
        to_q, to_s = _matrices(_assigned(by_q, by_s))
        dq, ds = to_q - q, to_s - s
        slope, bend = float((by_q * dq).sum() + (by_s * ds).sum()), problem.bend(dq, ds)
        if slope <= least:
            break
        share = 1.0 if slope + 2 * bend >= 0 else -slope / (2 * bend)
        q, s = q + share * dq, s + share * ds
    return _assigned(q, s)


def _assigned(by_q: Matrix, by_s: Matrix) -> Symmetry:
    """The symmetry with the largest sum of gains, by_q [H, H] for a signed place and by_s [H, H] for a place."""
    from scipy.optimize import linear_sum_assignment

    rows, order = linear_sum_assignment(np.abs(by_q) + by_s, maximize=True)
    return Symmetry(order, np.where(by_q[rows, order] < 0, -1, 1))


def _swapped(a: Matrix, b: Matrix, layout: Layout, symmetry: Symmetry, least: float) -> Symmetry:
    """Swap the units of the best pair, or flip their signs, while the overlap grows."""
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


# what two units can become: each keeps its place or they swap, and each may change its sign
_CHANGES = [
    np.diag(signs) @ np.eye(2)[list(order)]
    for order in ((0, 1), (1, 0))
    for signs in itertools.product((1, -1), repeat=2)
    if (order, signs) != ((0, 1), (1, 1))
]


def _gain(problem: _Problem, by_q: Matrix, by_s: Matrix, one: Any, other: Any, change: Matrix) -> Matrix:
    """What the overlap gains if pairs of units (one, other) [N] undergo a change [2, 2], exactly."""
    rows = np.stack([one, other])[:, None], np.stack([one, other])[None, :]
    dq, ds = change - np.eye(2), np.abs(change) - np.eye(2)
    gain = np.einsum("ijn,ij->n", by_q[rows], dq) + np.einsum("ijn,ij->n", by_s[rows], ds)
    for (a, b), left in ((problem.odd_gates, dq), (problem.even_gates, ds)):
        for of_a, of_b in zip(a, b, strict=True):
            gain += np.einsum("ikn,ia,abn,kb->n", of_a[rows], left, of_b[rows], dq, optimize=True)
    return np.asarray(gain)


def _matrices(symmetry: Symmetry) -> tuple[Matrix, Matrix]:
    """The signed and the plain permutation matrix [H, H] of a symmetry."""
    q, s = np.zeros((2, symmetry.signs.size, symmetry.signs.size))
    rows = np.arange(symmetry.signs.size)
    q[rows, symmetry.permutation], s[rows, symmetry.permutation] = symmetry.signs, 1
    return q, s
