"""The attributes of a field are read as they were written, and refused if they were changed."""

import json
from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from agents.layout import Layout, initial
from sim.landscape import chunks
from sim.landscape.attributes import Attributes, TourNames, describe, difference, finish, read_attributes
from sim.landscape.function import FunctionObjective
from sim.landscape.landscape import ChampionStory, Landscape
from sim.landscape.plane import Plane, Window, directions
from sim.landscape.tour import slide

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


def test_numbers_that_json_cannot_hold_are_refused():
    with pytest.raises(ValueError, match="JSON"):
        describe(replace(LANDSCAPE, champion=ChampionStory(validation_pellets=float("nan"))))


@pytest.mark.parametrize("quantity", ["z", "y", "origin", "no name", ""])
def test_a_quantity_must_be_an_identifier_and_not_another_arrays_name(quantity):
    with pytest.raises(UserError, match="a quantity must be named by letters"):
        describe(replace(LANDSCAPE, objective=replace(OBJECTIVE, quantity=quantity)))
