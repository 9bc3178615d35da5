"""The film: all landscapes in step, kept, and swept anew only where something changed."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from render.probe import probe
from render.reel import open_reel
from render.report.maps import Scale
from render.report.slide import SlideConfig, _put_landscape, film, in_step, tour
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
    assert len({reel.objective.mazes for reel in reels}) == 1
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


def test_a_tall_picture_shows_the_map_below_the_land_in_the_colours_of_the_heights():
    heights = np.full((24, 24), 2.0, np.float32)
    heights[:12] = 14.0  # the north
    scale = Scale((0.0, 16.0), "inferno", "pellets")
    frame = np.zeros((400, 300, 3), np.uint8)
    _put_landscape(frame, heights, 225.0, scale)
    side = 400 - 234 - 20
    top, left = 400 - 10 - side, (300 - side) // 2
    for row, colour in (
        (top + side // 4, scale.paint(heights)[0, 0]),
        (top + 3 * side // 4, scale.paint(heights)[-1, -1]),
    ):
        assert frame[row, left + side // 2].astype(int) == pytest.approx(colour.astype(int), abs=40)
    assert (frame[top + side // 2, : left - 1].std(axis=0) < 8).all()  # studio beside it, and no land


def test_land_is_whole_within_its_picture_at_every_swing_of_the_camera():
    heights = np.full((32, 32), 9.0, np.float32)
    for size in ((472, 360), (472, 540)):
        for azimuth in (225 - 26.0, 225.0, 225 + 26.0):
            frame = np.zeros((*size, 3), np.uint8)
            _put_landscape(frame, heights, azimuth, Scale((0.0, 16.0), "inferno", "pellets"))
            for edge in (frame[:, 0], frame[:, -1], frame[0], frame[-1]):
                assert edge.max() < 40  # the studio is darker than any land


def layout(comparison):
    from sim.learning.run import Run

    return Run.open(comparison.contestants[0].run).setting().layout
