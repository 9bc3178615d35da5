"""Reinforcement: its random numbers are named, its learning rate falls, and it learns to eat."""

from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from agents.network.cells import CELLS
from sim.learning.policy_gradient import ActorCritic
from sim.learning.reinforce import ReinforceConfig
from sim.learning.train import TrainConfig
from sim.world.maze import MazeConfig
from sim.world.rules import World

CONFIG = ReinforceConfig(mazes=3, episodes=2, critic=3, anneal=4)
RUN = TrainConfig(seed=3, hidden=4, world=World(MazeConfig(4), lifetime=12), method="reinforce", reinforce=CONFIG)


def _same(one, other):
    assert one.keys() == other.keys()
    assert all(one[name].tobytes() == other[name].tobytes() for name in one)


@pytest.mark.parametrize("before", [0, 1, 3])
def test_a_restored_learner_goes_on_to_the_same_bits(before):
    whole, stopped, resumed = (RUN.start() for _ in range(3))
    records = [whole.update() for _ in range(5)]
    for _ in range(before):
        stopped.update()
    state = stopped.state()
    stopped.update()  # must not change the state that was taken before
    resumed.restore(state)
    both = [resumed.state()[f"learner.{name}"].tobytes() for name in ("genome", "average")]
    assert resumed.candidates().tobytes() == b"".join(both)
    assert [resumed.update() for _ in range(5 - before)] == records[before:]
    _same(whole.state(), resumed.state())


def test_other_seeds_give_other_genomes():
    one, other = RUN.start(), replace(RUN, seed=4).start()
    assert one.update() != other.update()
    assert (one.candidates() != other.candidates()).any()


def test_learning_rate_and_entropy_bonus_fall_as_annealing_says(monkeypatch):
    passed, update = [], ActorCritic.update

    def spy(*arguments, **options):
        passed.append((options["rate"] / CONFIG.rate, options["bonus"] / CONFIG.entropy))
        return update(*arguments, **options)

    monkeypatch.setattr(ActorCritic, "update", spy)
    learner = RUN.start()
    for _ in range(6):
        learner.update()
    rates, bonuses = zip(*passed, strict=True)
    assert rates == pytest.approx([1, 0.775, 0.55, 0.325, 0.1, 0.1])
    assert bonuses == pytest.approx([1, 0.75, 0.5, 0.25, 0, 0])


@pytest.mark.parametrize("cell", CELLS)
def test_reinforcement_learns_to_eat(cell):
    settings = ReinforceConfig(mazes=16, episodes=8, rate=0.02, anneal=40)
    learner = replace(RUN, cell=cell, hidden=6, reinforce=settings).start()
    returns = [learner.update()["mean"] for _ in range(40)]
    assert np.mean(returns[-5:]) > 1.2 * np.mean(returns[:5])


@pytest.mark.parametrize("world", [World(MazeConfig(4), sight=2, lifetime=5), World(MazeConfig(4), lifetime=1)])
def test_a_single_short_episode_gives_finite_numbers(world):
    learner = replace(RUN, world=world, reinforce=replace(CONFIG, mazes=1, episodes=1)).start()
    assert np.isfinite([*learner.update().values(), *learner.update().values()]).all()
    assert np.isfinite(learner.candidates()).all()


def test_another_networks_state_is_refused():
    state = replace(RUN, hidden=5).start().state()
    with pytest.raises(UserError, match="another configuration"):
        RUN.start().restore(state)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"mazes": 0}, "mazes must be from 1"),
        ({"discount": 1.5}, "discount must be from 0 to 1, got 1.5"),
        ({"rate": float("nan")}, "rate must be a number above 0, got nan"),
        ({"rate": 1e38}, "rate must be at most 1e\\+06, got 1e\\+38"),
        ({"clip": 0}, "clip must be a number above 0"),
        ({"entropy": -1}, "entropy must be from 0 to 1e\\+06, got -1"),
    ],
)
def test_settings_beyond_their_limits_are_refused(wrong, message):
    with pytest.raises(UserError, match=message):
        ReinforceConfig(**wrong)
