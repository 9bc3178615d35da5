"""Films and pictures of runs and fields; wrong arguments are refused before any work."""

import json
import os
from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from agents.optimisers.openai_es import OpenAIESConfig
from render import stills, studio
from render.film import FilmConfig
from render.palette import finite_limits
from render.picture import Style, picture
from render.probe import probe, read_metadata
from render.reel import open_reel
from render.stills import write_picture
from render.studio import check_film, check_picture, is_run, metadata, reel_of, write_film
from render.video import VideoConfig
from sim.landscape.field import open_field
from sim.landscape.function import FunctionObjective
from sim.landscape.landscape import Landscape
from sim.landscape.plane import Plane, Window
from sim.landscape.spec import LandscapeSpec, plan
from sim.landscape.sweep import sweep
from sim.landscape.tour import zoom
from sim.learning.evolution import EvolutionConfig
from sim.learning.learn import learn
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World

WORLD = World(maze=MazeConfig(size=4), lifetime=20)
CONFIG = EvolutionConfig(
    seed=3, generations=2, mazes=2, validation=4, hidden=4, world=WORLD, es=OpenAIESConfig(population=8)
)
SPEC = LandscapeSpec(width=8, height=6, mazes=3, frames=3)
VIDEO = VideoConfig(quality="low", resolution=(176, 128), fps=5.0)
FLAT = FilmConfig(view="flat", captions=False, relief=False)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return learn(CONFIG, tmp_path_factory.mktemp("studio") / "run", machine=Machine(1))


@pytest.fixture(scope="module")
def field(run, tmp_path_factory):
    return sweep(plan(run, SPEC), tmp_path_factory.mktemp("studio") / "field.zarr", machine=Machine(1), tile=4)


def pixels(path):
    from PIL import Image

    return np.asarray(Image.open(path).convert("RGB"))


def test_runs_and_fields_are_distinguished(run, field, tmp_path):
    assert is_run(run.path)
    assert not is_run(field)
    with pytest.raises(UserError, match="does not exist; make a run first, or sweep a field first"):
        is_run(tmp_path / "absent")
    with pytest.raises(UserError, match="is neither a run nor a field"):
        is_run(tmp_path)


def test_a_run_is_swept_into_the_field_of_its_reel(run, field, tmp_path):
    reel = reel_of(run.path, tmp_path / "swept.zarr", SPEC, machine=Machine(1))
    assert open_field(tmp_path / "swept.zarr").heights.tobytes() == open_field(field).heights.tobytes()
    assert (len(reel), reel.mazes) == (3, 3)
    other = reel_of(field, tmp_path / "unused.zarr", SPEC)
    assert np.array_equal(other.heights(1), reel.heights(1))
    assert not (tmp_path / "unused.zarr").exists()


def test_a_sweep_continues_or_starts_over(run, tmp_path):
    reel_of(run.path, tmp_path / "swept.zarr", SPEC, machine=Machine(1))
    wider = replace(SPEC, radius=0.9)
    with pytest.raises(UserError, match=r"holds another sweep .*; name the film otherwise, or start over"):
        reel_of(run.path, tmp_path / "swept.zarr", wider, machine=Machine(1))
    assert (
        reel_of(run.path, tmp_path / "swept.zarr", wider, machine=Machine(1), fresh=True).tour.windows[0].radius == 0.9
    )


def test_a_field_of_a_function_is_filmed_and_labelled(tmp_path, monkeypatch):
    """Also if the function cannot be imported, like this one."""
    plane, objective = (
        Plane([0, 0, 1], [1, 0, 0], [0, 1, 0]),
        FunctionObjective.of(lambda genomes: genomes[:, 0], "loss"),
    )
    tour = zoom(plane, Window(shape=(4, 6)), 2)
    path = sweep(Landscape(tour, objective), tmp_path / "field.zarr")
    reel = reel_of(path, tmp_path / "x", LandscapeSpec(tour="zoom"))
    assert write_film(reel, tmp_path / "film.frames", replace(FLAT, captions=True, seconds=0.4), VIDEO) > 1
    about = json.loads(read_metadata(tmp_path / "film.frames")["made_from"])
    assert about["field"]["function"].endswith("<lambda>")
    shown = []
    blank = np.zeros((128, 176, 3), np.uint8)
    monkeypatch.setattr("render.stills.picture", lambda *args, **_: shown.append(args[3:5] + args[7:]) or blank)
    write_picture(path, tmp_path / "p.png", 0, LandscapeSpec(), FLAT, VIDEO)
    assert shown == [("Landscape of loss", "every pixel is a genome", "loss")]
    with pytest.raises(UserError, match="is swept, mazes has no effect; leave mazes out"):
        reel_of(path, tmp_path / "x", LandscapeSpec(mazes=4))


def test_a_film_has_the_frames_of_a_reel_and_says_how_it_was_made(field, tmp_path):
    reel = reel_of(field, tmp_path / "x", LandscapeSpec())
    config = replace(FLAT, seconds=0.6)
    count = write_film(reel, tmp_path / "film.frames", config, VIDEO)
    found = probe(tmp_path / "film.frames")
    assert (found["frames"], found["width"], found["height"], found["fps"]) == (count, 176, 128, 5.0)
    assert count == 3 + 5 + 2  # there, a second's stay, and back
    style = Style(relief=False, size=(128, 176))
    for number in range(3):
        frame = picture(reel.heights(number), 0.7, style, limits=reel.limits, equalise=reel.ranks, legend=False)
        assert np.array_equal(pixels(tmp_path / "film.frames" / f"frame_{number:05d}.png"), frame)
    about = json.loads(read_metadata(tmp_path / "film.frames")["made_from"])
    assert about["field"] == json.loads(json.dumps(reel.landscape.json()))
    assert (about["tour"], about["film"]["seconds"]) == ("slide", 0.6)


@pytest.mark.parametrize("precision", ["auto", "float64"])
def test_a_picture_of_a_run_shows_the_pellets_of_each_pixel(run, tmp_path, precision):
    spec = replace(SPEC, frames=None, precision=precision)
    write_picture(run.path, tmp_path / "p.png", -1, spec, FLAT, VIDEO, machine=Machine(1))
    tour = plan(run, replace(spec, frames=1)).tour
    genomes = np.stack([tour.genome(0, row, column) for row in range(6) for column in range(8)])
    assert genomes.dtype == ("float64" if precision == "float64" else "float32")
    mazes = carve(WORLD.maze, 3, seed=3, split="validation")
    heights = (
        (play(genomes, CONFIG.layout, mazes, WORLD, machine=Machine(1)).sum(axis=1) / 3)
        .reshape(6, 8)
        .astype(np.float32)
    )
    style = Style(relief=False, size=(128, 176))
    assert np.array_equal(
        pixels(tmp_path / "p.png"), picture(heights, 0.7, style, limits=finite_limits(heights), legend=False)
    )


def test_a_picture_of_many_episodes_is_coarse_first_and_ends_the_same(run, tmp_path, monkeypatch, capsys):
    spec, shapes, real = LandscapeSpec(width=20, height=10, mazes=2), [], stills.save_still

    def save(reel, frame, out, *settings, overwrite, **more):
        shapes.append((reel.tour.shape, overwrite))
        real(reel, frame, out, *settings, overwrite=overwrite, **more)

    monkeypatch.setattr(stills, "save_still", save)
    for name, many in (("once", 401), ("twice", 400)):
        monkeypatch.setattr(stills, "MANY", many)
        write_picture(run.path, tmp_path / f"{name}.png", -1, spec, FLAT, VIDEO, machine=Machine(1))
    assert shapes == [((10, 20), False), ((2, 4), False), ((10, 20), True)]
    assert (tmp_path / "once.png").read_bytes() == (tmp_path / "twice.png").read_bytes()
    lines = capsys.readouterr().err.splitlines()
    assert [line for line in lines if not line.startswith("computing the landscape on the CPU: done in")] == [
        f"{tmp_path / 'twice.png'} is coarse, with 1 of 25 pixels; the whole picture replaces it"
    ]
    assert len(lines) == 1 + 3  # each picture shows its progress


def test_the_first_picture_of_a_large_one_has_no_more_pixels_than_that_of_a_small_one(run, tmp_path, monkeypatch):
    shapes = []
    monkeypatch.setattr(stills, "save_still", lambda reel, *rest, **more: shapes.append(reel.tour.shape))
    monkeypatch.setattr(stills, "MANY", 1)
    monkeypatch.setattr(stills, "COARSE", 32)
    for width, height in ((20, 10), (80, 40)):
        spec = LandscapeSpec(width=width, height=height, mazes=1)
        write_picture(run.path, tmp_path / "p.png", -1, spec, FLAT, VIDEO, machine=Machine(1))
    assert shapes == [(2, 4), (10, 20), (4, 8), (40, 80)]


def test_it_is_said_where_a_field_is_enlarged(field, tmp_path, capsys):
    write_picture(field, tmp_path / "p.png", 0, LandscapeSpec(), FLAT, VIDEO)
    rows, columns = open_reel(field).tour.shape
    assert f"has {columns} x {rows} pixels, which the picture of 176 x 128 shows" in capsys.readouterr().err


def test_a_picture_of_a_field_has_the_colours_of_all_frames(field, tmp_path):
    reel = reel_of(field, tmp_path / "x", LandscapeSpec())
    style = Style(relief=False, size=(128, 176))
    for frame, number in ((-1, 2), (0, 0), (1, 1)):
        out = tmp_path / f"{number}.png"
        write_picture(field, out, frame, LandscapeSpec(), FLAT, VIDEO)
        expected = picture(reel.heights(number), 0.7, style, limits=reel.limits, equalise=reel.ranks, legend=False)
        assert np.array_equal(pixels(out), expected)
        assert json.loads(read_metadata(out)["made_from"])["frame"] == number
    for frame in (3, -4):
        with pytest.raises(UserError, match=f"has frames 0 to 2, got {frame}"):
            write_picture(field, tmp_path / "n.png", frame, LandscapeSpec(), FLAT, VIDEO)


def test_captions_count_the_mazes_of_the_frame(run, tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(
        "render.stills.picture", lambda *values, **_: said.append(values[4]) or np.zeros((9, 9, 3), np.uint8)
    )
    field = sweep(plan(run, replace(SPEC, tour="mazes")), tmp_path / "mazes.zarr", machine=Machine(1), tile=8)
    for frame in (0, 2):
        write_picture(field, tmp_path / f"{frame}.png", frame, LandscapeSpec(), FLAT, VIDEO)
    assert said == [f"every pixel is a forager; {mean}, 20 steps" for mean in ("one maze", "mean of 3 mazes")]


def test_options_without_effect_on_the_picture_of_a_run_are_refused(run, tmp_path, monkeypatch):
    monkeypatch.setattr(studio, "plan", None)  # before any work
    for given, spec in (({"tour"}, SPEC), ({"frames"}, SPEC), ((), replace(SPEC, tour="zoom"))):
        with pytest.raises(UserError, match=r"shows one window: .* has no effect; leave it out"):
            write_picture(run.path, tmp_path / "p.png", -1, spec, FLAT, VIDEO, given=given)


def test_targets_are_checked_before_any_work(tmp_path):
    (tmp_path / "there.mp4").touch()
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "file.frames").touch()
    (tmp_path / "there.png").touch()
    for name, said in {
        "film.avi": r"the name should end in .mp4 .webm .gif .apng .webp .frames, got .*film.avi; rename it",
        "film": "the name should end in",
        "absent/film.mp4": "there is no folder .*absent; make it first",
        "there.mp4/film.mp4": "there is no folder",
        "there.mp4": "exists already; choose another place, or allow it to be overwritten",
        "folder.mp4": "is a folder already; choose another place",
        "file.frames": "is a file already; choose another place",
    }.items():
        with pytest.raises(UserError, match=said):
            check_film(tmp_path / name, FLAT, VIDEO)
    check_film(tmp_path / "there.mp4", FLAT, VIDEO, overwrite=True)
    check_film(tmp_path / "NEW.MP4", FLAT, VIDEO)
    check_picture(tmp_path / "there.png", FLAT, VIDEO, overwrite=True)
    with pytest.raises(UserError, match=r"the name should end in .png, got"):
        check_picture(tmp_path / "p.mp4", FLAT, VIDEO)
    with pytest.raises(UserError, match="exists"):
        check_picture(tmp_path / "there.png", FLAT, VIDEO)


def test_folders_that_are_not_writable_are_refused_before_any_work(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(UserError, match="is not writable for you; choose another place"):
        check_film(tmp_path / "film.mp4", FLAT, VIDEO)


def test_palettes_sizes_and_rates_are_checked_before_any_work(tmp_path):
    for config, video, said in (
        (replace(FLAT, palette="infreno"), VIDEO, "no palette is named 'infreno'; did you mean inferno"),
        (FLAT, replace(VIDEO, resolution=(100, 100)), "at least 160 x 120 pixels, got 100 x 100"),
        (FLAT, replace(VIDEO, resolution=(16385, 200)), "at most 16384 pixels a side, got 16385 x 200"),
    ):
        for check, name in ((check_film, "film.mp4"), (check_picture, "picture.png")):
            with pytest.raises(UserError, match=said):
                check(tmp_path / name, config, video)
    with pytest.raises(UserError, match=r"at most 50 frames a second, got 60; use .apng"):
        check_film(tmp_path / "film.gif", FLAT, replace(VIDEO, fps=60.0))
    check_film(tmp_path / "film.gif", FLAT, replace(VIDEO, fps=50.0))


def test_metadata_are_texts(tmp_path):
    found = metadata({"path": tmp_path, "seed": 3})
    assert all(isinstance(value, str) for value in found.values())
    assert json.loads(found["made_from"]) == {"path": str(tmp_path), "seed": 3}
    assert {"numpy", "python", "revision"} <= found.keys()


def test_pictures_are_labelled_with_what_they_show(run, tmp_path, monkeypatch):
    spec = replace(SPEC, objective="imitation", frames=2)
    shown = []
    blank = np.zeros((128, 176, 3), np.uint8)
    monkeypatch.setattr("render.stills.picture", lambda *args, **_: shown.append((args[3], args[7])) or blank)
    full = replace(FLAT, captions=True)
    write_picture(run.path, tmp_path / "run.png", -1, replace(spec, frames=None), full, VIDEO, machine=Machine(1))
    field = sweep(plan(run, spec), tmp_path / "field.zarr", machine=Machine(1), tile=9)
    write_picture(field, tmp_path / "field.png", 0, LandscapeSpec(objective="imitation"), full, VIDEO)
    assert shown == [("Loss landscape", "loss: cross-entropy, nats")] * 2
    with pytest.raises(UserError, match="has objective imitation, not return; leave objective out"):
        write_picture(field, tmp_path / "no.png", 0, LandscapeSpec(objective="return"), full, VIDEO)
    reel = reel_of(field, tmp_path / "x", LandscapeSpec())
    assert reel.unit == "loss: cross-entropy, nats"
