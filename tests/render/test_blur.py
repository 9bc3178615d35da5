"""Blur: the definition, and scipy's bits."""

import math

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from render.blur import gaussian


def rough(shape=(24, 30)):
    return np.random.default_rng(0).integers(0, 60, shape).astype(np.float32)


def test_gaussian_is_the_weighted_sum_of_its_definition():
    values, sigma = rough(), 1.3
    reach = math.ceil(3 * sigma)
    offsets = np.arange(-reach, reach + 1)
    weights = np.exp(-0.5 * (offsets[:, None] ** 2 + offsets**2) / sigma**2)
    padded = np.pad(values, reach, mode="edge").astype(np.float64)
    windows = np.lib.stride_tricks.sliding_window_view(padded, weights.shape)
    expected = (windows * weights).sum((2, 3)) / weights.sum()
    assert np.allclose(gaussian(values, sigma), expected, atol=1e-4)


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (5, 1), (3, 2), (24, 30), (97, 211)])
@pytest.mark.parametrize("sigma", [0.2, 0.6, 1.0, 1.8, 4.0])
def test_every_bit_is_scipys(shape, sigma):
    values = rough(shape) + np.random.default_rng(1).normal(size=shape).astype(np.float32)
    wanted = gaussian_filter(values, sigma, mode="nearest", radius=math.ceil(3 * sigma))
    assert gaussian(values, sigma).tobytes() == wanted.tobytes()


def test_a_gaussian_of_width_0_is_a_copy():
    values = rough()
    same = gaussian(values, 0)
    assert np.array_equal(same, values)
    assert not np.shares_memory(same, values)
