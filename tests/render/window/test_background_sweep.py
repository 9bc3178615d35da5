import numpy as np
import pytest

from agents.errors import UserError
from render.window.play.background_sweep import COARSE, BackgroundSweep, preview
from render.window.play.growing_field import GrowingField
from sim.landscape.spec import LandscapeSpec, plan
from sim.landscape.sweep import sweep
from sim.rollout.machine import Machine
from tests.render.window.waiting import wait_until


def test_the_field_equals_that_of_a_plain_sweep(watched, tmp_path):
    landscape = plan(watched, LandscapeSpec(frames=3, width=16, height=9, mazes=2))
    background = BackgroundSweep(landscape, tmp_path / "a.zarr", 8, Machine(1))
    background.wait()
    wait_until(lambda: not background.alive)
    assert background.failure == ""
    found, wanted = GrowingField(background.path), GrowingField(sweep(landscape, tmp_path / "b.zarr", tile=8))
    assert found.coverage.complete
    assert all(np.array_equal(found.heights(frame), wanted.heights(frame)) for frame in range(3))


def test_waiting_for_a_sweep_that_fails_raises_its_error(watched, tmp_path):
    landscape = plan(watched, LandscapeSpec(frames=3, width=16, height=9, mazes=2))
    (tmp_path / "file").touch()
    background = BackgroundSweep(landscape, tmp_path / "file" / "a.zarr", 8, Machine(1))
    with pytest.raises(UserError) as caught:
        background.wait()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("tour", ["slide", "zoom", "horizon", "mazes"])
def test_a_preview_samples_the_heights_that_the_sweep_finds(watched, tmp_path, tour):
    config = LandscapeSpec(tour=tour, frames=3, width=48, height=32, mazes=2, tile=48, seek=False, every=6)
    landscape = plan(watched, config)
    sampled = preview(landscape, Machine(1))
    field = GrowingField(sweep(landscape, tmp_path / "field.zarr", machine=Machine(1), tile=48))
    heights = np.stack([field.heights(frame) for frame in range(len(field))])
    assert sampled.shape == (len(field) * (32 // COARSE) * (48 // COARSE),)
    assert heights.min() <= sampled.min() <= sampled.max() <= heights.max() * 1.2 + 1
    assert set(np.unique(sampled * 12) % 1) == {0.0}, "means of one or two mazes"
