import time

import numpy as np
import pytest

from render.window.explore.origin import Origin
from render.window.explore.place import Terrain
from render.window.explore.tile_worker import TileWorker, compute
from render.window.explore.tiles import COARSEST, TileCache, crop, mosaic
from render.window.explore.view import View
from sim.landscape.sampling import sample
from sim.rollout.machine import Machine
from tests.render.window.waiting import wait_until

TERRAIN, VIEW = Terrain(lifetime=24, mazes=2), View(6, -70, -40, 90, 160)


@pytest.fixture
def sampler(watched):
    return Origin.open(watched.path, Machine(1)).sampler(TERRAIN)


@pytest.fixture
def worker():
    worker = TileWorker()
    yield worker
    worker.close()


def test_a_view_is_computed_to_the_bits_of_a_sweep(worker, sampler):
    tiles = TileCache()
    worker.compute_view(sampler, VIEW, tiles.grid(TERRAIN, VIEW))
    wait_until(lambda: not worker.busy)
    heights = crop(mosaic(tiles.grid(TERRAIN, VIEW)), VIEW)
    assert np.array_equal(heights, sample(sampler.objective, sampler.plane, VIEW.window))


def test_coarse_pixels_are_computed_first_from_the_middle_outwards(worker, sampler, monkeypatch):
    order = []

    def note(sampler, batch):
        for tile, pixels in batch:
            order.append((worker.stride, tile.row, tile.column))
            tile.store(pixels, np.zeros(len(pixels), np.int32))
        return sum(len(pixels) for _, pixels in batch)

    monkeypatch.setattr("render.window.explore.tile_worker.compute", note)
    worker.compute_view(sampler, VIEW, TileCache().grid(TERRAIN, VIEW))
    wait_until(lambda: not worker.busy)
    strides = [stride for stride, *_ in order]
    assert strides == sorted(strides, reverse=True)
    assert (strides[0], strides[-1]) == (COARSEST, 1)
    x, y = VIEW.left + VIEW.width / 2, VIEW.top + VIEW.height / 2
    for stride in {*strides}:
        away = [(64 * c + 32 - x) ** 2 + (64 * r + 32 - y) ** 2 for each, r, c in order if each == stride]
        assert away == sorted(away)


def test_a_newer_view_replaces_the_older_one(worker, sampler):
    tiles, other = TileCache(), VIEW.moved(10**6, 0)
    first = tiles.grid(TERRAIN, VIEW)
    worker.compute_view(sampler, VIEW, first)
    worker.compute_view(sampler, other, tiles.grid(TERRAIN, other))
    wait_until(lambda: not worker.busy)
    assert np.isnan(mosaic(first)).any()
    assert not np.isnan(crop(mosaic(tiles.grid(TERRAIN, other)), other)).any()


def test_other_jobs_run_between_two_batches(worker, sampler):
    view = View(12, 0, 0, 720, 1280)
    worker.compute_view(sampler, view, TileCache().grid(TERRAIN, view))
    assert worker.submit(lambda: worker.stride).result(20) >= 1


def test_closing_does_not_wait_for_the_remaining_batches(sampler):
    worker, view = TileWorker(), View(12, 0, 0, 720, 1280)
    worker.compute_view(sampler, view, TileCache().grid(TERRAIN, view))
    begin = time.perf_counter()
    worker.close()
    assert time.perf_counter() - begin < 2
    assert not worker.busy


def test_computed_heights_are_those_of_the_plane_s_genomes(sampler):
    (tile,) = TileCache().grid(TERRAIN, View(6, 0, 0, 4, 4))[0]
    pixels = np.array([[0, 0], [3, 2]])
    assert compute(sampler, [(tile, pixels)]) == 2
    wanted = sampler.objective.evaluate(sampler.plane.at(tile.points(pixels), "float32"))
    assert tile.heights[pixels[:, 0], pixels[:, 1]].tolist() == wanted.tolist()
