"""Learning meanwhile: a worker process learns the run that this process would have learned."""

import numpy as np
import pytest

from agents.errors import UserError
from render.demo_training import LearningMeanwhile
from sim.learning.evolution import EvolutionConfig
from sim.learning.learn import learn
from sim.world.maze import MazeConfig
from sim.world.rules import World

CONFIG = EvolutionConfig(seed=4, generations=2, mazes=2, validation=4, world=World(MazeConfig(5), lifetime=20))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("meanwhile") / "run"


def test_a_worker_learns_the_same_run(folder):
    run = LearningMeanwhile(CONFIG, folder).finished()
    assert run.path == folder
    np.testing.assert_array_equal(run.champion().weights, learn(CONFIG).champion().weights)


def test_a_finished_run_is_kept_and_a_fresh_one_starts_over(folder):
    written = (folder / "state.safetensors").stat().st_mtime_ns
    LearningMeanwhile(CONFIG, folder).finished()
    assert (folder / "state.safetensors").stat().st_mtime_ns == written
    LearningMeanwhile(CONFIG, folder, fresh=True).finished()
    assert (folder / "state.safetensors").stat().st_mtime_ns > written


def test_a_run_of_other_settings_is_refused_before_anything_is_learned(folder):
    with pytest.raises(UserError, match="is of other settings"):
        LearningMeanwhile(EvolutionConfig(seed=5), folder)


def test_a_run_that_cannot_be_learned_is_an_error_of_one_line(folder, monkeypatch):
    monkeypatch.setattr("sim.work.processes.DEATHS", 1)
    monkeypatch.setattr("sim.work.processes._serve", _die)
    meanwhile = LearningMeanwhile(CONFIG, folder, fresh=True)
    with pytest.raises(UserError, match="learn run: its process died 1 times"):
        meanwhile.finished()


def _die(pipe, machine):
    """A worker that ends at once."""
