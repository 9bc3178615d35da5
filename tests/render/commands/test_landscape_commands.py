"""The commands sweep, film, picture and info."""

import json
from pathlib import Path

import pytest

from sim.landscape.field import open_field
from tests.render.commands.example_commands import FAST, FILM, PICTURE, PIXELS, SWEEP, contents


def test_a_field_is_not_filmed_with_other_settings(here, door):
    said = "--tour slide --frames 3 --width 16 --height 9 --mazes 2 --radius 0.7 --split validation --first 0"
    assert door(*FILM, *said.split(), "--out", "g.gif")[0] == 0
    for words in ("--tour zoom", "--radius 0.5", "--mazes 16", "--width 640", "--frames 120", "--directions 0"):
        code, _, line = door(*FILM, *words.split(), "--out", "h.gif")
        assert code == 2
        assert words.split()[0].removeprefix("--") in line
        assert "leave" in line
        assert "or give the run" in line
    # 16 is the default, but it was named
    assert "has mazes 2, not 16" in door(*PICTURE, "--mazes", "16", "--out", "h.png")[2]
    Path("f.toml").write_text("[landscape]\nradius = 0.3\n")
    assert "has radius 0.7, not 0.3" in door(*FILM, "--config", "f.toml", "--out", "h.gif")[2]


def test_a_film_of_a_run_keeps_its_field_and_continues_from_it(here, door):
    words = ["film", "run", *FAST, *PIXELS, "--frames", "2", "--out", "g.gif"]
    assert door(*words)[0] == 0
    assert open_field("g.zarr").heights.shape == (2, 9, 16)
    film, before = Path("g.gif").read_bytes(), contents(here / "g.zarr")
    assert "exists" in door(*words)[2]
    assert door(*words, "--overwrite")[0] == 0
    assert (Path("g.gif").read_bytes(), contents(here / "g.zarr")) == (film, before)
    other = [*words, "--overwrite", "--radius", "0.2"]
    assert "--fresh" in door(*other)[2]
    assert Path("g.gif").read_bytes() == film
    assert door(*other, "--fresh")[0] == 0
    assert Path("g.gif").read_bytes() != film


@pytest.mark.parametrize("out", ["g.frames", "g.apng", "g.webm", "g.webp"])
def test_info_describes_films_of_every_kind(here, door, out):
    code, text, _ = door(*FILM, "--out", out, "--json")
    result = json.loads(text)
    assert (code, result["kind"], result["width"], result["height"]) == (0, "film", 176, 128)
    assert result["format"] == out.split(".")[1]
    assert result["made_from"]["field"]["champion"]["seed"] == 0
    assert json.loads(door("info", out, "--json")[1]) == result


def test_a_picture_is_replaced_only_when_asked(here, door):
    before = Path("f.png").read_bytes()
    assert "exists" in door(*PICTURE, "--frame", "0", "--out", "f.png")[2]
    assert Path("f.png").read_bytes() == before
    assert door(*PICTURE, "--frame", "0", "--out", "f.png", "--overwrite")[0] == 0
    assert Path("f.png").read_bytes() != before


def test_a_dry_run_prints_the_cost_and_writes_nothing(here, door):
    before = contents(here)
    code, out, _ = door("sweep", "run", "--out", "g.zarr", "--frames", "7", *PIXELS, "--dry-run", "--json")
    cost = json.loads(out)
    assert (code, cost["evaluations"], cost["bytes"]) == (0, 7 * 16 * 9, 4 * 7 * 16 * 9)
    assert 0 < cost["seconds"] < 10
    assert contents(here) == before


def test_an_unfinished_field_is_not_filmed(here, door):
    (here / "f.zarr" / "pellets" / "c" / "2" / "1" / "1").unlink()
    assert "is not finished, 1 of 12 tiles are missing" in door(*FILM, "--out", "g.gif")[2]
    assert door(*SWEEP, "--out", "f.zarr")[0] == 0
    assert door(*FILM, "--out", "g.gif")[0] == 0
