"""Adam as torch has it, clipped, slowed and averaged; saved and restored to the last bit."""

import numpy as np
import pytest
import torch

from agents.errors import UserError
from agents.randomness import generator
from sim.learning.adam import Adam

RNG = generator(1, "test/adam")
START, GRADIENTS = RNG.standard_normal(7).astype(np.float32), RNG.standard_normal((30, 7)).astype(np.float32)


def adam(**settings):
    return Adam(START, **{"learning_rate": 0.1, "decay": 1.0, "clip": 1e9, "average": 0.9, **settings})


@pytest.mark.parametrize("decay", [1.0, 0.9])
def test_it_is_torchs(decay):
    ours = adam(decay=decay, clip=2.0)
    weights = torch.tensor(START.astype(np.float64), requires_grad=True)
    theirs = torch.optim.Adam([weights], lr=0.1)
    schedule = torch.optim.lr_scheduler.ExponentialLR(theirs, decay)
    for gradient in GRADIENTS:
        ours.step(gradient)
        weights.grad = torch.tensor(gradient.astype(np.float64))
        torch.nn.utils.clip_grad_norm_([weights], 2.0)
        theirs.step()
        schedule.step()
    np.testing.assert_allclose(ours.genome, weights.detach(), rtol=1e-5, atol=1e-6)
    assert np.linalg.norm(GRADIENTS, axis=1).max() > 2


def test_an_average_lags_behind():
    never, late = adam(average=0.0), adam(average=0.99)
    places = []
    for gradient in GRADIENTS:
        never.step(gradient)
        late.step(gradient)
        places.append(late.genome)
    np.testing.assert_array_equal(never.averaged, never.genome)
    assert not np.allclose(late.averaged, late.genome, atol=1e-3)
    assert (np.min(places, axis=0) <= late.averaged).all()
    assert (late.averaged <= np.max(places, axis=0)).all()


def test_it_goes_on_where_it_was():
    whole, half = adam(), adam()
    for gradient in GRADIENTS:
        whole.step(gradient)
    for gradient in GRADIENTS[:11]:
        half.step(gradient)
    other = adam()
    other.restore(half.state())
    for gradient in GRADIENTS[11:]:
        other.step(gradient)
    assert all(other.state()[name].tobytes() == array.tobytes() for name, array in whole.state().items())
    with pytest.raises(UserError, match="'mean'"):
        other.restore({**half.state(), "mean": np.zeros(3)})


@pytest.mark.parametrize("rate", [1e39, 1e308])
def test_learning_that_diverges_is_told(rate):
    with pytest.raises(UserError, match=r"learning diverged at update 1: .*lower the learning rate"):
        adam(learning_rate=rate).step(GRADIENTS[0])
