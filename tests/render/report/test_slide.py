"""The film: all landscapes in step, kept, and swept anew only where something changed."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from render.probe import probe
from render.reel import open_reel
from render.report.maps import Scale
from render.report.slide import SlideConfig, film, in_step, tour
from sim.landscape.plane import random_plane
from sim.rollout.machine import Machine

SLIDE = SlideConfig(frames=3, side=16, mazes=2, seconds=0.4, fps=10, size=(240, 480))


@pytest.fixture
def reels(compared, filmed):
    return [open_reel(compared[1] / "film" / f"{at}.zarr") for at in range(3)]


def times(folder):
    return {path: path.stat().st_mtime_ns for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_film_goes_there_and_back_at_its_size(filmed):
    found = probe(filmed[0])
    assert (found["width"], found["height"]) == (480, 240)
    assert found["frames"] == 4 + 7 + 3  # there, held, and back without its ends
    still = np.asarray(Image.open(io.BytesIO(filmed[1])))
    assert still.shape == (240, 480, 3)


def test_all_fields_are_of_the_same_tour_and_mazes_each_around_its_champion(comparison, reels):
    assert len({str(reel.provenance["mazes"]) for reel in reels}) == 1
    for reel, contestant in zip(reels, comparison.contestants, strict=True):
        assert np.array_equal(
            reel.tour.genome(1, 0, 0) - contestant.genome,
            reel.tour.genome(1, 0, 0) - reel.tour.origin[0].astype(np.float32),
        )
        assert reel.tour.values.tolist() == reels[0].tour.values.tolist()


def test_the_slide_passes_through_the_plane_of_the_pictures(comparison):
    contestant = comparison.contestants[0]
    setting_layout = layout(comparison)
    plane = random_plane(contestant.genome, setting_layout, 5)
    middle = tour(contestant, setting_layout, 0.7, 5, SLIDE).plane(1)
    for name in ("origin", "u", "v"):
        assert np.array_equal(getattr(plane, name), getattr(middle, name))


def test_a_finished_film_is_kept(compared, filmed):
    before = times(compared[1])
    film(*compared, machine=Machine(1), config=SLIDE)
    assert times(compared[1]) == before


def test_another_champion_is_swept_anew_and_the_others_are_kept(compared, filmed, tmp_path):
    import shutil

    comparison, out = compared
    shutil.copytree(out, tmp_path / "out")
    before = times(tmp_path / "out" / "film" / "0.zarr")
    other = replace(comparison.contestants[1], genome=comparison.contestants[1].genome * np.float32(1.5))
    changed = replace(comparison, contestants=(comparison.contestants[0], other, comparison.contestants[2]))
    path, still, _ = film(changed, tmp_path / "out", machine=Machine(1), config=SLIDE)
    assert times(tmp_path / "out" / "film" / "0.zarr") == before
    assert open_reel(tmp_path / "out" / "film" / "1.zarr").tour.origin[0] == pytest.approx(other.genome)
    assert still != filmed[1]
    assert path.read_bytes() != filmed[0].read_bytes()


def test_a_damaged_film_is_made_again(compared, filmed, tmp_path):
    import shutil

    comparison, out = compared
    shutil.copytree(out, tmp_path / "out")
    (tmp_path / "out" / "film.mp4").write_bytes(b"no film")
    film(comparison, tmp_path / "out", machine=Machine(1), config=SLIDE)
    assert (tmp_path / "out" / "film.mp4").read_bytes() == filmed[0].read_bytes()


def test_the_same_height_is_painted_alike_in_every_half(comparison, reels):
    same = [reels[0]] * 3
    scene = in_step(comparison, same, Scale((0.0, 16.0), "inferno", "pellets"), SLIDE)
    frame = scene.draw(1)[44:-92]
    third = frame.shape[1] // 3
    assert (frame[:, :third] == frame[:, third : 2 * third]).all()
    assert scene.draw(0).std() > 0


def layout(comparison):
    from sim.run import Run

    return Run.open(comparison.contestants[0].run).setting().layout
