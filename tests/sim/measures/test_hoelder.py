"""Hoelder exponents of fields that are known: rough ones, smooth ones, and steps that look rough to p = 2."""

import numpy as np
import pytest

from sim.measures.hoelder import hoelder
from tests.sim.statistics.synthesis import brownian_line, brownian_surface

N = 256
Y, X = np.mgrid[:N, :N] / (N - 1)


@pytest.mark.parametrize("exponent", [0.2, 0.5, 0.7])
def test_brownian_surfaces_are_rough(exponent):
    found = hoelder(np.stack([brownian_surface(N, exponent, seed=seed) for seed in range(4)]))
    for order in (found.first, found.second):
        assert order.estimate == pytest.approx(exponent, abs=0.04)
        assert order.interval[0] < exponent < order.interval[1]
    assert found.dimension == pytest.approx(3 - exponent, abs=0.04)
    assert found.ratio == pytest.approx(2, abs=0.03)


@pytest.mark.parametrize("exponent", [0.3, 0.7])
def test_brownian_lines(exponent):
    # each row a line of its own: what columns say is noise, so rows decide by being repeated
    lines = [brownian_line(4096, exponent, seed=seed) for seed in range(16)]
    found = [hoelder(np.tile(line, (64, 1))).first.estimate for line in lines]
    # the lags reach 2 of 64 rows only, and 40 estimates of 4096 points spread by about 0.02 each
    assert np.mean(found) == pytest.approx(exponent, abs=0.03)


def test_a_step_is_a_jump_and_not_rough():
    found = hoelder((X > 0.5) * 7)
    assert found.first.estimate == pytest.approx(1)
    assert found.second.estimate == pytest.approx(0.5)
    assert found.ratio == pytest.approx(1)
    assert found.flat == N


def test_steps_everywhere_are_jumps_too():
    rng = np.random.default_rng(0)
    jumps = np.cumsum(rng.normal(size=1024) * (rng.random(1024) < 0.01))
    found = hoelder(np.tile(jumps, (64, 1)))
    assert found.ratio == pytest.approx(1, abs=0.05)
    assert found.second.estimate == pytest.approx(0.5, abs=0.05)


def test_a_smooth_surface_has_dimension_2():
    found = hoelder((X - 0.4) ** 2 + (Y - 0.3) ** 2)
    assert found.first.estimate == pytest.approx(1, abs=0.01)
    assert found.second.estimate == pytest.approx(1, abs=0.01)
    assert found.dimension == pytest.approx(2, abs=0.01)
    assert found.ratio == pytest.approx(2, abs=0.01)


def test_white_noise_has_dimension_3():
    found = hoelder(np.random.default_rng(0).normal(size=(N, N)))
    assert found.dimension == pytest.approx(3, abs=0.005)
    assert found.second.estimate == pytest.approx(0, abs=0.005)


def test_variograms_are_those_of_the_definition():
    field = np.random.default_rng(3).integers(9, size=(64, 80)).astype(float)
    found = hoelder(field)
    assert found.first.scales.tolist() == [1, 2, 4]
    for order, power in ((found.first, 1), (found.second, 2)):
        for lag, value in zip((1, 2, 4), order.values, strict=True):
            along = [
                np.mean(abs(line[lag : len(line) - 4 + lag] - line[:-4]) ** power) / 2 for line in [*field, *field.T]
            ]
            assert value == pytest.approx(np.mean(along))


def test_rows_and_columns_count_alike():
    field = brownian_surface(64, 0.4, seed=1)
    for turned in (field.T, -2 * field + 3):
        assert hoelder(turned).first.estimate == pytest.approx(hoelder(field).first.estimate)


def test_a_flat_field_has_no_exponent():
    found = hoelder(np.ones((64, 64)))
    assert np.isnan([found.first.estimate, found.second.estimate, found.ratio, *found.ratio_interval]).all()
    assert found.flat == 128
    assert found.first.samples == 0


def test_paths_of_another_synthesis_measure_alike():
    fbm = pytest.importorskip("fbm")
    np.random.seed(0)  # noqa: NPY002 - that library knows no other
    lines = [fbm.FBM(4095, hurst=0.3, method="daviesharte").fbm() for _ in range(16)]
    found = [hoelder(np.tile(line, (64, 1))).first.estimate for line in lines]
    assert np.mean(found) == pytest.approx(0.3, abs=0.03)
