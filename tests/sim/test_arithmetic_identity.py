"""The two arithmetics of `agents.engine.modes` are never mixed in a field, a run, a study or a cluster."""

import json

import pytest

from agents.engine import modes
from agents.errors import UserError
from sim.landscape.attributes import read_attributes
from sim.landscape.field import open_field
from sim.landscape.filling import fill_tile
from sim.landscape.sweep import is_of, sweep
from sim.learning.first_seal import UNSEALED
from sim.learning.learn import learn
from sim.learning.run import Run
from sim.provenance import computed_in
from sim.rollout.machine import Machine
from sim.study import store
from sim.study.tasks import LearnTask
from sim.work.cluster import _run_on_worker
from tests.learners import COMMON, OWN, tiny
from tests.sim.landscape.test_sweep import Counted, landscape

REFUSED = "is of the fused arithmetic, this process computes in the unfused one; set FORAGESCAPE_UNFUSED"


@pytest.fixture
def switch(monkeypatch):
    """A function that switches the arithmetic of this process, as far as identities are concerned."""

    def to(unfused):
        monkeypatch.setattr(modes, "unfused", lambda: unfused)
        store.versions.cache_clear()

    yield to
    store.versions.cache_clear()


def test_a_sweep_is_not_continued_in_the_other_arithmetic(tmp_path, switch):
    path = tmp_path / "field.zarr"
    with pytest.raises(KeyboardInterrupt):
        sweep(landscape(Counted(stop=5)), path, tile=3)
    switch(True)
    with pytest.raises(UserError, match=REFUSED):
        sweep(landscape(Counted()), path, tile=3)
    with pytest.raises(UserError, match=REFUSED):
        fill_tile(path, (2, 1, 1))
    assert not is_of(path, landscape(Counted()))
    switch(False)
    assert open_field(sweep(landscape(Counted()), path, tile=3)).landscape.arithmetic == "fused"


def test_a_field_tells_an_unusual_arithmetic_whoever_opens_it(tmp_path, switch):
    usual = landscape(Counted())
    assert "arithmetic" not in usual.json()
    switch(True)
    unusual = landscape(Counted())
    path = sweep(unusual, tmp_path / "field.zarr", tile=3)
    assert unusual.json()["arithmetic"] == "unfused"
    assert unusual.digest != usual.digest
    switch(False)
    opened = open_field(path).landscape
    assert opened.json() == unusual.json()
    assert opened.digest == unusual.digest
    assert read_attributes(path).arithmetic == "unfused"
    with pytest.raises(UserError, match="is of the unfused arithmetic, this process computes in the fused one"):
        sweep(usual, path, tile=3)


@pytest.mark.parametrize("learner", ["es", "imitate"])
def test_a_run_is_not_continued_in_the_other_arithmetic(tmp_path, switch, learner):
    run = learn(tiny(learner), tmp_path / "run", machine=Machine(1))
    assert computed_in(run.manifest()) == "fused"
    switch(True)
    with pytest.raises(UserError, match=REFUSED):
        learn(tiny(learner, {"generations": 8}), tmp_path / "run", machine=Machine(1))
    run = learn(tiny(learner), tmp_path / "run", machine=Machine(1), fresh=True)
    assert computed_in(run.manifest()) == "unfused"
    assert Run.open(tmp_path / "run").champion().provenance["made_by"]["arithmetic"] == "unfused"
    switch(False)
    with pytest.raises(UserError, match="is of the unfused arithmetic"):
        learn(tiny(learner, {"generations": 8}), tmp_path / "run", machine=Machine(1))


def test_a_run_of_a_version_that_did_not_store_the_arithmetic_is_of_the_usual_one(tmp_path, switch):
    learn(tiny("es"), tmp_path / "run", machine=Machine(1))
    manifest = json.loads((tmp_path / "run/manifest.json").read_text())
    assert manifest.pop("arithmetic") == "fused"
    (tmp_path / "run/manifest.json").write_text(json.dumps({**manifest, "format": UNSEALED}))
    (tmp_path / "run/seal.json").unlink()  # such a version did not seal runs, either
    run = learn(tiny("es", {"generations": 7}), tmp_path / "run", machine=Machine(1))
    assert computed_in(run.manifest()) == "fused"
    switch(True)
    with pytest.raises(UserError, match=REFUSED):
        learn(tiny("es", {"generations": 8}), tmp_path / "run", machine=Machine(1))


def test_the_tasks_of_a_study_have_other_keys_in_the_other_arithmetic(tmp_path, switch):
    settings = (("learner", "es"), *COMMON.items(), *OWN["es"].items())
    task = LearnTask(tmp_path / "run", settings, 3)
    task.run(Machine(1))
    usual = task.key
    assert "arithmetic" not in store.versions()
    assert task.done()
    switch(True)
    assert task.key != usual
    assert not task.done()
    with pytest.raises(UserError, match=REFUSED):
        task.run(Machine(1))


def test_a_worker_in_the_other_arithmetic_fails_its_tasks(tmp_path, switch):
    switch(True)
    task = LearnTask(tmp_path / "run", (("learner", "es"),), 3)
    (failure,) = _run_on_worker(task, "cpu", "fused")
    assert "in the unfused arithmetic, not the fused one" in failure.text
    assert not (tmp_path / "run").exists()
