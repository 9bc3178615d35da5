"""Error-free sums and products, in numpy and in torch, equal those of Python's fractions."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from agents.engine.errorfree import add_to_odd, fused, two_product, two_sum

MODERATE = st.floats(-1e60, 1e60).filter(lambda x: x == 0 or abs(x) > 1e-60)
LIBS = [(np, lambda x: np.array([x])), (torch, lambda x: torch.tensor([x], dtype=torch.float64))]


@pytest.mark.parametrize(("lib", "array"), LIBS)
@given(x=MODERATE, y=MODERATE)
def test_value_and_error_add_up_exactly(lib, array, x, y):
    for function, true in ((two_sum, Fraction(x) + Fraction(y)), (two_product, Fraction(x) * Fraction(y))):
        value, error = (float(part[0]) for part in function(array(x), array(y)))
        assert Fraction(value) + Fraction(error) == true
        assert value == float(true)


@pytest.mark.parametrize(("lib", "array"), LIBS)
@given(x=MODERATE, y=MODERATE)
def test_an_inexact_sum_is_an_odd_neighbour(lib, array, x, y):
    found, true = float(add_to_odd(array(x), array(y), lib)[0]), Fraction(x) + Fraction(y)
    if Fraction(found) != true:
        assert np.float64(found).view(np.int64) % 2 == 1
        assert Fraction(np.nextafter(found, -np.inf)) < true < Fraction(np.nextafter(found, np.inf))


@pytest.mark.parametrize(("lib", "array"), LIBS)
@given(a=MODERATE, b=MODERATE, c=MODERATE)
def test_fused_rounds_once(lib, array, a, b, c):
    result, unsafe = fused(array(a), array(b), array(c), lib)
    assert not bool(unsafe[0])
    assert float(result[0]) == float(Fraction(a) * Fraction(b) + Fraction(c))


@pytest.mark.parametrize(("lib", "array"), LIBS)
@pytest.mark.parametrize("values", [(1e200, 1e200, 1.0), (1e-200, 1e-200, 1.0), (np.nan, 1.0, 1.0), (1.0, 2.0, np.inf)])
def test_fused_marks_what_it_cannot_compute(lib, array, values):
    with np.errstate(all="ignore"):
        assert bool(fused(*map(array, values), lib)[1][0])
