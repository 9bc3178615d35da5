"""Parts are kept, and only whole and fitting ones are taken up."""

import json
import os

import numpy as np
import pytest

from agents.errors import UserError
from sim.comparison import store
from sim.comparison.number import Section, number

SECTION = Section(
    {"a": {"share": number("share", 3.5, (1, 4), sample=5, seed=2)}},
    {"radius": 0.5},
    {"field": np.arange(6, dtype=np.float32).reshape(2, 3), "path.0": np.zeros((0, 2))},
)


@pytest.fixture
def out(tmp_path):
    with store.writing(tmp_path / "c", fresh=False):
        store.save(tmp_path / "c", "plane", "key", SECTION)
    return tmp_path / "c"


def test_a_part_comes_back(out):
    found = store.load(out, "plane", "key")
    assert (found.numbers, found.settings) == (SECTION.numbers, SECTION.settings)
    assert {name: (array.dtype, array.tolist()) for name, array in found.arrays.items()} == {
        name: (array.dtype, array.tolist()) for name, array in SECTION.arrays.items()
    }


def test_parts_of_other_things_do_not_count(out):
    assert store.load(out, "plane", "another") is None
    assert store.load(out, "curvature", "key") is None


@pytest.mark.parametrize("name", ["plane.json", "plane.npz"])
def test_a_damaged_part_does_not_count(out, name):
    path = out / "parts" / name
    data = bytearray(path.read_bytes())
    for at in range(0, len(data), 7):
        data[at] ^= 1
        path.write_bytes(data)
        assert store.load(out, "plane", "key") is None
        data[at] ^= 1


def test_fresh_forgets_parts_and_leaves_what_is_not_ours(out):
    (out / "film.mp4").write_bytes(b"film")
    with store.writing(out, fresh=True):
        assert store.load(out, "plane", "key") is None
    assert (out / "film.mp4").exists()


@pytest.mark.parametrize("content", [None, b"{", b"[]", b'{"made_of": 3}', b'{"numbers": {}}'])
def test_numbers_that_say_nothing_of_their_making_are_of_anything(out, content):
    if content is not None:
        (out / "comparison.json").write_bytes(content)
    assert store.made_of(out) is None
    store.forget(out)
    assert not (out / "comparison.json").exists()


def test_other_folders_are_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "manifest.json").write_text(json.dumps({"format": "foragescape-run-1"}))
    for path in (tmp_path, tmp_path / "notes.txt", tmp_path / "run"):
        with pytest.raises(UserError, match="not the folder of a comparison"), store.writing(path, fresh=True):
            pass
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_killed_beginning_is_taken_up(tmp_path):
    (tmp_path / "c" / "parts").mkdir(parents=True)
    (tmp_path / "c" / ".00.part").write_bytes(b"half")
    with store.writing(tmp_path / "c", fresh=False):
        assert not (tmp_path / "c" / ".00.part").exists()


def test_one_process_writes(out):
    with (
        store.writing(out, fresh=False),
        pytest.raises(UserError, match="another process"),
        store.writing(out, fresh=False),
    ):
        pass


def test_names_of_any_bytes_are_kept(tmp_path):
    name = os.fsdecode(b'r\xc3\xbcn \xff "\\')
    store.write_json(tmp_path / "x.json", {"run": name})
    assert json.loads((tmp_path / "x.json").read_bytes()) == {"run": name}
