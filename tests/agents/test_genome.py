"""Genome files: what was saved is loaded again, and every other file is refused."""

import json
import pickle
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UserError
from agents.genome import FORMAT, Genome, check, holds, load, save
from agents.layout import Layout
from agents.tensors import serialise

LAYOUT = Layout("elman", hidden=3, inputs=2, outputs=2)
PROVENANCE = {"seed": 7, "note": "naïve\nforager", "best": [1.5, None], "nested": {"deep": True}}
WEIGHTS = np.random.default_rng(0).standard_normal(LAYOUT.size).astype(np.float32)


@pytest.fixture
def path(tmp_path):
    save(tmp_path / "champion.safetensors", WEIGHTS, LAYOUT, PROVENANCE)
    return tmp_path / "champion.safetensors"


def metadata_of(data):
    (length,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8 : 8 + length])["__metadata__"]


def assert_refused(path, *parts):
    """Loading a file raises a UserError of one line that names the path and contains the parts."""
    with pytest.raises(UserError) as caught:
        load(path)
    message = str(caught.value)
    assert "\n" not in message
    for part in (str(path), *parts):
        assert part in message


@pytest.mark.parametrize("shape", [(), (1,), (5,)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_round_trip(tmp_path, shape, dtype):
    weights = np.random.default_rng(1).standard_normal((*shape, LAYOUT.size)).astype(dtype)
    weights[..., :3] = 0.0, -0.0, np.finfo(dtype).smallest_subnormal
    save(tmp_path / "g", weights, LAYOUT, PROVENANCE)
    genome = load(tmp_path / "g")
    assert genome.weights.dtype == dtype
    assert genome.weights.shape == weights.shape
    assert genome.weights.tobytes() == weights.tobytes()
    assert (genome.layout, genome.provenance) == (LAYOUT, PROVENANCE)


def test_strided_weights_are_saved_in_order(tmp_path):
    wide = np.random.default_rng(2).standard_normal((2 * LAYOUT.size, 4))
    save(tmp_path / "g", wide[::2].T, LAYOUT, {})
    np.testing.assert_array_equal(load(tmp_path / "g").weights, wide[::2].T)


def test_the_same_genome_gives_the_same_bytes(path, tmp_path):
    save(tmp_path / "again", WEIGHTS, LAYOUT, PROVENANCE)
    assert path.read_bytes() == (tmp_path / "again").read_bytes()


def test_the_tensor_can_be_read_by_safetensors(path):
    from safetensors.numpy import load_file

    np.testing.assert_array_equal(load_file(path)["genome"], WEIGHTS)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_finite_are_refused(tmp_path, bad):
    weights = WEIGHTS.copy()
    weights[4] = bad
    with pytest.raises(UserError, match=f"finite weights, got 1 of {LAYOUT.size}"):
        check(weights, LAYOUT)
    with pytest.raises(UserError, match="finite"):
        save(tmp_path / "g", weights, LAYOUT, {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("shape", [(LAYOUT.size + 1,), (LAYOUT.size, 2), (0, LAYOUT.size), (1, 1, LAYOUT.size), ()])
def test_other_shapes_are_refused(shape):
    with pytest.raises(UserError, match=f"has {LAYOUT.size} weights"):
        check(np.zeros(shape, np.float32), LAYOUT)


@pytest.mark.parametrize("dtype", [np.float16, np.int32, np.complex64, np.bool_, ">f4", object])
def test_other_dtypes_are_refused(dtype):
    with pytest.raises(UserError, match="float32 or float64"):
        check(np.zeros(LAYOUT.size, dtype), LAYOUT)


@pytest.mark.parametrize("provenance", [{"a": object()}, {"a": np.float32(1)}, {"a": float("nan")}])
def test_a_provenance_that_is_not_json_is_refused(tmp_path, provenance):
    with pytest.raises(UserError, match="provenance of a genome must be JSON"):
        save(tmp_path / "g", WEIGHTS, LAYOUT, provenance)


def test_missing_files_and_folders_are_refused(tmp_path):
    assert_refused(tmp_path / "none", "no such file")
    assert_refused(tmp_path, "not a file")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"short",
        b"\0" * 8,
        b"\xff" * 64,
        b"PK\x03\x04" + bytes(100),
        pickle.dumps([1.0, 2.0]),
        b"\x89PNG\r\n\x1a\n" * 9,
    ],
)
def test_other_files_are_refused(tmp_path, data):
    (tmp_path / "g").write_bytes(data)
    assert_refused(tmp_path / "g", "not a whole safetensors file")


def test_a_pickle_is_not_executed(tmp_path):
    class Trap:
        def __reduce__(self):
            return (tmp_path.joinpath("sprung").mkdir, ())

    (tmp_path / "g").write_bytes(pickle.dumps(Trap()))
    assert_refused(tmp_path / "g")
    assert not (tmp_path / "sprung").exists()


def test_every_truncation_is_refused(path):
    data = path.read_bytes()
    for length in range(len(data)):
        path.write_bytes(data[:length])
        assert_refused(path)
    path.write_bytes(data + b"\0")
    assert_refused(path)


def test_no_flipped_bit_changes_what_is_loaded(path):
    data, was = path.read_bytes(), load(path)
    refusals = []
    for bit in range(0, 8 * len(data), 3):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        try:
            genome = load(path)
        except UserError as error:
            refusals.append(str(error))
        else:
            assert genome.weights.tobytes() == WEIGHTS.tobytes()
            assert (genome.layout, genome.provenance) == (was.layout, was.provenance)
    assert not any("\n" in refusal for refusal in refusals)
    assert len(refusals) > 0.95 * 8 * len(data) / 3


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused_in_one_line(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "g"
    header = b'{"__metadata__":{"format":"' + FORMAT.encode() + b'"}}'
    for content in (data, struct.pack("<Q", len(header)) + header + data):
        path.write_bytes(content)
        assert_refused(path)


def forged(path, tensors=None, **changes):
    """A well-formed safetensors file with other entries than `save` writes."""
    metadata = metadata_of(path.read_bytes()) | changes
    tensors = {"genome": WEIGHTS} if tensors is None else tensors
    path.write_bytes(serialise(tensors, {name: text for name, text in metadata.items() if text is not None}))


def test_a_safetensors_file_of_another_kind_is_refused(path):
    path.write_bytes(serialise({"genome": WEIGHTS}, {}))
    assert_refused(path, "its format should be", "got none")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "foragescape-genome-2"}, "got 'foragescape-genome-2'"),
        ({"digest": None}, "other entries"),
        ({"extra": "1"}, "other entries"),
        ({"layout": "{"}, "layout is not JSON"),
        ({"layout": "[]"}, "layout should be a JSON object, got list"),
        ({"layout": "[" * 100_000}, "layout is not JSON"),
        ({"layout": '{"cell": "elman"}'}, "layout should have cell, hidden, inputs, outputs"),
        ({"layout": '{"cell": "elman", "hidden": true, "inputs": 2, "outputs": 2}'}, "layout should have"),
        ({"layout": '{"cell": "elman", "hidden": "3", "inputs": 2, "outputs": 2}'}, "layout should have"),
        ({"layout": '{"cell": "rnn", "hidden": 3, "inputs": 2, "outputs": 2}'}, "cell must be one of"),
        ({"layout": '{"cell": "gru", "hidden": 3, "inputs": 2, "outputs": 2}'}, "digest differs"),
        ({"provenance": "{}"}, "digest differs"),
    ],
)
def test_forged_metadata_is_refused(path, changes, message):
    forged(path, **changes)
    assert_refused(path, message)


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({}, "other entries"),
        ({"weights": WEIGHTS}, "other entries"),
        ({"genome": WEIGHTS, "more": WEIGHTS}, "other entries"),
        ({"genome": WEIGHTS.astype(np.float16)}, "should be F32 or F64, got F16"),
        ({"genome": WEIGHTS.astype(np.int64)}, "should be F32 or F64, got I64"),
        ({"genome": WEIGHTS[:-1]}, "digest differs"),
        ({"genome": WEIGHTS.astype(np.float64)}, "digest differs"),
        ({"genome": WEIGHTS[None]}, "digest differs"),
    ],
)
def test_forged_tensors_are_refused(path, tensors, message):
    forged(path, tensors)
    assert_refused(path, message)


@pytest.mark.parametrize(
    ("weights", "message"),
    [(np.full(LAYOUT.size, np.nan, np.float32), "finite weights"), (WEIGHTS[:-1], f"has {LAYOUT.size} weights")],
)
def test_bad_weights_with_a_right_digest_are_refused(path, monkeypatch, weights, message):
    monkeypatch.setattr("agents.genome.check", lambda *_: None)
    save(path, weights, LAYOUT, {})
    monkeypatch.undo()
    assert_refused(path, message)


def test_a_file_holds_its_genome_and_no_other(path):
    data = path.read_bytes()
    assert holds(data, Genome(WEIGHTS, LAYOUT, PROVENANCE))
    assert holds(data, Genome(WEIGHTS, LAYOUT, {"seed": 7}))
    others = [(np.nextafter(WEIGHTS, np.float32(9)), {}), (WEIGHTS.astype(np.float64), {}), (WEIGHTS, {"seed": 8})]
    assert not any(holds(data, Genome(weights, LAYOUT, about)) for weights, about in others)
    assert not holds(b"", Genome(WEIGHTS, LAYOUT, {}))
    assert not holds(data[:-1], Genome(WEIGHTS, LAYOUT, {}))
