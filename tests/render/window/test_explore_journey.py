import json
from itertools import pairwise

import numpy as np
import pytest

from agents.errors import UserError
from render.info import info
from render.video import VideoConfig
from render.window.event import Key, Tick
from render.window.explore.explorer import Explorer
from render.window.explore.journey import Filmer, path, read_journey, refilm
from render.window.explore.painter import Look
from render.window.explore.place import Land, Origin, Place
from render.window.explore.tiles import Tiles
from render.window.explore.view import View
from render.window.explore.worker import compute
from sim.rollout.machine import Machine

LAND = Land(lifetime=24, mazes=2)
PLACES = [Place(LAND, 0.0, 0.0, 0.5), Place(LAND, 0.1, -0.05, 0.05), Place(Land(1, lifetime=24, mazes=1), radius=0.5)]


@pytest.fixture
def origin(watched):
    return Origin.open(watched.path, Machine(1))


def test_a_path_begins_and_ends_at_rest_and_leaps_nowhere():
    moments = path(PLACES, 30)
    assert (moments[0].place, moments[-1].place) == (PLACES[0], PLACES[-1])
    steps = [
        abs(np.log2(b.place.radius / a.place.radius)) for a, b in pairwise(moments) if a.place.land == b.place.land
    ]
    assert max(steps) < 0.2
    assert any(moment.towards for moment in moments)
    with pytest.raises(UserError, match="place"):
        path([], 30)


def octaves(moments):
    """How many octaves closer each moment is than the one before."""
    return -np.diff(np.log2([moment.place.radius for moment in moments]))


def test_a_dive_through_places_goes_on_where_it_passes_them_by():
    """By steady legs, the middle of the film has one speed; a film that halted in each place had a speed of 0 there."""
    speed = octaves(path([Place(LAND, radius=0.5 / 2**k) for k in range(6)], 30))
    middle = speed[len(speed) // 4 : -len(speed) // 4]
    assert middle.min() > 0
    assert middle.max() < 1.01 * middle.min()
    assert speed.sum() == pytest.approx(5)
    assert abs(np.diff(speed)).max() < 0.1 * speed.max()


def test_a_film_halts_where_it_turns_and_where_the_land_changes():
    radii = [0.5, 0.25, 0.125, 0.25]
    speed = octaves(path([Place(LAND, radius=radius) for radius in radii], 30))
    turn = int((speed > 0).nonzero()[0].max())
    assert abs(speed[turn - 1 : turn + 3]).max() < 0.2 * speed.max()
    lands = [Place(LAND, radius=0.5), Place(LAND, radius=0.25), Place(Land(1, lifetime=24, mazes=1), radius=0.25)]
    moments = path(lands, 30)
    dissolving = [moment.place.radius for moment in moments if moment.towards]
    assert set(dissolving) == {0.25}


def test_frames_do_not_depend_on_what_was_known_before(origin):
    fresh = list(Filmer(origin.ground, Tiles(), Look(), (45, 80)).frames(PLACES[:2], 4))
    tiles = Tiles()
    ground, grid = origin.ground(LAND), tiles.grid(LAND, View.of(0, 0, 0.5, (45, 80)))
    for tile in (tile for row in grid for tile in row):
        compute(ground, [(tile, tile.missing(1))])
    known = list(Filmer(origin.ground, tiles, Look(), (45, 80)).frames(PLACES[:2], 4))
    assert np.array_equal(fresh, known)
    assert len(fresh) == len(path(PLACES[:2], 4))


def test_a_recorded_journey_is_filmed_and_filmed_again_at_another_size(origin, tmp_path):
    model = Explorer(origin, Place(LAND), (180, 320), tmp_path)
    for key in ("r", "z", "r"):
        model.update(Key(key))
        model.update(Tick(1.0))
    model.visit.film._thread.join(30)
    model.update(Tick(0.1))
    assert "saved" in model.visit.toast.text
    model.close()
    (film,) = tmp_path.glob("*.mp4")
    places = read_journey(film)
    assert [place.radius for place in places] == [0.703125, 0.3515625]
    refilm(origin, film, tmp_path / "again.mp4", VideoConfig(resolution=(240, 136), fps=4))
    assert info(tmp_path / "again.mp4")["width"] == 240
    assert read_journey(tmp_path / "again.mp4") == places


def test_of_a_film_that_closing_cuts_short_the_places_are_kept(origin, tmp_path):
    model = Explorer(origin, Place(Land(lifetime=2000, mazes=32)), (180, 320), tmp_path)
    for key in ("r", "z", "r"):
        model.update(Key(key))
    model.close()
    (kept,) = tmp_path.glob("*.json")
    assert len(read_journey(kept)) == 2
    assert not list(tmp_path.glob("*.mp4"))
    assert not list(tmp_path.glob(".*"))


def test_what_tells_no_journey_is_refused(tmp_path):
    (tmp_path / "other.json").write_text(json.dumps([1]))
    with pytest.raises(UserError, match="journey"):
        read_journey(tmp_path / "other.json")
