"""The imitation loss in torch equals that of the plain network, and can be differentiated twice."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from agents.layout import initial
from agents.network.cells import CELLS, PlainNetwork
from agents.randomness import generator
from sim.imitation import loss as kernel
from sim.imitation.gradient import cross_entropy, loss_and_gradient, loss_of
from sim.imitation.teacher import demonstrate
from sim.rollout.machine import Machine
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World

SMALL = World(maze=MazeConfig(size=4), lifetime=30)


def _shown(world=SMALL, count=3):
    return demonstrate(carve(world.maze, count, seed=1, split="validation"), world, machine=Machine(1))


def _genome(layout, dtype=np.float64):
    return (2 * initial(layout, 1, generator(3, "test/imitate"))[0]).astype(dtype)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("sight", [0, 2])
def test_the_loss_equals_that_of_the_plain_network(cell, sight):
    world = replace(SMALL, sight=sight)
    layout, shown = world.layout(cell, 5), _shown(world)
    genome, total = _genome(layout), 0.0
    for senses, labels in zip(shown.senses, shown.labels, strict=True):
        network = PlainNetwork(layout, genome)
        for inputs, label in zip(senses, labels, strict=True):
            outputs = network.forward(inputs.astype(np.float64))
            total -= label @ (outputs - np.log(np.exp(outputs).sum()))
    assert cross_entropy(layout, shown)(torch.tensor(genome)).item() == pytest.approx(total / shown.labelled_steps)
    assert shown.labelled_steps < shown.labels[..., 0].size


def test_equal_outputs_lose_log_4():
    layout = SMALL.layout(hidden=4)
    assert cross_entropy(layout, _shown())(torch.zeros(layout.size)).item() == pytest.approx(np.log(4))


def test_the_loss_has_two_derivatives():
    world = replace(SMALL, lifetime=6)
    layout = world.layout(hidden=2)
    loss, point = cross_entropy(layout, _shown(world)), torch.tensor(_genome(layout), requires_grad=True)
    assert torch.autograd.gradcheck(loss, point, fast_mode=True)
    assert torch.autograd.gradgradcheck(loss, point, fast_mode=True)


@pytest.mark.parametrize("cell", CELLS)
def test_all_functions_for_the_loss_agree(cell):
    layout, shown = SMALL.layout(cell, 5), _shown()
    genome = _genome(layout, np.float32)
    batch = (shown.senses.swapaxes(0, 1).copy(), shown.labels.swapaxes(0, 1).copy())
    loss, gradient = loss_and_gradient(genome, layout, *batch, "cpu")
    point = torch.tensor(genome, requires_grad=True)
    (expected,) = torch.autograd.grad(cross_entropy(layout, shown)(point), point)
    assert loss == pytest.approx(loss_of(genome, layout, shown, "cpu"), rel=1e-5)
    assert loss == pytest.approx(kernel.cross_entropy(genome[None], layout, shown).mean(), rel=1e-4)
    np.testing.assert_allclose(gradient, expected, atol=1e-5)
    assert gradient.dtype == np.float32


def test_the_thread_count_of_torch_is_restored():
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        loss_of(_genome(SMALL.layout(), np.float32), SMALL.layout(), _shown(), "cpu")
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)
