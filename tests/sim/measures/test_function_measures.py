"""Measures that need nothing of a run but what genomes score: what they find of functions whose answers are known."""

import math

import numpy as np
import pytest

from sim.evaluation.evaluation_set import EvaluationSet, mean
from sim.evaluation.subject import read_subject
from sim.known_measures import from_json, listing
from sim.learning.learn import learn
from sim.measures import FunctionMeasure
from sim.measures.half_radius import RADII
from sim.rollout.machine import Machine
from tests.learners import tiny

ONE = Machine(1)
HOME = np.full(20, 0.5, np.float32)  # of norm sqrt(5)
SMALL = {
    "boundary": {"windows": 4, "side": 128, "mazes": 1},
    "half_radius": {"directions": 12, "mazes": 2},
    "neutrality": {"walks": 32, "longest": 4, "radii": [0.1], "mazes": 2},
    "noise_robustness": {"samples": 256, "sigmas": [0.1], "mazes": 2},
    "ruggedness": {"walks": 32, "radii": [0.3], "mazes": 2},
    "uncertainty": {"pairs": 512, "radii": [0.3], "mazes": 2, "lifetimes": [10]},
}


def around(name, function, **settings):
    return from_json({"measure": name, **SMALL[name], **settings}).around(function, HOME, None, 3)


def hill(genomes):
    """A paraboloid: 10 at home, less by the square of the distance in norms."""
    return 10 - ((genomes.astype(np.float64) - HOME) ** 2).sum(axis=1) / 5


def halves(genomes):
    """A plane through genome space parts it in two."""
    return (genomes.astype(np.float64).sum(axis=1) > 10.02).astype(int)


def test_these_measure_functions():
    assert {name for name, kind in listing().items() if issubclass(kind, FunctionMeasure)} == set(SMALL)


@pytest.fixture(scope="module")
def subject():
    return read_subject(learn(tiny("es"), machine=ONE))


@pytest.mark.parametrize("name", ["half_radius", "neutrality", "noise_robustness", "ruggedness"])
def test_of_a_champion_they_measure_the_function_of_its_pellets(subject, name):
    ground = EvaluationSet(subject.world, 5, 4)
    measure = from_json({"measure": name, **SMALL[name]})
    pellets = mean(ground.pellets(subject.layout, ground.mazes(2), ONE))
    found = measure.around(pellets, subject.genome, subject.layout, ground.draws(subject))
    wanted = measure.compute(subject, ground, ONE)
    assert list(found) == list(wanted)
    assert repr(found) == repr(wanted)  # curves hold arrays


def test_uncertainty_of_a_champion_also_sees_lifetimes_and_other_mazes(subject):
    ground = EvaluationSet(subject.world, 5, 4)
    measure = from_json({"measure": "uncertainty", **SMALL["uncertainty"]})
    pellets, seed = ground.pellets(subject.layout, ground.mazes(2), ONE), ground.draws(subject)
    found = measure.around(pellets, subject.genome, subject.layout, seed)
    wanted = measure.compute(subject, ground, ONE)
    assert set(wanted) - set(found) == {
        "uncertainty_0.3_10", "uncertainty_0.3_10_points", "by_lifetime", "uncertainty_other",
        "uncertainty_other_points",
    }  # fmt: skip
    assert all(repr(found[slot]) == repr(wanted[slot]) for slot in found)


def test_half_of_a_hill_is_lost_where_it_is_half_as_high():
    found = around("half_radius", hill)
    assert found["half_radius"].value == RADII[math.sqrt(5) < RADII][0]
    assert found["half_radius_weights"].value == pytest.approx(math.sqrt(5) * found["half_radius"].value)
    assert found["censored"].value == 0


def test_what_has_no_half_says_so():
    found = around("half_radius", lambda genomes: hill(genomes) - 11)
    assert found["half_radius"].value is None
    assert "not above 0" in found["half_radius"].note


def test_a_plain_has_like_neighbours_and_a_slope_has_none():
    assert around("neutrality", lambda genomes: np.zeros(len(genomes)))["neutrality_0.1"].value == 100
    assert around("neutrality", lambda genomes: genomes.sum(axis=1, dtype=float))["neutrality_0.1"].value == 0


def test_noise_takes_off_a_hill_what_its_curvature_says():
    """E of the square of the distance is 20 sigma^2, in units of 5."""
    left = around("noise_robustness", hill)["left_0.1"]
    assert left.low < 100 * (10 - 20 * 0.1**2 / 5) / 10 < left.high


def test_walks_on_a_slope_forget_slower_than_walks_on_dust():
    def dust(genomes):
        return np.modf(np.abs(genomes.sum(axis=1, dtype=np.float64)) * 1e7)[0]

    slope = around("ruggedness", lambda genomes: genomes.sum(axis=1, dtype=float))["ruggedness_0.3"]
    assert slope.low > 10
    assert around("ruggedness", dust)["ruggedness_0.3"].high < 1


def test_a_plane_that_parts_space_is_smooth():
    assert around("uncertainty", halves, pairs=8192)["uncertainty_0.3"].value == pytest.approx(1, abs=0.15)
    assert "uncertainty_bowl" in around("uncertainty", halves)
    assert set(around("uncertainty", halves, others=False)) == set(around("uncertainty", halves))


def test_a_plane_that_parts_space_has_straight_boundaries():
    found = around("boundary", halves, centre=1e-6, radius=0.1)
    assert found["boundary"].value == pytest.approx(1, abs=0.02)
    assert found["lines"].value == pytest.approx(0, abs=0.05)
    assert {slot.removesuffix("_points") for slot in found} == {"boundary", "lines", "boundary_bowl", "lines_bowl"}
