"""The dense Hessian of planted losses, and of a network's loss, is the known one; its spectrum has the known values."""

from typing import get_args

import numpy as np
import pytest

from agents.errors import UserError
from agents.layout import Cell, Layout, initial
from sim.landscape.curvature import hessian
from sim.landscape.dense_hessian import MOST, dense_hessian, spectrum

VALUES = np.array([-3.0, -0.5, 0.0, 1.0, 2.0, 7.0])
TURN, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((6, 6)))
MATRIX = TURN @ np.diag(VALUES) @ TURN.T


def quadratic(w):
    import torch

    return w @ torch.from_numpy(MATRIX) @ w / 2 + 3 * w.sum() + 1


@pytest.mark.parametrize("seed", range(3))
def test_a_quadratic_has_its_matrix_everywhere(seed):
    weights = np.random.default_rng(seed).standard_normal(6)
    np.testing.assert_allclose(dense_hessian(quadratic, weights), MATRIX, atol=1e-12)


def test_a_quartic_has_its_second_derivatives():
    """Of w0^4 + w0 w1^2 they are 12 w0^2, 2 w1 and 2 w0."""
    found = dense_hessian(lambda w: w[0] ** 4 + w[0] * w[1] ** 2, np.array([2.0, 3.0]))
    np.testing.assert_allclose(found, [[48, 6], [6, 4]], rtol=1e-14)


def test_a_linear_loss_has_none():
    assert not dense_hessian(lambda w: 3 * w.sum(), np.ones(5)).any()


@pytest.mark.parametrize("cell", get_args(Cell))
def test_a_network_has_that_of_torch_and_of_products(cell):
    import torch

    from agents.network.module import split, unroll

    layout, rng = Layout(cell, 3, 2, 2), np.random.default_rng(0)
    senses = torch.tensor(rng.standard_normal((4, 3, layout.inputs)))
    weights = initial(layout, 1, np.random.default_rng(1))[0].astype(np.float64)

    def loss(w):
        return (unroll(layout, split(layout, w), senses) ** 2).mean()

    found = dense_hessian(loss, weights)
    assert np.array_equal(found, found.T)
    np.testing.assert_allclose(
        found, torch.autograd.functional.hessian(loss, torch.tensor(weights)).numpy(), atol=1e-12
    )
    vector = rng.standard_normal(layout.size)
    np.testing.assert_allclose(found @ vector, hessian(loss, weights)(vector), atol=1e-12)


def test_more_threads_change_no_bit():
    import torch

    weights, before = np.linspace(-1, 1, 6), torch.get_num_threads()
    found = []
    for threads in (1, 3):
        torch.set_num_threads(threads)
        found.append(dense_hessian(lambda w: (quadratic(w) * w.exp()).sum(), weights).tobytes())
        assert torch.get_num_threads() == threads
    torch.set_num_threads(before)
    assert found[0] == found[1]


def test_too_many_weights_are_refused():
    with pytest.raises(UserError, match=f"at most {MOST} weights, got {MOST + 1}; measure loss_curvature"):
        dense_hessian(quadratic, np.zeros(MOST + 1))


def test_a_spectrum_has_the_planted_values():
    found = spectrum(MATRIX)
    np.testing.assert_allclose(found.values, VALUES, atol=1e-13)
    np.testing.assert_allclose(found.vectors @ np.diag(found.values) @ found.vectors.T, MATRIX, atol=1e-13)
    assert found.tolerance == pytest.approx(7e-9)
    assert found.share_below_zero == pytest.approx(2 / 6)


def test_rounding_does_not_count_as_below_zero():
    values = np.array([-1e-8, -1e-10, 1.0, 4.0])
    assert spectrum(np.diag(values)).share_below_zero == 0.25


def test_powers_are_those_of_the_magnitudes():
    found = spectrum(MATRIX)
    np.testing.assert_allclose(
        found.power(-0.5, 2.0), TURN @ np.diag((np.abs(VALUES) + 2) ** -0.5) @ TURN.T, atol=1e-13
    )
    np.testing.assert_allclose(found.power(2, 0), MATRIX @ MATRIX, atol=1e-12)
