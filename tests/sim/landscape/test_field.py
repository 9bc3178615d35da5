"""Fields are read as they were swept, and damage is refused."""

import errno
import itertools
import json
import os
import shutil
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.errors import UserError
from agents.layout import Layout, initial
from sim.landscape.attributes import FORMAT, SHARDED, read_attributes
from sim.landscape.chunks import DIGEST
from sim.landscape.field import Field, open_field
from sim.landscape.function import FunctionObjective
from sim.landscape.landscape import ChampionStory, Landscape
from sim.landscape.objective import Objective
from sim.landscape.plane import Plane, Window, directions
from sim.landscape.sampling import sample
from sim.landscape.score import ByMaze, Imitation, Pellets
from sim.landscape.sweep import sweep
from sim.landscape.tile_files import OWNER
from sim.landscape.tour import generations, mazes, slide, turn, zoom
from sim.world.maze import MazeSet
from sim.world.rules import World

LAYOUT = Layout(hidden=2)
GENOME = initial(LAYOUT, 1, np.random.default_rng(1))[0]
U, V, W = directions(GENOME, LAYOUT, 3, 0)
PLANE = Plane(GENOME, U, V)
WINDOW = Window(0.1, -0.2, 0.5, (4, 5))
TOURS = {
    "slide": slide(PLANE, WINDOW, W, 3, 0.3),
    "turn": turn(PLANE, WINDOW, W, 3),
    "zoom": zoom(PLANE, WINDOW, 3, 1e4),
    "generations": generations(PLANE, WINDOW, np.outer([1, 2, 3], GENOME)),
    "mazes": mazes(PLANE, WINDOW, 3),
}
STORY = ChampionStory(seed=7, more=(("mazes", {"size": [10, 10], "split": "test"}),))


def pellets(genomes):
    words = genomes.view(np.uint32 if genomes.dtype == np.float32 else np.uint64)
    return (words >> 3).sum(axis=1, dtype=np.uint64) % 97


def layered(genomes):
    return np.cumsum(np.stack([genomes[:, 0], genomes[:, 1], genomes[:, 2]], axis=1), axis=1)


def swept(path, tour=TOURS["slide"], tile=3):
    function = layered if tour.layers else pellets
    return sweep(Landscape(tour, FunctionObjective.of(function, "pellets", "pellets"), STORY), path, tile=tile)


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    return swept(tmp_path_factory.mktemp("field") / "slide.zarr")


@pytest.mark.parametrize("tour", TOURS.values(), ids=TOURS)
def test_a_field_is_read_as_it_was_swept(tour, tmp_path):
    field = open_field(swept(tmp_path / "field.zarr", tour))
    if tour.layers:
        wanted = sample(FunctionObjective.of(layered), tour.plane(0), tour.windows[0])
    else:
        views = [(tour.plane(t), tour.windows[t], tour.dtype(t)) for t in range(len(tour))]
        function = FunctionObjective.of(pellets)
        wanted = np.stack([sample(function, plane, window, dtype=dtype) for plane, window, dtype in views])
    assert field.heights.dtype == wanted.dtype
    assert field.heights.tobytes() == wanted.tobytes()
    assert len(np.unique(field.heights)) > 5
    assert field.tour.axis.values.tobytes() == tour.axis.values.tobytes()
    assert (field.tour.axis.name, field.tour.axis.unit) == (tour.axis.name, tour.axis.unit)
    for name in ("origin", "directions", "mix"):
        assert getattr(field.tour, name).tobytes() == getattr(tour, name).tobytes()
    for name in ("name", "layers", "loop", "precision", "note", "windows"):
        assert getattr(field.tour, name) == getattr(tour, name)
    assert field.tour.genome(2, 3, 4).tobytes() == tour.genome(2, 3, 4).tobytes()
    named = FunctionObjective(f"{__name__}:{'layered' if tour.layers else 'pellets'}", "pellets", "pellets")
    assert (field.objective, field.champion) == (named, STORY)


@pytest.mark.parametrize("tour", TOURS.values(), ids=TOURS)
def test_xarray_opens_it_with_named_coordinates(tour, tmp_path):
    import xarray

    path = swept(tmp_path / "field.zarr", tour)
    field = open_field(path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data = xarray.open_zarr(path, consolidated=False)
        heights = data["pellets"]
        assert heights.dims == (tour.axis.name, "y", "x")
        assert (heights.values == field.heights).all()
    for name, values in field.coordinates.items():
        assert heights.coords[name].values.tobytes() == values.tobytes()
    assert heights.attrs["units"] == "pellets"
    assert heights.coords[tour.axis.name].attrs["units"] == tour.axis.unit
    assert ("radius" in heights.coords) == (not tour.layers)
    assert data.attrs["provenance"]["champion"] == STORY.json()
    assert data.attrs["format"] == (SHARDED if tour.layers else FORMAT)
    assert data.attrs["complete"] is True
    extra = [] if tour.axis.name == "mazes" else ["mazes"]
    for array in (heights, *heights.coords.values()):
        digests = {array.attrs.pop(name) for name in (OWNER, DIGEST) if name in array.attrs}
        assert all(len(bytes.fromhex(digest)) == 16 for digest in digests)
    assert field.to_xarray().drop_vars(extra).identical(heights.load().drop_encoding())
    data.close()


@pytest.mark.parametrize("names", [("x", "mix"), ("centre", "radius"), ("origin", "directions")])
def test_files_of_two_arrays_that_were_exchanged_are_noticed(names, tmp_path):
    path = swept(tmp_path / "field.zarr", TOURS["slide"])
    first, second = (next(file for file in sorted((path / name / "c").rglob("*")) if file.is_file()) for name in names)
    first.write_bytes(second.read_bytes())
    with pytest.raises(UserError):
        open_field(path)


def test_sums_and_means_over_mazes_in_memory():
    world = World(lifetime=20)
    objective = Objective(Imitation(), world.layout(), world, MazeSet(world.maze, 0, "train", range(4)))
    field = Field(Landscape(TOURS["slide"], objective), np.arange(60.0).reshape(3, 4, 5))
    assert field.counts.tolist() == [4, 4, 4]
    assert np.array_equal(field.per_maze, field.heights / 4)
    array = field.to_xarray()
    assert (array.name, array.attrs["units"], array.coords["mazes"].attrs["units"]) == (
        "cross_entropy",
        "nats",
        "mazes",
    )
    assert np.array_equal((array / array.mazes).values, field.per_maze)
    by_maze = replace(objective, score=Pellets(), layers=ByMaze(), mazes=replace(objective.mazes, numbers=range(3)))
    layers = Field(Landscape(TOURS["mazes"], by_maze), np.ones((3, 4, 5), np.int32))
    assert layers.per_maze[:, 0, 0].tolist() == [1, 1 / 2, 1 / 3]
    assert layers.to_xarray().coords["mazes"].values.tolist() == [1, 2, 3]


def test_coordinates_of_a_zoom_are_in_radii(tmp_path):
    import xarray

    data = xarray.open_zarr(swept(tmp_path / "zoom.zarr", TOURS["zoom"]), consolidated=False)
    assert data["y"].values.tolist() == [0.75, 0.25, -0.25, -0.75]
    assert data["pellets"].coords["radius"].values.tolist() == [window.radius for window in TOURS["zoom"].windows]
    assert data["x"].attrs["units"] == "radii"


def test_chunks_are_tiles_with_a_checksum(stored):
    document = json.loads((stored / "pellets" / "zarr.json").read_text())
    assert document["chunk_grid"]["configuration"]["chunk_shape"] == [1, 3, 3]
    assert [codec["name"] for codec in document["codecs"]] == ["bytes", "zstd", "crc32c"]
    assert len([file for file in (stored / "pellets" / "c").rglob("*") if file.is_file()]) == 3 * 2 * 2


FILES = ["pellets/c/1/0/1", "z/c/0", "x/c/0", "origin/c/0", "directions/c/0/0", "mix/c/0/0/0", "radius/c/0"]
DOCUMENTS = ["zarr.json", "pellets/zarr.json", "directions/zarr.json"]
SPOILERS = {
    "truncated": lambda good: good[: len(good) // 2],
    "empty": lambda good: b"",
    "zeros": lambda good: bytes(4),  # the checksum of nothing is zero
    "flipped": lambda good: good[:7] + bytes([good[7] ^ 8]) + good[8:],
    "gone": None,
}


@pytest.mark.parametrize(("name", "how"), list(itertools.product([*FILES, *DOCUMENTS], SPOILERS)))
def test_damage_is_refused_in_one_line(name, how, stored, tmp_path):
    path = tmp_path / "field.zarr"
    shutil.copytree(stored, path)
    if SPOILERS[how] is None:
        (path / name).unlink()
    else:
        (path / name).write_bytes(SPOILERS[how]((path / name).read_bytes()))
    with pytest.raises(UserError, match=r"again|anew|first|a sweep made") as error:
        open_field(path)
    assert "\n" not in str(error.value)
    if how == "gone":  # nothing was read that fails a checksum
        assert "anew" not in str(error.value)


@pytest.mark.parametrize("name", ["a::b.zarr", "zip::b.zarr", "s3:/b.zarr", "~b.zarr", "%d [x]*.zarr", "-b.zarr"])
def test_a_name_of_any_form_is_a_local_folder(name, stored, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = swept(Path(name), TOURS["slide"])
    assert (tmp_path / name / "zarr.json").is_file()
    np.testing.assert_array_equal(open_field(path).heights, open_field(stored).heights)
    (path / FILES[0]).write_bytes(b"")
    np.testing.assert_array_equal(open_field(swept(path, TOURS["slide"])).heights, open_field(stored).heights)


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO, errno.EMFILE])
@pytest.mark.parametrize("spared", [None, "zarr.json"])
def test_a_field_that_cannot_be_read_today_is_not_called_damaged(code, spared, stored, monkeypatch):
    usual = Path.read_bytes

    def fail(path):
        if path.name == spared:
            return usual(path)
        raise OSError(code, os.strerror(code), str(path))

    monkeypatch.setattr(Path, "read_bytes", fail)
    with pytest.raises(UserError, match=os.strerror(code)) as error:
        open_field(stored)
    assert "damaged" not in str(error.value)
    assert "anew" not in str(error.value)


@settings(max_examples=60)
@given(data=st.data())
def test_no_flipped_bit_gives_another_field(data, stored, tmp_path_factory):
    path = tmp_path_factory.mktemp("flip") / "field.zarr"
    shutil.copytree(stored, path)
    good = open_field(stored)
    file = data.draw(st.sampled_from(sorted(file for file in path.rglob("*") if file.is_file())))
    content = bytearray(file.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    file.write_bytes(content)
    try:
        field = open_field(path)
    except UserError:
        return
    assert field.heights.tobytes() == good.heights.tobytes()
    assert field.tour.genome(1, 1, 1).tobytes() == good.tour.genome(1, 1, 1).tobytes()
    assert field.landscape.json() == good.landscape.json()


def test_what_is_not_a_field_is_refused(stored, tmp_path):
    with pytest.raises(UserError, match="no field at"):
        open_field(tmp_path / "nowhere")
    (tmp_path / "file").write_text("?")
    for path in (tmp_path, tmp_path / "file"):
        with pytest.raises(UserError, match="is not a field"):
            open_field(path)
    other = tmp_path / "other.zarr"
    shutil.copytree(stored, other)
    document = json.loads((other / "zarr.json").read_text())
    document["attributes"]["format"] = "someone-else-3"
    (other / "zarr.json").write_text(json.dumps(document))
    with pytest.raises(UserError, match=r"someone-else-3.*foragescape-field-1"):
        open_field(other)


def test_an_unfinished_field_is_refused_with_advice(tmp_path):
    def failing(genomes):
        if len(calls) == 6:
            raise KeyboardInterrupt
        calls.append(len(genomes))
        return pellets(genomes)

    calls = []
    with pytest.raises(KeyboardInterrupt):
        sweep(Landscape(TOURS["slide"], FunctionObjective.of(failing)), tmp_path / "field.zarr", tile=3)
    with pytest.raises(UserError, match=r"7 of 12 tiles are missing; run the same sweep again"):
        open_field(tmp_path / "field.zarr")
    assert read_attributes(tmp_path / "field.zarr").complete is False


def test_another_quantity_keeps_its_name_and_unit(tmp_path):
    landscape = Landscape(replace(TOURS["slide"], note="by hand"), FunctionObjective.of(mean, "steps", "steps of life"))
    field = open_field(sweep(landscape, tmp_path / "f.zarr"))
    assert (field.objective.quantity, field.objective.unit, field.tour.note) == ("steps", "steps of life", "by hand")
    assert field.heights.dtype == np.float32


def mean(genomes):
    return layered(genomes).mean(axis=1)
