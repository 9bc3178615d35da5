import shutil
from dataclasses import replace

import numpy as np
import pytest

from render.window.play.caption import label, paced, put_mark, put_status, state, told
from render.window.play.growing import Growing
from render.window.playback import Playback


def test_a_pixel_is_told_by_value_and_by_coordinates_in_norms(slide):
    field = Growing(slide)
    value, where, more = told(field, (3, 4, 11))
    assert value.startswith(f"{float(field.heights(3)[4, 11]):g} pellets a maze")
    x, y = field.tour.windows[3].points()[4, 11]
    words = where.replace(",", "").split()
    assert (float(words[1]), float(words[3])) == pytest.approx((x, y), abs=1e-3)
    assert "click" in more


def test_a_finished_field_needs_no_words_and_a_lost_one_does(slide, tmp_path):
    path = shutil.copytree(slide, tmp_path / "field.zarr")
    field = Growing(path)
    assert state(field, sweeping=False) == []
    shutil.rmtree(path)
    field.refresh()
    assert state(field, sweeping=False) == ["the field has been deleted"]


def test_of_a_field_in_the_making_the_share_and_that_colours_may_change_are_told(slide, tmp_path):
    path = shutil.copytree(slide, tmp_path / "field.zarr")
    shutil.rmtree(path / "pellets" / "c" / "4")
    assert state(Growing(path), sweeping=True) == ["sweeping, 80 %, colours so far"]
    assert state(Growing(path), sweeping=False) == ["swept, 80 %, colours so far"]


def test_where_float64_ends_is_on_the_screen_as_long_as_the_film(slide):
    field = Growing(slide)
    field.landscape = replace(field.landscape, tour=replace(field.tour, note="float64 resolves 1e-16 norms here"))
    assert state(field, sweeping=False) == ["float64 resolves 1e-16 norms here"]


def test_labels_count_frames_from_one_and_steps_from_none():
    playback = Playback(7, mode="ping-pong", position=2.4, power=1)
    assert label(playback, 7, life=False) == "3 of 7   x2   ping-pong"
    assert label(Playback(25, mode="loop", position=4.0), 25, life=True).startswith("step 4 of 24")


@pytest.mark.parametrize("place", [(50, 40), (0, 0), (99, 79)])
def test_a_ring_leaves_its_middle_free_and_stays_near(place):
    frame = np.full((80, 100, 3), 90, np.uint8)
    put_mark(frame, place)
    assert (frame[place[1], place[0]] == 90).all()
    rows, columns = np.nonzero((frame != 90).any(-1))
    assert len(rows)
    assert np.hypot(rows - place[1], columns - place[0]).max() < 16


def test_no_status_is_no_ink():
    frame = np.full((200, 300, 3), 90, np.uint8)
    put_status(frame, [])
    assert (frame == 90).all()
    put_status(frame, ["sweeping"])
    assert (frame[:60] != 90).any()
    assert (frame[60:] == 90).all()


def test_what_happens_at_the_end_is_named():
    assert paced(Playback(7, mode="off", power=1)) == "speed x2; at the end: stop"
    assert label(Playback(7, mode="off"), 7, life=False).endswith("stop")
    assert paced(Playback(7, mode="loop")).endswith("loop")
