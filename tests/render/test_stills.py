"""Pictures of quantities: categories by hue, numbers by palette, and two quantities at once."""

import json
from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from agents.optimisers.openai_es import OpenAIESConfig
from render.categories import CATEGORIES, MOST, category_numbers
from render.film import FilmConfig
from render.oklab import lab_of
from render.palette import GREYS, colour
from render.picture import BACKGROUND, EDGE, Style, picture, picture_of_two
from render.probe import read_metadata
from render.reel import open_reel
from render.stills import write_picture
from render.two_channels import Channel, hue_palette, mixed
from render.video import VideoConfig
from render.views import film
from sim.landscape.field import open_field
from sim.landscape.spec import LandscapeSpec, plan
from sim.landscape.sweep import sweep
from sim.learning.evolution import EvolutionConfig
from sim.learning.learn import learn
from sim.rollout.machine import Machine
from sim.world.maze import MazeConfig
from sim.world.rules import World

WORLD = World(maze=MazeConfig(size=5), lifetime=20)
CONFIG = EvolutionConfig(
    seed=3, generations=2, mazes=2, validation=4, hidden=4, world=WORLD, es=OpenAIESConfig(population=8)
)
NAMES = ("tempo", "divergence", "path")
SPEC = LandscapeSpec(width=16, height=12, mazes=2, frames=3, quantity=NAMES)
VIDEO = VideoConfig(quality="low", resolution=(176, 128), fps=5.0)
BARE = FilmConfig(view="flat", captions=False, relief=False)
ONE = Machine(1)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return learn(CONFIG, tmp_path_factory.mktemp("stills") / "run", machine=ONE)


@pytest.fixture(scope="module")
def field(run, tmp_path_factory):
    return sweep(plan(run, SPEC), tmp_path_factory.mktemp("stills") / "field.zarr", machine=ONE)


def pixels(path):
    from PIL import Image

    return np.asarray(Image.open(path).convert("RGB"))


def colours(frame):
    """The different colours of a frame."""
    return {tuple(each) for each in frame.reshape(-1, 3).tolist()}


def test_a_picture_shows_the_quantity_that_is_asked_for(field, tmp_path):
    heights = open_field(field, "divergence").heights[1] / np.float32(2)
    write_picture(field, tmp_path / "d.png", 1, LandscapeSpec(quantity=("divergence",)), BARE, VIDEO)
    reel = open_reel(field, "divergence")
    np.testing.assert_array_equal(reel.heights(1), heights)
    style = Style(relief=False, size=(128, 176))
    expected = picture(heights, 0.7, style, limits=reel.limits, equalise=reel.ranks, legend=False)
    np.testing.assert_array_equal(pixels(tmp_path / "d.png"), expected)
    write_picture(field, tmp_path / "t.png", 1, LandscapeSpec(), BARE, VIDEO)
    assert open_reel(field).objective.quantity == "tempo"  # the first, unless another is asked for
    assert (pixels(tmp_path / "t.png") != pixels(tmp_path / "d.png")).any()


def test_categories_have_a_hue_each_and_no_relief_whatever_the_settings(field, tmp_path):
    spec = LandscapeSpec(quantity=("path",))
    write_picture(field, tmp_path / "a.png", 1, spec, BARE, VIDEO)
    write_picture(field, tmp_path / "b.png", 1, spec, FilmConfig(palette="mako", captions=False), VIDEO)
    np.testing.assert_array_equal(pixels(tmp_path / "a.png"), pixels(tmp_path / "b.png"))
    hashes = open_field(field, "path").heights[1]
    frame = colour(category_numbers(hashes), CATEGORIES, (0.0, MOST))
    assert len(np.unique(frame.reshape(-1, 3), axis=0)) > 0.9 * len(np.unique(hashes))  # of 1024 hues, some are shared
    assert colours(pixels(tmp_path / "a.png")) - {BACKGROUND, EDGE} == colours(frame)


def test_numbers_of_categories_are_spread_evenly_and_equally_light():
    numbers = category_numbers(np.arange(20_000, dtype=np.int32))
    assert (numbers == np.rint(numbers)).all()
    assert len(np.unique(numbers)) > 19_980
    counts = np.histogram(numbers, 16, (0, MOST))[0]
    assert (abs(counts - 1250) < 5 * np.sqrt(1250)).all()
    light = lab_of(colour(numbers[None], CATEGORIES, (0.0, MOST)))[..., 0]
    assert np.ptp(light) < 0.01


def test_two_quantities_are_hue_and_lightness(field, run, tmp_path):
    spec = LandscapeSpec(quantity=("path",))
    two = replace(BARE, lightness="tempo")
    write_picture(field, tmp_path / "two.png", 1, spec, two, VIDEO)
    assert json.loads(read_metadata(tmp_path / "two.png")["made_from"])["film"]["lightness"] == "tempo"
    hue, light = open_reel(field, "path"), open_reel(field, "tempo")
    channels = (
        Channel(hue.heights(1), hue.limits, None, hue.unit, CATEGORIES),
        Channel(light.heights(1), light.limits, light.ranks, light.unit, GREYS),
    )
    expected = picture_of_two(*channels, 0.7, (128, 176), legend=False)
    np.testing.assert_array_equal(pixels(tmp_path / "two.png"), expected)
    one_view = LandscapeSpec(width=16, height=12, mazes=2, quantity=("path",))
    write_picture(run.path, tmp_path / "run.png", None, one_view, two, VIDEO, machine=ONE)
    assert len(np.unique(pixels(tmp_path / "run.png").reshape(-1, 3), axis=0)) > 10


def test_lightness_follows_one_channel_and_hue_the_other():
    values = np.array([[0.0, 1.0], [2.0, np.nan]])
    same = np.full((2, 2), 5.0)
    ramp = Channel(values, (0.0, 2.0), None, "", GREYS)
    flat = Channel(same, (0.0, 10.0), None, "", hue_palette("viridis"))
    rgb = mixed(flat, ramp)
    lab = lab_of(rgb.reshape(4, 3)[:3])
    assert (np.diff(lab[:, 0]) > 0.25).all()
    angles = np.arctan2(lab[:, 2], lab[:, 1])
    assert np.ptp(angles) < 0.1
    assert rgb[1, 1].tolist() == [96, 96, 96]


@pytest.mark.parametrize(
    ("quantity", "lightness", "config", "message"),
    [
        ("tempo", "tempo", BARE, "choose two quantities"),
        ("tempo", "path", BARE, "show it as the hue"),
        ("tempo", "end", BARE, "show it as the hue"),
        ("tempo", "revisits", BARE, "has tempo, divergence, path, got revisits"),
        ("end", None, BARE, "has tempo, divergence, path, got end"),
        ("path", None, FilmConfig(view="land"), "no land; choose flat"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_one_line(field, tmp_path, quantity, lightness, config, message):
    spec, look = LandscapeSpec(quantity=(quantity,)), replace(config, lightness=lightness)
    with pytest.raises(UserError, match=message):
        write_picture(field, tmp_path / "x.png", 1, spec, look, VIDEO)
    assert not (tmp_path / "x.png").exists()


def test_films_of_categories_are_flat_and_have_their_hues(field):
    reel = open_reel(field, "path")
    scene = film(reel, FilmConfig(captions=False, seconds=0.6), (120, 160), 5.0)
    wanted = colours(colour(reel.heights(0), CATEGORIES, reel.limits))
    assert colours(scene.draw(0)) - {BACKGROUND, EDGE} == wanted
