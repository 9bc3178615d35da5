"""Ascents find the known maxima of planted losses, stay within their bounds, and are the same for twins."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.layout import Layout, initial
from agents.network import symmetry
from sim.imitation.teacher import demonstrate
from sim.landscape.ascent import Bounds, largest_rise, random_changes, relative_bounds
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World

BOUNDS = Bounds(np.array([0.5, 2.0, 0.0]), np.array([0, 2, 5]), 6)  # rows of 2, 3 and 1 weights
NONE = np.zeros((1, 6))
changes = st.integers(0, 999).map(lambda seed: np.random.default_rng(seed).standard_normal((4, 6)) * 2)


def linear(slope):
    return lambda weights: (weights @ slope, np.broadcast_to(slope, weights.shape))


def quadratic(matrix):
    return lambda weights: (np.einsum("ki,ij,kj->k", weights, matrix, weights) / 2, weights @ matrix)


@given(changes)
def test_changes_within_the_bounds_stay_and_others_are_shortened(values):
    norms, within = BOUNDS.norms(values), BOUNDS.within(values)
    np.testing.assert_allclose(BOUNDS.norms(within), np.minimum(norms, BOUNDS.radii), atol=1e-12)
    assert np.array_equal(within[:, :2], values[:, :2]) == bool((norms[:, 0] <= 0.5).all())
    np.testing.assert_allclose(BOUNDS.norms(BOUNDS.onto(values, 0.5)), np.tile(BOUNDS.radii / 2, (4, 1)), atol=1e-12)
    assert not BOUNDS.onto(np.zeros((4, 6))).any()


@given(st.integers(0, 999))
def test_the_maximum_of_a_linear_loss_is_the_sum_of_radii_times_slopes(seed):
    rng = np.random.default_rng(seed)
    slope, genome = rng.standard_normal(6), rng.standard_normal(6)
    _, found = largest_rise(linear(slope), genome, BOUNDS, NONE, steps=1)
    exact = 0.5 * np.linalg.norm(slope[:2]) + 2 * np.linalg.norm(slope[2:5])
    assert found[0] - genome @ slope == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_the_maximum_of_a_quadratic_in_one_row_is_its_top_eigenvalue(seed):
    """Of w' H w / 2 within the radius r it is r^2 times half the largest eigenvalue, or 0 if that is below 0."""
    matrix = np.random.default_rng(seed).standard_normal((5, 5))
    bounds = Bounds(np.array([0.7]), np.array([0]), 5)
    for turned in (matrix + matrix.T, -matrix @ matrix.T):
        starts = np.concatenate([np.zeros((1, 5)), random_changes(bounds, 7, seed)])
        where, found = largest_rise(quadratic(turned), np.zeros(5), bounds, starts, steps=300)
        exact = 0.7**2 / 2 * max(0.0, np.linalg.eigvalsh(turned)[-1])
        assert found.max() == pytest.approx(exact, rel=0.01, abs=1e-12)
        assert found.max() <= exact * (1 + 1e-9)
        assert quadratic(turned)(where)[0] == pytest.approx(found)


def test_a_maximum_within_the_bounds_is_found():
    """-(w - c)^2 is largest at c."""
    centre = np.array([0.1, -0.2, 1.0, 0.5, -0.5, 0.0])
    where, found = largest_rise(
        lambda w: (-((w - centre) ** 2).sum(1), -2 * (w - centre)), np.zeros(6), BOUNDS, NONE, steps=100
    )
    assert where[0] == pytest.approx(centre, abs=0.05)
    assert found[0] == pytest.approx(0, abs=0.005)


def test_the_best_point_that_was_met_counts_and_not_the_last_one():
    """A first step from near the maximum of -w^2 leads to the bound on the other side."""
    near = np.eye(6)[:1] * 0.01
    where, found = largest_rise(lambda w: (-(w**2).sum(1), -2 * w), np.zeros(6), BOUNDS, near, steps=1)
    assert (where[0, 0], found[0]) == (0.01, -0.0001)


def test_losses_that_are_no_numbers_do_not_count():
    def cliff(weights):
        losses = np.where(weights[:, 2] > 1, np.nan, weights[:, 2])
        return losses, np.broadcast_to(np.array([0.0, 0, 1, 0, 0, 0]), weights.shape)

    where, found = largest_rise(cliff, np.zeros(6), BOUNDS, NONE + np.eye(6)[2] * 0.4, steps=5)
    assert (found[0], where[0, 2]) == (0.4, 0.4)


def test_bounds_are_relative_to_the_rows_of_a_layout():
    layout = Layout(hidden=3)
    genome = initial(layout, 1, np.random.default_rng(7))[0].astype(np.float64)
    bounds = relative_bounds(genome, layout, 0.1)
    assert bounds.radii == pytest.approx([0.1 * np.linalg.norm(genome[row]) for row in layout.rows()])
    np.testing.assert_allclose(bounds.norms(random_changes(bounds, 3, 0)), np.tile(bounds.radii, (3, 1)))
    assert relative_bounds(genome, None, 0.1).radii == pytest.approx([0.1 * np.linalg.norm(genome)])
    assert (random_changes(bounds, 3, 0) != random_changes(bounds, 3, 0, 1)).all()


@pytest.mark.parametrize("cell", ["elman", "gru", "lstm"])
def test_twins_have_the_same_rise(cell):
    """A symmetry only permutes and flips the weights within rows, and permutes the rows."""
    from sim.imitation.gradient import cross_entropy
    from sim.landscape.gradients import gradients

    taught = demonstrate(carve(MazeConfig(5), 2, seed=0, split="train"), World(MazeConfig(5), lifetime=10))
    layout = Layout(cell, 4, taught.senses.shape[-1])
    function = gradients(cross_entropy(layout, taught))
    genome = 2 * initial(layout, 1, np.random.default_rng(1))[0]
    twin = symmetry.twin(genome, layout, symmetry.draw(layout, 3))
    assert (twin != genome).any()
    found = []
    for each in (genome, twin):
        weights = each.astype(np.float64)
        bounds = relative_bounds(weights, layout, 0.1)
        found.append(largest_rise(function, weights, bounds, np.zeros((1, layout.size)), steps=10)[1][0])
    assert found[0] == pytest.approx(found[1], rel=1e-9)
    assert found[0] > function(genome[None])[0][0] + 0.01
