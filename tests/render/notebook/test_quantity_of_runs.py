"""The Python interface shows other quantities of a run and of a genome, and refuses unknown ones in one line."""

import numpy as np
import pytest

import foragescape as fs
from agents.errors import UserError
from agents.layout import initial
from agents.randomness import generator
from sim.landscape.score import Observed
from sim.rollout.machine import Machine
from sim.world.rules import World

WORLD = World(lifetime=20)
LAYOUT = WORLD.layout(hidden=4)
GENOME = fs.Genome(3 * initial(LAYOUT, 1, generator(1, "test"))[0], LAYOUT, {})
ONE = Machine(1)


def test_a_genome_shows_the_quantity_that_is_asked_for():
    field = fs.landscape(GENOME, shape=(6, 8), world=WORLD, mazes=2, quantity="divergence", machine=ONE)
    assert field.objective.score == Observed(("divergence",))
    assert field.heights.shape == (6, 8)
    assert 1 <= field.heights.min() < field.heights.max() <= 21
    assert field.to_xarray().attrs["units"] == "steps per maze"
    paths = fs.landscape(GENOME, shape=(6, 8), world=WORLD, mazes=2, quantity="path", machine=ONE)
    assert paths.heights.dtype == np.int32
    assert paths._repr_png_().startswith(b"\x89PNG")
    with pytest.raises(UserError, match="quantity must be one of"):
        fs.landscape(GENOME, shape=(6, 8), world=WORLD, quantity="hunger", machine=ONE)
