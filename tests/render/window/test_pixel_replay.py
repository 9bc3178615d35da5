import numpy as np
import pytest

from agents.errors import UserError
from render.window.event import Key, Tick
from render.window.play.growing_field import GrowingField
from render.window.play.pixel_replay import RATE, PixelReplay
from sim.landscape.field import open_field
from sim.landscape.function import FunctionObjective
from sim.landscape.landscape import Landscape
from sim.landscape.spec import LandscapeSpec, plan
from sim.landscape.sweep import sweep
from sim.rollout.machine import Machine
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


def test_a_picture_that_is_small_shows_the_maze_alone_or_a_message(replay):
    frame = replay.draw(replay.moment((50, 300), PALETTE))
    assert frame.shape == (50, 300, 3)
    assert frame[15:35, 50:250].max() > 100, "the message in the middle is missing"
    assert frame[:10].max() < 40


def test_a_replay_of_a_growing_lifetime_lives_as_long_as_its_frame_says(watched, tmp_path):
    """Its episode, its value and its caption are of one lifetime."""
    landscape = plan(watched, LandscapeSpec(tour="horizon", every=6, width=16, height=9, mazes=2))
    field = GrowingField(sweep(landscape, tmp_path / "horizon.zarr", machine=Machine(1), tile=16))
    steps = [field.lifetime(frame) for frame in range(len(field))]
    assert steps == field.tour.axis.values.tolist()
    assert len(set(steps)) > 2
    for frame in (0, len(field) - 1):
        replay, eaten = PixelReplay(field, (frame, 3, 5)), []
        for _ in range(replay.count):
            wait_until(lambda replay=replay: replay.episode)
            assert len(replay.episode.actions) == replay.world.lifetime == steps[frame]
            eaten.append(replay.episode.pellets)
            replay.update(Key("n"))
        assert np.mean(eaten) == replay.value
        assert replay.playback.frames == steps[frame] + 1


def test_a_field_of_a_function_has_no_forager_to_replay(slide, tmp_path):
    def first(genomes):
        return genomes[:, 0]

    landscape = Landscape(open_field(slide).tour, FunctionObjective.of(first))
    field = GrowingField(sweep(landscape, tmp_path / "field.zarr"))
    with pytest.raises(UserError, match="values of a function: there is no forager to replay") as caught:
        PixelReplay(field, (0, 0, 0))
    assert "\n" not in str(caught.value)
