import json

import numpy as np
import pytest

from agents.errors import UserError
from render.info import info
from render.video import VideoConfig
from render.window.event import Key, Tick
from render.window.explore.camera_path import camera_path
from render.window.explore.explorer import Explorer
from render.window.explore.journey_film import JourneyFilmer, read_journey, refilm
from render.window.explore.origin import Origin
from render.window.explore.painting import ColourSettings
from render.window.explore.place import Place, Terrain
from render.window.explore.tile_worker import compute
from render.window.explore.tiles import TileCache
from render.window.explore.view import View
from sim.rollout.machine import Machine
from tests.render.window.waiting import wait_until

TERRAIN = Terrain(lifetime=24, mazes=2)
PLACES = [
    Place(TERRAIN, 0.0, 0.0, 0.5),
    Place(TERRAIN, 0.1, -0.05, 0.05),
    Place(Terrain(1, lifetime=24, mazes=1), radius=0.5),
]


@pytest.fixture
def origin(watched):
    return Origin.open(watched.path, Machine(1))


def test_frames_do_not_depend_on_the_tiles_that_were_known_before(origin):
    fresh = list(JourneyFilmer(origin.sampler, TileCache(), ColourSettings(), (45, 80)).frames(PLACES[:2], 4))
    tiles = TileCache()
    sampler, grid = origin.sampler(TERRAIN), tiles.grid(TERRAIN, View.of(0, 0, 0.5, (45, 80)))
    for tile in (tile for row in grid for tile in row):
        compute(sampler, [(tile, tile.missing(1))])
    known = list(JourneyFilmer(origin.sampler, tiles, ColourSettings(), (45, 80)).frames(PLACES[:2], 4))
    assert np.array_equal(fresh, known)
    assert len(fresh) == len(camera_path(PLACES[:2], 4))


def test_a_recorded_journey_is_filmed_and_filmed_again_at_another_size(origin, folder):
    model = Explorer(origin, Place(TERRAIN), (180, 320))
    for key in ("r", "z", "r"):
        model.update(Key(key))
        model.update(Tick(1.0))
    wait_until(lambda: "saved" in model.session.toast.text, lambda: model.update(Tick(0.1)))
    model.close()
    (film,) = folder.glob("*.mp4")
    places = read_journey(film)
    assert [place.radius for place in places] == [0.703125, 0.3515625]
    refilm(origin, film, folder / "again.mp4", VideoConfig(resolution=(240, 136), fps=4))
    assert info(folder / "again.mp4")["width"] == 240
    assert read_journey(folder / "again.mp4") == places


def test_a_file_without_a_journey_is_refused(tmp_path):
    (tmp_path / "other.json").write_text(json.dumps([1]))
    with pytest.raises(UserError, match="journey"):
        read_journey(tmp_path / "other.json")
