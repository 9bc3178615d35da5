"""Tiny runs, in memory and in a folder, and functions that are not ours."""

import numpy as np
import pytest

from sim.learning.learn import learn
from sim.rollout.machine import Machine
from tests.learners import tiny

ONE = Machine(1)
HOME = np.linspace(-1, 1, 7, dtype=np.float32)


def hill(genomes):
    """A paraboloid around HOME: 5 there, less by the square of the distance."""
    return 5 - ((genomes.astype(np.float64) - HOME) ** 2).sum(axis=1)


@pytest.fixture(scope="session")
def run():
    return learn(tiny("es"), machine=ONE)


@pytest.fixture(scope="session")
def other():
    return learn(tiny("es", seed=4), machine=ONE)


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The folder of the same run."""
    path = tmp_path_factory.mktemp("notebook") / "run"
    learn(tiny("es"), path, machine=ONE)
    return path
