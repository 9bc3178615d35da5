"""The functions of the contract: how accurate tanh and sigmoid are, and which sources a kernel is compiled from."""

import ast
import math
from decimal import Decimal, localcontext
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.engine import arithmetic, exact
from agents.engine.arithmetic import CONSTANTS, horner, kernel, sigmoid, tanh
from agents.engine.lanes import Engine
from agents.engine.tile import INDEX, emitter

KINDS = (np.float32, np.float64)
ROOT = Path(arithmetic.__file__).parent.parent


def number(kind):
    return st.floats(width=32 if kind is np.float32 else 64)


@emitter
def climb_one(builder, bits, last, descents):
    """Count in every lane whether tanh decreases from the float before to this one."""
    first = INDEX(0)
    x = last[first].from_bits(bits[first])
    y = tanh(x, Engine)
    descents[first] = Engine.select(last[first] > y, descents[first] + 1, descents[first])
    last[first] = y
    bits[first] = bits[first] + 1


@kernel
def climb(count, bits, last, descents):
    for _ in range(count):
        climb_one(bits, last, descents)


@emitter
def tanh_row(builder, row, x):
    x[row] = tanh(x[row], Engine)


@kernel
def tanh_in_place(x):
    for row in range(len(x)):
        tanh_row(row, x)


def test_float32_tanh_is_monotone_from_each_float_to_the_next():
    end = int(np.float32(9.1).view(np.int32))
    share = -(-end // 16)
    bits = (share * np.arange(16, dtype=np.int32))[None]
    last, descents = np.full((1, 16), -1, np.float32), np.zeros((1, 16), np.int32)
    climb(share + 1, bits, last, descents)
    assert bits[0, -1] > end  # each lane ends where the next began
    assert last[0, -1] == 1
    assert not descents.any()


def test_float32_tanh_is_within_1_8_ulp():
    x = np.arange(0, int(np.float32(np.inf).view(np.int32)), 509, np.int32).view(np.float32)
    x = np.resize(x, (-(-len(x) // 16), 16))
    y = x.copy()
    tanh_in_place(y)
    truth = np.tanh(x.astype(np.float64))
    error = abs(y - truth) / np.spacing(truth.astype(np.float32)).astype(np.float64)
    assert 0.5 < error.max() < 1.8
    assert y.max() == 1


def test_float64_tanh_is_within_1_5_ulp():
    rng = np.random.default_rng(0)
    edges = [0.625, np.nextafter(0.625, 0), 2.0**-30, 19.1]
    x = np.concatenate([2 ** rng.uniform(-9, math.log2(20), 3000), rng.uniform(0.625, 0.7, 1000), edges])
    with localcontext() as context:
        context.prec = 60
        powers = [(2 * Decimal(value)).exp() for value in x.tolist()]
        truths = [(power - 1) / (power + 1) for power in powers]
        errors = [Decimal(y) - truth for y, truth in zip(tanh(x, exact).tolist(), truths, strict=True)]
        worst = max(abs(error) / Decimal(math.ulp(float(truth))) for error, truth in zip(errors, truths, strict=True))
    assert 0.5 < worst < 1.5


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_tanh_is_odd_bounded_and_monotone(kind, data):
    x = np.sort(np.array(data.draw(st.lists(number(kind), min_size=2, max_size=50)), kind))
    y = tanh(x, exact)
    assert y.dtype == kind
    assert (abs(y) <= 1).all()
    assert (abs(y) <= abs(x))[~np.isnan(x)].all()
    assert (np.diff(y) >= 0).all()  # numpy sorts NaN to the end, and theirs is +1
    sign = kind(1) - 2 * (np.signbit(x) & ~np.isnan(x)).astype(kind)
    np.testing.assert_array_equal((sign * y).view(np.uint8), tanh(abs(x), exact).view(np.uint8))


@pytest.mark.parametrize("kind", KINDS)
def test_neighbouring_floats_do_not_descend_at_any_seam(kind):
    at = CONSTANTS[np.dtype(kind).name]
    whole = f"i{np.dtype(kind).itemsize}"
    halves = np.arange(1, 112, 2) * math.log(2) / 4  # where the exponential's exponent changes
    for seam in (at.near, at.limit, *halves):
        x = (np.array(seam, kind).view(whole) + np.arange(-200, 200, dtype=whole)).view(kind)
        assert (np.diff(tanh(x, exact)) >= 0).all()
        assert (np.diff(sigmoid(x, exact)) >= 0).all()
        assert (np.diff(sigmoid(-x, exact)) <= 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_limits_of_tanh(kind):
    limit = CONSTANTS[np.dtype(kind).name].limit
    x = np.array([np.inf, -np.inf, limit, -limit, np.finfo(kind).max, np.nan, -np.nan], kind)
    assert tanh(x, exact).tolist() == [1, -1, 1, -1, 1, 1, 1]
    tiny = np.array([0.0, -0.0, np.finfo(kind).smallest_subnormal, -np.finfo(kind).tiny], kind)
    np.testing.assert_array_equal(tanh(tiny, exact).view(np.uint8), tiny.view(np.uint8))


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_sigmoid_is_bounded_monotone_and_near_the_logistic_function(kind, data):
    x = np.sort(np.array(data.draw(st.lists(number(kind), min_size=2, max_size=50)), kind))
    y = sigmoid(x, exact)
    assert y.dtype == kind
    assert ((y >= 0) & (y <= 1)).all()
    assert (np.diff(y) >= 0).all()
    known = x[abs(x) < 700].astype(np.float64)
    np.testing.assert_allclose(y[abs(x) < 700], 1 / (1 + np.exp(-known)), rtol=0, atol=1.5 * np.finfo(kind).eps)


def test_limits_of_sigmoid():
    x = np.array([0, -0.0, np.inf, -np.inf, np.nan], np.float32)
    assert sigmoid(x, exact).tolist() == [0.5, 0.5, 1, 0, 1]


@given(st.lists(st.integers(-9, 9), min_size=2, max_size=5), st.integers(-9, 9))
def test_horner_is_the_polynomial(coefficients, x):
    value = horner([float(c) for c in coefficients], np.array([x], np.float64), exact)
    assert value == np.polyval(coefficients, x)


OURS = ("agents", "sim", "render")


def imports(text):
    """Our modules that a source imports."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] in OURS:
            yield node.module
            yield from (name for alias in node.names if is_module(name := f"{node.module}.{alias.name}"))


def is_module(name):
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or path.is_dir()


@pytest.mark.parametrize(
    "module", ["agents.engine.affine", "agents.network.cells", "sim.world.carving", "sim.rollout.cpu"]
)
def test_the_sources_of_a_kernel_contain_all_its_imports(module):
    sources = arithmetic.sources_of(module)
    assert {"agents.engine.arithmetic", module} <= sources.keys()
    for text in sources.values():
        assert set(imports(text)) <= sources.keys()


def test_the_sources_of_rollouts_contain_no_slow_twins():
    assert {"agents.engine.lanes", "agents.layout", "sim.world.rules"} <= arithmetic.sources_of(
        "sim.rollout.cpu"
    ).keys()
    assert not {"sim.world.life", "sim.rollout"} & arithmetic.sources_of("sim.rollout.cpu").keys()
    assert "sim.world.rules" not in arithmetic.sources_of("agents.engine.affine")


def test_a_module_that_is_not_ours_has_all_our_sources():
    assert {"sim.world.life", "sim.world.rules", "agents.engine.exact"} <= arithmetic.sources_of("notebook").keys()


def test_the_key_of_kernels_depends_on_the_sources_and_the_arithmetic(monkeypatch):
    def key(module="sim.rollout.cpu"):
        arithmetic.cache_key.cache_clear()
        return arithmetic.cache_key(module)

    before = key()
    assert before == key()
    assert before != key("agents.engine.affine")
    with monkeypatch.context() as changes:
        changes.setattr(arithmetic, "unfused", lambda: True)
        assert before != key()
    changed = {**arithmetic.sources_of("sim.rollout.cpu"), "sim.world.rules": "# other rules"}
    monkeypatch.setattr(arithmetic, "sources_of", lambda _: changed)
    assert before != key()
    arithmetic.cache_key.cache_clear()
