"""Ruggedness of objectives whose correlation is known."""

import math

import numpy as np
import pytest

from agents.errors import UserError
from agents.layout import Layout, initial
from sim.landscape.rays import rays
from sim.measures.ruggedness import ruggedness

LAYOUT = Layout(hidden=8)
GENOME = initial(LAYOUT, 1, np.random.default_rng(7))[0]
SIZE = float(np.linalg.norm(GENOME))
SLOPE = rays(GENOME.astype(float), LAYOUT, 1, np.random.default_rng(8))[0]


def slope(genomes):
    return (genomes - GENOME) @ SLOPE


def noise(genomes):
    return np.floor(1e9 * np.abs(slope(genomes.astype(np.float64))) % 997)


@pytest.mark.parametrize("step", [0.1, 0.3])
def test_a_slope_is_as_rugged_as_the_walk_forgets(step):
    found = ruggedness(slope, GENOME, LAYOUT, step=step, radius=0.5, seed=0, walks=256)
    # a step of s at radius r keeps 1 / sqrt(1 + (s/r)^2) of where one was
    kept = 1 / math.sqrt(1 + (step / 0.5) ** 2)
    assert found.correlation[0] == pytest.approx(1)
    np.testing.assert_allclose(found.correlation[:6], kept ** np.arange(6), atol=0.06)
    assert found.length == pytest.approx(-1 / math.log(kept), rel=0.2)
    assert found.interval[0] < -1 / math.log(kept) * 1.1
    assert found.interval[0] < found.length < found.interval[1]


def test_noise_has_no_length():
    found = ruggedness(noise, GENOME, LAYOUT, step=0.1, radius=0.5, seed=0)
    assert np.abs(found.correlation[1:]).max() < 5 / math.sqrt(128 * 96)
    assert found.length < 0.4


def test_walks_stay_at_their_radius_and_step_as_told():
    seen = []

    def spy(genomes):
        seen.append(genomes.astype(np.float64))
        return slope(genomes)

    ruggedness(spy, GENOME, LAYOUT, step=0.01, radius=0.5, seed=0, walks=4, steps=40, dtype=np.float64)
    walk = np.array(seen)
    np.testing.assert_allclose(np.linalg.norm(walk - GENOME, axis=2), 0.5 * SIZE)
    np.testing.assert_allclose(np.linalg.norm(np.diff(walk, axis=0), axis=2), 0.01 * SIZE, rtol=0.2)


def test_walks_are_named_by_their_seed():
    first, again, other = (
        ruggedness(
            lambda genomes: np.floor(20 * slope(genomes)), GENOME, LAYOUT, step=0.1, radius=0.3, seed=seed, walks=32
        )
        for seed in (1, 1, 2)
    )
    assert first.length == again.length
    assert first.interval == again.interval
    assert first.length != other.length


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"step": 0}, "step"),
        ({"radius": 0}, "above 0"),
        ({"walks": 1}, "2 walks"),
        ({"lags": 200}, "2 lags"),
    ],
)
def test_bad_settings_are_refused(changed, message):
    with pytest.raises(UserError, match=message):
        ruggedness(slope, GENOME, LAYOUT, **{"step": 0.1, "radius": 0.3, "seed": 0, **changed})


def test_objectives_that_walks_cannot_use_are_refused():
    settings = {"step": 0.1, "radius": 0.3, "seed": 0}
    with pytest.raises(UserError, match="same all along"):
        ruggedness(lambda genomes: np.ones(len(genomes)), GENOME, LAYOUT, **settings)
