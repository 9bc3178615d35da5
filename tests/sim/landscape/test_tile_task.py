"""Tiles as tasks: any executor fills a field with the same bits, and says which tiles it could not fill."""

import numpy as np
import pytest

from agents.errors import UserError
from sim.landscape.field import open_field
from sim.landscape.filling import open_unfinished
from sim.landscape.function import FunctionObjective
from sim.landscape.landscape import Landscape
from sim.landscape.plane import Plane, Window
from sim.landscape.sweep import is_of, prepare, sweep
from sim.landscape.tile_task import tile_tasks
from sim.landscape.tour import zoom
from sim.rollout.machine import Machine
from sim.work.executor import Serial, Shard

ONE = Machine(1)
TOUR = zoom(Plane([0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]), Window(shape=(10, 14)), 3)


def bowl(genomes):
    """Half the squared length of a genome."""
    return (genomes.astype(np.float64) ** 2).sum(axis=1) / 2


def torn(genomes):
    """No number where the first weight is above 0.3."""
    if (genomes[:, 0] > 0.3).any():
        raise UserError("there is nothing here; look elsewhere")
    return bowl(genomes)


LANDSCAPE = Landscape(TOUR, FunctionObjective.of(bowl))


def files(path):
    return {str(each.relative_to(path)): each.read_bytes() for each in path.rglob("*") if each.is_file()}


@pytest.fixture
def whole(tmp_path):
    return sweep(LANDSCAPE, tmp_path / "whole.zarr", tile=4)


def test_tasks_make_the_field_that_this_process_makes(whole, tmp_path):
    heard = []
    path = sweep(
        LANDSCAPE, tmp_path / "a.zarr", tile=4, executor=Serial(ONE), progress=lambda done, of: heard.append((done, of))
    )
    assert files(path) == files(whole)
    assert heard == sorted(heard)
    assert heard[-1] == (3 * 140, 3 * 140)


def test_shards_fill_a_field_in_any_order(whole, tmp_path):
    for index in (2, 0, 1):
        path = sweep(LANDSCAPE, tmp_path / "a.zarr", tile=4, executor=Shard(index, 3, ONE))
    assert files(path) == files(whole)
    assert np.array_equal(open_field(path).heights, open_field(whole).heights)


def test_a_share_leaves_the_field_unfinished(tmp_path):
    path = sweep(LANDSCAPE, tmp_path / "a.zarr", tile=4, executor=Shard(0, 2, ONE))
    with pytest.raises(UserError, match="18 of 36 tiles are missing"):
        open_field(path)


def test_shards_do_not_start_over_what_others_may_have_done(tmp_path):
    with pytest.raises(UserError, match="cannot start it over"):
        sweep(LANDSCAPE, tmp_path / "a.zarr", executor=Shard(0, 2, ONE), fresh=True)


def test_tiles_that_failed_are_counted_and_the_others_kept(tmp_path):
    path = tmp_path / "a.zarr"
    with pytest.raises(UserError, match=r"12 tiles of .*a\.zarr failed; tile \(0, 0, 2\) .*: there is nothing here"):
        sweep(Landscape(TOUR, FunctionObjective.of(torn)), path, tile=4, executor=Serial(ONE))
    field = open_unfinished(path)
    assert sum(map(field.is_intact, field.tiles())) == 24


def test_a_task_is_named_by_its_field_and_done_once_its_tile_is_whole(tmp_path):
    field = prepare(LANDSCAPE, tmp_path / "a.zarr", tile=4)
    tasks = list(tile_tasks(field))
    assert len({task.key for task in tasks}) == len(tasks) == 36
    assert sum(task.cost for task in tasks) == 3 * 140
    assert not tasks[5].done()
    tasks[5].run(ONE)
    assert [task.done() for task in tasks] == [at == 5 for at in range(36)]


def test_a_field_is_of_its_landscape_alone(whole):
    assert is_of(whole, LANDSCAPE)
    moved = zoom(Plane([0.0, 0.1, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]), Window(shape=(10, 14)), 3)
    assert not is_of(whole, Landscape(moved, LANDSCAPE.objective))
    (whole / "zarr.json").write_text("{")
    assert not is_of(whole, LANDSCAPE)
