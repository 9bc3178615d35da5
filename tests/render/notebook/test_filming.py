"""Films from Python: the command's bytes, of runs, fields and functions."""

import av
import pytest

from agents.errors import UserError
from foragescape import main
from render.notebook.filming import film
from render.notebook.mapping import landscape, sweep
from tests.render.notebook.conftest import HOME, ONE, hill

SHORT = {"resolution": (176, 128), "fps": 5, "seconds": 0.4, "quiet": True}
SWEPT = {"shape": (6, 8), "mazes": 2, "frames": 2}


def test_a_film_of_a_run_has_the_bytes_of_the_command(run, folder, tmp_path, capsys):
    words = ["film", str(folder), "--out", str(tmp_path / "c.mp4"), "--resolution", "176", "128", "--fps", "5"]
    assert main([*words, "--seconds", "0.4", "--height", "6", "--width", "8", "--mazes", "2", "--frames", "2"]) == 0
    made = film(run, tmp_path / "p.mp4", machine=ONE, **SHORT, **SWEPT)
    assert (tmp_path / "p.mp4").read_bytes() == (tmp_path / "c.mp4").read_bytes()
    assert (tmp_path / "p.zarr").is_dir()
    with open(made, "rb") as file, av.open(file) as found:
        assert found.streams.video[0].frames == made.frames
    capsys.readouterr()


def test_fields_are_filmed_from_disk_and_memory(run, tmp_path):
    field = sweep(run, tmp_path / "f.zarr", machine=ONE, quiet=True, **SWEPT)
    made = [film(source, tmp_path / f"{at}.mp4", **SHORT) for at, source in enumerate((field, field.path))]
    assert made[0].path.read_bytes() == made[1].path.read_bytes()
    assert made[0].frames == made[1].frames > 1
    memory = landscape(run, tour="mazes", shape=(6, 8), mazes=2, machine=ONE)
    assert film(memory, tmp_path / "memory.gif", **SHORT).frames > 1
    for late, value in (("mazes", 3), ("genome", HOME)):
        with pytest.raises(UserError, match=f"the field is swept already, so {late} has no effect; leave {late} out"):
            film(field, tmp_path / "x.mp4", **{late: value})


def test_a_function_is_filmed(tmp_path):
    made = film(hill, tmp_path / "hill.mp4", genome=HOME, tour="turn", frames=3, shape=(8, 8), **SHORT)
    assert made.frames == 2
    assert "video/mp4" in made._repr_html_()


def test_what_cannot_be_made_is_refused_before_any_work(run, tmp_path):
    with pytest.raises(UserError, match=r"should end in \.mp4"):
        film(run, tmp_path / "film.avi")
    with pytest.raises(UserError, match="did you mean palette"):
        film(run, tmp_path / "film.mp4", pallete="mako")
    assert list(tmp_path.iterdir()) == []


def test_two_quantities_are_filmed_from_a_run_and_from_a_field(run, tmp_path):
    made = film(run, tmp_path / "a.mp4", quantity="end", lightness="tempo", machine=ONE, **SHORT, **SWEPT)
    again = film(made.path.with_suffix(".zarr"), tmp_path / "b.mp4", lightness="tempo", **SHORT)
    assert made.path.read_bytes() == again.path.read_bytes()
    plain = film(made.path.with_suffix(".zarr"), tmp_path / "c.mp4", **SHORT)
    assert plain.path.read_bytes() != made.path.read_bytes()
    for wrong, message in (("end", "choose two quantities"), ("revisits", "has end, tempo, got revisits")):
        with pytest.raises(UserError, match=message):
            film(made.path.with_suffix(".zarr"), tmp_path / "x.mp4", lightness=wrong, **SHORT)
    memory = landscape(run, tour="mazes", shape=(6, 8), mazes=2, machine=ONE)
    with pytest.raises(UserError, match="the field in memory has pellets alone"):
        film(memory, tmp_path / "x.mp4", lightness="tempo", **SHORT)
    with pytest.raises(UserError, match="a function has one quantity"):
        film(hill, tmp_path / "x.mp4", genome=HOME, quantity="hill", lightness="tempo", shape=(8, 8), **SHORT)
