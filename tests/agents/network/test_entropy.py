"""The formula of the cross-entropy is accurate; `tests.sim.imitation.test_loss` tests the kernel."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.engine import exact
from agents.network.entropy import ENTROPY_CONSTANTS, cross_entropy, exp_minus, log1p

KINDS = ("float32", "float64")
EPS = {kind: float(np.finfo(kind).eps) for kind in KINDS}


def entropy(outputs, targets, kind):
    """The formula for outputs and targets [..., A]."""
    columns = [list(np.moveaxis(np.array(array, kind), -1, 0)) for array in (outputs, targets)]
    return cross_entropy(*columns, ENTROPY_CONSTANTS[kind], exact)


@pytest.mark.parametrize("kind", KINDS)
def test_the_exponential_is_accurate_and_stays_normal(kind):
    x = np.linspace(0, ENTROPY_CONSTANTS[kind].exponent_limit, 4001).astype(kind)
    true = np.array([math.exp(-float(value)) for value in x])
    assert (abs(exp_minus(x, ENTROPY_CONSTANTS[kind], exact) / true - 1) <= (3 + 2 * x) * EPS[kind]).all()
    assert (
        exp_minus(np.array([1e4, 1e30], kind), ENTROPY_CONSTANTS[kind], exact)
        == exp_minus(x[-1:], ENTROPY_CONSTANTS[kind], exact)
    ).all()


@pytest.mark.parametrize("kind", KINDS)
def test_the_logarithm_is_accurate_also_near_zero(kind):
    x = np.concatenate([np.linspace(0, 3, 3001), 10.0 ** np.linspace(-37, 0, 500)]).astype(kind)
    true = np.array([math.log1p(float(value)) for value in x])
    assert (abs(log1p(x, ENTROPY_CONSTANTS[kind], exact) - true) <= 4 * EPS[kind] * true).all()


@given(
    outputs=st.lists(st.floats(-30, 30, width=32), min_size=4, max_size=4),
    shares=st.lists(st.integers(0, 4), min_size=4, max_size=4).filter(any),
    kind=st.sampled_from(KINDS),
)
def test_cross_entropy_equals_its_definition(outputs, shares, kind):
    targets = np.array(shares, np.float64) / sum(shares)
    total = math.log(math.fsum(math.exp(value) for value in outputs))
    true = math.fsum(target * (total - value) for target, value in zip(targets, outputs, strict=True))
    found = float(entropy([outputs], [targets], kind)[0])
    assert found == pytest.approx(true, rel=16 * EPS[kind], abs=16 * EPS[kind] * max(map(abs, outputs)))
    assert found >= 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_confident_right_answer_has_a_tiny_loss_above_zero(kind):
    (sure,) = entropy([[20.0, 0.0, 0.0, 0.0]], [[1, 0, 0, 0]], kind)
    assert sure == pytest.approx(3 * math.exp(-20), rel=64 * EPS[kind])  # far below the last bit of 1 in float32


@pytest.mark.parametrize("kind", KINDS)
def test_targets_of_zero_have_no_loss(kind):
    assert entropy([[20.0, 0.0, 3.0, 0.0]], [[0, 0, 0, 0]], kind) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_equal_outputs_lose_log_4(kind):
    found = entropy([[7.5] * 4], [[0.25] * 4], kind)
    assert found == pytest.approx(math.log(4), rel=2 * EPS[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_outputs_that_overflowed_are_bad_and_finite(kind):
    inf = np.inf
    cases = [[inf, 0, 0, 0], [-inf, 0, 0, 0], [inf, inf, 0, 0], [-inf] * 4, [inf, -inf, inf, -inf]]
    with np.errstate(invalid="ignore"):
        found = entropy(cases, [[0, 1, 0, 0]] * 5, kind)
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    assert found[0] >= ENTROPY_CONSTANTS[kind].distance_limit / 2
    assert found[1] == pytest.approx(math.log(3), rel=4 * EPS[kind])
