from itertools import pairwise

import numpy as np
import pytest

from agents.errors import UserError
from render.window.explore.camera_path import camera_path
from render.window.explore.place import Place, Terrain

TERRAIN = Terrain(lifetime=24, mazes=2)
OTHER = Terrain(1, lifetime=24, mazes=1)
PLACES = [Place(TERRAIN, 0.0, 0.0, 0.5), Place(TERRAIN, 0.1, -0.05, 0.05), Place(OTHER, radius=0.5)]


def test_a_path_begins_at_the_first_place_ends_at_the_last_and_never_jumps():
    moments = camera_path(PLACES, 30)
    assert (moments[0].place, moments[-1].place) == (PLACES[0], PLACES[-1])
    pairs = [(a.place, b.place) for a, b in pairwise(moments) if a.place.terrain == b.place.terrain]
    steps = [abs(np.log2(b.radius / a.radius)) for a, b in pairs]
    assert max(steps) < 0.2
    assert any(moment.towards for moment in moments)
    with pytest.raises(UserError, match="place"):
        camera_path([], 30)


def octaves(moments):
    """How many octaves closer each moment is than the one before."""
    return -np.diff(np.log2([moment.place.radius for moment in moments]))


def test_a_dive_passes_places_without_a_stop():
    """Between the ramps the speed is constant; a film that stopped in each place would have a speed of 0 there."""
    speed = octaves(camera_path([Place(TERRAIN, radius=0.5 / 2**k) for k in range(6)], 30))
    middle = speed[len(speed) // 4 : -len(speed) // 4]
    assert middle.min() > 0
    assert middle.max() < 1.01 * middle.min()
    assert speed.sum() == pytest.approx(5)
    assert abs(np.diff(speed)).max() < 0.1 * speed.max()


def test_a_film_stops_where_it_turns_and_where_the_terrain_changes():
    radii = [0.5, 0.25, 0.125, 0.25]
    speed = octaves(camera_path([Place(TERRAIN, radius=radius) for radius in radii], 30))
    turn = int((speed > 0).nonzero()[0].max())
    assert abs(speed[turn - 1 : turn + 3]).max() < 0.2 * speed.max()
    moments = camera_path([Place(TERRAIN, radius=0.5), Place(TERRAIN, radius=0.25), Place(OTHER, radius=0.25)], 30)
    dissolving = [moment.place.radius for moment in moments if moment.towards]
    assert set(dissolving) == {0.25}
