"""Fields in a notebook: arrays, pictures and files of them."""

import io

import numpy as np
import pytest
from PIL import Image

from agents.errors import UserError
from render.animation import read_png_metadata
from render.film import FilmConfig
from render.notebook.mapping import landscape, sweep
from render.notebook.opening import open_field
from render.stills import write_picture
from render.video import VideoConfig
from sim.landscape.spec import LandscapeSpec
from tests.render.notebook.conftest import HOME, ONE, hill

SMALL = {"shape": (6, 8), "mazes": 3, "machine": ONE}


@pytest.fixture
def land(run):
    return landscape(run, **SMALL)


@pytest.fixture
def swept(run, tmp_path):
    return sweep(run, tmp_path / "f.zarr", frames=2, quiet=True, **SMALL)


def pixels(png):
    return np.asarray(Image.open(png if not isinstance(png, bytes) else io.BytesIO(png)).convert("RGB"))


def test_the_mean_per_maze_has_named_coordinates(land, swept):
    array = land.to_xarray()
    assert (array.dims, array.name, array.attrs["units"]) == (("y", "x"), "pellets", "pellets per maze")
    assert np.array_equal(array.values, land.heights)
    assert np.array_equal(3 * land.heights, land.sums)
    assert float(array["mazes"]) == 3
    assert array["x"].attrs["units"] == "norms"
    frames = swept.to_xarray()
    assert (frames.dims, frames.shape) == (("z", "y", "x"), (2, 6, 8))
    assert np.array_equal(frames.values, swept.heights)
    assert landscape(hill, genome=HOME, shape=(4, 4), unit="m").to_xarray().attrs["units"] == "m"


def test_a_notebook_shows_the_picture_that_the_command_draws(land, folder, tmp_path):
    spec, video = LandscapeSpec(width=8, height=6, mazes=3), VideoConfig(resolution=(960, 540))
    write_picture(folder, tmp_path / "c.png", -1, spec, FilmConfig(), video, machine=ONE)
    shown = pixels(land._repr_png_())
    assert shown.shape == (540, 960, 3)
    assert np.array_equal(shown, pixels(tmp_path / "c.png"))
    land.save(tmp_path / "p.png")
    assert (tmp_path / "p.png").read_bytes() == (tmp_path / "c.png").read_bytes()


def test_of_several_frames_the_last_is_shown(swept, tmp_path):
    last = pixels(swept.save(tmp_path / "last.png"))
    assert np.array_equal(pixels(swept._repr_png_()), last)
    assert np.array_equal(pixels(swept.save(tmp_path / "1.png", frame=1)), last)
    assert not np.array_equal(pixels(swept.save(tmp_path / "0.png", frame=0)), last)
    with pytest.raises(UserError, match="has frames 0 to 1, got 2"):
        swept.save(tmp_path / "2.png", frame=2)


def test_pictures_have_the_look_that_was_asked_for(land, tmp_path):
    saved = land.save(tmp_path / "p.png", palette="mako", captions=False, relief=False, resolution=(200, 160))
    assert pixels(saved).shape == (160, 200, 3)
    assert "mako" in read_png_metadata(saved)["made_from"]
    for look, says in (({"palete": "mako"}, "did you mean palette"), ({"palette": "inferna"}, "did you mean inferno")):
        with pytest.raises(UserError, match=says):
            land.save(tmp_path / "q.png", **look)
    with pytest.raises(UserError, match="exists already; choose another place, or allow it to be overwritten"):
        land.save(saved)
    assert land.save(saved, overwrite=True) == saved


def test_a_field_in_memory_is_kept_as_a_sweep_would_have(land, run, tmp_path):
    land.save(tmp_path / "memory.zarr")
    disk = sweep(run, tmp_path / "disk.zarr", frames=1, radius=0.7, quiet=True, **SMALL)
    again = open_field(tmp_path / "memory.zarr")
    assert again.sums.tobytes() == disk.sums.tobytes() == land.sums.tobytes()
    assert again.landscape.digest == disk.landscape.digest == land.landscape.digest
    assert sweep(run, tmp_path / "memory.zarr", frames=1, quiet=True, **SMALL).sums.tobytes() == land.sums.tobytes()
    bowl = landscape(hill, genome=HOME, shape=(4, 4))
    bowl.save(tmp_path / "hill.zarr")
    assert np.array_equal(open_field(tmp_path / "hill.zarr").heights, bowl.heights)


def test_what_cannot_be_kept_is_refused(land, swept, tmp_path):
    with pytest.raises(UserError, match=r"is on disk already, at .*f\.zarr; copy that folder"):
        swept.save(tmp_path / "copy.zarr")
    with pytest.raises(UserError, match="has heights and no palette"):
        land.save(tmp_path / "m.zarr", palette="mako")
    with pytest.raises(UserError, match=r"should end in \.png"):
        land.save(tmp_path / "m.jpg")
    with pytest.raises(UserError, match="holds another sweep"):
        land.save(swept.path)


def test_a_line_says_what_it_is_of(land, swept):
    assert repr(land) == "<field of pellets eaten per maze: 6 x 8 pixels, in memory>"
    assert repr(swept) == f"<field of pellets eaten per maze: 2 frames of slide, 6 x 8 pixels, in {swept.path}>"
    assert "field of hill: 4 x 4" in repr(landscape(hill, genome=HOME, shape=(4, 4)))


def test_its_objective_evaluates_more_genomes(land, run):
    assert (
        land.objective.evaluate(run.champion().weights[None], ONE)[0]
        == land.objective.outcomes(run.champion().weights[None], ONE).sum()
    )
