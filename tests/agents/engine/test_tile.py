"""Tiles in kernels: rows are loaded and stored whole, and emitters refuse arrays with gaps."""

import numpy as np
import pytest
from numba.core.errors import TypingError

from agents.engine.arithmetic import kernel
from agents.engine.tile import INDEX, LANES, emitter, narrow_lanes

KINDS = (np.float32, np.float64)


def rows_of(kind, *, width):
    """The shape of a row."""
    return (LANES,) if width == "wide" else (1, narrow_lanes(np.dtype(kind).itemsize))


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


@emitter
def scale_row(builder, row, factors, tile):
    tile[row] = factors.broadcast_to(tile)[row] * tile[row]


@kernel
def scale(factors, tile):
    for row in range(len(tile)):
        scale_row(row, factors, tile)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", ["wide", "narrow"])
@pytest.mark.parametrize("flat", [False, True])
def test_a_flat_array_is_broadcast_to_the_lanes_of_another(kind, width, flat):
    row = rows_of(kind, width=width)
    tile = np.arange(5 * np.prod(row)).reshape(5, *row).astype(kind)
    factors = np.arange(2, 7, dtype=kind) if flat else tile + 1
    expected = tile * (factors.reshape(5, *[1] * len(row)) if flat else factors)
    scale(factors, tile)
    np.testing.assert_array_equal(tile, expected)


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


@pytest.mark.parametrize(("kind", "lanes"), [(np.float32, 16), (np.float64, 8), (np.int32, 16), (np.int64, 8)])
def test_a_narrow_row_is_one_cache_line(kind, lanes):
    assert narrow_lanes(np.dtype(kind).itemsize) == lanes


@pytest.mark.parametrize("kind", [*KINDS, np.int32, np.int64])
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_storing_a_row_writes_its_lanes_and_no_others(kind, width):
    row = rows_of(kind, width=width)
    tile = np.arange(5 * np.prod(row)).reshape(5, *row).astype(kind)
    expected = tile[[0, 1, 3, 2, 4]].copy()
    swap(2, tile)
    np.testing.assert_array_equal(tile, expected)
