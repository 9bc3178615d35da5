"""A saved picture is finished, and shows nothing that passes."""

from dataclasses import replace

import numpy as np
import pytest

from render.animation import read_png_metadata
from render.info import info
from render.palette import PALETTES
from render.window.event import Key, Pointer, Resize, Tick
from render.window.explore.explorer import Explorer
from render.window.explore.origin import Origin
from render.window.explore.place import Place, Terrain
from render.window.explore.sighting import read_sighting
from render.window.explore.still import MOST
from sim.rollout.machine import Machine
from tests.render.window.waiting import click, save_picture, settle

SIZE = (180, 320)
PLACE = Place(Terrain(lifetime=24, mazes=2))


@pytest.fixture
def explorer(watched, folder):
    model = Explorer(replace(Origin.open(watched.path, Machine(1)), path=folder), PLACE, SIZE)
    model.update(Resize(SIZE[1], SIZE[0]))
    yield model
    model.close()


def pixels(path):
    from PIL import Image

    return np.asarray(Image.open(path))


def test_a_picture_saved_at_once_is_the_finished_one(explorer, folder):
    early = save_picture(explorer, folder)
    settle(explorer)
    late = save_picture(explorer, folder)
    assert np.array_equal(pixels(early), pixels(late))
    assert info(early)["made_from"]["exact"] is True


def test_note_status_and_progress_are_not_in_it(explorer, folder):
    settle(explorer)
    plain = pixels(save_picture(explorer, folder))
    explorer.update(Key("r"))  # a status line
    explorer.update(Pointer("move", 100, 100))  # a note
    explorer.update(Tick(60.0))
    shown = explorer.draw()
    assert not np.array_equal(shown, plain)
    assert np.array_equal(pixels(save_picture(explorer, folder)), plain)


def test_it_holds_the_picked_forager(explorer, folder):
    click(explorer, 40, 60)
    settle(explorer)
    path = save_picture(explorer, folder)
    width = explorer.session.navigation.view.width
    assert pixels(path).shape == (*SIZE, 3)
    assert pixels(path)[:, width + 2 :].std() > 5


def test_it_is_made_while_the_person_goes_on_and_its_look_is_restored(explorer, folder):
    for key in "pelX":
        explorer.update(Key(key))
    place, colours = explorer.session.navigation.place, explorer.session.colours
    explorer.update(Key("s"))
    explorer.update(Key("z"))
    explorer.update(Key("P"))
    explorer.close()
    (path,) = folder.glob("*.png")
    seen = read_sighting(path)
    assert (seen.place, seen.colours) == (place, colours)
    assert (colours.palette, colours.equalise, colours.relief, place.terrain.lifetime) == (
        PALETTES[1],
        False,
        False,
        12,
    )
    again = Explorer(explorer.session.origin, seen.place, SIZE, seen.colours)
    assert again.session.colours == colours
    assert again.session.navigation.terrain == place.terrain
    again.close()


def test_closing_saves_what_is_known_and_says_so(explorer, folder, capsys):
    explorer.update(Key("m"))
    for _ in range(3):
        explorer.update(Key("s"))
    explorer.close()
    said = capsys.readouterr().err
    assert len(list(folder.glob("*.png"))) == 3
    assert said.count("saved") == 3
    for path in folder.glob("*.png"):
        exact = '"exact": true' in read_png_metadata(path)["made_from"]
        assert exact == (f"{path.name}, before" not in said)


def test_so_many_pictures_may_wait_that_a_window_closes_soon(explorer, folder):
    for _ in range(MOST + 2):
        explorer.update(Key("s"))
    assert "press s again" in explorer.session.toast.text
    explorer.close()
    assert len(list(folder.glob("*.png"))) == MOST
