"""Attributes: what a field says about itself comes back as it was, and is not believed once it was altered."""

import json

import numpy as np
import pytest

from agents.errors import UserError
from agents.layout import Layout, initial
from sim.landscape import field
from sim.landscape.attributes import describe, finish, read_attributes, write_attributes
from sim.landscape.plane import Plane, Window, directions
from sim.landscape.tour import slide

LAYOUT = Layout(hidden=2)
GENOME = initial(LAYOUT, 1, np.random.default_rng(1))[0]
U, V, W = directions(GENOME, LAYOUT, 3, 0)
TOUR = slide(Plane(GENOME, U, V), Window(0.1, -0.2, 0.5, (4, 5)), W, 3, 0.3)
PROVENANCE = {"seed": 7, "mazes": {"size": [10, 10]}}


@pytest.fixture
def empty(tmp_path):
    """A field without heights."""
    path = tmp_path / "field.zarr"
    field.create(path, TOUR, describe(TOUR, "pellets", "pellets", PROVENANCE), 3, np.dtype(np.int32))
    return path


def test_attributes_come_back_as_they_were_described(empty):
    attributes = read_attributes(empty)
    assert attributes == describe(TOUR, "pellets", "pellets", PROVENANCE)
    assert attributes["provenance"] == PROVENANCE
    assert attributes["tour"]["shape"] == [4, 5]
    assert attributes["complete"] is False


def test_finishing_changes_one_word_and_only_once(empty):
    before = read_attributes(empty)
    finish(empty)
    assert read_attributes(empty) == {**before, "complete": True}
    written = (empty / "zarr.json").stat()
    finish(empty)
    assert (empty / "zarr.json").stat() == written


@pytest.mark.parametrize("name", ["zarr.json", "pellets/zarr.json", "mix/zarr.json"])
def test_an_altered_document_breaks_the_seal(empty, name):
    document = json.loads((empty / name).read_text())
    document["attributes"]["unit"] = "mice"
    (empty / name).write_text(json.dumps(document))
    with pytest.raises(UserError, match=r"metadata of .* are damaged; sweep it anew"):
        read_attributes(empty)


def test_writing_seals_what_is_there(empty):
    attributes = {**read_attributes(empty), "unit": "mice"}
    write_attributes(empty, attributes)
    assert read_attributes(empty) == attributes
    assert not (empty / "zarr.json.draft").exists()


def test_numbers_that_json_has_not_are_refused():
    with pytest.raises(ValueError, match="JSON"):
        describe(TOUR, "pellets", "pellets", {"seed": float("nan")})


@pytest.mark.parametrize("quantity", ["z", "y", "origin", "no name", ""])
def test_a_quantity_needs_a_name_of_its_own(quantity):
    with pytest.raises(UserError, match="name of its own"):
        describe(TOUR, quantity, "pellets", {})
