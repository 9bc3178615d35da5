"""The explorer on a landscape that is not ours: any function of genomes, around any genome."""

import time

import numpy as np
import pytest

from agents.errors import UserError
from render.window.event import Key, Pointer, Resize, Tick
from render.window.explore.explorer import Explorer
from render.window.explore.journey import Filmer
from render.window.explore.painter import Look
from render.window.explore.place import Land, Origin, Place, read_place
from render.window.explore.tiles import Tiles
from sim.landscape.function import FunctionObjective
from sim.landscape.sampling import sample
from sim.rollout.machine import Machine

SIZE = (180, 320)


def ripples(genomes):
    """Rings around the origin of genome space, and no number within the innermost."""
    away = np.hypot(genomes[:, 0].astype(np.float64), genomes[:, 1])
    with np.errstate(divide="ignore"):
        return np.where(away > 0.2, np.sin(20 * away) - 3 * away, np.nan)


@pytest.fixture
def origin(tmp_path):
    """Two weights: a plane, and nothing out of it."""
    genome = np.array([0.3, 0.4], np.float32)
    return Origin(tmp_path, genome, None, FunctionObjective.of(ripples, "gain", "dB"), Machine(1))


@pytest.fixture
def explorer(origin, tmp_path):
    model = Explorer(origin, None, SIZE, tmp_path)
    model.update(Resize(SIZE[1], SIZE[0]))
    yield model
    model.close()


def test_the_picture_is_the_function_bit_for_bit(explorer):
    assert explorer.wait(20)
    visit = explorer.visit
    wanted = sample(visit.ground.objective, visit.ground.plane, visit.view.window)
    found = visit.painter.painting.heights
    assert np.isnan(wanted).any()
    assert np.array_equal(found, np.where(np.isnan(wanted), -np.inf, wanted).astype(np.float32))
    for key in ("z", "d", "right"):
        explorer.update(Key(key))
        assert explorer.wait(20)
    assert visit.place.land.seed == 1
    assert explorer.draw().std() > 5


def test_its_words_are_its_own(explorer):
    assert explorer.wait(20)
    explorer.update(Pointer("move", 10, 10))
    sight = explorer._sight()
    assert (sight.words.title, sight.words.unit) == ("Around the genome", "gain, dB")
    assert sight.words.caption == "radius 0.7 ‖g‖; float32 on the CPU"
    assert sight.note[0].endswith(" dB")
    assert "from the genome" in sight.note[2]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("m", "it has no mazes and no lifetime to change"),
        ("]", "it has no mazes and no lifetime to change"),
        ("w", "too few weights for a third direction"),
        ("t", "too few weights for a third direction"),
    ],
)
def test_what_it_has_not_is_said(explorer, key, said):
    place = explorer.visit.place
    explorer.update(Key(key))
    assert said in explorer.visit.toast.text
    assert explorer.visit.place == place
    explorer.update(Tick(0.1))
    assert explorer.draw().shape == (*SIZE, 3)


def test_a_click_says_that_there_is_no_forager(explorer):
    explorer.update(Pointer("press", 40, 40, 1))
    explorer.update(Pointer("release", 40, 40, 1))
    assert "there is no forager to play" in explorer.visit.toast.text
    assert not explorer.visit.beside.shown


def test_its_places_are_kept_and_found(explorer, tmp_path):
    explorer.update(Key("z"))
    explorer.update(Key("b"))
    kept = explorer.visit.place
    explorer.update(Key("0"))
    assert explorer.visit.place != kept
    explorer.update(Key("1"))
    assert explorer.visit.place == kept
    assert explorer.wait(20)
    explorer.update(Key("s"))
    (picture,) = tmp_path.glob("*.png")
    assert read_place(picture) == kept


def test_a_place_of_a_run_is_refused_in_one_line(origin):
    with pytest.raises(UserError, match="no mazes and no lifetime") as caught:
        origin.ground(Land())
    assert "\n" not in str(caught.value)


def test_the_autopilot_dives(explorer):
    explorer.update(Key("a"))
    level, end = explorer.visit.view.level, time.monotonic() + 20
    while explorer.visit.view.level == level and time.monotonic() < end:
        explorer.update(Tick(0.3))
        time.sleep(0.01)
    assert explorer.visit.view.level == level + 1


def test_a_journey_is_filmed(origin):
    home = origin.home()
    places = [home, Place(home.land, 0.1, 0.1, 0.2)]
    frames = list(Filmer(origin.ground, Tiles(), Look(), (90, 160)).frames(places, 4))
    assert not np.array_equal(frames[0], frames[-1])
