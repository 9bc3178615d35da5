"""Configs of runs that learn by gradients."""

import pytest

from agents.errors import UserError
from sim.learning.train import TrainConfig
from sim.rollout.machine import Machine
from sim.world.rules import World


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: TrainConfig(method="adam"), "method must be one of imitate, reinforce, got 'adam'"),
        (lambda: TrainConfig(generations=0), "generations must be from 1 to 1000000000, got 0"),
        (lambda: TrainConfig(hidden=1), "hidden must be from 2"),
        (lambda: TrainConfig(world=World(lifetime=10_000)), "keeps at most 50000000 steps, .* is 163840000; lower"),
    ],
)
def test_settings_beyond_their_limits_are_refused(make, said):
    with pytest.raises(UserError, match=said):
        make()


def test_a_small_pool_makes_room_for_long_episodes():
    TrainConfig(world=World(lifetime=10_000), pool=8)


@pytest.mark.parametrize(("asked", "used"), [("cpu", "cpu"), ("auto", "cpu"), ("cuda", "cuda")])
@pytest.mark.parametrize(("method", "learner"), [("imitate", "imitate.Imitate"), ("reinforce", "reinforce.Reinforce")])
def test_gradients_are_computed_on_a_gpu_only_if_cuda_is_named(monkeypatch, method, learner, asked, used):
    """Gradients round differently on a GPU, and what a command learns must not depend on the machine."""
    monkeypatch.setattr("sim.rollout.devices.available", lambda: True)
    monkeypatch.setattr(f"sim.learning.{learner}", lambda *arguments: arguments[-1])
    assert TrainConfig(method=method).start(Machine(device=asked)) == used


def test_a_missing_gpu_is_refused_in_one_line(monkeypatch):
    monkeypatch.setattr("sim.rollout.devices.available", lambda: False)
    with pytest.raises(UserError, match="device cuda needs an NVIDIA GPU"):
        TrainConfig().start(Machine(device="cuda"))
