"""The engine for torch tensors computes the bits of the exact one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.engine import arithmetic, exact

torch = pytest.importorskip("torch")
from agents.engine import torch_engine  # noqa: E402

KINDS = ("float32", "float64")


def numbers(kind, count, seed):
    """Finite numbers of all sizes, [count], from random bits."""
    whole = {"float32": np.uint32, "float64": np.uint64}[kind]
    rng = np.random.default_rng(seed)
    found = rng.integers(0, np.iinfo(whole).max, count, whole, endpoint=True).view(kind)
    return np.where(np.isfinite(found), found, rng.standard_normal(count).astype(kind))


def assert_same_bits(tensor, array):
    """Compare all bits, also the signs of zeros; all NaNs are equal."""
    result = tensor.numpy()
    assert result.dtype == array.dtype
    whole = {"float32": np.int32, "float64": np.int64}[array.dtype.name]
    both = np.isnan(result) & np.isnan(array)
    np.testing.assert_array_equal(np.where(both, 0, result.view(whole)), np.where(both, 0, array.view(whole)))


@pytest.mark.parametrize("kind", KINDS)
def test_fma_rounds_once(kind):
    count = 200_000 if kind == "float32" else 2000  # of float64 many are computed by fractions
    a, b, c = (numbers(kind, count, seed) for seed in range(3))
    with np.errstate(all="ignore"):
        near = -a * b * (1 + np.random.default_rng(3).random(count) * 1e-6).astype(kind)
    c = np.where(np.isfinite(near) & (np.arange(count) % 2 == 0), near, c)  # every second sum cancels
    expected = exact.fma(a, b, c)
    assert_same_bits(torch_engine.fma(*map(torch.from_numpy, (a, b, c))), expected)
    with np.errstate(all="ignore"):
        assert (expected != a * b + c).any()


@settings(max_examples=50)
@given(st.sampled_from(KINDS), st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=3))
def test_fma_takes_plain_numbers_in_the_type_of_the_tensor(kind, values):
    a, b, c = values
    assert_same_bits(
        torch_engine.fma(torch.tensor([a], dtype=getattr(torch, kind)), b, c), exact.fma(np.array([a], kind), b, c)
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("function", [arithmetic.tanh, arithmetic.sigmoid])
def test_activations_equal_the_exact_ones(kind, function):
    rng = np.random.default_rng(4)
    special = [0.0, -0.0, 0.625, -0.625, np.inf, -np.inf, 9.02, 19.1, np.finfo(kind).smallest_subnormal]
    x = np.concatenate([numbers(kind, 200, 5), 8 * rng.standard_normal(20_000), special]).astype(kind)
    assert_same_bits(function(torch.from_numpy(x), torch_engine), function(x, exact))


def test_a_quotient_of_two_rounds_once():
    """torch computes 2 / x as twice a reciprocal, which is rounded right for all 2^23 mantissas."""
    x = torch.arange(127 << 23, 128 << 23, dtype=torch.int32).view(torch.float32)
    assert_same_bits(2.0 / x, np.float32(2) / x.numpy())
