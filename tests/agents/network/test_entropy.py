"""Cross-entropy: the formula against the true one, in the exact engine; lanes are compared in test_imitation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.engine import exact
from agents.network.entropy import REACH, cross_entropy, fading, log1p

KINDS = ("float32", "float64")
EPS = {kind: float(np.finfo(kind).eps) for kind in KINDS}


def entropy(outputs, targets, kind):
    """The formula for outputs and targets [..., A]."""
    columns = [list(np.moveaxis(np.array(array, kind), -1, 0)) for array in (outputs, targets)]
    return cross_entropy(*columns, REACH[kind], exact)


@pytest.mark.parametrize("kind", KINDS)
def test_the_exponential_is_close_and_never_too_small(kind):
    x = np.linspace(0, REACH[kind].floor, 4001).astype(kind)
    true = np.array([math.exp(-float(value)) for value in x])
    assert (abs(fading(x, REACH[kind], exact) / true - 1) <= (3 + 2 * x) * EPS[kind]).all()
    assert (fading(np.array([1e4, 1e30], kind), REACH[kind], exact) == fading(x[-1:], REACH[kind], exact)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_the_logarithm_is_close_also_near_nothing(kind):
    x = np.concatenate([np.linspace(0, 3, 3001), 10.0 ** np.linspace(-37, 0, 500)]).astype(kind)
    true = np.array([math.log1p(float(value)) for value in x])
    assert (abs(log1p(x, REACH[kind], exact) - true) <= 4 * EPS[kind] * true).all()


@given(
    outputs=st.lists(st.floats(-30, 30, width=32), min_size=4, max_size=4),
    shares=st.lists(st.integers(0, 4), min_size=4, max_size=4).filter(any),
    kind=st.sampled_from(KINDS),
)
def test_cross_entropy_is_its_definition(outputs, shares, kind):
    targets = np.array(shares, np.float64) / sum(shares)
    total = math.log(math.fsum(math.exp(value) for value in outputs))
    true = math.fsum(target * (total - value) for target, value in zip(targets, outputs, strict=True))
    found = float(entropy([outputs], [targets], kind)[0])
    assert found == pytest.approx(true, rel=16 * EPS[kind], abs=16 * EPS[kind] * max(map(abs, outputs)))
    assert found >= 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_sure_and_right_answer_costs_next_to_nothing_and_not_nothing(kind):
    (sure,) = entropy([[20.0, 0.0, 0.0, 0.0]], [[1, 0, 0, 0]], kind)
    assert sure == pytest.approx(3 * math.exp(-20), rel=64 * EPS[kind])  # far below the last bit of 1 in float32


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_taught_costs_nothing(kind):
    assert entropy([[20.0, 0.0, 3.0, 0.0]], [[0, 0, 0, 0]], kind) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_equal_outputs_know_nothing(kind):
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
    assert found[0] >= REACH[kind].most / 2
    assert found[1] == pytest.approx(math.log(3), rel=4 * EPS[kind])
