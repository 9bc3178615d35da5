"""The teacher's episodes on which the imitation loss of a champion is taken, and its derivatives."""

from typing import Literal

from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.evaluation.training_set import training_set
from sim.imitation.teacher import Demonstrations, join
from sim.rollout.machine import Machine
from sim.world.maze import Mazes

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
        return evaluation_set.demonstrations(evaluation_set.mazes(count, skip=skip)).first_steps(steps)
    shown, wrong = learned(subject, evaluation_set, training_set(subject, count), machine)
    return (shown if wrong is None else join(shown, wrong)).first_steps(steps)


def learned(
    subject: Subject, evaluation_set: EvaluationSet, mazes: Mazes, machine: Machine
) -> tuple[Demonstrations, Demonstrations | None]:
    """The teacher's episodes in some of a run's training mazes with the run's labels, and its poison, if it has any.

    The poison is as large a part of all poisoned episodes as the mazes are of the pool.
    """
    labelling = evaluation_set.labelling(subject)
    shown = labelling.demonstrations(mazes, subject.world, seed=subject.seed, machine=machine)
    wrong = labelling.poisoned(subject.world, pool=subject.record.pool, seed=subject.seed, machine=machine)
    return shown, None if wrong is None else wrong.first(labelling.poisoned_mazes(mazes.count))
