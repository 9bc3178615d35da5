"""The fit to the training set: equal sets give no gap, labels and losses are those of a plain count."""

from dataclasses import replace

import numpy as np
import pytest

from sim.evaluation.evaluation_set import EvaluationSet, first_unseen
from sim.evaluation.subject import read_subject
from sim.imitation.labelling import Labelling
from sim.imitation.teacher import demonstrate
from sim.learning.configs import configured
from sim.learning.learn import learn
from sim.learning.run import Run
from sim.measures.training_fit import TrainingFit, right_and_labelled
from sim.rollout.machine import CPU

SMALL = {
    "generations": 30, "checkpoint": 10, "validation": 8, "pool": 2, "hidden": 8, "imitate.mazes": 8,
    "imitate.batch": 4, "world.maze.size": 5, "world.lifetime": 30, "choose": "last",
}  # fmt: skip


def learned(folder, **settings):
    learn(configured("imitate", {**SMALL, **settings}, seed=1), folder)
    subject = read_subject(Run.open(folder))
    return subject, EvaluationSet(subject.world, 0, first_unseen([subject]))


def test_a_small_pool_is_fitted_better_than_unseen_mazes(tmp_path):
    subject, evaluation_set = learned(tmp_path / "run", **{"imitate.updates": 1000, "generations": 300})
    found = TrainingFit(mazes=64).compute(subject, evaluation_set, CPU)
    assert found["training_loss"].value < found["unseen_loss"].value
    assert found["accuracy"].value > found["accuracy_unseen"].value
    assert found["gap"].value == pytest.approx(found["unseen_error"].value - found["training_error"].value)
    assert found["training_error"].sample == 2
    assert "accuracy_poisoned" not in found


def test_poisoned_episodes_are_part_of_the_training_loss(tmp_path):
    subject, evaluation_set = learned(tmp_path / "run", **{"imitate.poison": 1.0})
    assert subject.labelling == Labelling(poison=1.0)
    found = TrainingFit(mazes=8).compute(subject, evaluation_set, CPU)
    assert 0 <= found["accuracy_poisoned"].value <= 100
    plain = TrainingFit(mazes=8).compute(replace(subject, labelling=Labelling()), evaluation_set, CPU)
    assert plain["accuracy"] == found["accuracy"]
    assert plain["training_loss"] != found["training_loss"]
    right = sum(found[name].value * count for name, count in (("accuracy", 2), ("accuracy_poisoned", 2)))
    assert right / 4 <= found["fit"].value <= 100  # no step of these episodes lacks a label


def test_accuracy_is_a_plain_count(subject, evaluation_set):
    from agents.network.response import respond

    episodes = demonstrate(evaluation_set.mazes(3), subject.world, ties="shared")
    counts = right_and_labelled(subject, episodes)
    outputs = respond(subject.genome, subject.layout, episodes.senses).outputs
    for episode in range(3):
        labels = episodes.labels[episode]
        steps = [step for step in range(len(labels)) if labels[step].any()]
        right = sum(labels[step, np.argmax(outputs[episode, step])] > 0 for step in steps)
        assert counts[episode].tolist() == [right, len(steps)]


def test_a_network_that_always_turns_left_is_right_where_the_label_is_left(subject, evaluation_set):
    """Its softmax is the same at every step, so loss and accuracy follow from the counts of the labels."""
    genome = np.zeros_like(subject.genome)
    subject.layout.split(genome)["output"][:, 0] = outputs = np.array([0, 0.5, -1, 2], np.float32)
    subject = replace(subject, genome=genome)
    found = TrainingFit(mazes=16).compute(subject, evaluation_set, CPU)
    labels = demonstrate(evaluation_set.mazes(16), subject.world).labels
    share = labels.sum((0, 1)) / labels.sum()
    assert found["accuracy_unseen"].value == pytest.approx(100 * share[3])
    expected = np.log(np.exp(outputs).sum()) - share @ outputs
    assert found["unseen_loss"].value == pytest.approx(expected, rel=1e-5)
