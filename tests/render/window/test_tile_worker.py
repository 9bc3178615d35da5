import numpy as np
import pytest

from render.window.explore.origin import Origin
from render.window.explore.pace import GLIMPSE_SECONDS
from render.window.explore.place import Terrain
from render.window.explore.tile_worker import TileWorker, compute
from render.window.explore.tiles import TileCache, crop, mosaic
from render.window.explore.view import View
from sim.landscape.sampling import sample
from sim.rollout.machine import Machine
from tests.render.window.waiting import wait_until

TERRAIN, VIEW = Terrain(lifetime=24, mazes=2), View(6, -60, -40, 60, 90)  # four tiles


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


class Pretence:
    """A machine of a given speed in agent-steps a second: a clock that runs only while heights are computed."""

    def __init__(self, speed):
        self.speed, self.now, self.order, self.worker = speed, 0.0, [], TileWorker(lambda: self.now)

    def compute(self, sampler, batch):
        """In place of `compute`, which it calls; notes each tile with the stride of its pass and the time."""
        count = compute(sampler, batch)
        self.now += count * sampler.steps / self.speed
        self.order += [(self.worker.stride, tile.row, tile.column, len(pixels), self.now) for tile, pixels in batch]
        return count


@pytest.fixture
def pretend(monkeypatch):
    """A function that makes a machine of a given speed and has it compute a view; returns it and the heights."""
    made = []

    def run(sampler, speed, view=VIEW):
        made.append(machine := Pretence(speed))
        monkeypatch.setattr("render.window.explore.tile_worker.compute", machine.compute)
        grid = TileCache().grid(TERRAIN, view)
        machine.worker.compute_view(sampler, view, grid)
        wait_until(lambda: not machine.worker.busy)
        return machine, crop(mosaic(grid), view)

    yield run
    for machine in made:
        machine.worker.close()


def test_coarse_pixels_are_computed_first_from_the_middle_outwards(sampler, pretend):
    machine, _ = pretend(sampler, 1e5)
    order = machine.order[2:]  # without the probe
    strides = [stride for stride, *_ in order]
    assert strides == sorted(strides, reverse=True)
    assert (strides[0], strides[-1]) == (machine.worker.glimpse[1], 1)
    x, y = VIEW.left + VIEW.width / 2, VIEW.top + VIEW.height / 2
    for stride in {*strides}:
        away = [(64 * c + 32 - x) ** 2 + (64 * r + 32 - y) ** 2 for each, r, c, *_ in order if each == stride]
        assert away == sorted(away)


def test_a_slow_machine_sees_a_coarser_glimpse_than_a_fast_one_and_the_same_final_picture(sampler, pretend):
    strides, heights = [], []
    for speed in (1e5, 1e6, 1e8):
        machine, picture = pretend(sampler, speed)
        strides.append(machine.worker.glimpse[1])
        heights.append(picture)
    assert strides[0] > strides[1] > strides[2]
    assert np.array_equal(heights[0], heights[1])
    assert np.array_equal(heights[0], heights[2])
    assert np.array_equal(heights[0], sample(sampler.objective, sampler.plane, VIEW.window))


def test_the_first_pass_takes_little_time_whatever_the_speed(sampler, pretend):
    for speed in (1e4, 1e5, 1e7):
        machine, _ = pretend(sampler, speed)
        first = machine.worker.glimpse[1]
        probe = machine.order[1][4]
        taken = max(now for stride, *_, now in machine.order if stride == first) - probe
        assert taken <= 3 * GLIMPSE_SECONDS  # tiles reach beyond the view
        assert probe <= 2 * sampler.steps / speed


def test_the_next_glimpse_is_coarser_once_another_program_takes_the_machine(sampler, pretend):
    machine, _ = pretend(sampler, 1e6)
    before, machine.speed = machine.worker.glimpse[1], 1e5
    for step in (1, 2):
        other = VIEW.moved(step * 10**6, 0)
        machine.worker.compute_view(sampler, other, TileCache().grid(TERRAIN, other))
        wait_until(lambda: not machine.worker.busy)
    assert machine.worker.glimpse[1] > before


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
    grid = TileCache().grid(TERRAIN, view)
    worker.compute_view(sampler, view, grid)
    worker.close()
    assert np.isnan(mosaic(grid)).any()
    assert not worker.busy


def test_computed_heights_are_those_of_the_plane_s_genomes(sampler):
    (tile,) = TileCache().grid(TERRAIN, View(6, 0, 0, 4, 4))[0]
    pixels = np.array([[0, 0], [3, 2]])
    assert compute(sampler, [(tile, pixels)]) == 2
    wanted = sampler.objective.evaluate(sampler.plane.at(tile.points(pixels), "float32"))
    assert tile.heights[pixels[:, 0], pixels[:, 1]].tolist() == wanted.tolist()
