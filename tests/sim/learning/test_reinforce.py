"""The policy gradient is the gradient of what is eaten, and following it is learning."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.errors import UserError
from agents.layout import initial
from agents.network.cells import CELLS
from agents.network.module import split, unroll
from agents.randomness import generator
from sim.learning.reinforce import Reinforce, advantages, critic, draw, initial_critic, live, policy_loss
from sim.learning.reinforce_config import ReinforceConfig
from sim.learning.setting import Setting
from sim.world.life import play_episode
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World

SETTING = Setting(seed=3, hidden=4, world=World(MazeConfig(4), lifetime=12))
CONFIG = ReinforceConfig(mazes=3, episodes=2, critic=3, anneal=4)


@pytest.fixture(autouse=True)
def _one_thread():
    """Small tensors: more threads would only wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def _same(one, other):
    assert one.keys() == other.keys()
    assert all(one[name].tobytes() == other[name].tobytes() for name in one)


@pytest.mark.parametrize("cell", CELLS)
def test_a_resolute_forager_lives_the_plain_episode(cell):
    setting = replace(SETTING, cell=cell)
    genome = 3 * initial(setting.layout, 1, generator(1, "test/reinforce"))[0]
    setting.layout.split(genome)["output"][:] *= 1e4  # the softmax is all but certain
    mazes = carve(setting.world.maze, 4, seed=1, split="train")
    found = live(torch.tensor(genome), setting, mazes, torch.full((12, 4), 0.5))
    for maze in range(4):
        wanted = play_episode(genome, setting.layout, mazes, maze, setting.world)
        assert (found.actions[:, maze].numpy() == wanted.actions).all()
        assert (found.eaten[:, maze].numpy() == wanted.eaten).all()
        assert (found.senses[:, maze].numpy() == wanted.senses).all()
        np.testing.assert_allclose(found.hidden[:, maze], wanted.hidden, atol=1e-5)


def test_the_critic_sees_pellets_beside_before_they_are_eaten():
    mazes = carve(SETTING.world.maze, 50, seed=1, split="train")
    chances = torch.tensor(generator(1, "test/reinforce").random((12, 50), np.float32))
    found = live(torch.zeros(SETTING.layout.size), SETTING, mazes, chances)
    chosen = found.beside.gather(2, found.actions[..., None])[..., 0]
    assert torch.equal(chosen, found.eaten)
    before = 100 * found.features()[..., -2]
    assert before[0].abs().max() == 0
    torch.testing.assert_close(before[-1] + found.eaten[-1], found.eaten.sum(0))


def test_actions_are_drawn_as_often_as_the_softmax_says():
    chances = (torch.arange(10_000) + 0.5) / 10_000
    logits = torch.tensor([0.3, -1.0, 2.0, 0.0])
    counts = draw(logits.expand(10_000, 4), chances).bincount(minlength=4)
    np.testing.assert_allclose(counts / 10_000, logits.softmax(0), atol=1e-4)
    assert draw(torch.tensor([[-200.0, 0, -200, -200]]), torch.tensor([0.0])).item() == 1
    assert draw(torch.tensor([[0.0, 0, 0, -200]]), torch.tensor([1 - 2**-24])).item() in (2, 3)


@given(st.integers(1, 9), st.floats(0, 1), st.floats(0, 1), st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_advantages_are_discounted_sums_of_surprises(steps, discount, trace, seed):
    rng = generator(seed, "test/reinforce")
    rewards, values = torch.tensor(rng.random((2, steps, 3)))
    found = advantages(rewards, values, discount, trace)
    padded = torch.cat([values, torch.zeros(1, 3, dtype=values.dtype)])
    for t in range(steps):
        surprises = [rewards[k] + discount * padded[k + 1] - padded[k] for k in range(t, steps)]
        wanted = sum((discount * trace) ** k * surprise for k, surprise in enumerate(surprises))
        torch.testing.assert_close(found[t], wanted)


def test_full_traces_leave_returns_less_values():
    rng = generator(5, "test/reinforce")
    rewards, values = torch.tensor(rng.random((2, 6, 3)))
    to_go = rewards.flip(0).cumsum(0).flip(0)
    torch.testing.assert_close(advantages(rewards, values, 1.0, 1.0), to_go - values)


def test_the_policy_gradient_is_the_gradient_of_the_expected_return():
    """All 4^3 lives of three steps, each weighed by its probability, against central differences of their mean."""
    setting = replace(SETTING, hidden=2, world=World(MazeConfig(4), lifetime=3))
    layout, mazes = setting.layout, carve(setting.world.maze, 1, seed=6, split="train").take([0] * 64)
    point = torch.tensor(initial(layout, 1, generator(2, "test/reinforce"))[0].astype(np.float64))
    lives = torch.cartesian_prod(*[torch.arange(4)] * 3).T
    forced = _forced(point, setting, mazes, lives)

    def probabilities(genome):
        logs = unroll(layout, split(layout, genome), forced.senses)[0].log_softmax(2)
        return logs.gather(2, lives[..., None])[..., 0].sum(0).exp()

    def expected(genome):
        return (probabilities(genome) * forced.eaten.sum(0)).sum()

    genome = point.clone().requires_grad_()
    thoughts = unroll(layout, split(layout, genome), forced.senses)[0]
    gained = advantages(forced.eaten, torch.zeros_like(forced.eaten), 1.0, 1.0) * probabilities(point)
    loss, _ = policy_loss(thoughts, lives, gained)
    (found,) = torch.autograd.grad(-loss * lives.numel(), genome)
    steps = 1e-5 * torch.eye(len(point), dtype=point.dtype)
    wanted = torch.stack([(expected(point + step) - expected(point - step)) / 2e-5 for step in steps])
    assert wanted.abs().max() > 0.01
    torch.testing.assert_close(found, wanted, atol=1e-7, rtol=0)


def _forced(point, setting, mazes, lives):
    """The episodes [T, B] in which given actions are taken, in float64."""
    from sim.learning.reinforce import Episodes
    from sim.learning.torch_world import begin, code, sense_table, step

    foragers, senses, eaten = begin(mazes, setting.world), [], []
    for actions in lives:
        senses.append(sense_table(setting.world)[code(foragers)].to(point.dtype))
        foragers = step(foragers, actions)
        eaten.append(foragers.ate.to(point.dtype))
    nothing = torch.zeros(0)
    return Episodes(torch.stack(senses), lives, torch.stack(eaten), nothing, nothing)


def test_entropy_is_that_of_the_softmax():
    even, sure = torch.zeros(3, 2, 4), torch.zeros(3, 2, 4)
    sure[..., 1] = 100
    actions, nothing = torch.zeros(3, 2, dtype=torch.long), torch.zeros(3, 2)
    assert policy_loss(even, actions, nothing)[1].item() == pytest.approx(np.log(4))
    assert policy_loss(sure, actions, nothing)[1].item() == pytest.approx(0, abs=1e-6)


def test_a_fresh_critic_expects_nothing_and_learns_to():
    weights = initial_critic(3, 6, generator(1, "test/reinforce"))
    features = torch.tensor(generator(2, "test/reinforce").random((5, 2, 6), np.float32))
    assert critic(torch.tensor(weights), features, 3).abs().max() == 0
    weights[-3:], weights[-4] = (1, 2, 3), 0.5
    first = features.numpy() @ weights[:21].reshape(3, 7)[:, 1:].T
    np.testing.assert_allclose(critic(torch.tensor(weights), features, 3), np.maximum(first, 0) @ (1, 2, 3) + 0.5, 1e-5)


@pytest.mark.parametrize("before", [0, 1, 3])
def test_a_restored_learner_goes_on_to_the_same_bits(before):
    whole, stopped, resumed = (Reinforce(SETTING, CONFIG) for _ in range(3))
    records = [whole.update() for _ in range(5)]
    for _ in range(before):
        stopped.update()
    state = stopped.state()
    stopped.update()  # what was saved must not change with the learner
    resumed.restore(state)
    assert resumed.candidates().tobytes() == resumed.state()["genome"].tobytes() + resumed.state()["average"].tobytes()
    assert [resumed.update() for _ in range(5 - before)] == records[before:]
    _same(whole.state(), resumed.state())


def test_seeds_differ():
    one, other = Reinforce(SETTING, CONFIG), Reinforce(replace(SETTING, seed=4), CONFIG)
    assert one.update() != other.update()
    assert (one.candidates() != other.candidates()).any()


def test_rate_and_bonus_end_low():
    assert [CONFIG.left(generation) for generation in (0, 1, 4, 9)] == [1, 0.75, 0, 0]
    learner = Reinforce(SETTING, CONFIG)
    rates = []
    for _ in range(6):
        learner.update()
        rates.append(learner.adam.param_groups[0]["lr"] / CONFIG.rate)
    assert rates == pytest.approx([1, 0.775, 0.55, 0.325, 0.1, 0.1])


@pytest.mark.parametrize("cell", CELLS)
def test_it_learns_to_eat(cell):
    setting = replace(SETTING, cell=cell, hidden=6)
    learner = Reinforce(setting, ReinforceConfig(mazes=16, episodes=8, rate=0.02, anneal=40))
    returns = [learner.update()["mean"] for _ in range(40)]
    assert np.mean(returns[-5:]) > 1.2 * np.mean(returns[:5])


@pytest.mark.parametrize("world", [World(MazeConfig(4), sight=2, lifetime=5), World(MazeConfig(4), lifetime=1)])
def test_one_short_episode_breaks_nothing(world):
    learner = Reinforce(replace(SETTING, world=world), replace(CONFIG, mazes=1, episodes=1))
    assert np.isfinite([*learner.update().values(), *learner.update().values()]).all()
    assert np.isfinite(learner.candidates()).all()


def test_another_networks_state_is_refused():
    state = Reinforce(replace(SETTING, hidden=5), CONFIG).state()
    with pytest.raises(UserError, match="of another configuration"):
        Reinforce(SETTING, CONFIG).restore(state)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"mazes": 0}, "mazes must be from 1"),
        ({"discount": 1.5}, "discount must be from 0 to 1, got 1.5"),
        ({"rate": float("nan")}, "rate must be above 0 and at most 1e\\+06, got nan"),
        ({"rate": 1e38}, "rate must be above 0 and at most"),
        ({"clip": 0}, "clip must be a number above 0"),
        ({"entropy": -1}, "entropy must be a number from 0"),
    ],
)
def test_settings_that_cannot_be_are_refused(wrong, message):
    with pytest.raises(UserError, match=message):
        ReinforceConfig(**wrong)


def test_learning_that_diverges_is_told():
    learner = Reinforce(SETTING, CONFIG)
    learner.genome.register_hook(lambda gradient: gradient * float("nan"))
    with pytest.raises(UserError, match=r"learning diverged at update 1: .*lower the rate"):
        learner.update()
