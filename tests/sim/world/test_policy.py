"""The noise has names and the same bits everywhere, and the best of outputs plus noise is a softmax draw."""

import hashlib

import numpy as np
import pytest
from scipy import stats

from agents.errors import UserError
from sim.world.maze import MazeConfig, carve
from sim.world.policy import noise


@pytest.fixture
def mazes():
    return carve(MazeConfig(4), 5, seed=3, split="validation")


def test_the_noise_has_the_same_bits_on_every_machine(mazes):
    digest = hashlib.blake2b(noise(mazes, 50, 1).astype("<f8").tobytes(), digest_size=8)
    assert digest.hexdigest() == "582bf80eb12f48ad"


def test_the_noise_belongs_to_maze_and_repetition(mazes):
    whole = noise(mazes, 20, 3)
    assert whole.shape == (5, 20, 4)
    np.testing.assert_array_equal(noise(mazes, 8, 3), whole[:, :8])
    np.testing.assert_array_equal(noise(mazes.take([4, 1, 1]), 20, 3), whole[[4, 1, 1]])
    np.testing.assert_array_equal(noise(mazes.take([4, 4]), 20, [3, 2])[0], whole[4])
    assert not np.isin(noise(mazes.take([4]), 20, 2), whole).any()
    for other in (carve(MazeConfig(4), 5, seed=3, split="train"), carve(MazeConfig(4), 5, seed=4, split="validation")):
        assert not np.isin(noise(other, 20, 3), whole).any()


def test_writing_to_noise_does_not_change_the_kept_noise(mazes):
    drawn = noise(mazes, 4)
    drawn[:] = 0
    assert noise(mazes, 4).all()


def test_the_best_of_outputs_plus_noise_is_drawn_from_their_softmax():
    outputs = np.array([1.5, 0.0, -1.0, 0.5], np.float32)
    drawn = noise(carve(MazeConfig(4), 40, seed=9, split="train"), 500).astype(np.float32)
    counts = np.bincount((outputs + drawn).argmax(axis=-1).ravel(), minlength=4)
    shares = np.exp(outputs) / np.exp(outputs).sum()
    assert stats.chisquare(counts, shares / shares.sum() * counts.sum()).pvalue > 0.01
    assert stats.chisquare(counts, np.full(4, counts.sum() / 4)).pvalue < 1e-9


@pytest.mark.parametrize("repetition", [-1, 1.5, [1, 2], None])
def test_other_repetitions_are_refused(mazes, repetition):
    with pytest.raises(UserError, match="a whole number from 0, or one for each of 5 mazes"):
        noise(mazes, 4, repetition)
