"""The spectrum is that of the loss on the training set, and twins have one volume."""

from dataclasses import replace

import numpy as np
import pytest

from agents.network.symmetry import Symmetry, twin
from sim.evaluation.training_set import training_set
from sim.imitation.gradient import cross_entropy
from sim.imitation.teacher import demonstrate
from sim.landscape.curvature import hessian
from sim.measures.local_volume import LocalVolume
from sim.rollout.machine import CPU

SMALL = LocalVolume(demonstrations=3, steps=8, directions=32)


def test_the_spectrum_is_that_of_the_loss_on_the_training_set(subject, evaluation_set):
    taught = demonstrate(training_set(subject, 3), subject.world, ties=evaluation_set.ties)
    loss = cross_entropy(subject.layout, replace(taught, senses=taught.senses[:, :8], labels=taught.labels[:, :8]))
    product = hessian(loss, subject.genome.astype(np.float64))
    values = np.linalg.eigvalsh(np.stack([product(row) for row in np.eye(subject.genome.size)]))
    found = SMALL.compute(subject, evaluation_set, CPU)
    assert found["top"].value == pytest.approx(values.max())
    assert found["trace"].value == pytest.approx(values.sum())
    assert found["log_volume_per_weight"].value == found["log_volume"].value / subject.genome.size
    unseen = replace(SMALL, on="unseen").compute(subject, evaluation_set, CPU)
    assert unseen["top"].value != found["top"].value


def test_a_twin_has_the_same_spectrum_and_about_the_same_volume(subject, evaluation_set):
    signs = np.array([-1, 1] * (subject.layout.hidden // 2), np.int8)
    flipped = twin(subject.genome, subject.layout, Symmetry(np.arange(subject.layout.hidden), signs))
    one = SMALL.compute(subject, evaluation_set, CPU)
    other = SMALL.compute(replace(subject, genome=flipped), evaluation_set, CPU)
    assert other["log_spectrum"].value == pytest.approx(one["log_spectrum"].value)
    typical = one["log_volume_typical"]
    error = (typical.high - typical.low) / 2 / 1.96
    assert other["log_volume_typical"].value == pytest.approx(typical.value, abs=6 * error)
    assert typical.value <= one["log_volume"].value
