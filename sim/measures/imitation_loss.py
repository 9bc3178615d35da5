"""The imitation loss of a champion. M episodes."""

from dataclasses import dataclass

from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.measures import Quantity, RunMeasure, bootstrap_over, define, setting
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Findings, by_quantity


@dataclass(frozen=True, slots=True)
class ImitationLoss(RunMeasure):
    """The imitation loss of the champion on the teacher's episodes."""

    mazes: int = setting(512, 2)
    """Validation mazes, with one episode of the teacher in each."""

    quantities = define(
        imitation_loss=Quantity(
            "imitation loss",
            "Cross-entropy between the champion's softmax and the actions of a teacher with perfect memory, on the "
            "teacher's episodes; mean over the steps that have a label. Only imitation learns to minimise it.",
            "nats", "episodes", bootstrap_over("episodes"),
        )
    )  # fmt: skip

    def episodes(self) -> float:
        """Count the teacher's episodes and the champion's forward passes."""
        return 4 * self.mazes

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Compare the actions step by step."""
        demonstrations = evaluation_set.demonstrations(evaluation_set.mazes(self.mazes))
        losses = evaluation_set.losses(subject.layout, demonstrations, machine)(subject.genome[None])[0]
        return by_quantity(resampled("imitation_loss", losses, seed=evaluation_set.seed))
