"""Filling: any process fills any tile, any number of times, and the field is that of one sweep."""

import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from agents.errors import UserError
from agents.layout import initial
from agents.randomness import generator
from sim.landscape import filling
from sim.landscape.attributes import read_attributes
from sim.landscape.field import open_field
from sim.landscape.filling import fill_tile, open_unfinished, tiles
from sim.landscape.function import FunctionObjective
from sim.landscape.landscape import Landscape
from sim.landscape.objective import Objective
from sim.landscape.plane import Window
from sim.landscape.score import ByMaze, Imitation, Pellets, Smoothed
from sim.landscape.surroundings import around
from sim.landscape.sweep import finish, prepare, sweep
from sim.landscape.tour import mazes, slide
from sim.rollout.machine import Machine
from sim.world.maze import MazeConfig, MazeSet
from sim.world.rules import World

ONE = Machine(1)
WORLD = World(maze=MazeConfig(size=4), lifetime=20)
LAYOUT = WORLD.layout(hidden=3)
GENOME = 3 * initial(LAYOUT, 1, generator(1, "test"))[0]
NEAR, WINDOW = around(GENOME, LAYOUT, 0), Window(0.1, -0.2, 0.5, (5, 7))
PELLETS = Objective(Pellets(), LAYOUT, WORLD, MazeSet(WORLD.maze, 3, "train", range(3)))
SLIDE = Landscape(slide(NEAR.plane, WINDOW, NEAR.third, 3, 0.3), PELLETS)
LANDSCAPES = {
    "pellets": SLIDE,
    "imitation": replace(SLIDE, objective=replace(PELLETS, score=Imitation())),
    "smoothed": replace(SLIDE, objective=replace(PELLETS, score=Smoothed(0.3, 4))),
    "layers": Landscape(mazes(NEAR.plane, WINDOW, 3), replace(PELLETS, layers=ByMaze())),
}


def contents(path):
    return {str(file.relative_to(path)): file.read_bytes() for file in sorted(path.rglob("*")) if file.is_file()}


def missing(path):
    """The tiles of a field that are missing or damaged."""
    field = open_unfinished(path)
    return [tile for tile in field.tiles() if not field.is_intact(tile)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A function from the name of a landscape to its field, swept by one process."""
    folder = tmp_path_factory.mktemp("whole")
    return {name: sweep(each, folder / f"{name}.zarr", machine=ONE, tile=3) for name, each in LANDSCAPES.items()}


@pytest.mark.parametrize("name", LANDSCAPES)
def test_tiles_in_any_order_make_the_field_of_a_sweep(name, whole, tmp_path):
    path = tmp_path / "field.zarr"
    prepare(LANDSCAPES[name], path, tile=3)
    listed = list(tiles(path))
    assert len(listed) == len(set(listed)) == (6 if name == "layers" else 18)
    assert missing(path) == listed
    for tile in reversed(listed):
        assert not finish(path)
        assert fill_tile(path, tile, ONE)
    assert not read_attributes(path).complete
    assert finish(path)
    assert contents(path) == contents(whole[name])


@pytest.mark.parametrize("name", ["pellets", "layers"])
def test_a_tile_is_whole_chunks_and_shares_none(name, tmp_path):
    path = tmp_path / "field.zarr"
    field = prepare(LANDSCAPES[name], path, tile=3)
    written, covered = set(), np.zeros((3, 5, 7), int)
    for tile in tiles(path):
        before = set(contents(path))
        fill_tile(path, tile, ONE)
        new = set(contents(path)) - before
        assert new
        assert not new & written
        written |= new
        covered[field.region(tile)] += 1
    assert (covered == 1).all()


def test_a_tile_that_is_there_is_not_computed_again(whole, tmp_path, monkeypatch):
    path = Path(shutil.copytree(whole["pellets"], tmp_path / "field.zarr"))
    before = contents(path)
    monkeypatch.setattr(filling, "all_heights_at", None)
    assert not any(fill_tile(path, tile, ONE) for tile in tiles(path))
    assert contents(path) == before


def test_damaged_tiles_are_found_and_mended(whole, tmp_path):
    path = Path(shutil.copytree(whole["layers"], tmp_path / "field.zarr"))
    before = contents(path)
    (path / "pellets/c/0/0/2").unlink()
    file = path / "pellets/c/0/1/1"
    file.write_bytes(file.read_bytes()[:-1])
    assert missing(path) == [(0, 0, 2), (0, 1, 1)]
    assert fill_tile(path, (0, 1, 1), ONE)
    assert missing(path) == [(0, 0, 2)]
    fill_tile(path, (0, 0, 2), ONE)
    assert contents(path) == before


def test_processes_fill_one_field_at_once_also_the_same_tiles(whole, tmp_path):
    path = tmp_path / "field.zarr"
    prepare(LANDSCAPES["smoothed"], path, tile=3)
    with ProcessPoolExecutor(3, get_context("spawn")) as pool:
        jobs = [pool.submit(fill_tile, path, tile, ONE) for tile in list(tiles(path)) for _ in range(3)]
        assert sum(job.result() for job in jobs) >= 18
    assert finish(path)
    assert contents(path) == contents(whole["smoothed"])


def test_a_killed_writer_leaves_tiles_whole_or_missing(whole, tmp_path):
    path = tmp_path / "field.zarr"
    prepare(SLIDE, path, tile=3)
    work = (
        "import sys\n"
        "from sim.landscape.filling import fill_tile, tiles\n"
        "from sim.landscape.filling import open_unfinished\n"
        "from sim.rollout.machine import Machine\n"
        "field = open_unfinished(sys.argv[1])\n"
        "while True:\n"
        "    for tile in tiles(sys.argv[1]):\n"
        "        field.fill(tile, Machine(1))\n"
        "        print(tile, flush=True)\n"
    )
    for seed in range(3):
        with subprocess.Popen([sys.executable, "-c", work, str(path)], stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            time.sleep(0.01 * seed)
            process.send_signal(signal.SIGKILL)
        for tile in open_unfinished(path).tiles():
            field = open_unfinished(path)
            assert field.is_stored(tile) == field.is_intact(tile)
    (path / "pellets/c/0/0/0.0123abcd.partial").write_bytes(b"half")  # what a kill amid a write leaves
    for tile in missing(path):
        fill_tile(path, tile, ONE)
    assert finish(path)
    assert contents(path) == contents(whole["pellets"])


def test_a_field_that_was_replaced_is_opened_anew(tmp_path):
    path = tmp_path / "field.zarr"
    prepare(SLIDE, path, tile=3)
    fill_tile(path, (0, 0, 0), ONE)
    other = around(GENOME, LAYOUT, 1)
    moved = Landscape(slide(other.plane, WINDOW, other.third, 3, 0.3), PELLETS)
    prepare(moved, path, tile=3, fresh=True)
    assert (path / "zarr.json").read_bytes()  # the same metadata: only the arrays differ
    fill_tile(path, (1, 0, 0), ONE)
    sweep(moved, path, machine=ONE)
    again = open_field(sweep(moved, tmp_path / "again.zarr", machine=ONE, tile=3))
    assert open_field(path).heights.tobytes() == again.heights.tobytes()


def test_the_process_keeps_a_field_open(tmp_path):
    path = tmp_path / "field.zarr"
    prepare(SLIDE, path, tile=3)
    assert open_unfinished(path) is open_unfinished(str(path))
    finished = sweep(SLIDE, path, machine=ONE)
    assert open_unfinished(finished).landscape.objective == PELLETS


def test_a_function_is_imported_by_name_or_refused_in_one_line(tmp_path, monkeypatch):
    (tmp_path / "theirs.py").write_text("def first(genomes):\n    return genomes[:, 0]\n")
    monkeypatch.syspath_prepend(tmp_path)
    from theirs import first

    named, local = (FunctionObjective.of(each) for each in (first, lambda genomes: genomes[:, 0]))
    for name, objective in (("named", named), ("local", local)):
        prepare(replace(SLIDE, objective=objective), tmp_path / name, tile=3)
    assert open_unfinished(tmp_path / "named").landscape.objective.function is None
    assert fill_tile(tmp_path / "named", (0, 0, 0), ONE)
    with pytest.raises(UserError, match=r"function .*<lambda> cannot be imported here") as caught:
        fill_tile(tmp_path / "local", (0, 0, 0), ONE)
    assert "\n" not in str(caught.value)
    sweep(replace(SLIDE, objective=local), tmp_path / "local", machine=ONE)  # where it is known
    assert open_field(tmp_path / "local").heights.dtype == np.float32


def test_what_is_no_field_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(UserError, match=r"is not a field|no field"):
            fill_tile(path, (0, 0, 0))
    path = tmp_path / "field.zarr"
    prepare(SLIDE, path, tile=3)
    (path / "mix/c/0/0/0").unlink()
    with pytest.raises(UserError, match=r"lacks the file .*mix/c/0/0/0; copy"):
        fill_tile(path, (0, 0, 0))


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    path = tmp_path / "field.zarr"
    prepare(SLIDE, path, tile=3)
    (path / "pellets").chmod(0o500)
    with pytest.raises(UserError, match=r"cannot write .*free the disk or choose another path"):
        fill_tile(path, (0, 0, 0), ONE)
