"""The demo with few pixels and short scenes: what it makes, and that it continues finished work."""

import html
import json
from dataclasses import replace

import av
import numpy as np
import pytest
from PIL import Image

from render import demo as module
from render import film_story, film_words
from render.animation import read_png_metadata
from render.demo import DemoConfig, demo
from render.page import slide
from render.probe import read_metadata
from render.reel import open_reel
from render.video import PRESETS, Preset
from sim import speed as bench
from sim.landscape import objective
from sim.landscape.field import open_field
from sim.landscape.spec import LandscapeSpec, plan
from sim.learning.run import Run
from tests.page_text import without_spans

HEIGHT, WIDTH, FPS = 240, 426, 10
SCENES = {
    "horizon": LandscapeSpec(tour="horizon", every=50, mazes=2, width=64, height=36),
    "zoom": LandscapeSpec(tour="zoom", frames=3, mazes=2, width=32, height=18, tile=8),
}
STUDY = """
together = true
pairs = "first"
highlights = ["pellets_eaten.share"]
film = { frames = 2, side = 8, mazes = 1, seconds = 0.2 }
[[section]]
title = "Least"
measures = [
  { measure = "pellets_eaten", mazes = 2, repetitions = 1 }, { measure = "landscape_around", side = 4, mazes = 2 },
]
"""
FIELDS = [f"{name}.zarr" for name in SCENES]
SECONDS = dict.fromkeys(film_story.SECONDS, 0.6)
# Eight scenes of 6 frames, of which the zoom holds its last for 2 more; each dissolves into the next over 3 frames.
FRAMES = 8 * 6 + 2 - 7 * 3


@pytest.fixture(scope="module", autouse=True)
def miniature(tmp_path_factory):
    """Make sizes small, scenes short, and the measurement of speed quick."""
    measure, study = bench.rollout_speed, tmp_path_factory.mktemp("study") / "compare.toml"
    study.write_text(STUDY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SCENES", SCENES)
        patch.setattr(film_story, "SECONDS", SECONDS)
        patch.setattr(module, "STUDY", study)
        patch.setattr(slide, "SIZE", (180, 320))
        patch.setattr(film_story, "HOLD", 0.2)
        patch.setitem(PRESETS, "medium", Preset(WIDTH, HEIGHT, FPS, 30))
        patch.setattr(bench, "PROBE_ROUNDS", 1000)
        patch.setattr(bench, "rollout_speed", lambda *what: measure(*what[:-1], 0.0))
        yield


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    return DemoConfig(out=tmp_path_factory.mktemp("demo") / "new" / "demo", seed=5, generations=2, updates=2)


@pytest.fixture(scope="module")
def closing(config):
    """The table of the first demo."""
    return demo(config)


def contents(path, but=()):
    return {
        file.relative_to(path): (file.read_bytes(), file.stat().st_mtime_ns)
        for file in path.rglob("*")
        if file.is_file() and file.name not in but
    }


class Plays:
    """Counts the calls of the objectives' play, and raises KeyboardInterrupt at call number `stop`."""

    def __init__(self, monkeypatch, stop=None):
        self.real, self.stop, self.calls = objective.play, stop, 0
        monkeypatch.setattr(objective, "play", self)

    def __call__(self, *what, **how):
        if self.calls == self.stop:
            raise KeyboardInterrupt
        self.calls += 1
        return self.real(*what, **how)


def looks_at(config, plays):
    """How often the objective is played to find the centre of the zoom."""
    before = plays.calls
    plan(Run.open(config.out / "run"), SCENES["zoom"])
    return plays.calls - before


def test_the_demo_makes_a_run_fields_a_poster_and_a_film(config, closing):
    names = {path.name for path in config.out.iterdir() if not path.name.startswith(".")}
    assert names == {"run", *FIELDS, "film.mp4", "poster.png", "trained", "comparison"}
    run = Run.open(config.out / "run")
    assert (len(run.history()), run.champion().provenance["seed"]) == (2, 5)
    for name, spec in SCENES.items():
        field = open_field(config.out / f"{name}.zarr")
        assert field.heights.shape[1:] == (spec.height, spec.width)
        again = field.objective.evaluate(field.tour.genome(0, 3, 5)[None])[0]
        assert (again[0] if field.tour.layers else again) == field.heights[0, 3, 5]


def test_the_table_has_paths_and_results(config, closing):
    assert [closing[name] for name in ("run", "poster", "film")] == [
        str(config.out / name) for name in ("run", "poster.png", "film.mp4")
    ]
    assert 0 <= closing["pellets_share"] <= 1
    assert 0 <= closing["trained_share"] <= 1
    assert (config.out / "comparison" / "index.html").read_text().startswith("<!doctype html>")
    assert closing["comparison"] == str(config.out / "comparison" / "index.html")
    assert closing["pellets_mean"] > 0
    assert closing["difference_ci95"][0] <= closing["difference_ci95"][1]
    assert closing["test_openings"] == 1
    assert closing["agent_steps_per_s"] > 0
    assert 0 < sum(closing["seconds_of"].values()) <= closing["seconds"]
    assert [name for name in closing["seconds_of"] if "sweeping" in name] == [f"sweeping the {name}" for name in SCENES]


def test_the_page_says_what_was_left_out_and_how_to_measure_it(config, closing):
    page = html.unescape((config.out / "comparison" / "index.html").read_text())
    runs = f"{config.out / 'run'} {config.out / 'trained'}"
    assert f"foragescape compare {runs} --out={config.out / 'comparison'}-whole" in page
    again = f"foragescape study compare --runs={config.out / 'run'} --runs={config.out / 'trained'}"
    assert again in without_spans(page)


def test_the_film_decodes_and_moves(config, closing):
    with av.open(str(config.out / "film.mp4")) as film:
        assert film.streams.video[0].average_rate == FPS
        frames = np.stack([frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]).astype(int)
    assert frames.shape == (FRAMES, HEIGHT, WIDTH, 3)
    scenes = frames[[1, *range(6, FRAMES - 5, 3), FRAMES - 1]]
    for index, scene in enumerate(scenes):
        assert np.ptp(scene) > 90
        assert all(np.abs(scene - other).mean() > 1 for other in scenes[:index])


def test_the_last_card_names_the_run_that_the_demo_made(config, closing, monkeypatch):
    said, run = [], Run.open(config.out / "run")
    monkeypatch.setattr(film_words, "put_text", lambda frame, text, *rest: said.append(text))
    reels = (open_reel(config.out / f"{name}.zarr") for name in SCENES)
    film_story.story(run, *reels, (HEIGHT, WIDTH), FPS)[-1].draw(0)
    assert f"foragescape explore {config.out / 'run'}" in " ".join(said)


def test_the_sentence_of_the_zoom_is_what_was_measured(config, closing):
    reel = open_reel(config.out / "zoom.zarr")
    amounts, last = len(np.unique(reel.heights(len(reel) - 1))), len(reel) - 1
    assert film_story.closer(reel) == (
        f"Look {2**last} times closer: neighbours still eat {amounts} different amounts."
        if amounts > 1
        else f"Look {2**last} times closer: here, all neighbours eat the same."
    )
    level = replace(reel, heights=lambda frame: np.zeros((4, 4), np.float32))
    assert film_story.closer(level) == f"Look {2**last} times closer: here, all neighbours eat the same."


def test_film_and_poster_say_how_they_were_made(config, closing):
    made = json.loads(read_metadata(config.out / "film.mp4")["made_from"])
    assert (made["demo"]["seed"], made["demo"]["generations"]) == (5, 2)
    assert {name: scene["tour"] for name, scene in made["scenes"].items()} == {name: name for name in SCENES}
    assert json.loads(read_png_metadata(config.out / "poster.png")["made_from"])["landscape"]["tour"] == "horizon"
    assert Image.open(config.out / "poster.png").size == (WIDTH, HEIGHT)


def test_a_second_demo_repeats_no_finished_work(config, closing, monkeypatch):
    folders = [config.out / name for name in ("run", *FIELDS)]
    openings = ("ledger.jsonl", "lock", "seal.json")
    before = [contents(folder, but=openings) for folder in folders]
    film = (config.out / "film.mp4").read_bytes()
    monkeypatch.setattr("sim.learning.evolution.Evolution.update", lambda *what: pytest.fail("evolved again"))
    plays = Plays(monkeypatch)
    looks = looks_at(config, plays)
    table = demo(config)
    assert plays.calls == 2 * looks + 1  # the centre of the zoom is sought again, and the two foragers that part
    assert [contents(folder, but=openings) for folder in folders] == before
    assert (config.out / "film.mp4").read_bytes() == film
    assert table["pellets_mean"] == closing["pellets_mean"]


def test_a_demo_that_was_stopped_in_its_second_sweep_continues_it(config, closing, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_compare", lambda *what: "a page")  # which the first demo made
    killed = replace(config, out=tmp_path / "demo")
    with monkeypatch.context() as patch:
        looks = looks_at(config, Plays(patch))
    frames = len(open_field(config.out / "zoom.zarr").tour)
    tiles = 12 * frames
    with monkeypatch.context() as patch:
        Plays(patch, stop=1 + looks + 5)
        with pytest.raises(KeyboardInterrupt):
            demo(killed)
    assert (killed.out / "poster.png").exists()
    assert not (killed.out / "film.mp4").exists()
    done = contents(killed.out / "horizon.zarr")
    kept = len(list((killed.out / "zoom.zarr" / "pellets" / "c").rglob("[0-9]*/[0-9]*/[0-9]*")))
    assert 0 < kept < tiles
    plays = Plays(monkeypatch)
    demo(killed)
    assert plays.calls == looks + tiles - kept + 1
    assert contents(killed.out / "horizon.zarr") == done
    for name in FIELDS:
        assert open_field(killed.out / name).heights.tobytes() == open_field(config.out / name).heights.tobytes()
    assert (killed.out / "film.mp4").stat().st_size > 0


def test_a_fresh_demo_starts_over(config, closing, tmp_path):
    small = replace(config, out=tmp_path / "demo", generations=1)
    demo(small)
    before = (small.out / "zoom.zarr" / "zarr.json").stat().st_mtime_ns
    table = demo(replace(small, seed=6, fresh=True))
    assert Run.open(small.out / "run").champion().provenance["seed"] == 6
    assert (small.out / "zoom.zarr" / "zarr.json").stat().st_mtime_ns > before
    assert table["film"] == str(small.out / "film.mp4")
