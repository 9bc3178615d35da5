"""Films and pictures of a field of rings: its frames have any shape; what needs pixels of frames refuses it."""

import numpy as np
import pytest

from agents.errors import UserError
from foragescape import main
from render.film import FilmConfig
from render.info import info
from render.reel import open_reel
from render.share.swept_pictures import of_field
from render.stills import write_picture
from render.video import VideoConfig
from render.views import film
from render.window.play.growing_field import GrowingField
from sim.landscape import tour as tours
from sim.landscape.field import open_frames
from sim.landscape.plane import Plane, Window
from sim.landscape.rings import of_zoom
from sim.landscape.spec import LandscapeSpec
from tests.fields import stored

PLANE = Plane([0, 0], [1, 0], [0, 1])
BARE = FilmConfig(captions=False, relief=False)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    tour = of_zoom(tours.zoom(PLANE, Window(radius=0.5, shape=(27, 48)), 4, 2.0))
    return stored(tmp_path_factory.mktemp("rings") / "rings.zarr", tour, lambda genomes: genomes[:, 0] > 0, range(2))


@pytest.mark.parametrize(("size", "aspect"), [((120, 160), 4 / 3), ((240, 135), 9 / 16)])
def test_a_film_has_two_frames_an_octave_in_the_shape_of_the_video(path, size, aspect):
    reel = open_reel(path, aspect=aspect)
    assert reel.tour.name == "zoom"
    assert reel.tour.axis.values[:5].tolist() == [0, 0.5, 1, 1.5, 2]
    assert reel.tour.shape[1] / reel.tour.shape[0] == pytest.approx(aspect, rel=0.04)
    scene = film(reel, BARE, size, 5.0)
    for number in (0, scene.count // 2):
        frame = scene.draw(number).astype(int)
        middle, edge = size[1] // 2, size[1] // 5  # dark in the west, bright in the east
        for side in (frame[:, : middle - edge], frame[:, middle + edge :]):
            assert (np.ptp(side, axis=(0, 1)) == 0).all()
        assert frame[0, 0].sum() < frame[0, -1].sum()


def test_a_picture_of_rings_is_a_frame_of_them(path, tmp_path):
    video = VideoConfig(quality="low", resolution=(176, 128), fps=5.0)
    write_picture(path, tmp_path / "a.png", 0, LandscapeSpec(), BARE, video)
    assert (tmp_path / "a.png").stat().st_size > 0


def test_what_shows_single_pixels_refuses_rings(path, tmp_path, capsys):
    field, read = open_frames(path)
    for open_it in (lambda: GrowingField(path), lambda: of_field(field.landscape, {"pellets": read})):
        with pytest.raises(UserError):
            open_it()
    assert main(["measure", str(path), "--measure", "hoelder"]) == 2
    assert "these heights lie on rings" in capsys.readouterr().err


def test_info_tells_the_detail_of_each_octave(path):
    found = info(path)
    assert found["tour"] == "rings"
    assert len(found["boundary_percent"]) == found["frames"]
    assert all(0 < percent < 10 for percent in found["boundary_percent"])
    assert len(found["coherence"]) == found["frames"]
    assert all(0 <= each <= 1 for each in found["coherence"])
