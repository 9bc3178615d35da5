"""The dense Hessian agrees with products and probes, and twins have one volume."""

from dataclasses import replace

import numpy as np
import pytest

from agents.network.symmetry import Symmetry, twin
from sim.landscape.curvature import hessian, top_eigenvalue
from sim.measures.local_volume import LocalVolume, dense_hessian
from sim.rollout.machine import CPU

SMALL = LocalVolume(demonstrations=3, steps=8, directions=32)


def test_the_dense_hessian_is_that_of_products(subject, evaluation_set):
    from sim.imitation.gradient import cross_entropy

    taught = SMALL._taught(subject, evaluation_set, CPU)
    matrix = dense_hessian(subject, taught)
    product = hessian(cross_entropy(subject.layout, taught), subject.genome.astype(np.float64))
    vector = np.random.default_rng(0).standard_normal(len(matrix))
    assert matrix @ vector == pytest.approx(product(vector), rel=1e-6, abs=1e-9)
    values = np.linalg.eigvalsh(matrix)
    found = SMALL.compute(subject, evaluation_set, CPU)
    assert found["top"].value == pytest.approx(values.max())
    assert found["trace"].value == pytest.approx(np.trace(matrix))
    largest = values[np.abs(values).argmax()]
    assert top_eigenvalue(product, len(matrix)).value == pytest.approx(largest, rel=1e-2)


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
