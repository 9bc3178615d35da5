from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from render.palette import PALETTES
from render.studio import metadata
from render.window.explore.painting import ColourSettings
from render.window.explore.place import Place, Terrain
from render.window.explore.sighting import Sighting, read_at, read_sighting, read_text

HOME = Place(Terrain(lifetime=24, mazes=2))
PLACE = Place(Terrain(7, 0.1 + 0.2, -5.5, 31, 3), 1 / 3, -2e-9, 1.2345678901234567e-7)
SEEN = Sighting(PLACE, ColourSettings(PALETTES[2], equalise=False, relief=False))


def test_a_line_of_text_holds_a_sighting_to_the_last_digit():
    assert "\n" not in SEEN.text()
    assert read_text(SEEN.text(), HOME) == SEEN
    assert read_at(SEEN.text(), HOME) == SEEN


def test_what_a_text_lacks_is_as_at_home():
    found = read_text("x=0.25 radius=1e-3", HOME)
    assert found == Sighting(replace(HOME, x=0.25, radius=1e-3), ColourSettings())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no place"),
        ("somewhere", "a place is written as"),
        ("depth=3", "a place is written as"),
        ("x=left", "x of a place is a number, got 'left'"),
        ("mazes=1.5", "a whole number, got '1.5'"),
        ("relief=maybe", "true or false"),
        ("radius=0", "radius of a place"),
        ("x=inf", "finite"),
        ("palette=mud", "palette 'mud'"),
    ],
)
def test_a_text_that_is_no_place_is_refused_in_one_line(text, said):
    with pytest.raises(UserError, match=said) as caught:
        read_text(text, HOME)
    assert "\n" not in str(caught.value)


def picture(path, about):
    from render.animation import write_png

    write_png(np.zeros((4, 4, 3), np.uint8), path, metadata(about))
    return path


def test_a_picture_leads_back_to_its_sighting_and_an_old_one_to_its_place(tmp_path):
    path = picture(tmp_path / "place.png", {"run": "runs/a", **SEEN.table()})
    assert read_at(str(path), HOME) == read_sighting(path) == SEEN
    old = picture(tmp_path / "old.png", {"run": "runs/a", "place": PLACE.table()})
    assert read_sighting(old) == Sighting(PLACE, ColourSettings())


@pytest.mark.parametrize("look", [{"palette": "mud"}, {"relief": 1}, {"shine": True}, 7, {"palette": ["a"]}])
def test_colours_of_another_kind_are_refused(tmp_path, look):
    path = picture(tmp_path / "place.png", {"place": PLACE.table(), "look": look})
    with pytest.raises(UserError, match=r"place\.png"):
        read_sighting(path)


def test_a_tint_of_pixels_that_are_not_known_yet_is_no_part_of_a_sighting():
    assert Sighting(PLACE, ColourSettings(tint=True)).table() == Sighting(PLACE, ColourSettings()).table()
