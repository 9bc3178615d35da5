import pytest

from render.window.explore.journey_film import read_journey
from render.window.explore.journey_recorder import RESTED, JourneyRecorder
from render.window.explore.origin import Origin
from render.window.explore.painting import ColourSettings
from render.window.explore.place import Place, Terrain
from render.window.explore.tiles import TileCache
from sim.rollout.machine import Machine

PLACES = [Place(Terrain(lifetime=24, mazes=2), radius=radius) for radius in (0.5, 0.25, 0.125)]


@pytest.fixture
def recorder(watched, folder):
    recorder = JourneyRecorder(Origin.open(watched.path, Machine(1)), TileCache())
    yield recorder
    recorder.close()


def test_only_places_of_rest_are_noted(recorder):
    recorder.toggle(PLACES[0], ColourSettings())
    recorder.moved()
    recorder.tick(RESTED / 4, PLACES[1])
    recorder.moved()
    for _ in range(2):
        recorder.tick(2 * RESTED, PLACES[2])
    assert recorder.places == [PLACES[0], PLACES[2]]


def test_nothing_is_noted_before_the_recording_starts(recorder):
    assert recorder.tick(2 * RESTED, PLACES[0]) == ""
    assert recorder.places is None


def test_an_unfinished_film_leaves_its_places(watched, folder):
    recorder = JourneyRecorder(Origin.open(watched.path, Machine(1)), TileCache())
    far = Place(Terrain(lifetime=2000, mazes=32))
    recorder.toggle(far, ColourSettings())
    assert "2 places" in recorder.toggle(Place(far.terrain, radius=0.2), ColourSettings())
    assert "wait" in recorder.toggle(far, ColourSettings())
    recorder.close()
    (kept,) = folder.glob("*.json")
    assert len(read_journey(kept)) == 2
    assert not list(folder.glob("*.mp4"))
    assert not list(folder.glob(".*"))
