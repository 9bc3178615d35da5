"""Planted spectra are described as known, and that of a champion agrees with Lanczos and Hutchinson."""

import numpy as np
import pytest

from sim.measures.loss_curvature import LossCurvature
from sim.measures.spectrum import HessianSpectrum, describe
from sim.rollout.machine import CPU

SMALL = HessianSpectrum(demonstrations=6, steps=10)


@pytest.fixture(scope="module")
def found(subject, evaluation_set):
    """What the measure finds of a stored champion."""
    return SMALL.compute(subject, evaluation_set, CPU)


def test_a_planted_spectrum_is_described():
    found = describe(np.array([-2.0, -1e-12, 0.0, 3.0, 10.0]), 1e-8, sample=7)
    values = {name: result.value for name, result in found.items() if hasattr(result, "value")}
    known = {"top": 10, "trace": 11, "below_zero": 20, "ratio": -0.2, "log_trace": np.log10(11), "log_top": 1}
    assert values == pytest.approx(known)
    assert found["eigenvalues"].y.tolist() == [10, 3]
    assert found["eigenvalues_below"].y.tolist() == [2]
    assert (found["top"].sample, found["below_zero"].sample, found["below_zero"].note) == (7, 5, "2 count as 0")


def test_at_a_minimum_nothing_lies_below_zero():
    found = describe(np.array([0.0, 0.5, 2.0]), 2e-9, sample=1)
    assert found["below_zero"].value == found["ratio"].value == 0
    assert found["eigenvalues"].y.tolist() == [2, 0.5]
    assert "eigenvalues_below" not in found


def test_what_bends_down_everywhere_has_no_logarithm():
    found = describe(np.array([-3.0, -1.0]), 3e-9, sample=1)
    assert found["below_zero"].value == 100
    for name in ("log_top", "log_trace", "ratio"):
        assert found[name].value is None
        assert "is not above 0" in found[name].note


def test_a_champion_agrees_with_lanczos_and_hutchinson(subject, evaluation_set, found):
    free = LossCurvature(demonstrations=6, horizons=(10,), probes=400).compute(subject, evaluation_set, CPU)
    lanczos, hutchinson = free["hessian_top_10"], free["hessian_trace_10"]
    assert not lanczos.doubtful
    assert lanczos.value == pytest.approx(found["top"].value, rel=1e-3)
    error = (hutchinson.high - hutchinson.low) / 2 / 1.96
    assert hutchinson.value == pytest.approx(found["trace"].value, abs=4 * error)
    assert error < 0.5 * found["trace"].value
    largest, smallest = found["eigenvalues"].y.max(), -found["eigenvalues_below"].y.max()
    assert (largest, smallest / largest) == pytest.approx((found["top"].value, found["ratio"].value))


def test_adding_a_number_to_all_outputs_changes_no_loss(subject, found):
    """So as many eigenvalues are 0 as one output has weights; a few more may be."""
    zero = subject.genome.size - found["eigenvalues"].x.size - found["eigenvalues_below"].x.size
    assert subject.layout.hidden + 1 <= zero <= subject.layout.hidden + 3
    assert found["below_zero"].note == f"{zero} count as 0"


def test_it_is_deterministic_and_the_training_mazes_are_others(subject, evaluation_set, found):
    assert SMALL.compute(subject, evaluation_set, CPU)["trace"] == found["trace"]
    pool = HessianSpectrum(on="pool", demonstrations=6, steps=10).compute(subject, evaluation_set, CPU)
    assert pool["trace"].value != found["trace"].value
