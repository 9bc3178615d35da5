from dataclasses import replace

import pytest

from render.palette import PALETTES
from render.window.explore.explorer_keys import COMMANDS, SLIDE, TURN
from render.window.explore.explorer_session import ExplorerSession
from render.window.explore.origin import Origin
from render.window.explore.place import MOST_MAZES, Place, Terrain
from render.window.viewport import ARROW
from sim.rollout.machine import Machine
from sim.world.rules import LIFETIME_LIMITS

TERRAIN = Terrain(lifetime=24, mazes=4)
BACK = {"x": "X", "m": "M", "w": "W", "t": "T", "p": "P", "z": "Z", "left": "right", "up": "down", "e": "e", "l": "l"}


@pytest.fixture
def session(watched, folder):
    origin = replace(Origin.open(watched.path, Machine(1)), path=folder)  # bookmarks are stored there
    session = ExplorerSession(origin, Place(TERRAIN, radius=18 / 32), (36, 64))
    yield session
    session.close()


def press(session, keys):
    for key in keys.split():
        COMMANDS[key](session)


@pytest.mark.parametrize(("there", "back"), {**BACK, "i": "i"}.items())
def test_one_key_takes_back_what_its_partner_did(session, there, back):
    before = session.navigation.terrain, session.navigation.view, session.colours
    press(session, there)
    assert (session.navigation.terrain, session.navigation.view, session.colours) != before
    press(session, back)
    assert (session.navigation.terrain, session.navigation.view, session.colours) == before


@pytest.mark.parametrize("key", ["x", "X", "m", "M", "w", "W", "t", "T", "p", "P", "e", "l", "i", "a", "d", "b", "3"])
def test_keys_whose_effect_is_not_visible_at_once_show_a_message(session, key):
    session.toast.text = ""
    press(session, key)
    assert session.toast.text
    assert "\n" not in session.toast.text


def test_keys_change_the_terrain_and_the_view_by_fixed_steps(session):
    press(session, "x m w t d")
    terrain = session.navigation.terrain
    assert (terrain.lifetime, terrain.mazes, terrain.seed) == (48, 8, TERRAIN.seed + 1)
    assert (terrain.third, terrain.turn) == (SLIDE, TURN)
    before = session.navigation.view
    press(session, "right down")
    step = round(ARROW * 36)
    assert session.navigation.view == before.moved(step, step)
    press(session, "p")
    assert session.colours.palette == PALETTES[1]


@pytest.mark.parametrize(("key", "most"), [("x", LIFETIME_LIMITS[1]), ("m", MOST_MAZES), ("X", 1), ("M", 1)])
def test_lifetime_and_mazes_stop_at_their_limits(session, key, most):
    press(session, " ".join([key] * 30))
    reached = session.navigation.terrain.lifetime if key in "xX" else session.navigation.terrain.mazes
    assert reached == most


def test_0_returns_to_the_view_at_the_start_of_a_run(session):
    press(session, "z z right z 0")
    lens, home = session.navigation.lens, session.origin.home()
    assert lens.centre == pytest.approx((home.x, home.y), abs=1e-9)
    assert lens.radius == pytest.approx(home.radius, rel=1e-3)


def test_a_bookmark_leads_back_and_an_empty_slot_shows_a_message(session):
    place = session.navigation.place
    press(session, "b z right")
    assert session.navigation.place != place
    press(session, "1")
    assert session.navigation.place == place
    press(session, "9")
    assert "no bookmark 9" in session.toast.text
