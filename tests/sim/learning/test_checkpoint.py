"""Checkpoints are read as they were written, and any damage is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors.numpy import save_file

from agents import genome
from agents.errors import UserError
from agents.layout import Layout
from sim.learning.checkpoint import Checkpoint, from_bytes, to_bytes

STATE = {
    "optimiser.generation": np.array(2),
    "optimiser.mean": np.linspace(-1, 1, 5),
    "champion.genome": np.arange(5, dtype=np.float32),
}
CHECKPOINT = Checkpoint("seed = 1\n", [{"generation": 1, "best": 0.1}, {"generation": 2, "best": 3.0}], STATE)


def save(path, checkpoint):
    path.write_bytes(to_bytes(checkpoint))


def load(path):
    return from_bytes(path.read_bytes(), path)


KINDS = st.sampled_from([np.float32, np.float64, np.int64, np.bool_])


def content(checkpoint):
    state = {name: (array.dtype, array.shape, array.tobytes()) for name, array in checkpoint.state.items()}
    return checkpoint.config, checkpoint.history, state


@pytest.fixture
def path(tmp_path):
    save(tmp_path / "state.safetensors", CHECKPOINT)
    return tmp_path / "state.safetensors"


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.lists(st.dictionaries(st.text(max_size=5), st.floats(allow_nan=False) | st.integers() | st.none())),
    st.dictionaries(st.sampled_from("abc"), hnp.arrays(KINDS, hnp.array_shapes(min_dims=0, max_dims=2, max_side=3))),
)
def test_everything_is_read_as_it_was_written(tmp_path_factory, config, history, state):
    path = tmp_path_factory.getbasetemp() / "state.safetensors"
    save(path, Checkpoint(config, history, state))
    assert content(load(path)) == content(Checkpoint(config, history, state))


def test_views_and_transposed_arrays_are_read_as_they_were_written(path):
    grid = np.arange(12.0).reshape(3, 4)
    state = {"transposed": grid.T, "strided": grid[::2, ::-1]}
    save(path, Checkpoint("", [], state))
    assert all(np.array_equal(load(path).state[name], state[name]) for name in state)


def test_a_changed_bit_is_refused_or_changes_no_content(path):
    data, expected, messages = path.read_bytes(), content(CHECKPOINT), []
    for at in range(len(data)):
        for bit in (at % 8, 7 - at % 8):
            changed = bytearray(data)
            changed[at] ^= 1 << bit
            path.write_bytes(changed)
            try:
                found = load(path)
            except UserError as error:
                messages.append(str(error))
            else:  # such as a space of JSON that became another space
                assert content(found) == expected, at
    assert len(messages) > 1.9 * len(data)
    assert all(str(path) in message and "\n" not in message for message in messages)


def test_a_file_that_is_too_short_or_too_long_is_refused(path):
    data = path.read_bytes()
    for size in range(len(data)):
        path.write_bytes(data[:size])
        with pytest.raises(UserError, match="is damaged"):
            load(path)
    path.write_bytes(data + b"\0")
    with pytest.raises(UserError, match="is damaged"):
        load(path)


def test_other_files_are_refused(tmp_path):
    layout = Layout(hidden=4)
    genome.save(tmp_path / "genome", np.ones(layout.size, np.float32), layout, {})
    save_file(STATE, tmp_path / "arrays")
    for name, said in {
        "genome": "is of format 'foragescape-genome-1', this version reads 'foragescape-checkpoint-1'",
        "arrays": "is of format None",
    }.items():
        with pytest.raises(UserError, match=said) as caught:
            load(tmp_path / name)
        assert "\n" not in str(caught.value)
