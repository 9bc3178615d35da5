"""The explorer from Python: what its window is opened on."""

import numpy as np
import pytest

from render.notebook import exploring
from render.notebook.exploring import explore
from sim.landscape.function import FunctionObjective
from tests.render.notebook.conftest import HOME, ONE, hill


@pytest.fixture
def opened(monkeypatch):
    """The origins of the windows that were opened, each with its title."""
    seen = []

    def show(model):
        origin = model.session.origin
        seen.append((origin, model.title, origin.path.is_dir()))
        model.close()

    monkeypatch.setattr(exploring, "show", show)
    monkeypatch.setattr(exploring, "check_display", lambda: None)
    return seen


def test_a_run_in_a_folder_keeps_its_bookmarks_there(opened, folder):
    explore(folder, machine=ONE)
    ((origin, title, _),) = opened
    assert (origin.path, title) == (
        folder,
        "run: around the champion, weights changed by ±70 %, mean of 16 mazes, 20 steps",
    )


def test_a_run_in_memory_is_the_one_in_its_folder(opened, run, folder):
    explore(run, machine=ONE)
    explore(folder, machine=ONE)
    (memory, _, there), (disk, _, _) = opened
    assert memory.objective == disk.objective
    assert np.array_equal(memory.genome, disk.genome)
    assert memory.layout == disk.layout
    assert there  # bookmarks had a place
    assert not memory.path.exists()


def test_a_function_is_explored(opened):
    explore(hill, genome=HOME, unit="m", machine=ONE)
    ((origin, title, _),) = opened
    assert origin.objective == FunctionObjective.of(hill, "hill", "m")
    assert title == "hill: around the genome, weights changed by ±70 %"
