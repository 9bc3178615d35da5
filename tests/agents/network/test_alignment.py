"""Alignment finds a planted symmetry, and for a few units the best of all symmetries."""

import itertools
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.layout import Cell, Layout, initial
from agents.network.alignment import align
from agents.network.symmetry import Symmetry, draw, twin

CELLS = get_args(Cell)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("hidden", [2, 3, 7, 12, 16])
def test_a_planted_symmetry_is_recovered_exactly(cell, hidden):
    layout = Layout(cell, hidden)
    for seed in range(4):
        genome = initial(layout, 1, np.random.default_rng(seed))[0]
        planted = draw(layout, seed)
        found = align(genome, twin(genome, layout, planted), layout, starts=4)
        np.testing.assert_array_equal(found.permutation, planted.inverse.permutation)
        np.testing.assert_array_equal(found.signs, planted.inverse.signs)


def test_recurrent_weights_alone_identify_the_units():
    layout = Layout("elman", 16)
    genome = initial(layout, 1, np.random.default_rng(0))[0]
    blocks = layout.split(genome)
    blocks["hidden"][:, 0] = blocks["hidden"][:, 17:] = 0
    blocks["output"][...] = 0
    planted = draw(layout, 5)
    other = twin(genome, layout, planted)
    found = twin(other, layout, align(genome, other, layout, starts=64))
    # without inputs and outputs, all signs can be changed at once, so the twins are compared and not the symmetries
    np.testing.assert_array_equal(found, genome)


def test_a_planted_symmetry_is_recovered_under_noise():
    layout = Layout("elman", 16)
    rng = np.random.default_rng(0)
    genome = initial(layout, 1, rng)[0]
    planted = draw(layout, 0)
    noisy = twin(genome, layout, planted) + 0.3 * genome.std() * rng.standard_normal(layout.size)
    found = align(genome, noisy, layout)
    np.testing.assert_array_equal(found.permutation, planted.inverse.permutation)
    np.testing.assert_array_equal(found.signs, planted.inverse.signs)


@pytest.mark.parametrize(("cell", "hidden"), [("elman", 2), ("elman", 4), ("gru", 3), ("lstm", 3)])
def test_unrelated_networks_are_aligned_as_well_as_by_exhaustive_search(cell, hidden):
    layout = Layout(cell, hidden)
    orders = [np.array(order) for order in itertools.permutations(range(hidden))]
    signs = [np.array(choice) for choice in itertools.product((1, -1), repeat=hidden)]
    for seed in range(3):
        a, b = initial(layout, 2, np.random.default_rng(seed)).astype(np.float64)
        twins = np.stack([twin(b, layout, Symmetry(*choice)) for choice in itertools.product(orders, signs)])
        assert a @ twin(b, layout, align(a, b, layout)) == pytest.approx((twins @ a).max(), rel=1e-12)


def test_six_unrelated_units_are_aligned_as_well_as_by_exhaustive_search():
    layout = Layout("elman", 6)
    signs = np.array(list(itertools.product((1, -1), repeat=6)))
    for seed in range(3):
        a, b = initial(layout, 2, np.random.default_rng(10 + seed)).astype(np.float64)
        (w, v), (x, y) = ((blocks["hidden"], blocks["output"][:, 1:]) for blocks in map(layout.split, (a, b)))
        most = -np.inf
        for order in itertools.permutations(range(6)):
            p = np.eye(6)[list(order)]
            linear = (w[:, 7:] * (p @ x[:, 7:])).sum(axis=1) + (v * (y @ p.T)).sum(axis=0)
            both = w[:, 1:7] * (p @ x[:, 1:7] @ p.T)
            most = max(most, (signs @ linear + ((signs @ both) * signs).sum(axis=1)).max())
        assert a @ twin(b, layout, align(a, b, layout)) == pytest.approx(most, rel=1e-12)


@settings(max_examples=20)
@given(st.sampled_from(CELLS), st.integers(2, 9), st.integers(0, 99))
def test_alignment_never_increases_the_distance_and_is_deterministic(cell, hidden, seed):
    layout = Layout(cell, hidden)
    a, b = initial(layout, 2, np.random.default_rng(seed))
    found = align(a, b, layout, starts=2, seed=seed)
    near = twin(b, layout, found)
    assert np.linalg.norm(a - near) <= np.linalg.norm(a - b) * (1 + 1e-6)
    again = align(a, b, layout, starts=2, seed=seed)
    assert (again.permutation.tolist(), again.signs.tolist()) == (found.permutation.tolist(), found.signs.tolist())
    more = twin(b, layout, align(a, b, layout, starts=6, seed=seed))
    assert np.linalg.norm(a - more) <= np.linalg.norm(a - near) * (1 + 1e-6)


def test_no_swap_or_flip_brings_the_result_nearer():
    layout = Layout("lstm", 7)
    a, b = initial(layout, 2, np.random.default_rng(0)).astype(np.float64)
    near = twin(b, layout, align(a, b, layout, starts=1))
    for i, k in itertools.combinations(range(7), 2):
        for s, t in itertools.product((1, -1), repeat=2):
            for swap in (False, True):
                order, signs = np.arange(7), np.ones(7, np.int8)
                order[[i, k]] = (k, i) if swap else (i, k)
                signs[[i, k]] = s, t
                assert a @ twin(near, layout, Symmetry(order, signs)) <= a @ near + 1e-6
