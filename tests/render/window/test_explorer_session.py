import pytest

from render.window.explore.explorer_session import ExplorerSession
from render.window.explore.origin import Origin
from render.window.explore.place import Place, Terrain
from sim.rollout.machine import Machine

PLACE = Place(Terrain(lifetime=24, mazes=2))


@pytest.fixture
def session(watched, folder):
    session = ExplorerSession(Origin.open(watched.path, Machine(1)), PLACE, (36, 64))
    yield session
    session.close()


def test_a_terrain_that_cannot_be_is_refused_in_one_line(session):
    assert not session.change_terrain("life", lifetime=0)
    assert session.navigation.terrain == PLACE.terrain
    assert "lifetime" in session.toast.text
    assert "\n" not in session.toast.text


def test_a_changed_terrain_is_looked_at_through_the_same_view(session):
    view = session.navigation.view
    assert session.change_terrain("mazes", mazes=5)
    assert (session.navigation.terrain.mazes, session.navigation.view) == (5, view)
    session.undo()
    assert session.navigation.terrain == PLACE.terrain


def test_a_place_from_a_file_is_looked_at(session):
    place = Place(Terrain(seed=1, lifetime=24, mazes=1), 0.0, 0.0, 0.28125)
    session.return_to(place)
    assert session.navigation.terrain == place.terrain
    assert session.navigation.place.radius == place.radius


def test_an_empty_message_leaves_the_last_one(session):
    session.say("saved")
    session.say("")
    assert session.toast.text == "saved"
