"""Descent equals torch's AdamW and SGD, with clipping, decay and weight decay; it is restored to the last bit."""

import numpy as np
import pytest
import torch

from agents.errors import UserError
from agents.optimisers.adam import Adam
from agents.optimisers.descent import Descent
from agents.optimisers.sgd import SGD
from agents.randomness import generator

RNG = generator(1, "test/adam")
START, GRADIENTS = RNG.standard_normal(7).astype(np.float32), RNG.standard_normal((30, 7)).astype(np.float32)
RULES = {"adam": lambda: Adam(7), "sgd": lambda: SGD(7, 0.9)}


def descent(rule="adam", **settings):
    return Descent(START, RULES[rule](), **{"learning_rate": 0.1, "average": 0.9, **settings})


def after_all_gradients(ours, theirs, weights, decay=1.0, clip=None):
    """The weights of our optimiser and of torch's after all gradients, [P] each."""
    schedule = torch.optim.lr_scheduler.ExponentialLR(theirs, decay)
    for gradient in GRADIENTS:
        ours.step(gradient)
        weights.grad = torch.tensor(gradient.astype(np.float64))
        if clip is not None:
            torch.nn.utils.clip_grad_norm_([weights], clip)
        theirs.step()
        schedule.step()
    return ours.genome, weights.detach().numpy()


def parameter():
    return torch.tensor(START.astype(np.float64), requires_grad=True)


@pytest.mark.parametrize("weight_decay", [0.0, 0.3])
@pytest.mark.parametrize("decay", [1.0, 0.9])
def test_with_adam_it_equals_torchs_adamw(decay, weight_decay):
    weights = parameter()
    theirs = torch.optim.AdamW([weights], lr=0.1, weight_decay=weight_decay)
    ours = descent(decay=decay, clip=2.0, weight_decay=weight_decay)
    np.testing.assert_allclose(*after_all_gradients(ours, theirs, weights, decay, 2.0), rtol=1e-5, atol=1e-6)
    assert np.linalg.norm(GRADIENTS, axis=1).max() > 2


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_with_sgd_it_equals_torchs_sgd(momentum):
    weights = parameter()
    theirs = torch.optim.SGD([weights], lr=0.1, momentum=momentum)
    ours = Descent(START, SGD(7, momentum), learning_rate=0.1, decay=0.9, clip=2.0)
    np.testing.assert_allclose(*after_all_gradients(ours, theirs, weights, 0.9, 2.0), rtol=1e-5, atol=1e-6)


def test_weight_decay_is_decoupled_with_sgd_too():
    """torch's SGD would add weight decay to the gradient, so here the test shrinks the weights before torch's step."""
    weights, ours = parameter(), descent("sgd", weight_decay=0.3)
    theirs = torch.optim.SGD([weights], lr=0.1, momentum=0.9)
    for gradient in GRADIENTS:
        ours.step(gradient)
        weights.data *= 1 - 0.1 * 0.3
        weights.grad = torch.tensor(gradient.astype(np.float64))
        theirs.step()
    np.testing.assert_allclose(ours.genome, weights.detach(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("rule", RULES)
def test_gradients_of_zero_leave_only_the_weight_decay(rule):
    ours = descent(rule, weight_decay=0.5)
    for _ in range(3):
        ours.step(np.zeros(7, np.float32))
    np.testing.assert_allclose(ours.genome, START * 0.95**3, rtol=1e-6)


def test_the_average_lags_behind_the_genome():
    without, averaging = descent(average=0.0), descent(average=0.99)
    genomes = []
    for gradient in GRADIENTS:
        without.step(gradient)
        averaging.step(gradient)
        genomes.append(averaging.genome)
    np.testing.assert_array_equal(without.averaged, without.genome)
    assert not np.allclose(averaging.averaged, averaging.genome, atol=1e-3)
    assert (np.min(genomes, axis=0) <= averaging.averaged).all()
    assert (averaging.averaged <= np.max(genomes, axis=0)).all()


@pytest.mark.parametrize("rule", RULES)
def test_a_restored_descent_continues_with_the_same_bits(rule):
    whole, half = descent(rule), descent(rule)
    for gradient in GRADIENTS:
        whole.step(gradient)
    for gradient in GRADIENTS[:11]:
        half.step(gradient)
    other, state = descent(rule), half.state()
    half.step(GRADIENTS[0])  # what was saved must not change with it
    other.restore(state)
    for gradient in GRADIENTS[11:]:
        other.step(gradient)
    assert all(other.state()[name].tobytes() == array.tobytes() for name, array in whole.state().items())
    with pytest.raises(UserError, match="'mean'"):
        other.restore({**state, "mean": np.zeros(3)})


def test_a_state_of_another_rule_is_refused():
    with pytest.raises(UserError, match="no 'first'"):
        descent("adam").restore(descent("sgd").state())
    with pytest.raises(UserError, match="no 'velocity'"):
        descent("sgd").restore(descent("adam").state())


@pytest.mark.parametrize("rate", [1e39, 1e308])
def test_divergence_is_refused(rate):
    with pytest.raises(UserError, match=r"learning diverged at update 1: .*lower the learning rate"):
        descent(learning_rate=rate).step(GRADIENTS[0])
