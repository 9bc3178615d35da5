"""Stored files of every format that the program ever wrote still open, continue, and are computed with the same bits.

A file in tests/stored is named by the date of the code that wrote its contents.
"""

import json
import shutil
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from foragescape import main
from render.window.explore.bookmarks import Bookmarks
from render.window.explore.journey_film import read_journey
from render.window.explore.place import Place, Terrain
from render.window.explore.sighting import read_sighting
from sim.landscape import tile_files
from sim.landscape.field import open_field
from sim.learning.learn import learn
from sim.learning.run import Run

STORED = Path(__file__).parent / "stored"
WORLD = ["--world.maze.size", "6", "--world.lifetime", "50", "--hidden", "6", "--validation", "32"]
EVOLVED = ["--generations", "30", "--mazes", "4", "--es.population", "64", *WORLD]
IMITATED = [
    *["--generations", "40", "--checkpoint", "20", "--imitate.mazes", "32", "--imitate.updates", "5"],
    *["--imitate.batch", "16", *WORLD],
]
SWEPT = ["--width", "12", "--height", "8", "--mazes", "3", "--tile", "8"]
TOURS = {
    "horizon": ["--tour", "horizon", "--every", "10"],
    "mazes": ["--tour", "mazes"],
    **{
        name: ["--tour", "slide", "--frames", "2", "--objective", name, "--repetitions", "2", "--samples", "4"]
        for name in ("pellets", "return", "imitation", "smoothed")
    },
}
LAYERED = ("horizon", "mazes")  # tours whose fields were of format 1, with a file for each layer
RINGS = ["--tour", "zoom", "--frames", "3", "--no-seek", "--x", "0.1", "--rings", "always"]
PLACE = Place(Terrain(seed=3, third=0.1, turn=20.0, lifetime=50, mazes=3), 0.25, -0.125, 0.3)


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory):
    """The files of 2026-11-28."""
    folder = tmp_path_factory.mktemp("stored")
    with tarfile.open(STORED / "2026-11-28.tar.xz") as file:
        file.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="session")
def sharded(tmp_path_factory):
    """The fields of 2026-11-29, of format 2, in which a file holds all layers of a tile."""
    folder = tmp_path_factory.mktemp("sharded")
    with tarfile.open(STORED / "2026-11-29.tar.xz") as file:
        file.extractall(folder, filter="data")
    return folder


@pytest.fixture
def unmarked(monkeypatch):
    """Tiles are written without the marks that fields have since 2026-11-30."""
    monkeypatch.setattr(tile_files, "_mark", lambda array, file: b"")


@pytest.fixture
def stored(unpacked, tmp_path):
    """A copy that a test may change."""
    return Path(shutil.copytree(unpacked, tmp_path / "stored"))


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder except locks, by their paths."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def heights(field: Path) -> dict[str, bytes]:
    """The chunks of a field, by their paths."""
    return {name: data for name, data in contents(field).items() if not name.endswith("zarr.json")}


def test_info_knows_every_file(unpacked, capsys):
    kinds = {
        "runs/evolve-0": "run",
        "runs/imitate-0": "run",
        "runs/reinforce-0": "run",
        "runs/evolve-0/champion.safetensors": "genome",
        **{f"fields/{name}.zarr": "field" for name in TOURS},
        "comparison": "comparison",
        "methods": "methods",
        "picture.png": "picture",
        "film.mp4": "film",
        "film.gif": "film",
    }
    for name, kind in kinds.items():
        assert main(["info", str(unpacked / name), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["kind"] == kind


@pytest.mark.parametrize("name", ["evolve-0", "imitate-0", "reinforce-0"])
def test_a_run_is_evaluated(name, unpacked, capsys):
    assert main(["evaluate", str(unpacked / "runs" / name), "--mazes", "8", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pellets_mean"] > 0


@pytest.mark.parametrize(("name", "command"), [("evolve-0", ["evolve", *EVOLVED]), ("imitate-0", ["train", *IMITATED])])
def test_a_finished_run_stays_unchanged(name, command, stored):
    run = stored / "runs" / name
    before = contents(run)
    assert main([*command, "--seed", "0", "--out", str(run)]) == 0
    assert contents(run) == before


@pytest.mark.parametrize("name", ["evolve-0", "imitate-0", "reinforce-0"])
def test_a_run_has_its_config_and_continues(name, stored):
    run = Run.open(stored / "runs" / name)
    config, before, history = run.config(), contents(run.path), run.history()
    learn(config, run.path)
    assert contents(run.path) == before
    learn(replace(config, generations=config.generations + config.checkpoint), run.path)
    assert run.history()[: len(history)] == history
    assert len(run.history()) == len(history) + config.checkpoint


def test_evolution_still_ends_with_the_same_bits(unpacked, tmp_path):
    assert main(["evolve", *EVOLVED, "--seed", "2", "--out", str(tmp_path / "run")]) == 0
    names = ["history.jsonl"]
    new, old = (contents(folder) for folder in (tmp_path / "run", unpacked / "runs" / "evolve-2"))
    assert {name: new[name] for name in names} == {name: old[name] for name in names}
    from agents.genome import load

    one, other = (load(folder / "champion.safetensors") for folder in (tmp_path / "run", unpacked / "runs/evolve-2"))
    assert np.array_equal(one.weights, other.weights)


def test_a_run_that_is_continued_equals_one_evolved_at_once(stored, tmp_path):
    longer = ["evolve", *EVOLVED, "--generations", "40", "--seed", "1"]
    for out in (stored / "runs/evolve-1", tmp_path / "new"):
        assert main([*longer, "--out", str(out)]) == 0
    assert (stored / "runs/evolve-1/history.jsonl").read_bytes() == (tmp_path / "new/history.jsonl").read_bytes()


@pytest.mark.parametrize("name", TOURS)
def test_a_field_stays_unchanged_and_a_new_sweep_equals_it(name, stored, tmp_path, unmarked):
    field, run = stored / "fields" / f"{name}.zarr", str(stored / "runs/evolve-0")
    before = contents(field)
    assert main(["sweep", run, *SWEPT, *TOURS[name], "--out", str(field)]) == 0
    assert contents(field) == before
    assert main(["sweep", run, *SWEPT, *TOURS[name], "--out", str(tmp_path / "new.zarr")]) == 0
    if name not in LAYERED:
        assert heights(tmp_path / "new.zarr") == heights(field)
    assert open_field(tmp_path / "new.zarr").heights.tobytes() == open_field(field).heights.tobytes()


@pytest.mark.parametrize("name", LAYERED)
def test_a_field_of_layers_has_the_heights_of_format_1_and_the_bytes_of_its_own(
    name, sharded, stored, tmp_path, unmarked
):
    run, old, new = (stored / part for part in ("runs/evolve-0", f"fields/{name}.zarr", f"sharded/{name}.zarr"))
    shutil.copytree(sharded / f"{name}.zarr", new)
    before = contents(new)
    assert main(["sweep", str(run), *SWEPT, *TOURS[name], "--out", str(new)]) == 0
    assert contents(new) == before
    assert open_field(new).heights.tobytes() == open_field(old).heights.tobytes()
    assert main(["sweep", str(run), *SWEPT, *TOURS[name], "--out", str(tmp_path / "new.zarr")]) == 0
    assert heights(tmp_path / "new.zarr") == heights(new)


def test_a_field_of_rings_of_format_3_stays_unchanged_and_a_new_sweep_equals_it(stored, tmp_path, unmarked):
    with tarfile.open(STORED / "2026-11-29-rings.tar.xz") as file:
        file.extractall(stored, filter="data")
    command = ["sweep", str(stored / "runs/evolve-0"), *SWEPT, *RINGS]
    field, before = stored / "rings.zarr", contents(stored / "rings.zarr")
    assert json.loads(before["zarr.json"])["attributes"]["format"] == "foragescape-field-3"
    assert main([*command, "--out", str(field)]) == 0
    assert contents(field) == before
    assert main([*command, "--out", str(tmp_path / "new.zarr")]) == 0
    assert heights(tmp_path / "new.zarr") == heights(field)


@pytest.mark.parametrize("name", ["pellets", "horizon"])
def test_a_field_with_marks_stays_unchanged_and_a_new_sweep_has_its_heights(name, stored, tmp_path):
    with tarfile.open(STORED / "2026-11-30-marked.tar.xz") as file:
        file.extractall(stored, filter="data")
    field, new = stored / f"marked/{name}.zarr", tmp_path / "new.zarr"
    before, command = contents(field), ["sweep", str(stored / "runs/evolve-0"), *SWEPT, *TOURS[name], "--out"]
    assert tile_files.OWNER in json.loads(before["pellets/zarr.json"])["attributes"]
    assert main([*command, str(field)]) == 0
    assert contents(field) == before
    assert main([*command, str(new)]) == 0
    assert open_field(new).heights.tobytes() == open_field(field).heights.tobytes()


@pytest.mark.parametrize("name", ["smoothed", *LAYERED])
def test_a_lost_tile_of_a_field_is_swept_again(name, stored):
    field = stored / f"fields/{name}.zarr"
    before = contents(field)
    quantity = "smoothed_pellets" if name == "smoothed" else "pellets"
    tile = next(path for path in (field / quantity / "c").rglob("*") if path.is_file())
    tile.unlink()
    assert main(["sweep", str(stored / "runs/evolve-0"), *SWEPT, *TOURS[name], "--out", str(field)]) == 0
    assert contents(field) == before


def test_a_field_is_drawn(stored, tmp_path):
    picture = tmp_path / "picture.png"
    assert (
        main(["picture", str(stored / "fields/horizon.zarr"), "--resolution", "160", "120", "--out", str(picture)]) == 0
    )
    assert picture.exists()


def test_places_of_the_explorer_are_read(unpacked):
    assert read_sighting(unpacked / "place.png").place == PLACE
    assert Bookmarks.read(unpacked / "bookmarks.json").places == {"1": PLACE}
    assert read_journey(unpacked / "journey.json")[0] == PLACE
