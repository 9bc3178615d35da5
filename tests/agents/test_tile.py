"""Tiles in kernels: rows of lanes in memory, and what emitters take."""

import numpy as np
import pytest
from numba.core.errors import TypingError

from agents.arithmetic import kernel
from agents.tile import INDEX, LANES, emitter

KINDS = (np.float32, np.float64)


@emitter
def double_row(builder, row, source, target):
    x = source[row]
    target[row] = x + x


@kernel
def double(source, target):
    for row in range(len(target)):
        double_row(row, source, target)


@pytest.mark.parametrize("kind", KINDS)
def test_an_element_of_a_flat_array_fills_all_lanes(kind):
    source = np.arange(5, dtype=kind)
    target = np.zeros((5, LANES), kind)
    double(source, target)
    np.testing.assert_array_equal(target, np.repeat(2 * source[:, None], target.shape[1], axis=1))


def test_arrays_with_gaps_are_refused():
    with pytest.raises(TypingError, match="contiguous"):
        double(np.zeros(10, np.float32)[::2], np.zeros((5, 16), np.float32))


@emitter
def swap_row(builder, row, tile):
    later = tile.offset(builder.add(row, INDEX(1)))
    first, second = tile[row], later[INDEX(0)]
    tile[row], later[INDEX(0)] = second, first


@kernel
def swap(row, tile):
    swap_row(row, tile)


@pytest.mark.parametrize("kind", [*KINDS, np.int32, np.int64])
def test_rows_are_all_lanes_and_no_more(kind):
    tile = np.arange(5 * LANES).reshape(5, LANES).astype(kind)
    expected = tile[[0, 1, 3, 2, 4]].copy()
    swap(2, tile)
    np.testing.assert_array_equal(tile, expected)
