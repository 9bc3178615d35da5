import numpy as np
import pytest

from render.window.event import Key, Pointer, Resize, Tick
from render.window.explore.explorer import Explorer
from render.window.explore.origin import Origin
from render.window.explore.place import Place, Terrain
from render.window.explore.side_panel_picture import SidePanelPicture, seek_bar
from sim.rollout.machine import Machine
from tests.render.window.waiting import click

SIZE = (360, 640)
TERRAIN = Terrain(lifetime=24, mazes=3)


@pytest.fixture
def explorer(watched, folder):
    model = Explorer(Origin.open(watched.path, Machine(1)), Place(TERRAIN), SIZE)
    model.session.side_panel.renderer.max_wait = 60
    model.update(Resize(SIZE[1], SIZE[0]))
    yield model
    model.close()


def test_the_mouse_seeks_on_the_bar_and_the_landscape_stays(explorer):
    click(explorer, 100, 100)
    playback, view = explorer.session.foragers.playback, explorer.session.navigation.view
    explorer.draw()
    left, top, width, _ = seek_bar(explorer.side_panel_size)
    x, y = view.width + left, top
    explorer.update(Pointer("press", x + width - 1, y, 1))
    assert playback.position == 24
    explorer.update(Pointer("move", x + width // 2, 5))
    assert playback.position == pytest.approx(12, abs=0.2)
    explorer.update(Pointer("release", x, y, 1))
    assert playback.position == 0
    explorer.update(Pointer("move", x + width, y))
    assert playback.position == 0
    assert explorer.session.navigation.view == view
    assert len(explorer.session.foragers.picks) == 1


def test_the_episode_is_drawn_beside_the_landscape_and_changes_with_time(explorer):
    click(explorer, 100, 100)
    explorer.update(Key("space"))
    width = explorer.session.navigation.view.width
    first = explorer.draw()[:, width:].copy()
    explorer.update(Key("end"))
    assert not np.array_equal(explorer.draw()[:, width:], first)


def test_the_bar_marks_the_step_in_which_two_foragers_diverge(explorer):
    click(explorer, 20, 20)
    click(explorer, 150, 150, shift=True)
    foragers = explorer.session.foragers
    assert foragers.divergence is not None
    names = tuple(pick.name for pick in foragers.picks)
    given = (names, foragers.episodes, foragers.picks[0].sampler, 0)
    size = (700, 400)
    left, top, width, thick = seek_bar(size)
    diverged, alike = (SidePanelPicture(*given, step, 0.0, False, "x1", size, "inferno").draw() for step in (12, None))
    bar = np.s_[top : top + thick, left : left + width]
    columns = np.flatnonzero((diverged[bar] != alike[bar]).any((0, 2)))
    assert abs(columns.min() - 12 / 24 * (width - 1)) <= 2, "the mark begins at step 12"
    words = np.s_[: top - 20]
    assert not np.array_equal(diverged[words], alike[words])


def test_there_is_no_picture_without_foragers(explorer):
    assert explorer.session.side_panel.request((360, 200), "inferno") is None
    assert not explorer.session.side_panel.on_bar((360, 200), *seek_bar((360, 200))[:2])
    explorer.update(Tick(0.1))
    assert explorer.draw().shape == (*SIZE, 3)
