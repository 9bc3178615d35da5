"""Lyapunov exponents of networks whose growth is known."""

import math

import numpy as np
import pytest

from agents.errors import UserError
from agents.layout import Layout, initial
from sim.measures.lyapunov import Lyapunov, lyapunov

LAYOUT = Layout(hidden=3)


@pytest.mark.parametrize("gain", [0.5, 1.0, 1.6])
def test_about_rest_the_exponent_is_that_of_the_recurrent_weights(gain):
    genome = np.zeros(LAYOUT.size)
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    LAYOUT.split(genome)["hidden"][:, 1:4] = gain * turn
    found = lyapunov(genome, LAYOUT, np.zeros((2, 30, 5)), seed=0)
    assert found.estimate == pytest.approx(math.log(gain), abs=1e-6)
    assert found.interval == pytest.approx((math.log(gain),) * 2, abs=1e-6)
    assert found.floor(100) == pytest.approx(min(1, gain**-100.0), rel=1e-3)
    assert (found.lives, found.steps) == (2, 30)


def test_a_brain_that_is_pushed_hard_forgets():
    genome = np.zeros(LAYOUT.size)
    block = LAYOUT.split(genome)["hidden"]
    block[:, 1:4] = 1.6 * np.eye(3)
    block[:, 4:] = 1
    driven = lyapunov(genome, LAYOUT, np.ones((1, 30, 5)), seed=0)
    assert driven.estimate < -3


@pytest.mark.parametrize("cell", ["elman", "gru", "lstm"])
def test_each_cell_has_an_exponent_that_its_seed_names(cell):
    layout = Layout(cell, 3)
    genome = initial(layout, 1, np.random.default_rng(1))[0]
    senses = np.random.default_rng(2).integers(2, size=(3, 12, 5))
    first, again = (lyapunov(genome, layout, senses, seed=4) for _ in range(2))
    assert first == again
    assert -5 < first.interval[0] < first.estimate < first.interval[1] < 0.5


def test_differences_that_die_leave_no_floor():
    assert Lyapunov(-0.2, (-0.3, -0.1), 1, 1, 0).floor(200) == 1
    assert Lyapunov(0.1, (0, 0.2), 1, 1, 0).floor(200) == pytest.approx(math.exp(-20))


@pytest.mark.parametrize("shape", [(2, 30), (2, 30, 4), (0, 30, 5)])
def test_senses_that_do_not_fit_are_refused(shape):
    with pytest.raises(UserError, match="lives, steps, 5"):
        lyapunov(initial(LAYOUT, 1, np.random.default_rng(1))[0], LAYOUT, np.zeros(shape), seed=0)
