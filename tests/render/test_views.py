"""Scenes of fields of known functions: each frame must show the function."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from agents.errors import UserError
from render import film_zoom, views
from render.film import FilmConfig
from render.film_words import words
from render.film_zoom import zoom
from render.palette import colour, equaliser, table
from render.picture import fit
from render.reel import open_reel
from render.views import film, flat, perspective
from sim.landscape import tour as tours
from sim.landscape.plane import Plane, Window
from tests.fields import stored

PLANE = Plane([0, 0, 1], [1, 0, 0], [0, 1, 0])
THIRD = np.array([0.0, 0, 1])
SMALL = (120, 160)
BARE = FilmConfig(palette="viridis", equalise=False, relief=False, captions=False)
ONCE = replace(BARE, seconds=0.3)  # at 10 frames a second, each frame of a field of three once


def reel_of(path, tour, function, count=4):
    return open_reel(stored(path / "field.zarr", tour, function, range(count)))


def rising(genomes):
    """0, 10 and 20 in the three frames of a slide in the west, and 20 more in the east."""
    return np.rint(genomes[:, 2] * 10).astype(int) + 20 * (genomes[:, 0] > 0)


def swirl(x, y):
    """Spiral arms around the middle. They look the same at half the radius and when turned by half a circle."""
    radius, angle = np.hypot(x, y) + 1e-300, np.arctan2(y, x)
    return np.cos(2 * np.pi * np.log2(radius) + 2 * angle)


@pytest.fixture(scope="module")
def slide(tmp_path_factory):
    """Heights 0, 10, 20 in the west and 20, 30, 40 in the east, in four mazes."""
    tour = tours.slide(PLANE, Window(shape=(12, 16)), THIRD, 3, 1.0)
    return reel_of(tmp_path_factory.mktemp("slide"), tour, rising)


@pytest.fixture(scope="module")
def turn(tmp_path_factory):
    """A turn of a slope: heights are x cos(angle)."""
    tour = tours.turn(PLANE, Window(shape=(12, 16)), THIRD, 8)
    return reel_of(tmp_path_factory.mktemp("turn"), tour, lambda genomes: genomes[:, 0])


@pytest.fixture(scope="module")
def dives(tmp_path_factory):
    """A function that makes the reel of a zoom into the swirl, from its factor, number of frames, shape and centre."""
    known = {}

    def dive(factor=2.0, frames=4, shape=(60, 80), x=0.0):
        key = factor, frames, shape, x
        if key not in known:
            tour = tours.zoom(PLANE, Window(x=x, radius=0.5, shape=shape), frames, factor)
            path = tmp_path_factory.mktemp("zoom")
            known[key] = reel_of(path, tour, lambda genomes: swirl(genomes[:, 0], genomes[:, 1]), 1)
        return known[key]

    return dive


def sides(frame):
    """The colours in the middle of a frame's western and eastern half."""
    height, width = frame.shape[:2]
    return frame[height // 2, width // 4], frame[height // 2, 3 * width // 4]


def pixel(reel, depth, size):
    """The side of a frame's pixel in norms, after `depth` halvings of the radius."""
    rows, columns = reel.tour.shape
    return reel.tour.windows[0].pixel / max(size[0] / rows, size[1] / columns) * 0.5**depth


def exact(reel, spacing, size):
    """The frame computed from the function itself: pixels of side `spacing`, each the mean of 3 x 3 points."""
    fine = Window(radius=0.5 * spacing * min(size), shape=(3 * size[0], 3 * size[1]))
    heights = swirl(*np.moveaxis(fine.points(), -1, 0))
    colours = colour(heights, "viridis", reel.limits).astype(float)
    return colours.reshape(size[0], 3, size[1], 3, 3).mean((1, 3))


def test_known_heights_have_known_colours_at_known_places(slide):
    scene = flat(slide, ONCE, SMALL, 10)
    assert scene.count == 3
    colours = table("viridis")
    for number, (west, east) in enumerate([(0, 0.5), (0.25, 0.75), (0.5, 1)]):
        for seen, share in zip(sides(scene.draw(number)), (west, east), strict=True):
            assert np.array_equal(seen, colours[int(1023 * share + 0.5)])


@pytest.mark.parametrize("equalise", [False, True])
def test_one_height_has_one_colour_all_through_a_film(slide, equalise):
    scene = flat(slide, replace(ONCE, equalise=equalise), SMALL, 10)
    assert np.array_equal(sides(scene.draw(0))[1], sides(scene.draw(2))[0])
    assert not np.array_equal(sides(scene.draw(0))[0], sides(scene.draw(2))[0])


def test_without_captions_only_the_field_is_drawn(slide):
    frame = flat(slide, ONCE, SMALL, 10).draw(1)
    assert np.array_equal(frame, fit(colour(slide.heights(1), "viridis", slide.limits), SMALL))
    assert not np.array_equal(frame, flat(slide, replace(ONCE, captions=True), SMALL, 10).draw(1))


@pytest.mark.parametrize("view", [flat, perspective])
def test_captions_are_drawn_over_the_same_picture(slide, view):
    bare, captioned = (view(slide, replace(ONCE, captions=said), (360, 480), 10).draw(1) for said in (False, True))
    changed = (bare != captioned).any(-1)
    assert changed[280:].any()
    assert not changed[140:220].any()


def test_frames_over_few_and_many_mazes_are_alike(tmp_path):
    mazes = np.arange(1, 5)
    tour = tours.mazes(PLANE, Window(shape=(12, 16)), 4)
    reel = reel_of(tmp_path, tour, lambda genomes: np.where(genomes[:, :1] > 0, 6, 2) * mazes)
    assert reel.limits == (2, 6)
    scene = flat(reel, replace(BARE, seconds=0.4), SMALL, 10)
    frames = [scene.draw(number) for number in range(4)]
    assert all(np.array_equal(frame, frames[0]) for frame in frames)
    assert np.array_equal(sides(frames[0]), table("viridis")[[0, -1]])
    assert [words(reel, BARE, frame)[1] for frame in (0, 1)] == ["one maze, 200 steps", "mean of 2 mazes, 200 steps"]


def test_words_describe_the_frame(slide, turn, dives):
    assert words(slide, BARE, 0)[1] == "weights changed by -100 % along a third direction, mean of 4 mazes, 200 steps"
    assert words(turn, BARE, 1)[1] == "45 degrees, mean of 4 mazes, 200 steps"
    assert words(dives(), BARE, 1)[1] == "weights changed by ±25 %, one maze, 200 steps"
    assert words(dives(), BARE, 1, 0.0001234)[1] == "weights changed by ±0.012 %, one maze, 200 steps"
    assert words(dives(x=0.3), BARE, 1)[1] == "weights changed by 30 % ±25 %, one maze, 200 steps"
    assert words(slide, FilmConfig(title="Mine"), 0)[0] == "Mine"


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 30])
def test_a_flat_film_of_any_length_goes_from_the_first_frame_to_the_last(slide, count):
    scene, whole = (flat(slide, replace(BARE, seconds=seconds), SMALL, 10) for seconds in (count / 10, 0.3))
    shown = [next(n for n in range(3) if np.array_equal(scene.draw(k), whole.draw(n))) for k in range(count)]
    assert shown == sorted(shown)
    assert shown[0] == 0
    assert shown[-1] == (2 if count > 1 else 0)


@pytest.mark.parametrize("count", [2, 4, 8, 16])
def test_frames_of_a_flat_loop_are_evenly_spaced_also_at_its_seam(turn, count):
    shown = []
    reel = replace(turn, heights=lambda frame: shown.append(frame) or turn.heights(frame))
    scene = flat(reel, replace(BARE, seconds=count / 10), SMALL, 10)
    for number in range(scene.count):
        scene.draw(number)
    steps = [(after - before) % 8 for before, after in zip(shown, [*shown[1:], shown[0]], strict=True)]
    assert steps == ([8 // count] * count if count <= 8 else [0, 1] * 8)


@pytest.fixture
def lands(monkeypatch):
    """The heights, cameras and limits that `terrain` is called with."""
    asked = []

    def terrain(heights, colours, camera, size, *, limits):
        assert colours.shape == (*heights.shape, 3)
        asked.append((heights, camera, limits))
        return np.zeros((*size, 3), np.uint8)

    monkeypatch.setattr(views, "terrain", terrain)
    return asked


def test_land_of_a_turn_is_a_loop_without_jumps(turn, lands):
    scene = perspective(turn, FilmConfig(seconds=1.6), SMALL, 10)
    assert scene.count == 16
    for number in range(16):
        scene.draw(number)
    heights, azimuths = [land[0] for land in lands], np.array([land[1].azimuth for land in lands])
    for number in range(1, 16):  # x cos(angle) is the same before the start as after it, and the sway mirrored
        np.testing.assert_allclose(heights[number], heights[16 - number], atol=1e-6)
    np.testing.assert_allclose(azimuths[1:] - azimuths[0], azimuths[0] - azimuths[:0:-1], atol=1e-9)
    assert np.ptp(azimuths) > 1
    assert {land[2] for land in lands} == {turn.limits}


def test_neighbours_are_mixed_if_land_has_few_frames(slide, lands):
    scene = perspective(slide, FilmConfig(seconds=0.5, captions=False), SMALL, 10)
    for number in range(scene.count):
        scene.draw(number)
    assert [tuple(land[0][0, [0, -1]]) for land in lands] == [(0, 5), (1.25, 6.25), (2.5, 7.5), (3.75, 8.75), (5, 10)]


@pytest.mark.parametrize("size", [(120, 160), (161, 121), (240, 135)])
def test_land_is_drawn_in_frames_of_any_shape(slide, size):
    scene = perspective(slide, FilmConfig(), size, 30)
    first, again = scene.draw(0), scene.draw(0)
    assert first.shape == (*size, 3)
    assert np.array_equal(first, again)
    assert len(np.unique(first.reshape(-1, 3), axis=0)) > 50


@pytest.mark.parametrize("factor", [2.0, 3.0, 1.3])
@pytest.mark.parametrize("size", [(120, 160), (121, 163), (160, 90)], ids=["even", "odd", "portrait"])
def test_a_zoom_shows_the_function_at_every_depth(dives, factor, size):
    reel = dives(factor)
    scene = zoom(reel, BARE, size, 30)
    depths = np.linspace(0, float(reel.tour.axis.values[-1]), scene.count)
    for number in {0, 1, scene.count // 5, scene.count // 3, scene.count // 2, scene.count - 2, scene.count - 1}:
        frame = scene.draw(number)
        wrong = np.abs(frame - exact(reel, pixel(reel, depths[number], size), size)).max(-1)
        assert frame.shape == (*size, 3)
        assert np.median(wrong) < 6
        assert np.mean(wrong > 40) < 0.08


@pytest.mark.parametrize("size", [(120, 160), (121, 160), (121, 163), (90, 160), (160, 90)])
def test_a_zoom_does_not_tremble(dives, size):
    """The swirl looks the same when turned by half a circle, and so must every frame."""
    reel = dives(1.7, 5)
    scene = zoom(reel, BARE, size, 30)
    for number in range(0, scene.count, 3):
        frame = scene.draw(number).astype(int)
        assert np.abs(frame - frame[::-1, ::-1]).max() <= 3


@pytest.mark.parametrize("equalise", [False, True])
def test_colours_are_the_films_or_the_ranks_of_each_octave(tmp_path, equalise):
    tour = tours.zoom(PLANE, Window(radius=0.5, shape=(60, 80)), 3, 2.0)
    reel = reel_of(tmp_path, tour, lambda genomes: np.abs(genomes[:, 0]), 1)
    scene = zoom(reel, replace(BARE, equalise=equalise), SMALL, 30)
    for number, share, frame in ((0, 0.5, 0), (scene.count - 1, 0.125, 2)):
        half_way = np.full((1, 1), share * 2 / 3)  # of the way to the eastern edge
        ranks = equaliser(reel.heights(frame)) if equalise else None
        expected = colour(half_way, "viridis", reel.limits, ranks)[0, 0]
        assert np.abs(scene.draw(number)[60, 120].astype(int) - expected).max() < 10
    assert ("colours by rank in each octave" in words(reel, FilmConfig(equalise=equalise), 1)[1]) == equalise


def test_ranks_change_without_a_jump_from_one_octave_to_the_next(tmp_path):
    """Heights that lie closer together with every octave keep all colours, and no frame jumps."""
    tour = tours.zoom(PLANE, Window(radius=0.5, shape=(60, 80)), 4, 2.0)
    reel = reel_of(tmp_path, tour, lambda genomes: np.abs(genomes[:, 0]), 1)
    scene = zoom(reel, replace(BARE, equalise=True, seconds=6.0), SMALL, 30)
    frames = [scene.draw(number).astype(int) for number in range(scene.count)]
    jumps = [np.abs(after - before).mean() for before, after in pairwise(frames)]
    assert max(jumps) < 6
    assert np.ptp(frames[0].mean(-1)) == pytest.approx(np.ptp(frames[-1].mean(-1)), rel=0.15)


def test_scale_is_continuous_from_one_octave_to_the_next(dives):
    """In a zoom of an hour, the last frame drawn from one frame of the field is like the first drawn from the next."""
    scene = zoom(dives(), replace(BARE, seconds=3600), SMALL, 30)
    for octave in (1, 2):
        number = octave * (scene.count - 1) // 3
        before, after = (scene.draw(at).astype(int) for at in (number - 1, number + 2))
        assert np.abs(before - after)[1:-1, 1:-1].max() < 12


@pytest.mark.parametrize("factor", [3.0, 50.0, 1e5])
@pytest.mark.parametrize("size", [(120, 160), (160, 90), (33, 47)])
def test_no_part_of_a_zoom_is_black(dives, factor, size):
    scene = zoom(dives(factor, 3), BARE, size, 3)
    darkest = int(table("viridis").max(-1).min())
    for number in range(scene.count):
        assert scene.draw(number).max(-1).min() >= darkest - 25  # bicubic overshoots


@pytest.mark.parametrize("size", [(120, 160), (160, 90)])
def test_a_zoom_of_one_octave_is_a_still(dives, size):
    reel = dives(2.0, 1)
    scene = zoom(reel, BARE, size, 30)
    assert scene.count == 1
    assert np.mean(np.abs(scene.draw(0) - exact(reel, pixel(reel, 0, size), size)).max(-1) > 40) < 0.08
    assert film(reel, BARE, size, 30).count == 1 + round(30 * views.STAY)


@pytest.mark.parametrize("size", [(360, 640), (640, 360), (400, 401)])
@pytest.mark.parametrize("shape", [(60, 80), (80, 60)])
def test_the_scale_bar_of_a_zoom_has_the_scale_of_its_pixels(dives, size, shape, monkeypatch):
    spacings = []
    monkeypatch.setattr(film_zoom, "put_bars", lambda *everything: spacings.append(everything[-1]))
    reel = dives(2.0, 3, shape)
    scene = zoom(reel, replace(BARE, captions=True), size, 30)
    for number in (0, scene.count - 1):
        assert np.median(np.abs(scene.draw(number) - exact(reel, spacings[-1], size)).max(-1)) < 6
    assert spacings[1] == pytest.approx(spacings[0] / 4)


def test_the_tour_and_the_config_choose_the_view(slide, turn, dives, monkeypatch):
    asked = []
    for name in ("flat", "perspective", "zoom"):
        view = getattr(views, name)
        monkeypatch.setattr(views, name, lambda *rest, view=view, name=name: asked.append(name) or view(*rest))
    for reel in (slide, turn, dives()):
        for view in ("auto", "flat", "land"):
            film(reel, FilmConfig(view=view), SMALL, 30)
    assert asked == ["perspective", "flat", "perspective"] * 2 + ["zoom"] * 3


def test_tours_that_do_not_loop_are_shown_backwards_too(slide, turn):
    assert film(turn, replace(BARE, seconds=0.8), SMALL, 10).count == 8
    scene = film(slide, replace(ONCE, view="flat"), SMALL, 10)
    frames = [scene.draw(number) for number in range(scene.count)]
    assert scene.count == 3 + round(10 * views.STAY) + 2
    assert np.array_equal(frames[1], frames[-1])
    assert np.array_equal(frames[2], frames[-2])


def test_by_default_every_frame_is_shown_in_5_seconds_or_more(slide, turn, monkeypatch):
    monkeypatch.setattr(views, "SHORTEST", 5.0)
    for view in (flat, perspective):
        assert [view(reel, BARE, SMALL, fps).count for reel in (slide, turn) for fps in (1, 30)] == [5, 150, 8, 150]


def test_frames_too_small_for_words_are_refused(slide):
    with pytest.raises(UserError, match="at least 160 x 120"):
        flat(slide, BARE, (90, 120), 30)
