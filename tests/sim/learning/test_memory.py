"""A run in memory has the same content as the run in a folder."""

import tempfile

import pytest

from agents.errors import UserError
from sim.evaluation.evaluate import evaluate
from sim.learning.learn import learn
from sim.learning.memory import RunInMemory
from sim.rollout.machine import Machine
from tests.learners import LEARNERS, tiny

ONE = Machine(1)


@pytest.mark.parametrize("name", LEARNERS)
def test_a_run_in_memory_holds_what_a_folder_holds(tmp_path, name):
    config = tiny(name, {"generations": 8, "checkpoint": 1})
    folder, memory = learn(config, tmp_path / "run", machine=ONE), learn(config, machine=ONE)
    assert memory.config() == folder.config() == config
    assert memory.setting() == folder.setting()
    assert memory.history() == folder.history()
    assert memory.openings() == folder.openings() == []
    assert len(memory.champions()) == len(folder.champions()) > 0
    both = ([run.champion(), *run.champions()] for run in (memory, folder))
    for one, other in zip(*both, strict=True):
        assert one.weights.tobytes() == other.weights.tobytes()
        assert (one.layout, one.provenance) == (other.layout, other.provenance)
    assert evaluate(memory, split="validation", mazes=6) == evaluate(folder, split="validation", mazes=6)
    kept, written = (run.checkpoint(config) for run in (memory, folder))
    assert {key: array.tobytes() for key, array in kept.state.items()} == {
        key: array.tobytes() for key, array in written.state.items()
    }


def test_a_run_in_memory_writes_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    run = learn(tiny("es"), machine=ONE)
    evaluate(run, split="validation", mazes=2)
    assert list(tmp_path.iterdir()) == []


def test_folder_and_test_mazes_are_refused_in_one_line():
    run = learn(tiny("es"), machine=ONE)
    with pytest.raises(UserError, match="a run in memory has no ledger of its looks at the test mazes; learn into"):
        evaluate(run, split="test", mazes=2)
    with pytest.raises(UserError, match="a run in memory has no folder; learn into a folder to name it"):
        _ = run.path


def test_before_the_first_checkpoint_there_is_no_champion():
    run = RunInMemory(tiny("es"))
    assert (run.history(), run.champions(), run.checkpoint(run.config())) == ([], [], None)
    with pytest.raises(UserError, match="the run in memory has no champion yet"):
        run.champion()


def test_changing_what_it_returns_does_not_change_the_run():
    run = learn(tiny("es"), machine=ONE)
    before = run.history()
    run.history().clear()
    run.history()[0]["mean"] = -1
    run.champions().clear()
    assert run.history() == before
    assert run.champions()


def test_it_says_how_far_it_got():
    config = tiny("es")
    assert repr(RunInMemory(config)) == "<run in memory: evolve (es), seed 3, 0 of 6 generations>"
    run = learn(config, machine=ONE)
    pellets = run.champion().provenance["validation_pellets"]
    wanted = f"evolve (es), seed 3, 6 of 6 generations, champion eats {pellets:.1f} pellets a maze"
    assert repr(run) == f"<run in memory: {wanted}>"
