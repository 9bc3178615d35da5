"""How a run learned: what it wrote down as it went, and how soon it came near its best.

K records of a quantity.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.measures import Quantity, RunMeasure
from sim.rollout.machine import Machine
from sim.statistics.results import Curve, Findings, Number, number

NEARLY = 0.9  # share of what the champion eats, for how soon a run came near it
ONCE = "It is one number of one run, and has no interval."
STEPS = "agent-steps of learning"
UPDATES = "generations or updates"
SHARES = {"validation": "best champion so far, validation mazes", "mean": "while learning, training mazes"}
LOSSES = {
    "loss": "in training",
    "validation_loss": "on validation mazes, its own episodes",
    "validation_teacher_loss": "on validation mazes, the teacher's episodes",
}


@dataclass(frozen=True, slots=True)
class LearningCurves(RunMeasure):
    """The records of learning as curves, and the agent-steps that learning took."""

    reads_history: ClassVar[bool] = True
    quantities: ClassVar[Mapping[str, Quantity]] = {
        "champion_steps": Quantity(
            "learning until the champion",
            "Agent-steps that learning took until the champion was chosen, in whole generations or updates. An "
            "agent-step is one step in one forager's life. Imitation counts the episodes that it learns from beside "
            "those that it plays. Backward passes, the teacher's answers, and the episodes by which champions are "
            "chosen are not counted.",
            "agent-steps", "generations", ONCE,
        ),
        "nearly_steps": Quantity(
            "learning until 90 % of its best",
            "Agent-steps until the run's champion first ate 90 % of what its last one eats, on the validation mazes "
            "that they are chosen by; as fine as the run's checkpoints are.",
            "agent-steps", "checkpoints", ONCE,
        ),
        "eaten": Quantity(
            "pellets eaten",
            "The best champion so far, in the validation mazes by which its run chooses, so that no line falls; and "
            "what is eaten while learning, in training mazes: by a whole population with its mutations where it "
            "evolves, by the newest genome where it imitates, by sampled play along policy gradients. The two lines "
            "of a run are not of the same player.",
            "%", kind="curve", axes=(STEPS, "pellets eaten, % of all"), log="x",
        ),
        "left_over": Quantity(
            "pellets left over", "The same, as what is left of all pellets.",
            "%", kind="curve", axes=(STEPS, "pellets left over, % of all"), log="xy",
        ),
        "imitation": Quantity(
            "imitation loss while learning",
            "Cross-entropy of the softmax with what the teacher would have done: of the newest genome on the episodes "
            "that an update learns from (in the first round the teacher's, then more and more its own, which lead "
            "where the teacher never goes, and cost more); of the average genome on validation mazes, along its own "
            "episodes and along the teacher's.",
            "nats", kind="curve", axes=(UPDATES, "nats a step that is taught"), log="x",
        ),
        "entropy": Quantity(
            "entropy of the policy",
            "Along policy gradients, in training. Four equal chances have an entropy of ln 4 = 1.39 nats.",
            "nats", kind="curve", axes=(UPDATES, "nats"), log="x",
        ),
        "critic_loss": Quantity(
            "loss of the critic", "Along policy gradients: the mean squared error of what the critic expects.",
            "pellets²", kind="curve", axes=(UPDATES, "pellets²"), log="x",
        ),
    }  # fmt: skip

    def episodes(self) -> float:
        """None are played."""
        return 0

    def compute(self, subject: Subject, ground: EvaluationSet, machine: Machine) -> Findings:
        """Read the records."""
        record, laid = subject.record, subject.world.maze.laid_pellets
        found: Findings = {
            "champion_steps": number(
                "champion_steps", record.champion_steps, sample=record.generation, note=record.damage
            ),
            "nearly_steps": _nearly(subject),
        }
        for name, detail in SHARES.items():
            if name in record.curves:
                generations, pellets = record.curves[name].T
                steps, share = generations * record.steps, 100 * pellets / laid
                found[f"eaten.{name}"] = Curve("eaten", steps, share, detail=detail)
                found[f"left_over.{name}"] = Curve("left_over", steps, 100 - share, detail=detail)
        imitates = not {"entropy", "critic_loss"} & record.curves.keys()
        for name, detail in LOSSES.items():
            if imitates and name in record.curves:
                generations, losses = record.curves[name].T
                found[f"imitation.{name}"] = Curve("imitation", generations, losses, detail=detail)
        for name in ("entropy", "critic_loss"):
            if name in record.curves:
                found[name] = Curve(name, *record.curves[name].T)
        return found


def _nearly(subject: Subject) -> Number:
    """The agent-steps until a champion first ate nearly what the last one eats."""
    curve = subject.record.curves.get("validation")
    if curve is None:
        return number("nearly_steps", math.nan, sample=0, note="no validation is on record")
    first = int(np.argmax(curve[:, 1] >= NEARLY * curve[-1, 1]))
    generation = int(curve[first, 0])
    note = f"generation {generation}{'' if first else ', the first checkpoint'}"
    return number("nearly_steps", generation * subject.record.steps, sample=len(curve), note=note)
