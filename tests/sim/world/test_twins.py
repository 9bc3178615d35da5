"""Twins in mazes: a change of signs eats the same pellets; a permutation may not, as it rounds in another order."""

from typing import get_args

import numpy as np
import pytest

from agents.layout import Cell, initial
from agents.network.symmetry import Symmetry, draw, twin
from sim.rollout import play
from sim.world.maze import carve
from sim.world.rules import World

WORLD = World()
MAZES = carve(WORLD.maze, 32, seed=0, split="train")
CELLS = get_args(Cell)


def genomes_of(layout):
    genomes = initial(layout, 24, np.random.default_rng(0))
    return genomes + np.float32(0.3) * np.random.default_rng(1).standard_normal(genomes.shape, np.float32)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("cell", CELLS)
def test_a_change_of_signs_eats_the_same_pellets(cell, kind):
    layout = WORLD.layout(cell)
    genomes = genomes_of(layout).astype(kind)
    change = Symmetry(np.arange(16), draw(layout, 3).signs)
    twins = twin(genomes, layout, change)
    assert (twins != genomes).any(axis=1).all()
    np.testing.assert_array_equal(play(twins, layout, MAZES, WORLD), play(genomes, layout, MAZES, WORLD))


@pytest.mark.parametrize("cell", CELLS)
def test_a_permutation_eats_the_same_except_after_rare_roundings(cell):
    layout = WORLD.layout(cell)
    genomes, change = genomes_of(layout), draw(layout, 3)
    moved = Symmetry(change.permutation, np.ones(16, np.int8))
    share = {}
    for kind in (np.float32, np.float64):
        pellets = play(genomes.astype(kind), layout, MAZES, WORLD).astype(np.float64)
        others = play(twin(genomes.astype(kind), layout, moved), layout, MAZES, WORLD)
        share[kind] = (others == pellets).mean()
        difference = (others - pellets).ravel()
        assert abs(difference.mean()) <= 4 * difference.std() / np.sqrt(difference.size)
    assert share[np.float32] > 0.9
    assert share[np.float64] > 0.999
