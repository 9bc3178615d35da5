"""Hölder exponents of fields that are known: rough ones, smooth ones, and steps that look rough at p = 2."""

import numpy as np
import pytest

from sim.measures.hoelder import exponents
from tests.sim.statistics.synthesis import brownian_line, brownian_surface

N = 256
Y, X = np.mgrid[:N, :N] / (N - 1)


def hoelder(field):
    """The numbers of both exponents and of the ratio of slopes."""
    found = exponents(field, seed=0)
    return found["hoelder_1"], found["hoelder_2"], found["hoelder_ratio"]


@pytest.mark.parametrize("exponent", [0.2, 0.5, 0.7])
def test_brownian_surfaces_are_rough(exponent):
    *orders, ratio = hoelder(np.stack([brownian_surface(N, exponent, seed=seed) for seed in range(4)]))
    for order in orders:
        assert order.value == pytest.approx(exponent, abs=0.04)
        assert order.low < exponent < order.high
    assert ratio.value == pytest.approx(2, abs=0.03)


@pytest.mark.parametrize("exponent", [0.3, 0.7])
def test_brownian_lines(exponent):
    # every row is the same line, so columns are constant and are left out
    lines = [brownian_line(4096, exponent, seed=seed) for seed in range(16)]
    found = [hoelder(np.tile(line, (64, 1)))[0].value for line in lines]
    # the lags reach 2 of 64 rows only, and 40 estimates of 4096 points spread by about 0.02 each
    assert np.mean(found) == pytest.approx(exponent, abs=0.03)


def test_a_step_is_a_jump_and_not_rough():
    first, second, ratio = hoelder((X > 0.5) * 7)
    assert first.value == pytest.approx(1)
    assert second.value == pytest.approx(0.5)
    assert ratio.value == pytest.approx(1)
    assert first.sample == N  # columns are constant


def test_steps_everywhere_are_jumps_too():
    rng = np.random.default_rng(0)
    jumps = np.cumsum(rng.normal(size=1024) * (rng.random(1024) < 0.01))
    _, second, ratio = hoelder(np.tile(jumps, (64, 1)))
    assert ratio.value == pytest.approx(1, abs=0.05)
    assert second.value == pytest.approx(0.5, abs=0.05)


def test_a_smooth_surface_has_exponent_1():
    first, second, ratio = hoelder((X - 0.4) ** 2 + (Y - 0.3) ** 2)
    assert first.value == pytest.approx(1, abs=0.01)
    assert second.value == pytest.approx(1, abs=0.01)
    assert ratio.value == pytest.approx(2, abs=0.01)


def test_white_noise_has_exponent_0():
    first, second, _ = hoelder(np.random.default_rng(0).normal(size=(N, N)))
    assert first.value == pytest.approx(0, abs=0.005)
    assert second.value == pytest.approx(0, abs=0.005)


def test_variograms_are_those_of_the_definition():
    field = np.random.default_rng(3).integers(9, size=(64, 80)).astype(float)
    found = exponents(field, seed=0)
    assert found["hoelder_1_points"].x.tolist() == [1, 2, 4]
    for power in (1, 2):
        for lag, value in zip((1, 2, 4), found[f"hoelder_{power}_points"].y, strict=True):
            along = [
                np.mean(abs(line[lag : len(line) - 4 + lag] - line[:-4]) ** power) / 2 for line in [*field, *field.T]
            ]
            assert value == pytest.approx(np.mean(along))


def test_rows_and_columns_count_equally():
    field = brownian_surface(64, 0.4, seed=1)
    for turned in (field.T, -2 * field + 3):
        assert hoelder(turned)[0].value == pytest.approx(hoelder(field)[0].value)


def test_a_flat_field_has_no_exponent():
    for number in hoelder(np.ones((64, 64))):
        assert (number.value, number.interval, number.sample) == (None, None, 0)


def test_lines_of_another_library_have_the_same_exponent():
    fbm = pytest.importorskip("fbm")
    np.random.seed(0)  # noqa: NPY002 - that library uses the global generator
    lines = [fbm.FBM(4095, hurst=0.3, method="daviesharte").fbm() for _ in range(16)]
    found = [hoelder(np.tile(line, (64, 1)))[0].value for line in lines]
    assert np.mean(found) == pytest.approx(0.3, abs=0.03)
