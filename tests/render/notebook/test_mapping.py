"""Landscapes in memory and on disk: the core's bits, known heights of functions that are not ours, one-line errors."""

import numpy as np
import pytest

from agents.errors import UserError
from foragescape import main
from render.notebook.mapping import landscape, sweep
from sim.landscape.field import open_field
from sim.landscape.plane import random_plane
from sim.landscape.spec import LandscapeSpec, plan
from sim.landscape.sweep import sweep as core_sweep
from sim.rollout import play
from sim.world.maze import carve
from tests.render.notebook.conftest import HOME, ONE, hill

SMALL = {"shape": (6, 8), "mazes": 3}


def test_a_landscape_is_what_its_genomes_eat(run):
    land = landscape(run, radius=0.5, machine=ONE, **SMALL)
    window, setting = land.landscape.tour.windows[0], run.setting()
    plane = random_plane(run.champion().weights, run.champion().layout, 0)
    genomes = plane.at(window.points()).reshape(48, -1)
    mazes = carve(setting.world.maze, 3, seed=setting.seed, split="validation")
    eaten = play(genomes, run.champion().layout, mazes, setting.world, machine=ONE)
    assert np.array_equal(land.heights, eaten.mean(axis=1).reshape(6, 8))
    assert land.sums.dtype == np.int32
    assert np.array_equal(land.genome(2, 3), genomes[2 * 8 + 3])


@pytest.mark.parametrize("objective", ["pellets", "return", "imitation", "smoothed"])
def test_a_landscape_has_the_bits_of_a_sweep(run, tmp_path, objective):
    settings = {"objective": objective, "repetitions": 2, "samples": 4, "directions": 5, "x": 0.2, "first": 1}
    land = landscape(run, radius=0.3, machine=ONE, **SMALL, **settings)
    spec = LandscapeSpec(tour="slide", frames=1, radius=0.3, height=6, width=8, mazes=3, **settings)
    field = open_field(core_sweep(plan(run, spec), tmp_path / "f.zarr", machine=ONE))
    assert land.sums.tobytes() == field.heights[0].tobytes()
    assert land.heights.tobytes() == field.per_maze[0].tobytes()


def test_a_landscape_in_layers_has_frames(run):
    land = landscape(run, tour="mazes", machine=ONE, **SMALL)
    assert land.heights.shape == (3, 6, 8)
    assert np.array_equal(land.heights[2], landscape(run, machine=ONE, **SMALL).heights)
    with pytest.raises(UserError, match="one view is sampled in memory, got a tour of 3; sweep it"):
        landscape(run, tour="turn", **{**SMALL, "frames": 3})


def test_a_bowl_has_its_known_heights():
    """Directions are as long as the genome and at right angles, so the bowl is round."""
    land = landscape(hill, genome=HOME, radius=1.5, shape=(5, 7))
    y, x = land.landscape.tour.windows[0].axes()
    norm = float(HOME.astype(np.float64) @ HOME)
    assert land.heights[2, 3] == 5  # the centre is HOME
    np.testing.assert_allclose(land.heights, 5 - norm * (y[:, None] ** 2 + x**2), atol=1e-5)
    assert land.sums.dtype == np.float64
    assert np.array_equal(land.sums, land.heights)
    again = landscape(hill, genome=HOME.tolist(), radius=1.5, shape=(5, 7), directions=0)
    assert np.array_equal(again.heights, land.heights)
    assert not np.array_equal(landscape(hill, genome=HOME + 1, shape=(5, 7), directions=1).heights, land.heights)


def test_a_sweep_has_the_bits_of_the_command_and_goes_on(run, folder, tmp_path, capsys):
    words = ["sweep", str(folder), "--out", str(tmp_path / "c.zarr"), "--tour", "turn", "--frames", "3"]
    assert main([*words, "--mazes", "3", "--height", "6", "--width", "8", "--tile", "4"]) == 0
    settings = {**SMALL, "tour": "turn", "frames": 3, "tile": 4, "machine": ONE}
    field = sweep(run, tmp_path / "p.zarr", **settings)
    assert field.path == tmp_path / "p.zarr"
    assert field.sums.tobytes() == open_field(tmp_path / "c.zarr").heights.tobytes()
    chunk = next((tmp_path / "p.zarr/pellets/c").rglob("0"))
    before = chunk.stat().st_mtime_ns
    capsys.readouterr()
    assert sweep(folder, tmp_path / "p.zarr", quiet=True, **settings).sums.tobytes() == field.sums.tobytes()
    assert capsys.readouterr() == ("", "")
    assert chunk.stat().st_mtime_ns == before  # kept
    sweep(folder, tmp_path / "p.zarr", quiet=True, fresh=True, **settings)
    assert chunk.stat().st_mtime_ns != before


@pytest.mark.parametrize("tour", ["slide", "turn", "zoom"])
def test_tours_serve_functions(tmp_path, tour):
    options = {"genome": HOME, "tour": tour, "frames": 3, "seek": False, "shape": (5, 5), "quiet": True}
    field = sweep(hill, tmp_path / "f.zarr", quantity="height", unit="m", **options)
    assert field.heights.shape == (3, 5, 5)
    assert field.heights.max() <= 5
    assert field.to_xarray().name == "height"
    if tour == "zoom":
        assert field.heights[:, 2, 2].tolist() == [5, 5, 5]


def test_worker_processes_change_no_bit(run, folder, tmp_path):
    settings = {**SMALL, "frames": 2, "tile": 4, "quiet": True}
    one = sweep(run, tmp_path / "one.zarr", machine=ONE, **settings)
    two = sweep(folder, tmp_path / "two.zarr", workers=2, **settings)
    assert two.sums.tobytes() == one.sums.tobytes()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"radus": 1}, "there is no setting radus; did you mean radius"),
        ({"width": 3}, r"the width is entry 1 of shape; pass shape=\(rows, columns\)"),
        ({"objective": "joy"}, "objective must be one of pellets, return, imitation, smoothed"),
        ({"mazes": 0}, "mazes must be from 1"),
        ({"radius": -1.0}, "the radius of a window must be"),
        ({"plane": "line"}, "a line plane takes one further genome files"),
    ],
)
def test_what_does_not_fit_is_refused(run, settings, says):
    with pytest.raises(UserError, match=says):
        landscape(run, **settings)


def test_several_values_of_a_genome_are_layers_which_one_view_has_not():
    with pytest.raises(UserError, match="returns 2 layers, the tour has 1"):
        landscape(lambda genomes: genomes[:, :2], genome=HOME, shape=(4, 4))


def test_a_sweep_here_takes_functions_that_no_process_could_import(tmp_path):
    """Made by a lambda, or within a function: a notebook's are, or have been redefined since."""
    given = {"genome": HOME, "shape": (4, 5), "frames": 2, "quiet": True, "machine": ONE}
    local = sweep(lambda genomes: hill(genomes) + 1, tmp_path / "local.zarr", **given)
    assert np.array_equal(local.heights, sweep(hill, tmp_path / "named.zarr", **given).heights + 1)
    with pytest.raises(UserError, match=r"cannot be imported here"):
        sweep(lambda genomes: hill(genomes), tmp_path / "shared.zarr", workers=1, **given)


def test_two_weights_have_a_landscape(tmp_path):
    field = landscape(lambda genomes: genomes[:, 0] * genomes[:, 1], genome=[0.3, 0.4], shape=(4, 5))
    assert field.heights[2, 3] == np.prod(field.genome(2, 3))
    field.save(tmp_path / "two.zarr")
    assert np.array_equal(open_field(tmp_path / "two.zarr").heights[0], field.heights)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"shape": 5}, r"shape must be \(rows, columns\), got 5"),
        ({"shape": (4,)}, r"shape must be \(rows, columns\), got \(4,\)"),
        ({"genome": "abc"}, "must be one vector of weights, got a str"),
        ({"quantity": "a b"}, "quantity must be an identifier, .* got 'a b'"),
    ],
)
def test_malformed_arguments_are_told_in_one_line(given, said):
    with pytest.raises(UserError, match=said):
        landscape(hill, **{"genome": HOME, "shape": (4, 4), **given})
