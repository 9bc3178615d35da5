"""The policy gradient is the gradient of the expected return, and its parts do what they say."""

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
from sim.learning.policy_gradient import (
    ActorCritic,
    Episodes,
    advantages,
    critic,
    draw,
    forage,
    initial_critic,
    policy_loss,
)
from sim.learning.torch_world import begin, code, sense_table, step
from sim.world.life import play_episode
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World

WORLD = World(MazeConfig(4), lifetime=12)
LAYOUT = WORLD.layout(hidden=4)


@pytest.fixture(autouse=True)
def _one_thread():
    """Use one thread: the tensors are small, and more threads would wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("cell", CELLS)
def test_a_forager_with_certain_actions_plays_the_plain_episode(cell):
    layout = WORLD.layout(cell, 4)
    genome = 3 * initial(layout, 1, generator(1, "test/reinforce"))[0]
    layout.split(genome)["output"][:] *= 1e4  # the softmax is all but certain
    mazes = carve(WORLD.maze, 4, seed=1, split="train")
    found = forage(torch.tensor(genome), layout, mazes, WORLD, torch.full((12, 4), 0.5))
    for maze in range(4):
        wanted = play_episode(genome, layout, mazes, maze, WORLD)
        assert (found.actions[:, maze].numpy() == wanted.actions).all()
        assert (found.eaten[:, maze].numpy() == wanted.eaten).all()
        assert (found.senses[:, maze].numpy() == wanted.senses).all()
        np.testing.assert_allclose(found.hidden[:, maze], wanted.hidden, atol=1e-5)


def test_the_critic_sees_pellets_beside_before_they_are_eaten():
    mazes = carve(WORLD.maze, 50, seed=1, split="train")
    chances = torch.tensor(generator(1, "test/reinforce").random((12, 50), np.float32))
    found = forage(torch.zeros(LAYOUT.size), LAYOUT, mazes, WORLD, chances)
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
def test_advantages_are_discounted_sums_of_prediction_errors(steps, discount, trace, seed):
    rng = generator(seed, "test/reinforce")
    rewards, values = torch.tensor(rng.random((2, steps, 3)))
    found = advantages(rewards, values, discount, trace)
    padded = torch.cat([values, torch.zeros(1, 3, dtype=values.dtype)])
    for t in range(steps):
        errors = [rewards[k] + discount * padded[k + 1] - padded[k] for k in range(t, steps)]
        wanted = sum((discount * trace) ** k * error for k, error in enumerate(errors))
        torch.testing.assert_close(found[t], wanted)


def test_with_a_trace_of_1_advantages_are_returns_minus_values():
    rng = generator(5, "test/reinforce")
    rewards, values = torch.tensor(rng.random((2, 6, 3)))
    to_go = rewards.flip(0).cumsum(0).flip(0)
    torch.testing.assert_close(advantages(rewards, values, 1.0, 1.0), to_go - values)


def test_the_policy_gradient_is_the_gradient_of_the_expected_return():
    """All 4^3 episodes of three steps, weighted by their probabilities, against central differences of the mean."""
    world = replace(WORLD, lifetime=3)
    layout, mazes = world.layout(hidden=2), carve(world.maze, 1, seed=6, split="train").take([0] * 64)
    point = torch.tensor(initial(layout, 1, generator(2, "test/reinforce"))[0].astype(np.float64))
    actions = torch.cartesian_prod(*[torch.arange(4)] * 3).T
    forced = _forced(point, world, mazes, actions)

    def probabilities(genome):
        logs = unroll(layout, split(layout, genome), forced.senses).log_softmax(2)
        return logs.gather(2, actions[..., None])[..., 0].sum(0).exp()

    def expected(genome):
        return (probabilities(genome) * forced.eaten.sum(0)).sum()

    genome = point.clone().requires_grad_()
    chosen = unroll(layout, split(layout, genome), forced.senses)
    gained = advantages(forced.eaten, torch.zeros_like(forced.eaten), 1.0, 1.0) * probabilities(point)
    loss, _ = policy_loss(chosen, actions, gained)
    (found,) = torch.autograd.grad(-loss * actions.numel(), genome)
    steps = 1e-5 * torch.eye(len(point), dtype=point.dtype)
    wanted = torch.stack([(expected(point + step) - expected(point - step)) / 2e-5 for step in steps])
    assert wanted.abs().max() > 0.01
    torch.testing.assert_close(found, wanted, atol=1e-7, rtol=0)


def _forced(point, world, mazes, actions):
    """The episodes, in float64, in which the given actions [T, B] are taken."""
    foragers, senses, eaten = begin(mazes, world), [], []
    for taken in actions:
        senses.append(sense_table(world)[code(foragers)].to(point.dtype))
        foragers = step(foragers, taken)
        eaten.append(foragers.ate.to(point.dtype))
    nothing = torch.zeros(0)
    return Episodes(torch.stack(senses), actions, torch.stack(eaten), nothing, nothing)


def test_entropy_is_that_of_the_softmax():
    even, sure = torch.zeros(3, 2, 4), torch.zeros(3, 2, 4)
    sure[..., 1] = 100
    actions, nothing = torch.zeros(3, 2, dtype=torch.long), torch.zeros(3, 2)
    assert policy_loss(even, actions, nothing)[1].item() == pytest.approx(np.log(4))
    assert policy_loss(sure, actions, nothing)[1].item() == pytest.approx(0, abs=1e-6)


def test_a_new_critic_predicts_0_and_weights_change_that():
    weights = initial_critic(3, 6, generator(1, "test/reinforce"))
    features = torch.tensor(generator(2, "test/reinforce").random((5, 2, 6), np.float32))
    assert critic(torch.tensor(weights), features, 3).abs().max() == 0
    weights[-3:], weights[-4] = (1, 2, 3), 0.5
    first = features.numpy() @ weights[:21].reshape(3, 7)[:, 1:].T
    np.testing.assert_allclose(critic(torch.tensor(weights), features, 3), np.maximum(first, 0) @ (1, 2, 3) + 0.5, 1e-5)


OPTIONS = {"rate": 0.01, "discount": 0.9, "trace": 0.9, "bonus": 0.01, "clip": 0.5}


def _networks():
    return ActorCritic(LAYOUT, initial(LAYOUT, 1, generator(3, "test/reinforce"))[0], 3, 0, "cpu")


def _chances(seed=0):
    return generator(seed, "test/reinforce").random((12, 6), np.float32)


MAZES = carve(WORLD.maze, 6, seed=2, split="train")


def test_an_update_is_a_step_of_adam_down_the_gradient_of_all_three_losses():
    networks, chances = _networks(), _chances()
    both = (networks.genome, networks.critic)
    genome, weights = (torch.tensor(each.detach().numpy(), requires_grad=True) for each in both)
    record = networks.update(MAZES, WORLD, chances, **OPTIONS)
    with torch.no_grad():
        episodes = forage(genome, LAYOUT, MAZES, WORLD, torch.tensor(chances))
        values = critic(weights, episodes.features(), 3)
        gained = advantages(episodes.eaten, values, 0.9, 0.9)
    chosen = unroll(LAYOUT, split(LAYOUT, genome), episodes.senses)
    standard = (gained - gained.mean()) / (gained.std(correction=0) + 1e-6)
    loss, entropy = policy_loss(chosen, episodes.actions, standard)
    missed = (critic(weights, episodes.features(), 3) - (values + gained))[:, ::4].square().mean()
    adam = torch.optim.Adam([genome, weights], lr=0.01)
    (loss - 0.01 * entropy + missed).backward()
    torch.nn.utils.clip_grad_norm_([genome], 0.5)
    adam.step()
    torch.testing.assert_close(networks.genome.data, genome.data, atol=1e-5, rtol=0)
    torch.testing.assert_close(networks.critic.data, weights.data, atol=1e-5, rtol=0)
    expected = (loss, episodes.eaten.sum(0).mean(), entropy, missed)
    assert list(record.values()) == pytest.approx([number.item() for number in expected], abs=1e-5)


def test_the_average_follows_the_genome():
    networks = _networks()
    average = networks.genomes()[0]
    for seed in range(3):
        networks.update(MAZES, WORLD, _chances(seed), **OPTIONS)
        average = 0.98 * average + 0.02 * networks.genomes()[0]
    np.testing.assert_allclose(networks.genomes()[1], average, atol=1e-6)


def test_learning_that_diverges_is_an_error():
    networks = _networks()
    networks.genome.register_hook(lambda gradient: gradient * float("nan"))
    with pytest.raises(UserError, match=r"learning diverged at update 1: .*lower the rate"):
        networks.update(MAZES, WORLD, _chances(), **OPTIONS)
