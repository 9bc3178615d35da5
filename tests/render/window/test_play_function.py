"""The player on the field of any function, and on a field in which nothing has been swept yet."""

from itertools import product

import numpy as np
import pytest

from render.ticks import short_number
from render.window.event import Key, Pointer, Resize, Tick
from render.window.play.caption import pixel_note
from render.window.play.growing_field import GrowingField
from render.window.play.player import Player
from sim.landscape.function import FunctionObjective
from sim.landscape.landscape import Landscape
from sim.landscape.plane import Plane, Window
from sim.landscape.sweep import prepare, sweep
from sim.landscape.tour import slide, zoom

PLANE, WINDOW = Plane([0, 0, 1], [1, 0, 0], [0, 1, 0]), Window(shape=(9, 16))
TOURS = {"slide": slide(PLANE, WINDOW, [0, 0, 1], 3, 1.0), "zoom": zoom(PLANE, WINDOW, 3)}
LOSS = FunctionObjective.of(lambda genomes: np.sin(5 * genomes[:, 0]) + genomes[:, 2], "loss", "nats")


@pytest.fixture
def playing():
    """A function that opens a player of 320 x 180 on a field; the players are closed in the end."""
    players = []

    def play(path):
        players.append(Player(GrowingField(path)))
        players[-1].panes.landscape.max_wait = 60
        players[-1].update(Resize(320, 180))
        return players[-1]

    yield play
    for player in players:
        player.close()


@pytest.mark.parametrize("tour", TOURS)
def test_a_field_of_a_function_plays_in_every_view(playing, tour, tmp_path):
    player = playing(sweep(Landscape(TOURS[tour], LOSS), tmp_path / "field.zarr", tile=8))
    views = set()
    for _ in range(3):
        player.update(Key("v"))
        player.update(Tick(0.2))
        views.add(player.view.settings.view)
        assert player.draw().std() > 5
    assert views == ({"flat", "land", "dive"} if tour == "zoom" else {"flat", "land"})


def test_its_pixels_have_a_value_in_its_unit_and_no_forager(playing, tmp_path):
    player = playing(sweep(Landscape(TOURS["slide"], LOSS), tmp_path / "field.zarr"))
    player.update(Key("v"))
    player.draw()
    shot = player.view.shot(player.tour.position)
    places = product(range(100, 320, 9), range(60, 180, 9))
    x, y = next((x, y) for x, y in places if player.panes.pixel_at(shot, x, y))
    frame, row, column = player.panes.pixel_at(shot, x, y)
    value = LOSS.evaluate(TOURS["slide"].genome(frame, row, column)[None])[0]
    assert pixel_note(player.field, (frame, row, column))[0] == f"{short_number(value)} nats"
    player.update(Pointer("press", x, y, 1))
    player.update(Pointer("release", x, y, 1))
    assert player.replay is None
    assert "there is no forager to replay" in player.toast.text


def test_a_new_field_is_shown_as_missing(playing, tmp_path):
    prepare(Landscape(TOURS["slide"], LOSS), tmp_path / "field.zarr")
    player = playing(tmp_path / "field.zarr")
    for _ in range(2):
        player.update(Key("v"))
        assert player.draw().shape == (180, 320, 3)
    sweep(Landscape(TOURS["slide"], LOSS), tmp_path / "field.zarr")
    player.update(Tick(0.6))
    assert player.field.coverage.complete
    assert player.draw().std() > 5
