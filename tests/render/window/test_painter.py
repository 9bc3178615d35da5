from threading import Event

import numpy as np
import pytest

from render.window.explore import painter as module
from render.window.explore.painter import Painter
from render.window.explore.painting import ColourSettings
from render.window.explore.place import Terrain
from render.window.explore.tiles import TileCache
from render.window.explore.view import View
from tests.render.window.waiting import wait_until

TERRAIN, VIEW = Terrain(mazes=1), View(5, -64, -64, 128, 128)


@pytest.fixture
def grid():
    """Tiles that are all known."""
    grid = TileCache().grid(TERRAIN, VIEW)
    for tile in (tile for row in grid for tile in row):
        tile.store(missing := tile.missing(1), missing.sum(1).astype(np.int32))
    return grid


@pytest.fixture
def painter():
    painter = Painter()
    yield painter
    painter.close()


@pytest.fixture
def held(monkeypatch):
    """An event that lets paintings go on; until it is set, each waits in its middle."""
    go, paint = Event(), module.paint

    def slow(*given, current, **options):
        go.wait(20)
        return paint(*given, current=current, **options)

    monkeypatch.setattr(module, "paint", slow)
    return go


def request(painter, grid, view, revision=0):
    painter.request(grid, TERRAIN, view, ColourSettings(), revision)


def test_a_painting_that_nobody_wants_any_more_is_dropped(painter, grid, held):
    request(painter, grid, VIEW)
    request(painter, grid, VIEW.moved(1, 0))
    held.set()
    wait_until(lambda: not painter.busy, lambda: painter._collect())
    assert painter.painting is None


def test_the_painting_after_a_dropped_one_is_finished(painter, grid, held):
    request(painter, grid, VIEW)
    request(painter, grid, VIEW.moved(1, 0))
    held.set()
    wait_until(lambda: not painter.busy, lambda: painter._collect())
    held.clear()
    request(painter, grid, VIEW.moved(2, 0))
    request(painter, grid, VIEW.moved(3, 0))
    held.set()
    wait_until(lambda: painter.painting is not None, lambda: request(painter, grid, VIEW.moved(3, 0)))
    assert painter.painting.view == VIEW.moved(2, 0)


def test_the_background_takes_the_colours_of_a_new_painting(painter, grid):
    request(painter, grid, VIEW)
    wait_until(lambda: painter.painting is not None, lambda: request(painter, grid, VIEW))
    painter.background = before = painter.painting
    deeper, tiles = View(6, -64, -64, 128, 128), TileCache()
    finer = tiles.grid(TERRAIN, deeper)
    for tile in (tile for row in finer for tile in row):
        tile.store(missing := tile.missing(1), (50 + missing[:, 0] % 7).astype(np.int32))
    wait_until(lambda: painter.painting.view == deeper, lambda: request(painter, finer, deeper))
    assert painter.painting.scale is not before.scale
    assert painter.background.scale is painter.painting.scale
    assert painter.background.view == before.view
    assert not np.array_equal(painter.background.frame, before.frame)


def test_the_same_request_is_painted_once(painter, grid):
    request(painter, grid, VIEW)
    wait_until(lambda: painter.painting is not None, lambda: request(painter, grid, VIEW))
    first = painter.painting
    request(painter, grid, VIEW)
    assert not painter.busy
    assert painter.painting is first
