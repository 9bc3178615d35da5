"""Linear CKA has the values that are known for simple cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UserError
from agents.network.similarity import linear_cka


@given(st.integers(0, 99), st.integers(1, 6), st.floats(0.01, 100))
def test_rotations_shifts_and_scales_change_nothing(seed, width, scale):
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal((40, width)), rng.standard_normal((40, 3))
    rotation = np.linalg.qr(rng.standard_normal((width, width)))[0]
    turned = scale * x @ rotation + rng.standard_normal(width)
    assert linear_cka(x, turned) == pytest.approx(1, abs=1e-12)
    assert linear_cka(turned, y) == pytest.approx(linear_cka(x, y), abs=1e-12)
    assert linear_cka(y, x) == pytest.approx(linear_cka(x, y), abs=1e-12)
    assert 0 <= linear_cka(x, y) <= 1


def test_for_single_columns_it_is_the_squared_correlation():
    x, y = np.random.default_rng(0).standard_normal((2, 50))
    assert linear_cka(x[:, None], (x + y)[:, None]) == pytest.approx(np.corrcoef(x, x + y)[0, 1] ** 2)


def test_orthogonal_columns_give_0_and_one_shared_column_of_two_gives_a_half():
    draw = np.random.default_rng(0).standard_normal((30, 4))
    columns = np.linalg.qr(draw - draw.mean(axis=0))[0]
    assert linear_cka(columns[:, :2], columns[:, 2:]) == pytest.approx(0, abs=1e-20)
    assert linear_cka(columns[:, :2], columns[:, 1:3]) == pytest.approx(0.5)


def test_it_equals_hsic_of_the_gram_matrices():
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((12, 3)), rng.standard_normal((12, 5))
    centre = np.eye(12) - 1 / 12
    k, m = centre @ x @ x.T @ centre, centre @ y @ y.T @ centre
    assert linear_cka(x, y) == pytest.approx((k * m).sum() / np.sqrt((k * k).sum() * (m * m).sum()))


def test_arrays_that_cannot_be_compared_are_refused():
    with pytest.raises(UserError, match=r"got shapes \[3, 2\] and \[4, 2\]"):
        linear_cka(np.zeros((3, 2)), np.zeros((4, 2)))
    with pytest.raises(UserError, match="never change"):
        linear_cka(np.ones((4, 2)), np.eye(4))
