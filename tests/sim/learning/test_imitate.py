"""Imitation: its rounds, its labels, its steps, and that it learns."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from agents.network.module import split, unroll
from agents.optimisers.adam import Adam
from agents.optimisers.descent import Descent
from agents.optimisers.sgd import SGD
from sim.imitation.gradient import cross_entropy
from sim.imitation.labels import relabel
from sim.imitation.teacher import Demonstrations, demonstrate, label
from sim.learning.imitate import ImitateConfig
from sim.learning.learn import learn
from sim.learning.train import TrainConfig
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.rollout.trace import senses, trace
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World
from tests.deaths import Killed, content
from tests.learners import tiny

SMALL = World(maze=MazeConfig(size=4), lifetime=30)
TINY = TrainConfig(
    seed=3, hidden=6, world=SMALL, validation=5, imitate=ImitateConfig(mazes=4, updates=2, kept=2, batch=3)
)
ONE = Machine(1)


def _with(**settings):
    return replace(TINY, imitate=replace(TINY.imitate, **settings))


def test_the_teacher_plays_the_first_round_and_the_student_the_others(monkeypatch):
    met = []

    def spy(*arguments, **options):
        met.append(arguments[1].identity()["range"])
        return label(*arguments, **options)

    monkeypatch.setattr("sim.learning.imitate.label", spy)
    learner, genomes, records = TINY.start(ONE), [], []
    for _ in range(6):
        genomes.append(learner.candidates()[1])
        records.append(learner.update())
    assert met == [[0, 4], [4, 4], [8, 4]]
    for number in range(3):
        mazes = carve(SMALL.maze, 4, seed=3, split="train", first=4 * number)
        eaten = play(genomes[2 * number][None], TINY.layout, mazes, SMALL).mean()
        assert [record["mean"] for record in records[2 * number : 2 * number + 2]] == [eaten, eaten]
    episodes = trace(genomes[4][None], TINY.layout, mazes, SMALL)
    np.testing.assert_array_equal(learner._rounds[-1][0].labels, label(episodes, mazes)[0])
    np.testing.assert_array_equal(learner._rounds[-1][0].senses, senses(episodes, mazes, SMALL)[0])
    first = TINY.start(ONE)
    first.update()
    shown = demonstrate(carve(SMALL.maze, 4, seed=3, split="train"), SMALL)
    np.testing.assert_array_equal(first._rounds[0][0].senses, shown.senses)


@pytest.mark.parametrize("optimiser", ["adam", "sgd"])
def test_an_update_steps_down_the_gradient_of_its_batch(optimiser):
    config = _with(mazes=1, kept=1, batch=5, optimiser=optimiser)
    learner = config.start(ONE)
    start = torch.from_numpy(learner.candidates()[1]).requires_grad_()
    loss = cross_entropy(config.layout, demonstrate(carve(SMALL.maze, 1, seed=3, split="train"), SMALL))(start)
    (gradient,) = torch.autograd.grad(loss, start)
    assert learner.update()["loss"] == pytest.approx(loss.item(), rel=1e-5)
    moved, gradient = learner.candidates()[1] - start.detach().numpy(), gradient.numpy()
    if optimiser == "sgd":
        shortened = gradient / max(1, np.linalg.norm(gradient))
        np.testing.assert_allclose(moved, -config.imitate.learning_rate * shortened, atol=1e-6)
    else:
        clear = np.abs(gradient) > 1e-5
        np.testing.assert_array_equal(np.sign(moved[clear]), -np.sign(gradient[clear]))
        assert clear.mean() > 0.9


@pytest.mark.parametrize(
    ("settings", "rule"), [({}, Adam(9)), ({"optimiser": "sgd", "momentum": 0.5}, SGD(9, 0.5))], ids=["adam", "sgd"]
)
def test_all_settings_of_a_step_are_used(settings, rule):
    steps = {"learning_rate": 0.1, "decay": 0.9, "weight_decay": 0.3, "clip": 0.7, "average": 0.6}
    start, gradients = np.linspace(-1, 1, 9, dtype=np.float32), np.random.default_rng(0).standard_normal((5, 9))
    found, expected = ImitateConfig(**steps, **settings).descent(start), Descent(start, rule, **steps)
    for gradient in gradients:
        found.step(gradient)
        expected.step(gradient)
    assert {name: array.tobytes() for name, array in found.state().items()} == {
        name: array.tobytes() for name, array in expected.state().items()
    }


def test_a_checkpoint_holds_the_arrays_of_the_optimiser():
    for optimiser, arrays in {"adam": ("first", "second"), "sgd": ("velocity",)}.items():
        learner = _with(optimiser=optimiser).start(ONE)
        learner.update()
        names = {f"learner.{optimiser}.{name}" for name in ("steps", "mean", "averaged", *arrays)}
        assert set(learner.state()) == {"learner.students", *names}


@pytest.mark.parametrize("labels", ["true", "shuffled", "random"])
def test_all_rounds_and_both_validation_losses_have_labels_of_one_kind(labels):
    config = _with(labels=labels, history=3)

    def changed(shown, mazes):
        return relabel(shown, mazes, labels, seed=3, history=3)

    def student_episodes(genome, mazes):
        episodes = trace(genome[None], config.layout, mazes, SMALL)
        return Demonstrations(senses(episodes, mazes, SMALL)[0].astype(np.uint8), label(episodes, mazes)[0], {})

    learner = config.start(ONE)
    student = learner.candidates()[1]
    for number in range(2):
        for _ in range(2):
            student = learner.candidates()[1] if learner.generation == 2 else student
            learner.update()
        mazes = carve(SMALL.maze, 4, seed=3, split="train", first=4 * number)
        shown = student_episodes(student, mazes) if number else demonstrate(mazes, SMALL)
        np.testing.assert_array_equal(learner._rounds[number][0].labels, changed(shown, mazes).labels)
    genome, mazes = learner.candidates()[0], carve(SMALL.maze, 5, seed=3, split="validation")
    losses = [
        cross_entropy(config.layout, changed(shown, mazes))(torch.from_numpy(genome)).item()
        for shown in (student_episodes(genome, mazes), demonstrate(mazes, SMALL))
    ]
    assert list(learner.measure().values()) == pytest.approx(losses, rel=1e-5)


@pytest.mark.parametrize("labels", ["shuffled", "random"])
@pytest.mark.parametrize("optimiser", ["adam", "sgd"])
def test_runs_with_control_labels_go_on_to_the_same_bits(tmp_path, labels, optimiser):
    settings = {"imitate.labels": labels, "imitate.optimiser": optimiser, "imitate.weight_decay": 0.1, "checkpoint": 1}
    config = tiny("imitate", settings)
    whole = content(learn(config, tmp_path / "whole", machine=ONE).path)

    def stop(record):
        if record["generation"] == 3:
            raise Killed

    with pytest.raises(Killed):
        learn(config, tmp_path / "run", machine=ONE, progress=stop)
    assert content(learn(config, tmp_path / "run", machine=ONE).path) == whole


@pytest.fixture(scope="module")
def student():
    """A learner in the default world after 60 updates, and its records."""
    config = TrainConfig(validation=64, imitate=ImitateConfig(mazes=128, batch=64, updates=5))
    learner = config.start(ONE)
    records = [learner.update() for _ in range(60)]
    return learner, records


def test_imitation_learns_to_eat(student):
    learner, records = student
    assert records[-1]["mean"] > records[0]["mean"] + 20
    measured = learner.measure()
    assert measured["validation_loss"] < 1.0
    assert measured["validation_teacher_loss"] < 1.0


def test_sgd_lowers_the_loss():
    config = TrainConfig(
        hidden=8,
        world=SMALL,
        imitate=ImitateConfig(optimiser="sgd", learning_rate=0.3, mazes=32, batch=32, updates=5),
    )
    learner = config.start(ONE)
    losses = [learner.update()["loss"] for _ in range(60)]
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])


def test_random_labels_of_few_mazes_are_memorised_and_those_of_many_are_not():
    """Random labels cannot be predicted from the senses; but few episodes, shown again and again, can be memorised."""
    settings = ImitateConfig(labels="random", mazes=4, batch=4, updates=60, kept=1, learning_rate=0.03)
    config = TrainConfig(hidden=24, world=replace(SMALL, lifetime=8), imitate=settings)

    def last_loss(config):
        learner = config.start(ONE)
        return np.mean([learner.update()["loss"] for _ in range(60)][-5:])

    assert last_loss(replace(config, pool=4)) < 0.6 * np.log(4)
    many = replace(settings, mazes=512, batch=64)
    assert last_loss(replace(config, imitate=many)) > 0.95 * np.log(4)


def test_the_teacher_loss_is_measured_in_the_validation_mazes(student):
    learner, _ = student
    world, genome = World(), learner.candidates()[0]
    mazes = carve(world.maze, 64, seed=0, split="validation")
    loss = cross_entropy(world.layout(), demonstrate(mazes, world))(torch.from_numpy(genome)).item()
    assert learner.measure()["validation_teacher_loss"] == pytest.approx(loss, rel=1e-6)


def test_a_trained_genome_acts_alike_in_rollouts_and_in_torch(student):
    """On 102,400 steps. Where they differ, rounding decides between two actions whose outputs are almost equal."""
    world, genome = World(), student[0].candidates()[0]
    mazes = carve(world.maze, 512, seed=0, split="validation")
    episodes = trace(genome[None], world.layout(), mazes, world)
    sensed = torch.from_numpy(senses(episodes, mazes, world)[0]).transpose(0, 1)
    with torch.no_grad():
        layout = world.layout()
        outputs = unroll(layout, split(layout, torch.tensor(genome)), sensed).transpose(0, 1)
    acted = torch.from_numpy(episodes.actions[0]).long()
    equal = (outputs.argmax(-1) == acted).double().mean()
    lost = outputs.max(-1).values - outputs.gather(-1, acted[..., None])[..., 0]
    assert acted.numel() == 102_400
    assert equal > 1 - 1e-4
    assert lost.max() < 1e-4
    assert len(acted.unique()) == 4


def test_settings_beyond_their_limits_are_refused():
    for settings, said in [
        ({"ties": "up"}, "ties must be one of left, ahead, shared, got 'up'"),
        ({"labels": "none"}, "labels must be one of true, shuffled, random, got 'none'"),
        ({"history": 8}, "history must be from 1 to 7 steps, got 8"),
        ({"optimiser": "es"}, "optimiser must be one of adam, sgd, got 'es'"),
        ({"batch": 0}, "batch must be from 1 to 65536, got 0"),
        ({"learning_rate": 0.0}, "learning_rate must be a number above 0"),
        ({"decay": 1.5}, "decay must be above 0 and at most 1, got 1.5"),
        ({"momentum": 1.5}, "momentum must be from 0 to 1, got 1.5"),
        ({"weight_decay": 101.0}, "learning_rate times weight_decay must be at most 1, got 0.01 and 101"),
        ({"average": -0.1}, "average must be from 0 to 1, got -0.1"),
        ({"clip": float("nan")}, "clip must be a number above 0"),
    ]:
        with pytest.raises(ValueError, match=said):
            ImitateConfig(**settings)
