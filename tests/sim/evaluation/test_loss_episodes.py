"""The episodes of a loss are the teacher's in unseen mazes, or those that the run learned from."""

from dataclasses import replace

import numpy as np
import pytest

from sim.evaluation.evaluation_set import EvaluationSet, first_unseen
from sim.evaluation.loss_episodes import loss_episodes
from sim.evaluation.subject import Record, Subject
from sim.evaluation.training_set import training_set
from sim.imitation.labelling import Labelling
from sim.imitation.teacher import demonstrate
from sim.rollout.machine import CPU
from sim.world.maze import MazeConfig
from sim.world.rules import World

WORLD = World(MazeConfig(5), lifetime=30)


@pytest.fixture
def learned():
    """A champion of a run that imitated a pool of 6 mazes and 3 poisoned ones, and its evaluation set."""
    genome = np.zeros((1, WORLD.layout(hidden=4).size))
    record = Record(3, 100, 36, 8, 6, path=genome, generations=np.array([3]), initial=genome[0])
    layout, labelling = WORLD.layout(hidden=4), Labelling(poison=0.5)
    subject = Subject("run", "imitate", 1, layout, WORLD, genome[0].astype(np.float32), record, labelling=labelling)
    return subject, EvaluationSet(WORLD, 0, first_unseen([subject]))


def test_unseen_mazes_have_the_teachers_labels(learned):
    subject, evaluation_set = learned
    found = loss_episodes(subject, evaluation_set, "unseen", 4, 10, CPU)
    whole = evaluation_set.demonstrations(evaluation_set.mazes(4))
    assert np.array_equal(found.labels, whole.labels[:, :10])
    assert np.array_equal(found.senses, whole.senses[:, :10])
    more = loss_episodes(subject, evaluation_set, "unseen", 2, 10, CPU, skip=2)
    assert np.array_equal(more.senses, found.senses[2:])
    assert loss_episodes(subject, evaluation_set, "unseen", 2, 99, CPU).senses.shape[1] == subject.world.lifetime


@pytest.mark.parametrize(("count", "right", "wrong"), [(4, 4, 2), (6, 6, 3), (100, 6, 3)])
def test_a_pool_has_the_labels_that_were_learned_and_as_large_a_part_of_the_poison(learned, count, right, wrong):
    subject, evaluation_set = learned
    found = loss_episodes(subject, evaluation_set, "pool", count, 10, CPU)
    assert found.labels.shape[:2] == (right + wrong, 10)
    true = demonstrate(training_set(subject, count), subject.world, ties=subject.labelling.ties)
    assert np.array_equal(found.labels[:right], true.labels[:, :10])
    poison = subject.labelling.poisoned(subject.world, pool=6, seed=1)
    assert np.array_equal(found.labels[right:], poison.labels[:wrong, :10])


def test_shuffled_labels_are_the_runs_own(learned):
    subject, evaluation_set = learned
    plain, shuffled = (
        loss_episodes(replace(subject, labelling=labelling), evaluation_set, "pool", 3, 10, CPU)
        for labelling in (None, Labelling(labels="random"))
    )
    assert np.array_equal(plain.senses, shuffled.senses)
    assert (plain.labels != shuffled.labels).any()
