"""Neutrality of objectives that are known."""

import math

import numpy as np
import pytest

from agents.errors import UserError
from agents.layout import Layout, initial
from sim.landscape.rays import rays
from sim.measures.neutrality import neutrality

LAYOUT = Layout(hidden=8)
GENOME = initial(LAYOUT, 1, np.random.default_rng(7))[0]
SIZE = float(np.linalg.norm(GENOME))
SLOPE = rays(GENOME.astype(float), LAYOUT, 1, np.random.default_rng(8))[0]


def slope(genomes):
    return (genomes - GENOME) @ SLOPE


def test_a_plain_is_neutral_throughout():
    found = neutrality(lambda genomes: np.zeros(len(genomes)), GENOME, LAYOUT, step=0.1, radius=0, seed=0, longest=9)
    assert found.share == found.stopped == 1
    assert found.interval == (1, 1)
    assert (found.lengths == 9).all()
    assert (found.distances > 0.1).all()


def test_noise_is_not_neutral():
    found = neutrality(slope, GENOME, LAYOUT, step=0.1, radius=0.3, seed=0)
    assert found.share == found.length == found.stopped == 0
    assert not found.distances.any()


def test_beside_a_cliff_half_of_the_neighbours_are_alike():
    found = neutrality(lambda genomes: slope(genomes) > 0, GENOME, LAYOUT, step=0.1, radius=0, seed=0, longest=2)
    assert found.share == pytest.approx(0.5, abs=5 * 0.5 / math.sqrt(256 * 16))
    assert found.interval[0] < 0.5 < found.interval[1]


def test_neutral_walks_stay_on_their_level_and_lead_away():
    level = {"step": 0.05, "radius": 0.3, "seed": 0, "walks": 32, "longest": 20}
    found = neutrality(lambda genomes: np.floor(30 * slope(genomes) / SIZE**2), GENOME, LAYOUT, **level)
    assert 0 < found.share < 1
    assert 0 < found.length <= 20
    assert (found.distances <= found.lengths * 0.05 * 1.0001).all()
    assert ((found.distances > 0) == (found.lengths > 0)).all()


def test_walks_are_named_by_their_seed():
    first, again, other = (
        neutrality(
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
        ({"step": math.inf}, "step"),
        ({"radius": -1}, "radius"),
        ({"neighbours": 0}, "1 or more"),
    ],
)
def test_bad_settings_are_refused(changed, message):
    with pytest.raises(UserError, match=message):
        neutrality(slope, GENOME, LAYOUT, **{"step": 0.1, "radius": 0.3, "seed": 0, **changed})


def test_objectives_that_walks_cannot_use_are_refused():
    settings = {"step": 0.1, "radius": 0.3, "seed": 0}
    with pytest.raises(UserError, match="one value"):
        neutrality(lambda genomes: np.zeros((len(genomes), 2)), GENOME, LAYOUT, **settings)
