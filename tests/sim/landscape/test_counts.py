import numpy as np
import pytest

from sim.landscape.counts import BLOCK, sum_mazes


@pytest.mark.parametrize("shape", [(0, 2, 3), (1, 1, 1), (BLOCK, 3, 5), (2 * BLOCK + 7, 1, 4), (BLOCK - 1, 16, 1)])
def test_sums_are_those_of_numpy(shape):
    counts = np.random.default_rng(0).integers(0, 100, shape).astype(np.int32)
    total = np.full((shape[2], shape[0]), -1, np.int32)
    sum_mazes(counts, total)
    assert np.array_equal(total, counts.sum(axis=1, dtype=np.int32).T)
