import shutil

import numpy as np
import pytest

from agents.errors import UserError
from render.window.event import Tick
from render.window.play.player import Player
from render.window.play.source import FOLDER, open_source
from sim.landscape.spec import LandscapeSpec
from sim.rollout.machine import Machine
from tests.render.window.waiting import wait_until

CONFIG = LandscapeSpec(frames=6, width=16, height=9, mazes=2, tile=8)


def test_a_run_is_swept_into_its_folder_and_grows_to_its_end(living):
    run, _ = living
    field, background = open_source(run.path, CONFIG, Machine(1))
    player = Player(field, background)
    wait_until(lambda: field.coverage.complete, lambda: player.update(Tick(0.6)))
    assert player.tour.frames == 6
    player.close()
    assert field.path.parent == run.path / FOLDER
    again, _ = open_source(run.path, CONFIG, Machine(1))
    assert again.path == field.path
    assert np.array_equal(again.heights(5), field.heights(5))
    other, background = open_source(run.path, LandscapeSpec(frames=6, width=16, height=9, mazes=1, tile=8), Machine(1))
    background.stop()
    assert other.path != field.path


def test_a_stopped_sweep_is_continued_the_next_time(living):
    run, _ = living
    wide = LandscapeSpec(frames=200, width=16, height=9, mazes=2, tile=8)
    field, background = open_source(run.path, wide, Machine(1))
    wait_until(lambda: field.coverage.fraction > 0, field.refresh)
    background.stop()
    assert not background.alive
    field.refresh()
    before = field.coverage.fraction
    assert 0 < before < 1
    field, background = open_source(run.path, wide, Machine(1))
    assert field.coverage.fraction >= before
    background.stop()
    assert background.failure == ""


def test_a_path_that_is_neither_run_nor_field_is_refused(tmp_path):
    with pytest.raises(UserError, match="does not exist"):
        open_source(tmp_path / "nothing", CONFIG)


def test_deleting_a_run_ends_its_sweep_with_a_message(living, tmp_path):
    run, _ = living
    wide = LandscapeSpec(frames=400, width=16, height=9, mazes=2, tile=8)
    field, background = open_source(run.path, wide, Machine(1))
    player = Player(field, background)
    wait_until(lambda: field.coverage.by_frame[0] == 1, lambda: player.update(Tick(0.6)))
    before = field.heights(0).copy()
    shutil.rmtree(run.path, ignore_errors=True)
    (field.path / "zarr.json").unlink(missing_ok=True)  # a tile that was just being written may leave it
    wait_until(lambda: player.updates.sweep is None, lambda: player.update(Tick(0.6)))
    assert "was deleted" in player.toast.text
    assert "\n" not in player.toast.text
    assert field.vanished
    assert np.array_equal(field.heights(0), before, equal_nan=True), "the heights are gone"
    assert player.draw().shape == (720, 1280, 3)
    player.close()
