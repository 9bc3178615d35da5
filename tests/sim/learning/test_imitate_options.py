"""Poisoned episodes, noise on the weights and stopping at a loss, which imitation has as options."""

from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from agents.layout import row_noise
from agents.randomness import generator
from sim.evaluation.subject import read_subject
from sim.imitation.gradient import loss_and_gradient
from sim.imitation.labelling import Labelling
from sim.imitation.labels import poisoned
from sim.imitation.loss import cross_entropy
from sim.imitation.teacher import demonstrate, join
from sim.learning.imitate import ImitateConfig
from sim.learning.learn import learn
from sim.learning.train import TrainConfig
from sim.rollout.machine import Machine
from sim.world.maze import carve
from tests.deaths import Killed, content
from tests.learners import tiny

ONE = Machine(1)
POISON = {"pool": 3, "imitate.poison": 2.0}
NOISE = {"imitate.weight_noise": 0.3}
STOP = {"imitate.stop_loss": 1.3}  # it stops after a few updates
NEVER = {"imitate.stop_loss": 1e-9}


@pytest.mark.parametrize("settings", [POISON, NOISE, STOP, {**POISON, **NOISE, **STOP}, NEVER])
def test_a_run_that_was_stopped_ends_with_the_same_bits(tmp_path, settings):
    config = tiny("imitate", {**settings, "generations": 12, "checkpoint": 1, "choose": "last"})
    whole = content(learn(config, tmp_path / "whole", machine=ONE).path)

    def stop(record):
        if record["generation"] == stop_at:
            raise Killed

    for stop_at in (1, 3, 4, 7, 10):
        path = tmp_path / str(stop_at)
        with pytest.raises(Killed):
            learn(config, path, machine=ONE, progress=stop)
        assert content(learn(config, path, machine=Machine(2)).path) == whole


def test_poisoned_episodes_follow_the_true_ones_of_each_round_and_are_drawn_as_often():
    config = tiny("imitate", {**POISON, "imitate.batch": 4000})
    learner = config.start(ONE)
    world = config.world
    wrong = poisoned(*_episodes(config, 3, 6))
    for _ in range(3):
        learner.update()
    for number in range(2):
        labels, senses = learner._rounds[number][0].labels, learner._rounds[number][0].senses
        assert len(labels) == 3 + 6
        np.testing.assert_array_equal(labels[3:], wrong.labels)
        np.testing.assert_array_equal(senses[3:], wrong.senses)
    shown = demonstrate(carve(world.maze, 3, seed=3, split="train"), world)
    np.testing.assert_array_equal(learner._rounds[0][0].labels[:3], shown.labels)
    # the loss of a large batch of the first round is the mean over all nine episodes
    first = tiny("imitate", {**POISON, "imitate.batch": 20_000}).start(ONE)
    genome = first.candidates()[:1]
    expected = cross_entropy(genome, config.layout, join(shown, wrong))[0].mean()
    assert first.update()["loss"] == pytest.approx(expected, rel=0.01)


def _episodes(config, first, count):
    """The teacher's episodes in training mazes, and these mazes."""
    mazes = carve(config.world.maze, count, seed=config.seed, split="train", first=first)
    return demonstrate(mazes, config.world), mazes


def test_a_network_fits_true_and_poisoned_labels_at_once():
    """Wu, Zhu and E (2017) rely on this: few episodes can be memorised, also if most of their labels are wrong."""
    config = TrainConfig(
        hidden=24,
        pool=3,
        world=replace(tiny("imitate").world, lifetime=8),
        imitate=ImitateConfig(poison=1.0, mazes=3, batch=6, updates=400, kept=1, learning_rate=0.03, decay=0.995),
    )
    learner = config.start(ONE)
    losses = [learner.update()["loss"] for _ in range(300)]
    assert losses[0] > 1
    assert np.mean(losses[-5:]) < 0.1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"imitate.poison": 1.0}, "imitate.poison needs a pool of 1 to 4 mazes .*, got 0; set pool"),
        ({"imitate.poison": 1.0, "pool": 5}, "needs a pool of 1 to 4 mazes .*, got 5"),
        ({"imitate.poison": 1.0, "pool": 2, "imitate.labels": "random"}, "adds wrong labels to true ones, .*'random'"),
        ({"imitate.poison": 0.1, "pool": 2}, "imitate.poison 0.1 of a pool of 2 is less than half a maze"),
        ({"imitate.poison": -1.0, "pool": 2}, "poison must be from 0 to 64, got -1.0"),
        ({"imitate.poison": 64.0, "pool": 4, "world.lifetime": 10**5}, "keeps at most 50000000 steps, .* lower"),
        ({"imitate.weight_noise": -0.1}, "weight_noise must be from 0 to 10, got -0.1"),
        ({"imitate.stop_loss": -0.1}, "stop_loss must be 0 or more, got -0.1"),
        ({"imitate.stop_loss": float("inf")}, "stop_loss must be"),
        ({"choose": "first"}, "choose must be one of best, last, got 'first'"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, said):
    with pytest.raises(UserError, match=said):
        tiny("imitate", settings)


def test_gradients_are_taken_at_noisy_weights_and_the_noise_does_not_stay():
    config = tiny("imitate", {**NOISE, "pool": 1, "imitate.mazes": 1, "imitate.optimiser": "sgd"})
    learner = config.start(ONE)
    start = learner.candidates()[1]
    shown, _ = _episodes(config, 0, 1)
    noisy = start + row_noise(config.layout, start, 0.3, generator(3, "imitate/weight-noise", 0))
    batch = [np.repeat(each, 3, 0).swapaxes(0, 1) for each in (shown.senses, shown.labels)]
    loss, gradient = loss_and_gradient(noisy, config.layout, *batch, "cpu")
    record = learner.update()
    assert record["loss"] == pytest.approx(loss, rel=1e-5)
    step = config.imitate.learning_rate * gradient / max(1, np.linalg.norm(gradient))
    np.testing.assert_allclose(learner.candidates()[1], start - step, atol=1e-6)


def test_learning_stops_once_the_training_loss_is_low_enough():
    config = tiny("imitate", {**STOP, "generations": 40, "checkpoint": 1, "choose": "last"})
    run = learn(config, machine=ONE)
    history = run.history()
    shown, _ = _episodes(config, 0, 4)
    losses = [record["training_loss"] for record in history]
    since = history[-1]["stopped"]
    assert 3 < since < 30
    assert all(loss > 1.3 for loss in losses[: since - 1])
    assert losses[since - 1] <= 1.3
    assert set(losses[since - 1 :]) == {losses[since - 1]}
    assert [("stopped" in record, "loss" in record) for record in history] == [
        (number >= since, number <= since) for number in range(1, 41)
    ]
    assert [record["generation"] for record in history] == list(range(1, 41))
    found = cross_entropy(run.champion().weights[None], config.layout, shown)[0].mean()
    assert losses[-1] == found
    assert run.champion().provenance["generation"] == since
    assert len(run.champions()) == since  # no other champion follows, because the genome stays


def test_a_run_learns_alike_until_it_stops():
    config = tiny("imitate", {**STOP, "generations": 40, "checkpoint": 1, "choose": "last"})
    stopped = learn(config, machine=ONE)
    since = stopped.history()[-1]["stopped"]
    plain = replace(config, generations=since, imitate=replace(config.imitate, stop_loss=0.0))
    np.testing.assert_array_equal(learn(plain, machine=ONE).champion().weights, stopped.champion().weights)


def test_mazes_met_after_learning_stopped_are_not_counted():
    """The champion is chosen at the one checkpoint, long after the last round was played."""
    config = tiny("imitate", {**STOP, "generations": 40, "checkpoint": 40, "choose": "last"})
    run = learn(config, machine=ONE)
    since = run.history()[-1]["stopped"]
    assert run.champion().provenance["generation"] == 40
    record = read_subject(run).record
    assert (record.generation, record.mazes) == (40, config.mazes_met(since))
    assert record.champion_steps == since * config.agent_steps


def test_the_poisoned_loss_counts_for_stopping():
    config = tiny("imitate", {**POISON, **NEVER, "generations": 1})
    run = learn(config, machine=ONE)
    (shown, _), wrong = _episodes(config, 0, 3), poisoned(*_episodes(config, 3, 6))
    averaged = config.start(ONE)
    averaged.update()
    expected = cross_entropy(averaged.candidates()[:1], config.layout, join(shown, wrong))[0].mean()
    assert run.history()[0]["training_loss"] == expected


def test_labelling_gives_the_episodes_that_a_run_learns_from():
    config = tiny("imitate", {**POISON, "imitate.ties": "shared"})
    assert config.labelling == Labelling(ties="shared", poison=2.0)
    learner = config.start(ONE)
    learner.update()
    mazes = carve(config.world.maze, 3, seed=3, split="train")
    shown = config.labelling.demonstrations(mazes, config.world, seed=3)
    wrong = config.labelling.poisoned(config.world, pool=3, seed=3)
    np.testing.assert_array_equal(learner._rounds[0][0].labels, join(shown, wrong).labels)
    assert Labelling().poisoned(config.world, pool=3, seed=3) is None
    assert tiny("es").labelling is None
    assert tiny("reinforce").labelling is None
