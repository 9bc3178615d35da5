"""Lyapunov exponents of networks whose growth is known."""

import math

import numpy as np
import pytest

from agents.layout import Layout, initial
from sim.measures.lyapunov import lyapunov

LAYOUT = Layout(hidden=3)


@pytest.mark.parametrize("gain", [0.5, 1.0, 1.6])
def test_near_the_resting_state_the_exponent_is_that_of_the_recurrent_weights(gain):
    genome = np.zeros(LAYOUT.size)
    rotation = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    LAYOUT.split(genome)["hidden"][:, 1:4] = gain * rotation
    growth = lyapunov(genome, LAYOUT, np.zeros((2, 30, 5)), seed=0)
    assert growth.tolist() == pytest.approx([math.log(gain)] * 2, abs=1e-6)


def test_a_saturated_network_forgets():
    genome = np.zeros(LAYOUT.size)
    block = LAYOUT.split(genome)["hidden"]
    block[:, 1:4] = 1.6 * np.eye(3)
    block[:, 4:] = 1
    assert lyapunov(genome, LAYOUT, np.ones((1, 30, 5)), seed=0)[0] < -3


@pytest.mark.parametrize("cell", ["elman", "gru", "lstm"])
def test_each_cell_has_an_exponent_that_its_seed_names(cell):
    layout = Layout(cell, 3)
    genome = initial(layout, 1, np.random.default_rng(1))[0]
    senses = np.random.default_rng(2).integers(2, size=(3, 12, 5))
    first, again = (lyapunov(genome, layout, senses, seed=4).tolist() for _ in range(2))
    assert first == again
    assert len(set(first)) == 3
    assert all(-5 < growth < 0.5 for growth in first)
