"""Vectors are copied and checked, and their products are rounded once."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UserError
from agents.layout import Layout
from sim.landscape.vectors import dot, genome_vector, length, orthogonal_part, vector


@given(st.integers(0, 99), st.integers(1, 50))
def test_a_scalar_product_is_the_exact_sum_of_its_products_rounded_once(seed, size):
    a, b = np.random.default_rng(seed).standard_normal((2, size)) * 10.0 ** np.arange(size)
    assert dot(a, b) == float(sum(map(Fraction, (a * b).tolist())))
    assert length(np.array([3.0, 4.0])) == 5


def test_the_orthogonal_part_is_what_the_others_do_not_span():
    others = [np.array([2.0, 0, 0]), np.array([0, 3.0, 0]), np.zeros(3)]
    assert orthogonal_part(np.array([5.0, 6, 7]), others).tolist() == [0, 0, 7]
    assert orthogonal_part(np.array([5.0, 6, 7]), []).tolist() == [5, 6, 7]


def test_a_vector_is_a_read_only_copy():
    values = np.ones(4, np.float32)
    copy = vector(values, "the genome")
    values[0] = 5
    assert copy.tolist() == [1, 1, 1, 1]
    assert copy.dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        copy[0] = 2


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], "the genome must be one vector of weights, got an array of shape \\[0\\]"),
        ([[1, 2]], "the genome must be one vector of weights, got an array of shape \\[1, 2\\]"),
        ([1, np.inf], "the genome has weights that are not finite"),
        ([1, 2, 3], "a genome of elman with 2 hidden units.* has [0-9]+ weights, got 3"),
    ],
)
def test_what_is_not_a_genome_of_the_layout_is_refused(values, said):
    with pytest.raises(UserError, match=said):
        genome_vector(values, Layout(hidden=2))
