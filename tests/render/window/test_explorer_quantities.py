"""Quantities in the explorer: each settles in the heights of a sweep, and a place remembers which one it shows."""

from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from render.categories import CATEGORIES, MOST, category_numbers
from render.palette import colour
from render.window.event import Key, Resize, Wheel
from render.window.explore.explorer import Explorer
from render.window.explore.journey_film import JourneyFilmer
from render.window.explore.origin import Origin
from render.window.explore.painting import ColourSettings
from render.window.explore.panel_contents import panel_contents
from render.window.explore.place import Place, Terrain
from render.window.explore.tiles import SIDE, UNKNOWN, TileCache, interpolate
from sim.landscape.sampling import sample
from sim.landscape.score import ExpectedReturn
from sim.rollout.machine import Machine
from sim.rollout.quantities import NAMES
from tests.render.window.waiting import settle

SIZE = (90, 160)
SMALL = Place(Terrain(lifetime=24, mazes=2))


@pytest.fixture(scope="module")
def origin(unevolved) -> Origin:
    return Origin.open(unevolved, Machine(1))


def test_the_key_goes_through_all_quantities_and_each_settles_in_the_heights_of_a_sweep(origin):
    model = Explorer(origin, SMALL, SIZE)
    try:
        model.update(Resize(SIZE[1], SIZE[0]))
        session = model.session
        for number, name in enumerate((*NAMES[1:], NAMES[0])):
            model.update(Key("u"))
            model.update(Wheel(31, 40, -1 if number % 2 else 1))
            settle(model)
            navigation, painting = session.navigation, session.pipeline.painting
            assert navigation.terrain.quantity == navigation.place.table()["quantity"] == name
            wanted = sample(navigation.sampler.objective, navigation.sampler.plane, navigation.view.window)
            assert wanted.std() > 0
            if name in ("end", "path"):
                np.testing.assert_array_equal(painting.heights, category_numbers(wanted))
                np.testing.assert_array_equal(np.abs(painting.frame.astype(int) - _hues(wanted)).max() < 8, True)
            else:
                np.testing.assert_array_equal(painting.heights, (wanted / 2).astype(np.float32))
            assert panel_contents(session, (50, 50), with_note=True).overlay.note[0]
        model.update(Key("U"))
        assert session.navigation.terrain.quantity == NAMES[-1]
    finally:
        model.close()


def _hues(hashes):
    return colour(category_numbers(hashes), CATEGORIES, (0.0, MOST)).astype(int)


def test_a_place_from_before_there_were_quantities_shows_pellets():
    table = SMALL.table()
    assert table.pop("quantity") == "pellets"
    assert Place.of(table, "old.png") == SMALL
    tempo = replace(SMALL, terrain=replace(SMALL.terrain, quantity="tempo"))
    assert Place.of(tempo.table(), "new.png") == tempo
    with pytest.raises(UserError, match="quantity of a place must be one of"):
        Place.of({**table, "quantity": "hunger"}, "other.png")


def test_other_objectives_have_no_quantities(origin):
    returns = replace(origin, objective=replace(origin.objective, score=ExpectedReturn(2)))
    with pytest.raises(UserError, match="only greedy play has a tempo"):
        returns.sampler(replace(SMALL.terrain, quantity="tempo"))


def test_between_known_categories_there_is_never_a_third_one():
    heights = np.full((SIDE, SIDE), UNKNOWN)
    heights[::8, ::8] = np.random.default_rng(0).integers(0, 3, (8, 8))
    assert set(np.unique(interpolate(heights, categorical=True))) == {0.0, 1.0, 2.0}
    assert len(np.unique(interpolate(heights))) > 3


def test_a_journey_through_two_quantities_has_the_colours_of_each(origin):
    places = [replace(SMALL, terrain=replace(SMALL.terrain, quantity=name)) for name in ("pellets", "path")]
    frames = list(JourneyFilmer(origin.sampler, TileCache(), ColourSettings(), (120, 160)).frames(places, 2.0))
    assert len(frames) >= 3
    assert (frames[0] != frames[-1]).any()
