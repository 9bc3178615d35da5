"""The fast recurrence has the values and the gradients of the plain one."""

import numpy as np
import pytest
import torch

from agents.layout import Layout, initial
from agents.network import module
from agents.network.cells import CELLS
from agents.network.module import split
from agents.network.recurrence import Elman, unroll
from agents.randomness import generator


def _case(cell, dtype, steps=20):
    layout, rng = Layout(cell, 5, 6, 4), generator(7, "test/recurrence")
    genome = (2 * initial(layout, 1, rng)[0] + 0.1 * rng.standard_normal(layout.size)).astype(dtype)
    return layout, torch.tensor(genome, requires_grad=True), torch.tensor(rng.random((steps, 8, 6)).astype(dtype))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("dtype", "close"), [(np.float32, 1e-4), (np.float64, 1e-12)])
def test_values_and_gradients_equal_those_of_the_plain_module(cell, dtype, close):
    layout, genome, senses = _case(cell, dtype)
    found, wanted = (function(layout, split(layout, genome), senses) for function in (unroll, module.unroll))
    torch.testing.assert_close(found, wanted, atol=close, rtol=0)
    slopes = [torch.autograd.grad(outputs.square().sum(), genome)[0] for outputs in (found, wanted)]
    assert slopes[1].abs().max() > 1
    torch.testing.assert_close(*slopes, atol=100 * close, rtol=0)


@pytest.mark.parametrize("steps", [1, 2, 7])
def test_gradients_equal_finite_differences(steps):
    rng = generator(8, "test/recurrence")
    sums = torch.tensor(rng.standard_normal((steps, 2, 3)), requires_grad=True)
    recurrent = torch.tensor(rng.standard_normal((3, 3)), requires_grad=True)
    assert torch.autograd.gradcheck(Elman.apply, (sums, recurrent))


def test_second_derivatives_are_refused():
    layout, genome, senses = _case("elman", np.float64)
    total = unroll(layout, split(layout, genome), senses).sum()
    with pytest.raises(RuntimeError, match="first derivatives only"):
        torch.autograd.grad(total, genome, create_graph=True)
