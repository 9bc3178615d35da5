"""How far a champion is from doing what the teacher would. M episodes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from agents.checks import between
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.measures import Quantity, RunMeasure
from sim.measures.pellets_eaten import OVER_MAZES
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Findings


@dataclass(frozen=True, slots=True)
class ImitationLoss(RunMeasure):
    """The imitation loss of the champion on the teacher's episodes."""

    mazes: int = 512
    """Validation mazes that the teacher walks."""

    quantities: ClassVar[Mapping[str, Quantity]] = {
        "imitation_loss": Quantity(
            "imitation loss",
            "Cross-entropy of the champion's softmax to the actions of a teacher with perfect memory, a step that is "
            "taught, on the teacher's episodes. Only imitation learns to make it small.",
            "nats", "episodes", OVER_MAZES,
        )
    }  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        between("mazes", self.mazes, 2, 65536)

    def episodes(self) -> float:
        """The champion's answers, and the teacher's walks."""
        return 4 * self.mazes

    def compute(self, subject: Subject, ground: EvaluationSet, machine: Machine) -> Findings:
        """Compare answers step by step."""
        shown = ground.demonstrations(ground.mazes(self.mazes))
        losses = ground.losses(subject.layout, shown, machine)(subject.genome[None])[0]
        return {"imitation_loss": resampled("imitation_loss", losses, seed=ground.seed)}
