"""Top eigenvalues and traces, against explicit matrices."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UserError
from agents.layout import Cell, Layout, initial
from sim.landscape.curvature import hessian, mean, top_eigenvalue, trace


def symmetric(seed, size):
    matrix = np.random.default_rng(seed).standard_normal((size, size))
    return matrix + matrix.T


def network_loss(layout, kind):
    """The mean square of a network's outputs from targets along a few sequences; a function of its weights."""
    import torch

    from agents.network.module import split, unroll

    rng = np.random.default_rng(0)
    senses = torch.tensor(rng.standard_normal((4, 3, layout.inputs)).astype(kind))
    targets = torch.tensor(rng.standard_normal((4, 3, layout.outputs)).astype(kind))
    return lambda weights: ((unroll(layout, split(layout, weights), senses) - targets) ** 2).mean()


@pytest.mark.parametrize("cell", get_args(Cell))
def test_top_eigenvalue_and_trace_of_a_tiny_network_are_those_of_its_dense_hessian(cell):
    import torch

    layout = Layout(cell, 2, 2, 2)
    weights = initial(layout, 1, np.random.default_rng(1))[0].astype(np.float64)
    loss = network_loss(layout, np.float64)
    dense = torch.autograd.functional.hessian(loss, torch.tensor(weights)).numpy()
    product = hessian(loss, weights)
    v = np.random.default_rng(2).standard_normal(layout.size)
    np.testing.assert_allclose(product(v), dense @ v, atol=1e-10)
    values = np.linalg.eigvalsh(dense)
    top = top_eigenvalue(product, layout.size)
    assert top.value == pytest.approx(values[np.abs(values).argmax()], rel=1e-6)
    assert top.settled
    assert top.products <= 100
    found = trace(product, layout.size, probes=400)
    assert abs(found.value - np.trace(dense)) < 4 * found.error
    assert found.error < 0.2 * np.abs(values).sum()


def test_float32_weights_are_differentiated_in_float32():
    layout = Layout("elman", 3)
    weights = initial(layout, 1, np.random.default_rng(1))[0]
    v = np.random.default_rng(2).standard_normal(layout.size)
    exact = hessian(network_loss(layout, np.float64), weights.astype(np.float64))(v)
    found = hessian(network_loss(layout, np.float32), weights)(v)
    np.testing.assert_allclose(found, exact, atol=1e-5)
    assert (found != exact).any()


def test_a_linear_loss_has_no_curvature():
    product = hessian(lambda weights: weights.sum() * 3, np.ones(5))
    assert not product(np.ones(5)).any()
    found = top_eigenvalue(product, 5)
    assert (found.value, found.residual, found.settled, found.products) == (0, 0, True, 1)


def test_the_top_eigenvalue_of_a_small_hessian_is_the_one_found_by_hand():
    """Half x' [[2, 1], [1, 2]] x + z^2 / 2 - 2 w^2 has the eigenvalues 3, 1, 1 and -4."""

    def loss(g):
        return g[0] ** 2 + g[0] * g[1] + g[1] ** 2 + g[2] ** 2 / 2 - 2 * g[3] ** 2

    found = top_eigenvalue(hessian(loss, np.array([0.3, -1.0, 2.0, 0.5])), 4)
    assert found.value == pytest.approx(-4, rel=1e-12)
    np.testing.assert_allclose(np.abs(found.vector), [0, 0, 0, 1], atol=1e-6)


@given(st.integers(0, 999), st.integers(1, 60), st.integers(1, 40))
def test_an_eigenvalue_lies_within_the_residual_and_few_enough_products_are_taken(seed, size, most):
    matrix, products = symmetric(seed, size), []

    def product(v):
        products.append(matrix @ v)
        return products[-1]

    found = top_eigenvalue(product, size, seed=seed, most=most)
    assert found.products == len(products) <= most
    assert np.linalg.norm(found.vector) == pytest.approx(1)
    nearest = np.abs(np.linalg.eigvalsh(matrix) - found.value).min()
    assert nearest <= found.residual * abs(found.value) + 1e-9
    assert found.settled == (found.residual <= 1e-3)


def test_the_same_seed_finds_the_same_bits():
    matrix = symmetric(3, 50)
    found = [top_eigenvalue(lambda v: matrix @ v, 50, seed=7) for _ in range(2)]
    assert found[0].value == found[1].value
    assert found[0].vector.tobytes() == found[1].vector.tobytes()


@pytest.mark.parametrize("rank", [1, 2, 5, 25])
def test_a_matrix_of_low_rank_has_a_top_eigenvalue(rank):
    factors = np.random.default_rng(rank).standard_normal((rank, 50))
    found = top_eigenvalue(lambda v: factors.T @ (factors @ v), 50)
    assert found.settled
    assert found.value == pytest.approx(np.linalg.norm(factors, 2) ** 2, rel=1e-6)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_eigenvalue_of_largest_magnitude_keeps_its_sign(sign):
    basis = np.linalg.qr(symmetric(0, 30))[0]
    values = sign * np.array([10, -8, *np.linspace(-5, 5, 28)])
    matrix = basis * values @ basis.T
    found = top_eigenvalue(lambda v: matrix @ v, 30, tolerance=1e-9, most=400)
    assert found.value == pytest.approx(sign * 10, rel=1e-12)
    assert abs(found.vector @ basis[:, 0]) == pytest.approx(1)
    assert top_eigenvalue(lambda v: matrix @ v, 30, tolerance=0, most=7).products == 7


def test_a_trace_of_a_diagonal_is_exact_and_the_error_matches_the_spread_of_repetitions():
    found = trace(lambda v: np.array([1.0, 2, 4]) * v, 3, probes=3)
    assert (found.value, found.error) == (7, 0)
    matrix = symmetric(1, 8)
    runs = [trace(lambda v: matrix @ v, 8, probes=50, seed=seed) for seed in range(200)]
    scores = np.array([(run.value - np.trace(matrix)) / run.error for run in runs])
    assert scores.std() == pytest.approx(1, abs=0.2)
    assert abs(scores.mean()) < 0.3


def test_a_mean_has_the_standard_error():
    found = mean(np.array([1.0, 3, 5, 7]))
    assert (found.value, found.error) == (4, pytest.approx(np.sqrt(20 / 3) / 2))


def test_a_trace_of_one_probe_is_refused():
    with pytest.raises(UserError, match="probes must be 2 or more, got 1"):
        trace(lambda v: v, 3, probes=1)


SPECTRA = {
    "second 0.8": [1, 0.8, *np.geomspace(0.5, 1e-6, 98)],
    "second -0.9": [1, -0.9, *np.geomspace(0.5, 1e-6, 98)],
    "second -0.99": [1, -0.99, *-np.geomspace(0.5, 1e-6, 98)],
    "a wide bulk": [1, *np.linspace(-0.8, 0.8, 99)],
}


@pytest.mark.parametrize("values", SPECTRA.values(), ids=SPECTRA)
def test_no_start_finds_another_eigenvalue_than_the_top_one(values):
    """Power iteration that stops when its value changes little was off by over 10 % for some starts of each."""
    basis = np.linalg.qr(symmetric(0, 100))[0]
    matrix = basis * np.array(values) @ basis.T
    found = [top_eigenvalue(lambda v: matrix @ v, 100, seed=seed) for seed in range(200)]
    assert max(abs(each.value - 1) for each in found) < 1e-3
    assert all(each.settled for each in found)


def test_an_eigenvalue_that_did_not_settle_says_so():
    found = top_eigenvalue(lambda v: np.linspace(0.9, 1, 200) * v, 200, tolerance=1e-9, most=6)
    assert found.note == f"6 products, residual {found.residual:.2g}, not converged"


def test_traces_of_two_runs_have_errors_of_their_own():
    """With the same vectors, all runs of one Hessian would have the same error, which no interval over runs shows."""
    matrix = symmetric(5, 30)
    found = [trace(lambda v: matrix @ v, 30, probes=20, seed=1, of=run) for run in range(60)]
    values = np.array([each.value for each in found])
    assert len(set(values)) == 60
    assert values.std() == pytest.approx(np.mean([each.error for each in found]), rel=0.3)
    again = trace(lambda v: matrix @ v, 30, probes=20, seed=1, of=3)
    assert again.value == found[3].value
