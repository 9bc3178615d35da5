import shutil
from dataclasses import replace

import numpy as np
import pytest

from render.window.play.caption import field_status, pixel_note, position_label, put_mark, put_status, speed_message
from render.window.play.growing_field import GrowingField
from render.window.playback import Playback


def test_the_note_of_a_pixel_has_its_value_and_coordinates(slide):
    field = GrowingField(slide)
    value, where, more = pixel_note(field, (3, 4, 11))
    assert value.startswith(f"{float(field.heights(3)[4, 11]):g} pellets a maze")
    x, y = field.tour.windows[3].points()[4, 11]
    words = where.replace(",", "").split()
    assert (float(words[1]), float(words[3])) == pytest.approx((x, y), abs=1e-3)
    assert "click" in more


def test_a_finished_field_has_no_status_and_a_deleted_one_does(slide, tmp_path):
    path = shutil.copytree(slide, tmp_path / "field.zarr")
    field = GrowingField(path)
    assert field_status(field, sweeping=False) == ()
    shutil.rmtree(path)
    field.refresh()
    assert field_status(field, sweeping=False) == ("the field has been deleted",)


def test_the_status_of_a_growing_field_gives_the_swept_share_and_warns_about_colours(slide, tmp_path):
    path = shutil.copytree(slide, tmp_path / "field.zarr")
    shutil.rmtree(path / "pellets" / "c" / "4")
    assert field_status(GrowingField(path), sweeping=True) == ("sweeping, 80 %, colours so far",)
    assert field_status(GrowingField(path), sweeping=False) == ("swept, 80 %, colours so far",)


def test_the_note_of_the_tour_is_always_in_the_status(slide):
    field = GrowingField(slide)
    field.landscape = replace(field.landscape, tour=replace(field.tour, note="float64 resolves 1e-16 here"))
    assert field_status(field, sweeping=False) == ("float64 resolves 1e-16 here",)


def test_labels_count_frames_from_1_and_steps_from_0():
    playback = Playback(7, mode="ping-pong", position=2.4, power=1)
    assert position_label(playback, 7, replay=False) == "3 of 7   x2   ping-pong"
    assert position_label(Playback(25, mode="loop", position=4.0), 25, replay=True).startswith("step 4 of 24")


@pytest.mark.parametrize("place", [(50, 40), (0, 0), (99, 79)])
def test_a_ring_leaves_its_middle_free_and_is_small(place):
    frame = np.full((80, 100, 3), 90, np.uint8)
    put_mark(frame, place)
    assert (frame[place[1], place[0]] == 90).all()
    rows, columns = np.nonzero((frame != 90).any(-1))
    assert len(rows)
    assert np.hypot(rows - place[1], columns - place[0]).max() < 16


def test_an_empty_status_draws_nothing():
    frame = np.full((200, 300, 3), 90, np.uint8)
    put_status(frame, [])
    assert (frame == 90).all()
    put_status(frame, ["sweeping"])
    assert (frame[:60] != 90).any()
    assert (frame[60:] == 90).all()


def test_labels_and_messages_say_what_happens_at_the_end():
    assert speed_message(Playback(7, mode="off", power=1)) == "speed x2; at the end: stop"
    assert position_label(Playback(7, mode="off"), 7, replay=False).endswith("stop")
    assert speed_message(Playback(7, mode="loop")).endswith("loop")
