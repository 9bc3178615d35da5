import shutil
import time

import numpy as np
import pytest

from agents.errors import UserError
from render.window.event import Tick
from render.window.play.growing import Growing
from render.window.play.player import Player
from render.window.play.source import COARSE, FOLDER, glance, open_source
from sim.landscape.spec import LandscapeSpec, plan
from sim.landscape.sweep import sweep
from sim.rollout.machine import Machine

CONFIG = LandscapeSpec(frames=6, width=16, height=9, mazes=2, tile=8)


def test_a_run_is_swept_into_its_folder_and_grows_to_its_end(living):
    run, _ = living
    field, sweeping = open_source(run.path, CONFIG, Machine(1))
    player = Player(field, sweeping)
    end = time.monotonic() + 30
    while not field.complete and time.monotonic() < end:
        player.update(Tick(0.6))
        time.sleep(0.01)
    assert field.complete
    assert player.tour.frames == 6
    player.close()
    assert field.path.parent == run.path / FOLDER
    again, _ = open_source(run.path, CONFIG, Machine(1))
    assert again.path == field.path
    assert np.array_equal(again.heights(5), field.heights(5))
    other, sweeping = open_source(run.path, LandscapeSpec(frames=6, width=16, height=9, mazes=1, tile=8), Machine(1))
    sweeping.stop()
    assert other.path != field.path


def test_a_sweep_that_is_stopped_goes_on_the_next_time(living):
    run, _ = living
    wide = LandscapeSpec(frames=200, width=16, height=9, mazes=2, tile=8)
    field, sweeping = open_source(run.path, wide, Machine(1))
    sweeping.stop()
    assert not sweeping.alive
    field.refresh()
    before = field.share
    assert 0 < before < 1
    field, sweeping = open_source(run.path, wide, Machine(1))
    assert field.share >= before
    sweeping.stop()
    assert sweeping.failure == ""


def test_what_is_neither_run_nor_field_is_refused(tmp_path):
    with pytest.raises(UserError, match="does not exist"):
        open_source(tmp_path / "nothing", CONFIG)


def test_a_run_that_is_deleted_while_it_is_swept_ends_the_sweep_and_is_told(living, tmp_path):
    run, _ = living
    wide = LandscapeSpec(frames=400, width=16, height=9, mazes=2, tile=8)
    field, sweeping = open_source(run.path, wide, Machine(1))
    player = Player(field, sweeping)
    player.update(Tick(0.6))
    seen = field.heights(0).copy()
    shutil.rmtree(run.path, ignore_errors=True)
    (field.path / "zarr.json").unlink(missing_ok=True)  # what a tile that was just being written may leave
    end = time.monotonic() + 20
    while player.sweeping is not None and time.monotonic() < end:
        player.update(Tick(0.6))
        time.sleep(0.01)
    assert "was deleted" in player.toast.text
    assert "\n" not in player.toast.text
    assert field.vanished
    assert np.array_equal(field.heights(0), seen, equal_nan=True), "what was seen goes on"
    assert player.draw().shape == (720, 1280, 3)
    player.close()


@pytest.mark.parametrize("tour", ["slide", "zoom", "horizon", "mazes"])
def test_a_glance_is_of_the_heights_that_the_sweep_will_find(watched, tmp_path, tour):
    config = LandscapeSpec(tour=tour, frames=3, width=48, height=32, mazes=2, tile=48, seek=False, every=6)
    landscape = plan(watched, config)
    seen = glance(landscape, Machine(1))
    field = Growing(sweep(landscape, tmp_path / "field.zarr", machine=Machine(1), tile=48))
    heights = np.stack([field.heights(frame) for frame in range(len(field))])
    assert seen.shape == (len(field) * (32 // COARSE) * (48 // COARSE),)
    assert heights.min() <= seen.min() <= seen.max() <= heights.max() * 1.2 + 1
    assert set(np.unique(seen * 12) % 1) == {0.0}, "means of one or two mazes"
