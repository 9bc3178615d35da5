from dataclasses import replace

import pytest

from render.palette import PALETTES
from render.window.explore.explorer_keys import COMMANDS, PAN, SLIDE, TURN
from render.window.explore.place import MOST_MAZES, Land, Origin, Place
from render.window.explore.visit import Visit
from sim.rollout.machine import Machine
from sim.world.rules import LIFETIME_LIMITS

LAND = Land(lifetime=24, mazes=4)
BACK = {"]": "[", "m": "M", "w": "W", "t": "T", "p": "P", "z": "Z", "left": "right", "up": "down", "e": "e", "l": "l"}


@pytest.fixture
def visit(watched, tmp_path):
    origin = replace(Origin.open(watched.path, Machine(1)), path=tmp_path)  # bookmarks are kept there
    visit = Visit(origin, Place(LAND), (36, 64), tmp_path)
    yield visit
    visit.close()


def press(visit, keys):
    for key in keys.split():
        COMMANDS[key](visit)


@pytest.mark.parametrize(("there", "back"), {**BACK, "g": "g"}.items())
def test_what_a_key_does_its_partner_takes_back(visit, there, back):
    before = visit.land, visit.view, visit.look
    press(visit, there)
    assert (visit.land, visit.view, visit.look) != before
    press(visit, back)
    assert (visit.land, visit.view, visit.look) == before


@pytest.mark.parametrize("key", ["]", "[", "m", "M", "w", "W", "t", "T", "p", "P", "e", "l", "g", "a", "d", "b", "3"])
def test_what_cannot_be_seen_at_once_is_said(visit, key):
    visit.toast.text = ""
    press(visit, key)
    assert visit.toast.text
    assert "\n" not in visit.toast.text


def test_keys_change_what_they_are_for_by_as_much_as_is_told(visit):
    press(visit, "] m w t d")
    assert (visit.land.lifetime, visit.land.mazes, visit.land.seed) == (48, 8, LAND.seed + 1)
    assert (visit.land.third, visit.land.turn) == (SLIDE, TURN)
    before = visit.view
    press(visit, "right down")
    step = round(PAN * 36)
    assert visit.view == before.moved(step, step)
    press(visit, "p")
    assert visit.look.palette == PALETTES[1]


@pytest.mark.parametrize(("key", "most"), [("]", LIFETIME_LIMITS[1]), ("m", MOST_MAZES), ("[", 1), ("M", 1)])
def test_limits_are_reached_and_kept(visit, key, most):
    press(visit, " ".join([key] * 30))
    reached = visit.land.lifetime if key in "[]" else visit.land.mazes
    assert reached == most


def test_all_of_it_again(visit):
    home = visit.view
    press(visit, "z z right z 0")
    assert visit.view == home


def test_a_bookmark_leads_back_and_one_that_is_not_set_says_so(visit):
    place = visit.place
    press(visit, "b z right")
    assert visit.place != place
    press(visit, "1")
    assert visit.place == place
    press(visit, "9")
    assert "no bookmark 9" in visit.toast.text
