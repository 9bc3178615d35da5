"""The cells in torch compute what the plain network does, and their gradients are right."""

import numpy as np
import pytest
import torch

from agents.layout import Layout, initial
from agents.network.cells import CELLS, PlainNetwork
from agents.network.module import split, unroll
from agents.randomness import generator


def _case(cell, dtype=np.float64, hidden=6):
    layout = Layout(cell, hidden, 5, 4)
    rng = generator(3, "test/module")
    genome = (2 * initial(layout, 1, rng)[0] + 0.1 * rng.standard_normal(layout.size)).astype(dtype)
    return layout, genome, rng.integers(0, 2, (30, 7, 5)).astype(dtype)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("dtype", "close"), [(np.float32, 2e-5), (np.float64, 1e-13)])
def test_outputs_equal_those_of_the_plain_network(cell, dtype, close):
    layout, genome, senses = _case(cell, dtype)
    found = unroll(layout, split(layout, torch.tensor(genome)), torch.tensor(senses)).numpy()
    for agent in range(senses.shape[1]):
        network = PlainNetwork(layout, genome)
        wanted = np.stack([network.forward(step) for step in senses[:, agent]])
        np.testing.assert_allclose(found[:, agent], wanted, atol=close)
    assert np.ptp(found) > 0.1


@pytest.mark.parametrize("cell", CELLS)
def test_gradients_equal_finite_differences(cell):
    layout, genome, senses = _case(cell, hidden=2)
    senses = torch.tensor(senses[:6, :2])
    point = torch.tensor(genome, requires_grad=True)
    assert torch.autograd.gradcheck(lambda g: unroll(layout, split(layout, g), senses).square().sum(), point)
