"""Films of two quantities: the first gives the hue; the second the lightness, and as land the height."""

import json
from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from agents.optimisers.openai_es import OpenAIESConfig
from foragescape import main
from render.categories import CATEGORIES
from render.film import FilmConfig
from render.film_zoom import zoom
from render.oklab import lab_of
from render.pair_of_reels import bars, check_two, colours
from render.palette import GREYS, equaliser
from render.picture import fit
from render.probe import read_metadata
from render.reel import heights_at, open_reel
from render.stills import still
from render.studio import reel_of, write_film
from render.terrain import terrain
from render.two_channels import Channel, hue_palette, mixed
from render.video import VideoConfig
from render.views import camera_on, film
from sim.landscape.spec import LandscapeSpec, plan
from sim.landscape.sweep import sweep
from sim.learning.evolution import EvolutionConfig
from sim.learning.learn import learn
from sim.rollout.machine import Machine
from sim.world.maze import MazeConfig
from sim.world.rules import World

CONFIG = EvolutionConfig(
    seed=3,
    generations=2,
    mazes=2,
    validation=4,
    hidden=4,
    world=World(maze=MazeConfig(size=5), lifetime=20),
    es=OpenAIESConfig(population=8),
)
SPEC = LandscapeSpec(width=16, height=12, mazes=2, frames=3, quantity=("path", "divergence", "tempo"))
SIZE = (120, 160)
VIDEO = VideoConfig(quality="low", resolution=SIZE[::-1], fps=5.0)
TWO = FilmConfig(captions=False, lightness="tempo", seconds=0.6)  # at 5 frames a second, each frame of three once
ONE = Machine(1)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return learn(CONFIG, tmp_path_factory.mktemp("pairs") / "run", machine=ONE)


@pytest.fixture(scope="module")
def slide(run, tmp_path_factory):
    return sweep(plan(run, SPEC), tmp_path_factory.mktemp("pairs") / "slide.zarr", machine=ONE)


@pytest.fixture(scope="module")
def dive(run, tmp_path_factory):
    spec = replace(SPEC, tour="zoom", seek=False, width=16, height=12)
    return sweep(plan(run, spec), tmp_path_factory.mktemp("pairs") / "zoom.zarr", machine=ONE)


@pytest.mark.parametrize("hue", ["path", "divergence"])
@pytest.mark.parametrize("captions", [False, True])
def test_a_film_from_above_is_its_pictures(slide, hue, captions):
    reel, config = open_reel(slide, hue, "tempo"), replace(TWO, captions=captions)
    scene = film(reel, config, SIZE, 5.0)
    frames = [scene.draw(number) for number in range(3)]
    for number, frame in enumerate(frames):
        if captions:  # the words are those of the tour, so only the field is the same
            plain = still(reel, number, replace(config, captions=False), VIDEO)
            assert (frame != plain).any()
        else:
            np.testing.assert_array_equal(frame, still(reel, number, config, VIDEO))
    assert (frames[0] != frames[2]).any()


def test_lightness_is_that_of_the_second_quantity_in_every_frame(slide):
    reel = open_reel(slide, "path", "tempo")
    for frame in range(3):
        light = lab_of(colours(reel, TWO, frame).reshape(-1, 3))[:, 0]
        shares = reel.lightness.ranks(reel.lightness.heights(frame)).ravel()
        assert np.corrcoef(light, shares)[0, 1] > 0.97


def test_land_has_the_heights_of_the_second_quantity_and_the_colours_of_both(slide):
    reel, config = open_reel(slide, "path", "tempo"), replace(TWO, view="land")
    scene = film(reel, config, SIZE, 5.0)
    other = reel.lightness
    camera = camera_on(reel.tour.shape, SIZE)
    wanted = terrain(other.heights(0), colours(reel, config, 0), camera, SIZE, limits=other.limits)
    np.testing.assert_array_equal(scene.draw(0), wanted)
    np.testing.assert_array_equal(still(reel, 0, config, VIDEO), wanted)


def test_between_two_frames_numbers_are_mixed_and_categories_are_not(slide):
    reel = open_reel(slide, "path", "tempo")
    assert np.array_equal(heights_at(reel, 0.4), reel.heights(0))
    assert np.array_equal(heights_at(reel, 1.6), reel.heights(2))
    light = reel.lightness
    assert np.allclose(heights_at(light, 0.25), 0.75 * light.heights(0) + 0.25 * light.heights(1))


@pytest.mark.parametrize("equalise", [True, False])
@pytest.mark.parametrize("hue", ["path", "divergence"])
def test_each_octave_of_a_zoom_has_its_own_ranks_of_both(dive, hue, equalise):
    reel, config = open_reel(dive, hue, "tempo"), replace(TWO, equalise=equalise)
    scene = zoom(reel, config, SIZE, 5.0)
    for number, frame in ((0, 0), (scene.count - 1, len(reel) - 1)):
        first, second = (each.heights(frame) for each in (reel, reel.lightness))
        ranks = [equaliser(values) if equalise else None for values in (first, second)]
        palette = CATEGORIES if hue == "path" else hue_palette(config.palette)
        channels = (
            Channel(first, reel.limits, None if hue == "path" else ranks[0], "", palette),
            Channel(second, reel.lightness.limits, ranks[1], "", GREYS),
        )
        outermost = scene.draw(number)[:6]  # the next octave lies in the middle
        np.testing.assert_array_equal(outermost, fit(mixed(*channels), SIZE)[:6])


def test_words_of_two_quantities_have_two_bars(dive, slide):
    for path in (dive, slide):
        reel = open_reel(path, "divergence", "tempo")
        first, second = bars(reel, TWO)
        assert (first.palette, second.palette) == ("hues of inferno", GREYS)
        assert first.unit != second.unit
        size = (360, 640)
        with_words, bare = (film(reel, replace(TWO, captions=each), size, 5.0).draw(0) for each in (True, False))
        assert (with_words != bare).any()
        assert len(bars(open_reel(path, "divergence"), TWO)) == 1


def test_one_sweep_of_a_run_stores_both_quantities(run, tmp_path):
    spec = LandscapeSpec(width=16, height=12, mazes=2, frames=2, quantity=("end",))
    reel = reel_of(run.path, tmp_path / "two.zarr", spec, machine=ONE, lightness="tempo")
    assert {path.name for path in (tmp_path / "two.zarr").iterdir()} >= {"end", "tempo"}
    write_film(reel, tmp_path / "two.webp", TWO, VIDEO)
    made = json.loads(read_metadata(tmp_path / "two.webp")["made_from"])
    assert made["film"]["lightness"] == "tempo"
    with pytest.raises(UserError, match="choose two quantities"):
        reel_of(run.path, tmp_path / "x.zarr", replace(spec, quantity=("tempo",)), machine=ONE, lightness="tempo")
    assert not (tmp_path / "x.zarr").exists()


def test_the_command_films_a_field_of_two(slide, tmp_path, capsys):
    words = ["film", str(slide), "--quantity", "path", "--lightness", "tempo", "--out", str(tmp_path / "a.webp")]
    assert main([*words, "--resolution", "176", "128", "--fps", "5", "--seconds", "0.4"]) == 0
    for wrong, says in (("path", "choose two"), ("revisits", "has path, divergence, tempo, got revisits")):
        words[words.index("--lightness") + 1] = wrong
        assert main([*words[:-1], str(tmp_path / "b.webp")]) == 2
        assert says in capsys.readouterr().err
    assert not (tmp_path / "b.webp").exists()


def test_two_that_cannot_be_shown_are_refused():
    for hue, lightness in (("tempo", "tempo"), ("tempo", "end"), ("end", "path")):
        with pytest.raises(UserError):
            check_two(hue, lightness)
    check_two("end", "tempo")
