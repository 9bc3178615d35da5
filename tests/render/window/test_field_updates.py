import shutil

import numpy as np
import pytest

from render.window.play.field_updates import EVERY, FieldUpdates
from render.window.play.growing_field import GrowingField


class Sweep:
    """A sweep that does nothing by itself."""

    def __init__(self):
        self.preview, self.failure, self.alive, self.stopped = None, "", True, False

    def stop(self):
        self.stopped = True


@pytest.fixture
def path(slide, tmp_path):
    """A field whose last frame has not been swept."""
    path = shutil.copytree(slide, tmp_path / "field.zarr")
    shutil.move(path / "pellets" / "c" / "4", tmp_path / "last")
    return path


def test_new_tiles_are_found_after_a_while(path, tmp_path):
    field = GrowingField(path)
    updates = FieldUpdates(field, None)
    shutil.move(tmp_path / "last", path / "pellets" / "c" / "4")
    updates.tick(EVERY / 2)
    assert not field.coverage.complete
    updates.tick(EVERY / 2)
    assert field.coverage.complete


def test_the_preview_fixes_the_colours(path):
    field, sweep = GrowingField(path), Sweep()
    updates = FieldUpdates(field, sweep)
    updates.tick(0.0)
    assert not field.expected
    sweep.preview = np.array([-7.0, 99.0], np.float32)
    updates.tick(0.0)
    assert field.expected
    assert field.limits == (-7.0, 99.0)


def test_a_failure_is_reported_once(path):
    sweep = Sweep()
    updates = FieldUpdates(GrowingField(path), sweep)
    assert updates.sweeping
    sweep.failure, sweep.alive = "the disk is full", False
    assert updates.tick(EVERY) == "the disk is full"
    assert updates.tick(EVERY) == ""
    assert not updates.sweeping


def test_closing_stops_the_sweep(path):
    sweep = Sweep()
    FieldUpdates(GrowingField(path), sweep).close()
    assert sweep.stopped
    FieldUpdates(GrowingField(path), None).close()
