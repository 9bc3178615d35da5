"""The teacher's episodes on which the imitation loss of a champion is taken, and its derivatives."""

from dataclasses import replace
from typing import Literal

from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.evaluation.training_set import training_set
from sim.imitation.teacher import Demonstrations, join
from sim.rollout.machine import Machine

On = Literal["unseen", "pool"]
"""unseen: validation mazes that chose no champion; pool: the training mazes of the run."""


def loss_episodes(
    subject: Subject, evaluation_set: EvaluationSet, on: On, count: int, steps: int, machine: Machine, *, skip: int = 0
) -> Demonstrations:
    """The first `steps` of the teacher's episodes in `count` mazes, at most; `skip` leaves out the first unseen mazes.

    In unseen mazes the labels are the teacher's true ones, for all runs alike. In the pool they are those that the run
    learned, and as large a part of its poisoned episodes is added; a run without a pool has its last training mazes. A
    run that did not imitate has the teacher's true labels everywhere.
    """
    if on == "unseen":
        found = evaluation_set.demonstrations(evaluation_set.mazes(count, skip=skip))
    else:
        found = _learned(subject, evaluation_set, count, machine)
    return _cut(found, count=None, steps=steps)


def _learned(subject: Subject, evaluation_set: EvaluationSet, count: int, machine: Machine) -> Demonstrations:
    """The teacher's episodes in training mazes, with the labels and the poison of the run."""
    labelling, mazes = evaluation_set.labelling(subject), training_set(subject, count)
    shown = labelling.demonstrations(mazes, subject.world, seed=subject.seed, machine=machine)
    wrong = labelling.poisoned(subject.world, pool=subject.record.pool, seed=subject.seed, machine=machine)
    if wrong is None:
        return shown
    return join(shown, _cut(wrong, count=labelling.poisoned_mazes(mazes.count), steps=None))


def _cut(episodes: Demonstrations, count: int | None, steps: int | None) -> Demonstrations:
    """The first `steps` of the first `count` episodes; None keeps all."""
    return replace(episodes, senses=episodes.senses[:count, :steps], labels=episodes.labels[:count, :steps])
