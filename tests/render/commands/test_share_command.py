"""The command share: pages of runs and fields, galleries, and what it refuses."""

import json
import re
import shlex

import numpy as np
import pytest

from render.notebook import sweep
from render.share import swept_pictures
from tests.render.commands.example_commands import PIXELS

TITLE = "Fitness landscape: run, 20 steps, weights changed by ±50 %"
SMALL = ["--width", "24", "--height", "16", "--mazes", "2"]


def held(path):
    """What a page holds, as JSON."""
    return json.loads(re.search(r'id="contents">(.*?)</script>', path.read_text(), re.DOTALL)[1])


def pictures(path):
    """The lifetime, the maze and the stored shape of each picture of a page."""
    return [(each["lifetime"], each["maze"], each["heights"]["shape"]) for each in held(path)["pictures"]]


def test_the_page_of_a_run_names_the_command_that_makes_it_again(here, door):
    (here / "small.toml").write_text("width = 24\nheight = 16\nmazes = 2\nradius = 0.5\n")
    code, out, error = door("share", "run", "--config", "small.toml", "--palette", "mako", "--out", "a.html", "--json")
    assert (code, error) == (0, None)
    assert json.loads(out) == {"kind": "shared page", "path": "a.html", "bytes": (here / "a.html").stat().st_size}
    command = held(here / "a.html")["command"]
    first = (here / "a.html").read_bytes()
    assert json.loads(door("info", "a.html", "--json")[1])["title"] == TITLE
    program, *words = shlex.split(command)
    assert program == "foragescape"
    assert door(*words, "--overwrite")[0] == 0
    assert (here / "a.html").read_bytes() == first
    lives = [2, 4, 6, 8, 10, 12, 14, 16, 18]
    thin = [(life, 0, [8, 12]) for life in lives] + [(20, 1, [8, 12]), (20, 2, [8, 12])]
    assert pictures(here / "a.html") == [(20, 0, [16, 24]), *thin]


def test_the_page_of_a_field_shows_a_frame_or_all_layers(here, door):
    for tour, frames in (("slide", []), ("horizon", ["--every", "5"]), ("mazes", [])):
        few = ["--frames", "3"] if tour == "slide" else frames
        assert door("sweep", "run", *PIXELS, "--tour", tour, *few, "--tile", "8", "--out", f"{tour}.zarr")[0] == 0
        assert door("share", f"{tour}.zarr", "--out", f"{tour}.html")[0] == 0
    assert pictures(here / "slide.html") == [(20, 0, [9, 16])]
    lives = [(20, 0, [9, 16]), (5, 0, [9, 16]), (10, 0, [9, 16]), (15, 0, [9, 16])]
    assert pictures(here / "horizon.html") == lives
    assert pictures(here / "mazes.html") == [(20, 0, [9, 16]), (20, 1, [9, 16]), (20, 2, [9, 16])]
    assert door("share", "slide.zarr", "--frame", "0", "--out", "first.html")[0] == 0
    assert held(here / "first.html")["plane"] != held(here / "slide.html")["plane"]


def test_large_fields_are_thinned_out(here, door, monkeypatch):
    monkeypatch.setattr(swept_pictures, "PIXELS", 40)
    assert door("share", "f.zarr", "--out", "thin.html")[0] == 0
    assert pictures(here / "thin.html") == [(20, 0, [5, 8])]
    assert held(here / "thin.html")["pictures"][0]["stride"] == 2


def test_a_gallery_lists_the_pages_of_folders(here, door):
    (here / "pages").mkdir()
    assert door("share", "run", *SMALL, "--out", "pages/a.html")[0] == 0
    code, out, _ = door("share", "--gallery", "pages", "--out", "index.html", "--json")
    assert code == 0
    assert json.loads(out) == {"kind": "gallery", "path": "index.html", "pages": 1}
    assert 'href="pages/a.html"' in (here / "index.html").read_text()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--out", "a.html"], "share needs a run or a field"),
        (["run", "--gallery", ".", "--out", "a.html"], "choose one of them"),
        (["--gallery", ".", "--out", "a.html"], "there is no shared page in ."),
        (["none", "--out", "a.html"], "none does not exist"),
        (["f.png", "--out", "a.html"], "neither a run nor a field"),
        (["run", "--out", "a.pdf"], "the name should end in .html, got a.pdf"),
        (["run", "--out", "least.toml"], "the name should end in .html"),
        (
            ["run", "--objective", "return", "--out", "a.html"],
            "plays greedily, got the objective return",
        ),
        (["run", "--palette", "jet", "--out", "a.html"], "a shared page has the palettes"),
        (["run", "--tour", "zoom", "--out", "a.html"], "tour has no effect"),
        (["run", "--frame", "0", "--out", "a.html"], "frame has no effect"),
        (["run", "--mazes", "65536", "--out", "a.html"], "at most 524,288 cells of mazes"),
        (["f.zarr", "--frame", "3", "--out", "a.html"], "has frames 0 to 2, got 3"),
        (["f.zarr", "--radius", "0.1", "--out", "a.html"], "has radius 0.7, not 0.1"),
    ],
)
def test_what_a_page_cannot_show_is_refused_in_one_line(here, door, words, complaint):
    small = ["--width", "8", "--height", "6"] if words[0] == "run" else []
    code, out, error = door("share", *words, *small)
    assert (code, out) == (2, "")
    assert complaint in error
    assert not (here / "a.html").exists()


def test_a_page_that_is_there_is_kept(here, door):
    (here / "a.html").write_text("mine")
    assert "a.html is no page of ours" in door("info", "a.html")[2]
    code, _, error = door("share", "run", *SMALL, "--out", "a.html")
    assert code == 2
    assert "replace it with --overwrite" in error
    assert (here / "a.html").read_text() == "mine"


def test_landscapes_of_functions_are_refused(here, door):
    genome = np.linspace(-1, 1, 8)
    sweep(lambda genomes: genomes.sum(axis=1), "function.zarr", genome=genome, frames=1, shape=(6, 8))
    code, _, error = door("share", "function.zarr", "--out", "a.html")
    assert code == 2
    assert "this landscape is a function's" in error
