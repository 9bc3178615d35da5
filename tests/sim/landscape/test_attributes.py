"""The attributes of a field are read as they were written, and refused if they were changed."""

import json
import os
import shutil
from dataclasses import replace

import numpy as np
import pytest

from agents.errors import Remedy, UserError
from agents.layout import Layout, initial
from sim.landscape import chunks
from sim.landscape.attributes import (
    Attributes,
    TourNames,
    describe,
    difference,
    finish,
    read_attributes,
    write_attributes,
)
from sim.landscape.function import FunctionObjective
from sim.landscape.landscape import ChampionStory, Landscape
from sim.landscape.objective import Objective
from sim.landscape.plane import Plane, Window, directions
from sim.landscape.score import Pellets
from sim.landscape.tour import slide
from sim.world.maze import MazeConfig, MazeSet
from sim.world.rules import World

LAYOUT = Layout(hidden=2)
GENOME = initial(LAYOUT, 1, np.random.default_rng(1))[0]
U, V, W = directions(GENOME, LAYOUT, 3, 0)
TOUR = slide(Plane(GENOME, U, V), Window(0.1, -0.2, 0.5, (4, 5)), W, 3, 0.3)
STORY = ChampionStory(seed=7, more=(("mazes", {"size": [10, 10]}),))
OBJECTIVE = FunctionObjective("numpy:sum", "pellets", "pellets")
LANDSCAPE = Landscape(TOUR, OBJECTIVE, STORY)


@pytest.fixture
def empty(tmp_path):
    """A field without heights."""
    path = tmp_path / "field.zarr"
    chunks.create(path, LANDSCAPE, 3, np.dtype(np.int32))
    return path


def test_attributes_are_read_as_they_were_described(empty):
    names = TourNames("slide", "z", "norms", False, False, "auto", "", (4, 5))
    version = describe(LANDSCAPE)["version"]
    assert read_attributes(empty) == Attributes(version, "pellets", "pellets", names, OBJECTIVE, STORY, "fused", False)
    assert json.loads((empty / "zarr.json").read_text())["attributes"].keys() == {*describe(LANDSCAPE), "digest"}


def test_finish_sets_complete_and_a_second_call_writes_nothing(empty):
    before = read_attributes(empty)
    finish(empty)
    assert read_attributes(empty) == replace(before, complete=True)
    written = (empty / "zarr.json").stat()
    finish(empty)
    assert (empty / "zarr.json").stat() == written
    assert not list(empty.glob(".*"))


def test_a_difference_is_named_by_its_key(empty):
    assert difference(empty, LANDSCAPE) is None
    finish(empty)
    assert difference(empty, LANDSCAPE) is None
    other = replace(LANDSCAPE, champion=ChampionStory(seed=8))
    assert difference(empty, other) == "provenance.champion.mazes.size is None now and [10, 10] there"
    other = replace(LANDSCAPE, tour=replace(TOUR, loop=True))
    assert difference(empty, other) == "tour.loop is True now and False there"
    other = replace(LANDSCAPE, tour=replace(TOUR, note="another version of this program says it in other words"))
    assert difference(empty, other) is None


@pytest.mark.parametrize("name", ["zarr.json", "pellets/zarr.json", "mix/zarr.json"])
def test_an_altered_document_is_refused(empty, name):
    document = json.loads((empty / name).read_text())
    document["attributes"]["unit"] = "mice"
    (empty / name).write_text(json.dumps(document))
    with pytest.raises(UserError, match=r"metadata of .* are damaged; sweep it anew"):
        read_attributes(empty)


@pytest.mark.parametrize("name", ["quantity", "unit", "tour", "provenance", "complete", "version"])
def test_attributes_that_lack_an_entry_are_refused(empty, name):
    document = json.loads((empty / "zarr.json").read_text())
    entries = {key: value for key, value in document["attributes"].items() if key != name}
    (empty / "zarr.json").write_text(json.dumps({**document, "attributes": entries}))
    with pytest.raises(UserError, match="the metadata of") as caught:
        read_attributes(empty)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_only_what_is_damaged_is_to_be_swept_anew(empty):
    (empty / "x/zarr.json").unlink()
    os.mkfifo(empty / "x/zarr.json")
    with pytest.raises(UserError, match="not a regular file") as caught:
        read_attributes(empty)
    assert Remedy.SWEEP_ANEW not in caught.value.remedies


def forge(path, change):
    """Change the attributes of a field and compute the digest anew."""
    attributes = json.loads((path / "zarr.json").read_text())["attributes"]
    change(attributes)
    write_attributes(path, attributes)


WORLD = World(maze=MazeConfig(4))
TRAINING = Objective(Pellets(), LAYOUT, WORLD, MazeSet(WORLD.maze, 0, "train", range(2))).json()
TEST = {**TRAINING, "mazes": {**TRAINING["mazes"], "split": "test"}}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda table: table.pop("provenance"), "lack 'provenance'"),
        (lambda table: table.update(provenance=None), "the metadata of"),
        (lambda table: table.update(provenance=[1]), "the metadata of"),
        (
            lambda table: table.update(provenance=TEST),
            "test mazes",
        ),
        (lambda table: table["tour"].update(shape=[10**400, 5]), "are damaged"),
        (lambda table: table["tour"].update(shape=[4]), "are damaged"),
        (lambda table: table["tour"].update(shape=4), "the metadata of"),
        (lambda table: table["tour"].update(loop="yes"), "are damaged"),
        (lambda table: table["tour"].update(precision="float8"), "are damaged"),
        (lambda table: table.update(unit=7), "are damaged"),
        (lambda table: table.update(unit="steps"), "are damaged"),
        (lambda table: table["provenance"]["champion"].update(generation="x"), "generation must be"),
        (lambda table: table["provenance"]["champion"].update(method=1), "method must be"),
        (lambda table: table["provenance"]["champion"].update(validation_pellets=1e300), "validation_pellets must be"),
    ],
)
def test_wrong_attributes_are_refused_although_their_digest_is_right(empty, change, said):
    forge(empty, change)
    with pytest.raises(UserError, match=said) as caught:
        read_attributes(empty)
    assert "\n" not in str(caught.value)


def test_a_quantity_that_names_another_field_is_refused(empty, tmp_path):
    shutil.copytree(empty, tmp_path / "other.zarr")
    document = json.loads((empty / "zarr.json").read_text())
    document["attributes"]["quantity"] = "../other.zarr/pellets"
    (empty / "zarr.json").write_text(json.dumps(document))
    with pytest.raises(UserError, match="are damaged"):
        read_attributes(empty)


@pytest.mark.parametrize("text", ["[" * 10**5, '{"a":' * 10**5, '{"attributes": ' + "9" * 5000 + "}", "{", "[1]"])
def test_documents_that_nobody_writes_are_refused(empty, text):
    (empty / "zarr.json").write_text(text)
    with pytest.raises(UserError, match="are damaged"):
        read_attributes(empty)


def test_numbers_that_json_cannot_hold_are_refused():
    with pytest.raises(ValueError, match="JSON"):
        describe(replace(LANDSCAPE, champion=ChampionStory(validation_pellets=float("nan"))))


@pytest.mark.parametrize("quantity", ["z", "y", "origin", "no name", ""])
def test_a_quantity_must_be_an_identifier_and_not_another_arrays_name(quantity):
    with pytest.raises(UserError, match="a quantity must be named by letters"):
        describe(replace(LANDSCAPE, objective=replace(OBJECTIVE, quantity=quantity)))
