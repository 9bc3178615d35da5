"""Safetensors files can be read by others, and the same content gives the same bytes."""

import subprocess
import sys
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors import deserialize, safe_open
from safetensors.numpy import load

from agents.tensors import serialise

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
ARRAYS = hnp.arrays(
    st.sampled_from([np.float32, np.float64, np.int64, np.uint8]), hnp.array_shapes(min_dims=0, max_side=3)
)


@given(
    st.dictionaries(NAMES.filter(lambda name: name != "__metadata__"), ARRAYS, min_size=1, max_size=4),
    st.dictionaries(NAMES, NAMES, max_size=6),
)
def test_other_readers_find_the_same_arrays_and_texts(tmp_path_factory, arrays, metadata):
    data = serialise(arrays, metadata)
    found = load(data)
    assert {n: (a.dtype, a.shape, a.tobytes()) for n, a in found.items()} == {
        n: (a.dtype, a.shape, a.tobytes()) for n, a in arrays.items()
    }
    assert len(deserialize(data)) == len(arrays)
    path = tmp_path_factory.getbasetemp() / "a.safetensors"
    path.write_bytes(data)
    with safe_open(path, framework="numpy") as file:
        assert (file.metadata() or {}) == metadata
    assert int.from_bytes(data[:8], "little") % 8 == 0


def test_the_same_content_gives_the_same_bytes_in_another_process():
    code = (
        "import sys, numpy as np; from agents.tensors import serialise;"
        "names = sorted('abcdefgh', reverse=bool(int(sys.argv[1])));"
        "sys.stdout.buffer.write(serialise({n: np.arange(3.0) for n in names}, dict.fromkeys(names, 'text')))"
    )
    root = Path(__file__).parents[2]
    files = [
        subprocess.run([sys.executable, "-c", code, turn], cwd=root, check=True, capture_output=True).stdout
        for turn in "01"
    ]
    assert files[0] == files[1]
