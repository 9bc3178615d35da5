import numpy as np
import pytest

from agents.errors import UserError
from render.window.event import Key, Tick
from render.window.play.growing import Growing
from render.window.play.inset import RATE, Inset
from sim.landscape.field import open_field
from sim.landscape.function import FunctionObjective
from sim.landscape.landscape import Landscape
from sim.landscape.sweep import sweep

SIZE, PALETTE = (600, 560), "inferno"


@pytest.fixture
def inset(slide):
    inset = Inset(Growing(slide), (2, 3, 5))
    inset.wait()
    return inset


def test_the_lives_in_all_mazes_together_are_the_pixel(inset):
    eaten = []
    for _ in range(inset.mazes.count):
        eaten.append(inset.wait().pellets)
        inset.update(Key("m"))
    assert np.mean(eaten) == inset.value
    assert inset.maze == 0
    inset.update(Key("M"))
    assert inset.maze == inset.mazes.count - 1


def test_its_life_obeys_the_keys_of_playing(inset):
    inset.update(Tick(0.5))
    assert inset.playback.position == RATE / 2
    for key, step in ((".", 9.0), (",", 8.0), ("end", float(inset.world.lifetime)), ("home", 0.0)):
        inset.update(Key(key))
        assert inset.playback.position == step
    assert not inset.update(Key("x"))


def test_a_moment_is_a_picture_whenever_it_is_drawn(inset):
    moment = inset.moment(SIZE, PALETTE)
    first = inset.draw(moment)
    assert first.shape == (*SIZE, 3)
    inset.update(Key("end"))
    assert not np.array_equal(inset.draw(inset.moment(SIZE, PALETTE)), first)
    assert np.array_equal(inset.draw(moment), first)


def test_too_little_room_is_said(inset):
    frame = inset.draw(inset.moment((90, 300), PALETTE))
    assert frame.shape == (90, 300, 3)
    assert frame[35:55, 50:250].max() > 100, "words in the middle"
    assert frame[:30].max() < 40


def test_a_field_of_a_function_has_no_forager_to_replay(slide, tmp_path):
    def first(genomes):
        return genomes[:, 0]

    landscape = Landscape(open_field(slide).tour, FunctionObjective.of(first))
    field = Growing(sweep(landscape, tmp_path / "field.zarr"))
    with pytest.raises(UserError, match="values of a function: there is no forager to replay") as caught:
        Inset(field, (0, 0, 0))
    assert "\n" not in str(caught.value)
