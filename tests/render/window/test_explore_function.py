"""The explorer on the landscape of any function of genomes, around any genome."""

import numpy as np
import pytest

from agents.errors import UserError
from render.window.event import Key, Pointer, Resize, Tick
from render.window.explore.explorer import Explorer
from render.window.explore.journey_film import JourneyFilmer
from render.window.explore.origin import Origin
from render.window.explore.painting import ColourSettings
from render.window.explore.panel_contents import panel_contents
from render.window.explore.place import Place, Terrain
from render.window.explore.sighting import read_sighting
from render.window.explore.tiles import TileCache
from sim.landscape.function import FunctionObjective
from sim.landscape.sampling import sample
from sim.rollout.machine import Machine
from tests.render.window.waiting import save_picture, settle, wait_until

SIZE = (180, 320)


def ripples(genomes):
    """Rings around the origin of genome space, with nan inside the innermost."""
    away = np.hypot(genomes[:, 0].astype(np.float64), genomes[:, 1])
    with np.errstate(divide="ignore"):
        return np.where(away > 0.2, np.sin(20 * away) - 3 * away, np.nan)


@pytest.fixture
def origin(tmp_path):
    """A genome of two weights: its plane is all of genome space."""
    genome = np.array([0.3, 0.4], np.float32)
    return Origin(tmp_path, genome, None, FunctionObjective.of(ripples, "gain", "dB"), Machine(1))


@pytest.fixture
def explorer(origin, folder):
    model = Explorer(origin, None, SIZE)
    model.update(Resize(SIZE[1], SIZE[0]))
    yield model
    model.close()


def test_the_picture_is_the_function_bit_for_bit(explorer):
    settle(explorer)
    navigation = explorer.session.navigation
    wanted = sample(navigation.sampler.objective, navigation.sampler.plane, navigation.view.window)
    found = explorer.session.pipeline.painting.heights
    assert np.isnan(wanted).any()
    assert np.array_equal(found, np.where(np.isnan(wanted), -np.inf, wanted).astype(np.float32))
    for key in ("z", "d", "right"):
        explorer.update(Key(key))
        settle(explorer)
    assert navigation.place.terrain.seed == 1
    assert explorer.draw().std() > 5


def test_its_words_name_the_function_and_its_unit(explorer):
    settle(explorer)
    panel = panel_contents(explorer.session, (10, 10), with_note=True)
    assert (panel.foot.title, panel.foot.unit) == ("Around the genome", "gain, dB")
    assert panel.foot.caption == "weights changed by ±70 %"
    assert panel.overlay.note[0].endswith(" dB")
    assert "from the genome" in panel.overlay.note[2]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("m", "it has no mazes and no lifetime to change"),
        ("x", "it has no mazes and no lifetime to change"),
        ("w", "too few weights for a third direction"),
        ("t", "too few weights for a third direction"),
    ],
)
def test_keys_that_a_function_cannot_obey_say_why(explorer, key, words):
    place = explorer.session.navigation.place
    explorer.update(Key(key))
    assert words in explorer.session.toast.text
    assert explorer.session.navigation.place == place
    explorer.update(Tick(0.1))
    assert explorer.draw().shape == (*SIZE, 3)


def test_a_click_says_that_there_is_no_forager(explorer):
    explorer.update(Pointer("press", 40, 40, 1))
    explorer.update(Pointer("release", 40, 40, 1))
    assert "there is no forager to play" in explorer.session.toast.text
    assert not explorer.session.foragers.shown


def test_bookmarks_and_screenshots_lead_back_to_its_places(explorer, folder):
    explorer.update(Key("z"))
    explorer.update(Key("b"))
    kept = explorer.session.navigation.place
    explorer.update(Key("0"))
    assert explorer.session.navigation.place != kept
    explorer.update(Key("1"))
    assert explorer.session.navigation.place == kept
    settle(explorer)
    picture = save_picture(explorer, folder)
    assert read_sighting(picture).place == kept


def test_a_place_of_a_run_is_refused_in_one_line(origin):
    with pytest.raises(UserError, match="no mazes and no lifetime") as caught:
        origin.sampler(Terrain())
    assert "\n" not in str(caught.value)


def test_the_autopilot_dives(explorer):
    explorer.update(Key("a"))
    navigation = explorer.session.navigation
    level = navigation.view.level
    wait_until(lambda: navigation.view.level != level, lambda: explorer.update(Tick(0.3)))
    assert navigation.view.level == level + 1


def test_a_journey_is_filmed(origin):
    home = origin.home()
    places = [home, Place(home.terrain, 0.1, 0.1, 0.2)]
    frames = list(JourneyFilmer(origin.sampler, TileCache(), ColourSettings(), (90, 160)).frames(places, 4))
    assert not np.array_equal(frames[0], frames[-1])
