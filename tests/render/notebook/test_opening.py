"""Opening what folders hold."""

import numpy as np
import pytest

from agents.errors import UserError
from render.notebook.mapping import sweep
from render.notebook.opening import open_field, open_run
from tests.render.notebook.conftest import ONE


def test_a_run_is_opened(run, folder):
    assert open_run(str(folder)).history() == run.history()
    with pytest.raises(UserError, match="there is no run"):
        open_run(folder / "nowhere")


def test_a_field_is_opened_frame_by_frame(run, tmp_path, monkeypatch):
    swept = sweep(run, tmp_path / "f.zarr", frames=3, shape=(4, 4), mazes=2, machine=ONE, quiet=True)
    found = open_field(str(tmp_path / "f.zarr"))
    assert "field" not in vars(found)  # nothing is read yet
    assert np.array_equal(found.heights, swept.heights)
    assert found.landscape.digest == swept.landscape.digest
    with pytest.raises(UserError, match="there is no field at"):
        open_field(tmp_path / "nothing.zarr")
