"""Affine maps: every size of blocks adds in the order of the contract."""

import numba
import numpy as np
import pytest

from agents.engine import exact, registers
from agents.engine.affine import affine
from agents.engine.arithmetic import kernel
from agents.engine.tile import LANES, emitter, narrow_lanes

KINDS = (np.float32, np.float64)
WIDEST = 40
FIRST, OFFSET = 3, 5  # the first row of the target, and of the weights

emit_affine = emitter(affine)


@kernel
def dot_products(target, row, rows, weights, offset, source):
    emit_affine(target, row, rows, weights, offset, source)


def by_contract(weights, source, rows):
    """The dot products [rows, L] as the contract defines them; weights [rows * (1 + C), L]."""
    block = weights.reshape(rows, 1 + len(source), -1)
    total = np.broadcast_to(block[:, 0], (rows, source.shape[1]))
    for column, x in enumerate(source, start=1):
        total = exact.fma(block[:, column], x, total)
    return total


def assert_every_count_of_rows_is_right(compute, kind, columns, packed, row=(LANES,)):
    rng = np.random.default_rng(columns)
    source = rng.standard_normal((columns, *row)).astype(kind)
    shape = (OFFSET + WIDEST * (1 + columns) + 2, *(row if packed else []))
    weights = rng.standard_normal(shape).astype(kind)
    used = weights[OFFSET : OFFSET + WIDEST * (1 + columns)]
    expected = by_contract(used, source.reshape(columns, -1), WIDEST).reshape(WIDEST, *row)
    for rows in range(WIDEST + 1):
        target = np.full((FIRST + WIDEST + 1, *row), 7, kind)
        compute(target, FIRST, rows, weights, OFFSET, source)
        np.testing.assert_array_equal(target[FIRST : FIRST + rows], expected[:rows])
        assert (target[:FIRST] == 7).all()
        assert (target[FIRST + rows :] == 7).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("columns", [1, 2, 3, 7, 16, 21, 73])
def test_affine_adds_bias_and_products_in_order(kind, packed, columns):
    assert_every_count_of_rows_is_right(dot_products, kind, columns, packed)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("columns", [1, 21])
def test_narrow_tiles_add_in_the_same_order(kind, packed, columns):
    row = (1, narrow_lanes(np.dtype(kind).itemsize))
    assert_every_count_of_rows_is_right(dot_products, kind, columns, packed, row)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bits", [512, 256, 128])
def test_block_sizes_of_other_machines_give_the_same_sums(monkeypatch, bits, kind):
    monkeypatch.setattr(registers, "vector_bits", lambda: bits)
    compute = numba.njit(error_model="numpy")(dot_products.py_func)
    assert_every_count_of_rows_is_right(compute, kind, 7, packed=False)


def test_a_sum_that_overflows_stays_infinite():
    weights = np.array([0, 3e38, -3e38, 0, -3e38, 3e38], np.float32)
    source = np.full((2, 16), 2, np.float32)
    target = np.zeros((2, 16), np.float32)
    dot_products(target, 0, 2, weights, 0, source)
    assert (target[0] == np.inf).all()
    assert (target[1] == -np.inf).all()
