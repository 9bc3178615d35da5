"""Neutral walks over objectives that are known."""

import math

import numpy as np
import pytest

from agents.layout import Layout, initial
from sim.landscape.rays import rays
from sim.measures.neutrality import NEIGHBOURS, neutral_walks
from sim.statistics.bootstrap import interval

LAYOUT = Layout(hidden=8)
GENOME = initial(LAYOUT, 1, np.random.default_rng(7))[0]
NORM = float(np.linalg.norm(GENOME))
SLOPE = rays(GENOME.astype(float), LAYOUT, 1, np.random.default_rng(8))[0]


def slope(genomes):
    return (genomes - GENOME) @ SLOPE


def walk(objective, **settings):
    defaults = {"step": 0.1, "radius": 0.3, "seed": 0, "walks": 256, "longest": 20}
    return neutral_walks(objective, GENOME, LAYOUT, **{**defaults, **settings})


def test_a_constant_objective_is_neutral_everywhere():
    shares, lengths, distances = walk(lambda genomes: np.zeros(len(genomes)), radius=0, longest=9)
    assert (shares == 1).all()
    assert (lengths == 9).all()
    assert (distances > 0.1).all()


def test_a_slope_is_nowhere_neutral():
    assert not np.concatenate(walk(slope)).any()


def test_beside_a_cliff_half_of_the_neighbours_have_the_same_outcome():
    shares, _, _ = walk(lambda genomes: slope(genomes) > 0, radius=0, longest=2)
    assert shares.mean() == pytest.approx(0.5, abs=5 * 0.5 / math.sqrt(256 * NEIGHBOURS))
    low, high = interval(shares, seed=0)
    assert low < 0.5 < high


def test_neutral_walks_stay_on_their_level_and_move_away():
    shares, lengths, distances = walk(lambda genomes: np.floor(30 * slope(genomes) / NORM**2), step=0.05, walks=32)
    assert 0 < shares.mean() < 1
    assert 0 < lengths.mean() <= 20
    assert (distances <= lengths * 0.05 * 1.0001).all()
    assert ((distances > 0) == (lengths > 0)).all()


def test_the_seed_names_the_walks():
    first, again, other = (
        walk(lambda genomes: np.floor(20 * slope(genomes)), seed=seed, walks=32)[1].tolist() for seed in (1, 1, 2)
    )
    assert first == again != other
