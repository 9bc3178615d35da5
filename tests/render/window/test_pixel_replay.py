import numpy as np
import pytest

from agents.errors import UserError
from render.window.event import Key, Tick
from render.window.play.growing_field import GrowingField
from render.window.play.pixel_replay import RATE, PixelReplay
from sim.landscape.field import open_field
from sim.landscape.function import FunctionObjective
from sim.landscape.landscape import Landscape
from sim.landscape.sweep import sweep
from tests.render.window.waiting import wait_until

SIZE, PALETTE = (600, 560), "inferno"


@pytest.fixture
def replay(slide):
    replay = PixelReplay(GrowingField(slide), (2, 3, 5))
    wait_until(lambda: replay.episode)
    return replay


def test_the_mean_of_the_episodes_in_all_mazes_is_the_value_of_the_pixel(replay):
    eaten = []
    for _ in range(replay.mazes.count):
        wait_until(lambda: replay.episode)
        eaten.append(replay.episode.pellets)
        replay.update(Key("n"))
    assert np.mean(eaten) == replay.value
    assert replay.maze == 0
    replay.update(Key("N"))
    assert replay.maze == replay.mazes.count - 1


def test_the_playback_keys_move_through_the_episode(replay):
    replay.update(Tick(0.5))
    assert replay.playback.position == RATE / 2
    for key, step in ((".", 9.0), (",", 8.0), ("end", float(replay.world.lifetime)), ("home", 0.0)):
        replay.update(Key(key))
        assert replay.playback.position == step
    assert not replay.update(Key("x"))


def test_a_moment_gives_the_same_picture_whenever_it_is_drawn(replay):
    moment = replay.moment(SIZE, PALETTE)
    first = replay.draw(moment)
    assert first.shape == (*SIZE, 3)
    replay.update(Key("end"))
    assert not np.array_equal(replay.draw(replay.moment(SIZE, PALETTE)), first)
    assert np.array_equal(replay.draw(moment), first)


def test_a_picture_that_is_too_small_shows_a_message(replay):
    frame = replay.draw(replay.moment((90, 300), PALETTE))
    assert frame.shape == (90, 300, 3)
    assert frame[35:55, 50:250].max() > 100, "the message in the middle is missing"
    assert frame[:30].max() < 40


def test_a_field_of_a_function_has_no_forager_to_replay(slide, tmp_path):
    def first(genomes):
        return genomes[:, 0]

    landscape = Landscape(open_field(slide).tour, FunctionObjective.of(first))
    field = GrowingField(sweep(landscape, tmp_path / "field.zarr"))
    with pytest.raises(UserError, match="values of a function: there is no forager to replay") as caught:
        PixelReplay(field, (0, 0, 0))
    assert "\n" not in str(caught.value)
