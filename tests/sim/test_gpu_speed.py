"""The benchmark of a GPU, with plain torch on the CPU in the place of the GPU, at tiny sizes."""

import pytest

from sim import gpu_speed
from sim.gpu_speed import LEARNERS, Network, Sizes
from sim.rollout import self_check
from tests.learners import COMMON, OWN

pytest.importorskip("torch")
TINY = Sizes(side=3, mazes=2, generations=2, calls=1, settings={name: {**COMMON, **OWN[name]} for name in LEARNERS})


@pytest.fixture(autouse=True)
def small_check(monkeypatch):
    monkeypatch.setattr(self_check, "EPISODES", 32)
    monkeypatch.setattr(self_check, "STEPS", 10)


def test_the_check_says_how_many_episodes_agree(monkeypatch):
    found = gpu_speed.check("cpu", TINY)
    assert (found["episodes"], found["differ"]) == (32, 0)
    monkeypatch.setattr(gpu_speed, "_play", lambda *_: lambda *_: 1 / 0)
    with pytest.raises(RuntimeError, match="ZeroDivisionError: division by zero"):
        gpu_speed.check("cpu", TINY)


def test_rollouts_count_the_steps_of_all_agents(monkeypatch):
    monkeypatch.setattr(gpu_speed, "_median", lambda work, calls: (work(), 0.5)[1])
    found = gpu_speed.rollouts("cpu", Network(hidden=4), TINY)
    assert found["steps_per_s"] == 3 * 3 * 2 * 200 / 0.5
    assert (found["cell"], found["hidden"], found["dtype"]) == ("elman", 4, "float32")
    assert (found["kernel"], found["issue_share"]) == ("plain torch", None)


def test_the_issue_share_is_the_speed_over_the_ceiling(monkeypatch):
    monkeypatch.setattr(gpu_speed, "_median", lambda work, calls: (work(), 0.5)[1])
    monkeypatch.setattr(
        gpu_speed.gpu, "_player", lambda fused, *rest, player=gpu_speed.gpu._player: player(False, *rest)
    )
    monkeypatch.setattr(gpu_speed.gpu, "is_fused", lambda *_: True)
    monkeypatch.setattr(gpu_speed, "_instructions", lambda device, network, mazes: 900.0)
    monkeypatch.setattr(gpu_speed.instructions, "issue_ceiling", lambda device, per_step: 9e6 / per_step)
    found = gpu_speed.rollouts("cpu", Network(hidden=4), TINY)
    assert found["instructions_per_step"] == 900
    assert found["issue_share"] == pytest.approx(3 * 3 * 2 * 200 / 0.5 / 1e4)


def test_every_other_row_is_measured():
    assert gpu_speed.compile_time("cpu", Network("gru", 3, "float64"))["seconds"] > 0
    assert gpu_speed.sweep_speed("cpu", TINY)["pixels_per_s"] > 0


@pytest.mark.parametrize("learner", LEARNERS)
def test_learning_is_timed_by_generations(learner):
    found = gpu_speed.learning("cpu", learner, TINY)
    assert found["learner"] == learner
    assert found["agent_steps_per_s"] > found["generations_per_s"] > 0
