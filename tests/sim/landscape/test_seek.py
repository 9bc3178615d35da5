"""The centre that is found for a zoom has structure around it at every depth."""

import numpy as np

from sim.landscape.function import FunctionObjective
from sim.landscape.plane import Plane, Window
from sim.landscape.seek import seek

PLANE = Plane(np.zeros(2), np.array([1.0, 0.0]), np.array([0.0, 1.0]))


def staircase(genomes):
    """Rings around (0.3, 0.2), the closer the narrower: structure at every depth there, noise nowhere."""
    distance = np.hypot(genomes[:, 0] - 0.3, genomes[:, 1] - 0.2)
    return np.floor(4 * np.log2(np.maximum(distance, 1e-12))).astype(np.int64)


def stripes(genomes):
    return np.floor(1e5 * genomes[:, 0]).astype(np.int64)


def plain(genomes):
    return np.zeros(len(genomes), np.int64)


RINGS = FunctionObjective.of(staircase)


def test_the_centre_is_where_all_octaves_have_structure():
    found = seek(RINGS, PLANE, Window(radius=1.0, shape=(90, 160)), octaves=12)
    assert np.hypot(found.x - 0.3, found.y - 0.2) < 2e-3


def test_only_the_centre_changes_and_it_stays_within_the_window():
    window = Window(radius=0.5, shape=(30, 40))
    found = seek(FunctionObjective.of(stripes), PLANE, window, octaves=10)
    assert (found.radius, found.shape) == (window.radius, window.shape)
    assert abs(found.x) <= 0.5
    assert abs(found.y) <= 0.5


def test_on_a_plain_landscape_the_centre_stays_near_the_middle():
    found = seek(FunctionObjective.of(plain), PLANE, Window(radius=1.0), octaves=20)
    assert abs(found.x) < 0.1
    assert abs(found.y) < 0.1


def test_the_same_objective_gives_the_same_centre():
    window = Window(radius=1.0)
    assert seek(RINGS, PLANE, window, octaves=8) == seek(RINGS, PLANE, window, octaves=8)
