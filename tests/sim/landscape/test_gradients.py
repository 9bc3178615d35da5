"""Losses and gradients of many points are those of each one alone."""

import numpy as np
import pytest

from agents.layout import Layout, initial
from sim.imitation.teacher import demonstrate
from sim.landscape.gradients import gradients
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World


def test_a_planted_loss_has_its_values_and_gradients():
    weights = np.random.default_rng(0).standard_normal((7, 3))
    losses, slopes = gradients(lambda w: (w**2).sum() + w[0] * w[1])(weights)
    np.testing.assert_allclose(losses, (weights**2).sum(1) + weights[:, 0] * weights[:, 1], rtol=1e-14)
    mixed = np.stack([weights[:, 1], weights[:, 0], np.zeros(7)], axis=1)
    np.testing.assert_allclose(slopes, 2 * weights + mixed, rtol=1e-13)


@pytest.mark.parametrize("cell", ["elman", "gru", "lstm"])
def test_the_gradient_of_an_imitation_loss_is_a_difference_of_losses(cell):
    from sim.imitation.gradient import cross_entropy
    from sim.imitation.loss import cross_entropy as compiled

    taught = demonstrate(carve(MazeConfig(5), 2, seed=0, split="train"), World(MazeConfig(5), lifetime=20))
    layout = Layout(cell, 3, taught.senses.shape[-1])
    weights = initial(layout, 2, np.random.default_rng(1)).astype(np.float64)
    losses, slopes = gradients(cross_entropy(layout, taught))(weights)
    np.testing.assert_allclose(losses, compiled(weights, layout, taught).mean(1), rtol=1e-12)
    along = np.random.default_rng(2).standard_normal(weights.shape) * 1e-6
    ahead, behind = (compiled(weights + sign * along, layout, taught).mean(1) for sign in (1, -1))
    np.testing.assert_allclose((slopes * along).sum(1), (ahead - behind) / 2, rtol=1e-6)
