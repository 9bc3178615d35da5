"""Imitation: its loss, its rounds, and what it learns."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from agents.layout import initial
from agents.network.cells import CELLS, PlainNetwork
from agents.network.module import Network
from agents.randomness import generator
from sim.imitation.teacher import bank, label
from sim.learning.imitate import Imitate, cross_entropy
from sim.learning.imitate_config import ImitateConfig
from sim.learning.train_config import TrainConfig
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.rollout.trace import senses, trace
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World

SMALL = World(maze=MazeConfig(size=4), lifetime=30)
TINY = TrainConfig(
    seed=3, hidden=6, world=SMALL, validation=5, imitate=ImitateConfig(mazes=4, updates=2, kept=2, batch=3)
)
ONE = Machine(1)


def _bank(world=SMALL, count=3):
    return bank(carve(world.maze, count, seed=1, split="validation"), world, machine=ONE)


def _genome(layout, dtype=np.float64):
    return (2 * initial(layout, 1, generator(3, "test/imitate"))[0]).astype(dtype)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("sight", [0, 2])
def test_the_loss_is_that_of_the_plain_network(cell, sight):
    world = replace(SMALL, sight=sight)
    layout, lives = world.layout(cell, 5), _bank(world)
    genome, total = _genome(layout), 0.0
    for felt, targets in zip(lives.senses, lives.targets, strict=True):
        network = PlainNetwork(layout, genome)
        for inputs, target in zip(felt, targets, strict=True):
            outputs = network.forward(inputs.astype(np.float64))
            total -= target @ (outputs - np.log(np.exp(outputs).sum()))
    assert cross_entropy(layout, lives)(torch.tensor(genome)).item() == pytest.approx(total / lives.taught)
    assert lives.taught < lives.targets[..., 0].size


def test_who_does_not_know_loses_log_4():
    layout = SMALL.layout(hidden=4)
    loss = cross_entropy(layout, _bank())
    assert loss(torch.zeros(layout.size)).item() == pytest.approx(np.log(4))


def test_the_loss_has_two_derivatives():
    world = replace(SMALL, lifetime=6)
    layout = world.layout(hidden=2)
    loss, point = cross_entropy(layout, _bank(world)), torch.tensor(_genome(layout), requires_grad=True)
    assert torch.autograd.gradcheck(loss, point, fast_mode=True)
    assert torch.autograd.gradgradcheck(loss, point, fast_mode=True)


def test_the_first_round_is_the_teachers_and_the_others_the_students(monkeypatch):
    met = []

    def spy(*arguments, **options):
        met.append(arguments[1].identity()["range"])
        return real(*arguments, **options)

    from sim.learning import imitate

    real = imitate.label
    monkeypatch.setattr(imitate, "label", spy)
    learner, genomes, records = Imitate(TINY, ONE), [], []
    for _ in range(6):
        genomes.append(learner.candidates()[1])
        records.append(learner.update())
    assert met == [[0, 4], [4, 4], [8, 4]]
    for number in range(3):
        mazes = carve(SMALL.maze, 4, seed=3, split="train", first=4 * number)
        eaten = play(genomes[2 * number][None], TINY.layout, mazes, SMALL).mean()
        assert [record["mean"] for record in records[2 * number : 2 * number + 2]] == [eaten, eaten]
    lives = trace(genomes[4][None], TINY.layout, mazes, SMALL)
    np.testing.assert_array_equal(learner._rounds[-1][0].targets, label(lives, mazes)[0])
    np.testing.assert_array_equal(learner._rounds[-1][0].senses, senses(lives, mazes, SMALL)[0])
    first = Imitate(TINY, ONE)
    first.update()
    taught = bank(carve(SMALL.maze, 4, seed=3, split="train"), SMALL)
    np.testing.assert_array_equal(first._rounds[0][0].senses, taught.senses)


def test_an_update_descends_the_loss_of_its_batch():
    config = replace(TINY, imitate=replace(TINY.imitate, mazes=1, kept=1, batch=5))
    learner = Imitate(config, ONE)
    start = torch.from_numpy(learner.candidates()[1]).requires_grad_()
    loss = cross_entropy(config.layout, bank(carve(SMALL.maze, 1, seed=3, split="train"), SMALL))(start)
    (gradient,) = torch.autograd.grad(loss, start)
    assert learner.update()["loss"] == pytest.approx(loss.item(), rel=1e-5)
    moved = learner.candidates()[1] - start.detach().numpy()
    clear = gradient.abs().numpy() > 1e-5
    np.testing.assert_array_equal(np.sign(moved[clear]), -np.sign(gradient.numpy()[clear]))  # Adam's first step
    assert clear.mean() > 0.9


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def student(one_thread):
    """A forager of the default world after a short training."""
    learner = Imitate(TrainConfig(validation=64, imitate=ImitateConfig(mazes=128, batch=64, updates=5)), ONE)
    records = [learner.update() for _ in range(60)]
    return learner, records


def test_it_learns(student):
    learner, records = student
    assert records[-1]["mean"] > records[0]["mean"] + 20
    measured = learner.measure()
    assert measured["validation_loss"] < 1.0
    assert measured["validation_teacher_loss"] < 1.0


def test_measures_are_of_the_validation_mazes(student):
    learner, _ = student
    world, genome = World(), learner.candidates()[0]
    mazes = carve(world.maze, 64, seed=0, split="validation")
    loss = cross_entropy(world.layout(), bank(mazes, world))(torch.from_numpy(genome)).item()
    assert learner.measure()["validation_teacher_loss"] == pytest.approx(loss, rel=1e-6)


def test_a_trained_genome_acts_in_the_rollout_as_the_torch_module_does(student):
    """On 102,400 steps; where rounding decides, the two actions are all but equally good."""
    world, genome = World(), student[0].candidates()[0]
    mazes = carve(world.maze, 512, seed=0, split="validation")
    lives = trace(genome[None], world.layout(), mazes, world)
    felt = torch.from_numpy(senses(lives, mazes, world)[0]).transpose(0, 1)
    with torch.no_grad():
        outputs = Network(world.layout(), genome)(felt).transpose(0, 1)
    acted = torch.from_numpy(lives.actions[0]).long()
    equal = (outputs.argmax(-1) == acted).double().mean()
    lost = outputs.max(-1).values - outputs.gather(-1, acted[..., None])[..., 0]
    assert acted.numel() == 102_400
    assert equal > 1 - 1e-4
    assert lost.max() < 1e-4
    assert len(acted.unique()) == 4


def test_settings_that_teach_nothing_are_refused():
    for settings, said in [
        ({"ties": "up"}, "ties must be one of left, ahead, shared, got 'up'"),
        ({"batch": 0}, "batch must be from 1 to 65536, got 0"),
        ({"learning_rate": 0.0}, "learning_rate must be a number above 0"),
        ({"decay": 1.5}, "decay must be from 0 to 1, got 1.5"),
        ({"average": -0.1}, "average must be from 0 to 1, got -0.1"),
        ({"clip": float("nan")}, "clip must be a number above 0"),
    ]:
        with pytest.raises(ValueError, match=said):
            ImitateConfig(**settings)
