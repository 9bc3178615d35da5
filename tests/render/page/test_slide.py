"""The film: all landscapes along one tour, kept, and swept again only if something changed."""

import io
import shutil
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from render.page import slide
from render.page.maps import Scale
from render.page.slide import film, landscape, put_landscape, side_by_side
from render.probe import probe
from render.reel import open_reel
from sim.landscape.plane import random_plane
from sim.study.study import Slide
from sim.work.executor import Serial

from .conftest import ONE

SLIDE = Slide(frames=3, side=16, mazes=2, seconds=0.4)
SCALE = Scale((0.0, 16.0), "pellets eaten per maze")


@pytest.fixture(autouse=True, scope="module")
def small():
    """Small and short films."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slide, "SIZE", (240, 480))
        patch.setattr(slide, "FPS", 10.0)
        yield


@pytest.fixture(scope="module")
def asked(made):
    """The subjects of the film, and their evaluation set."""
    return made.subjects(), made.plan.measurements[0].task.evaluation_set


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return tmp_path_factory.mktemp("film")


@pytest.fixture(scope="module")
def filmed(asked, out):
    """The film, its still and its caption."""
    heard = []
    found = film(*asked, SLIDE, out, executor=Serial(ONE), on_share=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == pytest.approx(1.0)
    return found


@pytest.fixture
def reels(out, filmed):
    return [open_reel(out / "film" / f"{at}.zarr") for at in range(3)]


def times(folder):
    return {path: path.stat().st_mtime_ns for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_film_goes_there_and_back_at_its_size(filmed):
    found = probe(filmed[0])
    assert (found["width"], found["height"]) == (480, 240)
    assert found["frames"] == 4 + 7 + 3  # there, held, and back without its ends
    still = np.asarray(Image.open(io.BytesIO(filmed[1])))
    assert still.shape == (240, 480, 3)
    assert "of the same 2 mazes" in filmed[2]


def test_all_fields_are_of_the_same_tour_and_mazes_each_around_its_champion(asked, reels):
    assert len({str(reel.objective) for reel in reels}) == 1
    for reel, subject in zip(reels, asked[0], strict=True):
        assert np.array_equal(reel.tour.origin[0].astype(np.float32), subject.genome)
        assert reel.tour.axis.values.tolist() == reels[0].tour.axis.values.tolist()


def test_the_slide_passes_through_the_plane_of_the_pictures(asked):
    (subject, *_), evaluation_set = asked
    plane = random_plane(subject.genome, subject.layout, evaluation_set.seed)
    middle = landscape(subject, evaluation_set, SLIDE).tour.plane(1)
    for name in ("origin", "u", "v"):
        assert np.array_equal(getattr(plane, name), getattr(middle, name))


def test_a_finished_film_is_kept(asked, out, filmed):
    before = times(out)
    film(*asked, SLIDE, out, executor=Serial(ONE))
    assert times(out) == before


def test_another_champion_is_swept_again_and_the_others_are_kept(asked, out, filmed, tmp_path):
    shutil.copytree(out, tmp_path / "out")
    before = times(tmp_path / "out" / "film" / "0.zarr")
    (first, second, third), evaluation_set = asked
    other = replace(second, genome=second.genome * np.float32(1.5))
    path, still, _ = film([first, other, third], evaluation_set, SLIDE, tmp_path / "out", executor=Serial(ONE))
    assert times(tmp_path / "out" / "film" / "0.zarr") == before
    assert open_reel(tmp_path / "out" / "film" / "1.zarr").tour.origin[0] == pytest.approx(other.genome)
    assert still != filmed[1]
    assert path.read_bytes() != filmed[0].read_bytes()


def test_a_damaged_film_or_field_is_made_again(asked, out, filmed, tmp_path):
    shutil.copytree(out, tmp_path / "out")
    (tmp_path / "out" / "film.mp4").write_bytes(b"no film")
    (tmp_path / "out" / "film" / "2.zarr" / "zarr.json").write_text("{")
    film(*asked, SLIDE, tmp_path / "out", executor=Serial(ONE))
    assert (tmp_path / "out" / "film.mp4").read_bytes() == filmed[0].read_bytes()


def test_the_same_height_is_painted_alike_in_every_part(reels):
    scene = side_by_side(["same"] * 3, [reels[0]] * 3, SCALE, SLIDE)
    frame = scene.draw(1)[44:-92]
    third = frame.shape[1] // 3
    assert (frame[:, :third] == frame[:, third : 2 * third]).all()
    assert scene.draw(0).std() > 0


def test_a_tall_picture_has_the_map_below_the_terrain_in_the_same_colours():
    heights = np.full((24, 24), 2.0, np.float32)
    heights[:12] = 14.0  # the north
    frame = np.zeros((400, 300, 3), np.uint8)
    put_landscape(frame, heights, 225.0, SCALE)
    side = 400 - 234 - 20
    top, left = 400 - 10 - side, (300 - side) // 2
    for row, colour in (
        (top + side // 4, SCALE.paint(heights)[0, 0]),
        (top + 3 * side // 4, SCALE.paint(heights)[-1, -1]),
    ):
        assert frame[row, left + side // 2].astype(int) == pytest.approx(colour.astype(int), abs=40)
    assert (frame[top + side // 2, : left - 1].std(axis=0) < 8).all()  # only studio beside the map


def test_terrain_is_inside_its_picture_at_every_swing_of_the_camera():
    heights = np.full((32, 32), 9.0, np.float32)
    for size in ((472, 360), (472, 540)):
        for azimuth in (225 - slide.SWING, 225.0, 225 + slide.SWING):
            frame = np.zeros((*size, 3), np.uint8)
            put_landscape(frame, heights, azimuth, SCALE)
            for edge in (frame[:, 0], frame[:, -1], frame[0], frame[-1]):
                assert edge.max() < 40  # the studio is darker than any terrain
