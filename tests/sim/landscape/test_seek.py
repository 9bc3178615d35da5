"""The centre that is found for a zoom has structure around it at every depth."""

import numpy as np
import pytest

from sim.landscape import seek as module
from sim.landscape import tour as tours
from sim.landscape.function import FunctionObjective
from sim.landscape.plane import Plane, Window
from sim.landscape.seek import seek, settle, watched
from sim.landscape.spec import LandscapeSpec, forager_objective
from sim.world.rules import World

PLANE = Plane(np.zeros(2), np.array([1.0, 0.0]), np.array([0.0, 1.0]))


def staircase(genomes):
    """Rings around (0.3, 0.2), the closer the narrower: structure at every depth there, noise nowhere."""
    distance = np.hypot(genomes[:, 0] - 0.3, genomes[:, 1] - 0.2)
    return np.floor(4 * np.log2(np.maximum(distance, 1e-12))).astype(np.int64)


def stripes(genomes):
    return np.floor(1e5 * genomes[:, 0]).astype(np.int64)


def edge(genomes):
    return (genomes[:, 0] > 0.1234567).astype(np.int64)


def plain(genomes):
    return np.zeros(len(genomes), np.int64)


RINGS = FunctionObjective.of(staircase)


def test_the_centre_is_where_all_octaves_have_structure():
    found = seek(RINGS, PLANE, Window(radius=1.0, shape=(90, 160)), octaves=12)
    assert np.hypot(found.x - 0.3, found.y - 0.2) < 2e-3


def test_only_the_centre_changes_and_it_stays_within_the_window():
    window = Window(radius=0.5, shape=(30, 40))
    found = seek(FunctionObjective.of(stripes), PLANE, window, octaves=10)
    assert (found.radius, found.shape) == (window.radius, window.shape)
    assert abs(found.x) <= 0.5
    assert abs(found.y) <= 0.5


def test_on_a_plain_landscape_the_centre_stays_near_the_middle():
    found = seek(FunctionObjective.of(plain), PLANE, Window(radius=1.0), octaves=20)
    assert abs(found.x) < 0.1
    assert abs(found.y) < 0.1


def test_the_same_objective_gives_the_same_centre():
    window = Window(radius=1.0)
    assert seek(RINGS, PLANE, window, octaves=8) == seek(RINGS, PLANE, window, octaves=8)


def striped_or_crossed(genomes):
    """Parallel stripes at every scale, everywhere; and in the south-west others that cross them."""
    x, y = genomes.T

    def stairs(z):
        return np.sum([np.floor(z * 3.0**k) % 2 * 2**k for k in range(12)], axis=0)

    return (stairs(x) + np.where((x < -0.2) & (y < -0.2), 5000 * stairs(y), 0)).astype(np.int64)


def test_a_place_where_stripes_cross_is_preferred_to_parallel_stripes():
    found = seek(FunctionObjective.of(striped_or_crossed), PLANE, Window(radius=0.8), octaves=9)
    assert found.x < -0.19
    assert found.y < -0.19


def test_a_zoom_moves_to_the_centre_and_keeps_all_its_octaves_of_detail():
    zoom = tours.zoom(PLANE, Window(radius=1.0, shape=(90, 160)), 9, 2.0)
    settled = settle(RINGS, zoom)
    assert len(settled) == 9
    assert settled.note == ""
    centres = {(window.x, window.y) for window in settled.windows}
    assert len(centres) == 1
    assert np.hypot(settled.windows[0].x - 0.3, settled.windows[0].y - 0.2) < 2e-2
    assert [window.radius for window in settled.windows] == [window.radius for window in zoom.windows]


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda genomes: np.floor(8 * genomes).sum(axis=1).astype(np.int64), ("pixels lie at an edge",)),
        (plain, ("one height only",)),
        (lambda genomes: np.floor(1e4 * genomes[:, 0]).astype(np.int64), ("only parallel stripes",)),
    ],
    ids=["squares", "plain", "stripes"],
)
def test_a_zoom_ends_where_there_is_too_little_to_see_and_says_how_deep_that_was(function, says):
    zoom = tours.zoom(PLANE, Window(radius=1.0, shape=(90, 160)), 14, 2.0)
    settled = settle(FunctionObjective.of(function), zoom)
    count = len(settled)
    assert 1 <= count < 14
    assert f"from a radius of {2.0**-count:.2g} norms on" in settled.note
    assert any(each in settled.note for each in says)
    closer = f", the last {2 ** (count - 1)} times closer than the first" if count > 1 else ""
    assert settled.note.endswith(f"cut at {count} of 14 frames{closer}")
    assert len(settled.windows) == len(settled.mix) == len(settled.axis.values) == count


def test_a_plain_edge_is_followed_where_there_is_nothing_else():
    found = seek(FunctionObjective.of(edge), PLANE, Window(radius=1.0, shape=(32, 32)), octaves=20, dtype="float64")
    assert abs(found.x - 0.1234567) < 2.0**-18


EMPTY, SPARSE, EDGED = (np.zeros((32, 32), np.int64) for _ in range(3))
SPARSE[:, 16:] = 1  # and six corners of their own height each, so that there are enough heights
SPARSE[0, :12:2] = np.arange(6) + 2
EDGED[:] = np.random.default_rng(1).integers(0, 99, (32, 32))


def looking(monkeypatch, looks):
    """Let the looks of a zoom of 2 to the power of -n be the given ones, about the centre that it has."""
    monkeypatch.setattr(module, "seek", lambda objective, plane, window, *rest: window)
    monkeypatch.setattr(module, "_look", lambda objective, plane, window, *rest: looks[round(-np.log2(window.radius))])


@pytest.mark.parametrize(
    ("looks", "kept"),
    [
        ([EDGED, EDGED, SPARSE, SPARSE], 2),
        ([EDGED, SPARSE, EDGED, SPARSE], 3),
        ([EDGED, SPARSE, EDGED, EDGED], 4),
        ([SPARSE, SPARSE, SPARSE, SPARSE], 4),
        ([EDGED, SPARSE, EMPTY, EDGED], 1),
        ([SPARSE, SPARSE, EMPTY, EMPTY], 2),
        ([EMPTY, EMPTY, EDGED, EDGED], 1),
    ],
    ids=["tail", "dip and tail", "dip", "few from the start", "tail and end", "few, and end", "flat from the start"],
)
def test_a_zoom_ends_after_its_last_frame_with_edges(monkeypatch, looks, kept):
    looking(monkeypatch, looks)
    settled = settle(RINGS, tours.zoom(PLANE, Window(radius=1.0, shape=(90, 160)), len(looks), 2.0))
    assert len(settled) == kept
    assert (settled.note == "") == (kept == len(looks))


def test_a_cut_zoom_of_foragers_names_the_settings_that_go_deeper(monkeypatch):
    looking(monkeypatch, [EDGED, SPARSE])
    layout = World().layout()
    objective = forager_objective(LandscapeSpec(lifetime=70, cells=6), layout, World(), 0)
    settled = settle(objective, tours.zoom(PLANE, Window(radius=1.0), 2, 2.0))
    assert settled.note.endswith("; more lifetime and cells (now 70 and 6) go deeper")


def test_a_zoom_that_keeps_its_centre_keeps_all_frames_and_says_how_many_are_dull(monkeypatch):
    looking(monkeypatch, [EDGED, SPARSE, EMPTY, EMPTY])
    zoom = tours.zoom(PLANE, Window(radius=1.0), 4, 2.0)
    kept = watched(RINGS, zoom)
    assert kept.windows == zoom.windows
    assert kept.note.startswith("3 of 4 frames show few edges, 2 of them one height only, the first at a radius of 0.5")
    looking(monkeypatch, [EDGED] * 4)
    assert watched(RINGS, zoom).note == ""
