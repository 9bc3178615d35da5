import time

import numpy as np
import pytest

from render.window.explore.place import Land, Origin
from render.window.explore.tiles import COARSEST, Tiles, cut, mosaic
from render.window.explore.view import View
from render.window.explore.worker import Worker, compute
from sim.landscape.sampling import sample
from sim.rollout.machine import Machine

LAND, VIEW = Land(lifetime=24, mazes=2), View(6, -70, -40, 90, 160)


@pytest.fixture
def ground(watched):
    return Origin.open(watched.path, Machine(1)).ground(LAND)


@pytest.fixture
def worker():
    worker = Worker()
    yield worker
    worker.close()


def let(worker, over):
    end = time.monotonic() + 20
    while not over():
        assert time.monotonic() < end
        assert worker is not None
        time.sleep(0.001)


def test_all_of_a_view_is_computed_to_the_bits_of_a_sweep(worker, ground):
    tiles = Tiles()
    worker.look(ground, VIEW, tiles.grid(LAND, VIEW))
    let(worker, lambda: not worker.busy)
    heights = cut(mosaic(tiles.grid(LAND, VIEW)), VIEW)
    assert np.array_equal(heights, sample(ground.objective, ground.plane, VIEW.window))


def test_what_is_coarse_is_computed_first_and_from_the_middle(worker, ground, monkeypatch):
    order = []

    def note(ground, batch):
        for tile, pixels in batch:
            order.append((worker.stride, tile.row, tile.column))
            tile.store(pixels, np.zeros(len(pixels), np.int32))
        return sum(len(pixels) for _, pixels in batch)

    monkeypatch.setattr("render.window.explore.worker.compute", note)
    worker.look(ground, VIEW, Tiles().grid(LAND, VIEW))
    let(worker, lambda: not worker.busy)
    strides = [stride for stride, *_ in order]
    assert strides == sorted(strides, reverse=True)
    assert (strides[0], strides[-1]) == (COARSEST, 1)
    x, y = VIEW.left + VIEW.width / 2, VIEW.top + VIEW.height / 2
    for stride in {*strides}:
        away = [(64 * c + 32 - x) ** 2 + (64 * r + 32 - y) ** 2 for each, r, c in order if each == stride]
        assert away == sorted(away)


def test_a_newer_view_ends_the_older_one_at_once(worker, ground):
    tiles, other = Tiles(), VIEW.moved(10**6, 0)
    first = tiles.grid(LAND, VIEW)
    worker.look(ground, VIEW, first)
    worker.look(ground, other, tiles.grid(LAND, other))
    let(worker, lambda: not worker.busy)
    assert np.isnan(mosaic(first)).any()
    assert not np.isnan(cut(mosaic(tiles.grid(LAND, other)), other)).any()


def test_other_jobs_are_done_between_two_batches(worker, ground):
    view = View(12, 0, 0, 720, 1280)
    worker.look(ground, view, Tiles().grid(LAND, view))
    assert worker.ask(lambda: worker.stride).result(20) >= 1


def test_closing_does_not_wait_for_the_rest(ground):
    worker, view = Worker(), View(12, 0, 0, 720, 1280)
    worker.look(ground, view, Tiles().grid(LAND, view))
    begin = time.perf_counter()
    worker.close()
    assert time.perf_counter() - begin < 2
    assert not worker.busy


def test_genomes_are_made_where_they_are_played(ground):
    (tile,) = Tiles().grid(LAND, View(6, 0, 0, 4, 4))[0]
    pixels = np.array([[0, 0], [3, 2]])
    assert compute(ground, [(tile, pixels)]) == 2
    wanted = ground.objective.evaluate(ground.plane.at(tile.points(pixels), "float32"))
    assert tile.heights[pixels[:, 0], pixels[:, 1]].tolist() == wanted.tolist()
