"""The learning curves of a run, and how many agent-steps learning took.

K records of a quantity.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.measures import NO_INTERVAL, Quantity, RunMeasure, define
from sim.rollout.machine import Machine
from sim.statistics.results import Curve, Findings, Number, number

NEARLY = 0.9  # of the pellets that the last champion eats
STEPS = "agent-steps of learning"
UPDATES = "generations or updates"
SHARES = {"validation": "champion so far, validation mazes", "mean": "while learning, training mazes"}
LOSSES = {
    "loss": "in training",
    "validation_loss": "validation mazes, the learner's own episodes",
    "validation_teacher_loss": "validation mazes, the teacher's episodes",
}


@dataclass(frozen=True, slots=True)
class LearningCurves(RunMeasure):
    """The records of learning as curves, and the agent-steps that learning took."""

    reads_history: ClassVar[bool] = True
    quantities = define(
        champion_steps=Quantity(
            "learning until the champion",
            "Agent-steps of learning until the champion was chosen, in whole generations or updates. An agent-step is "
            "one step of one forager's episode. For imitation, the episodes that it learns from count as well as those "
            "that it plays. Backward passes, the teacher's labels and the episodes that choose champions do not.",
            "agent-steps", "generations", NO_INTERVAL,
        ),
        nearly_steps=Quantity(
            "learning until 90 % of its best",
            "Agent-steps of learning until a champion first ate 90 % of what the last champion eats, in the validation "
            "mazes that choose champions. The resolution is that of the run's checkpoints.",
            "agent-steps", "checkpoints", NO_INTERVAL,
        ),
        eaten=Quantity(
            "pellets eaten",
            "Solid: the champion so far, in the validation mazes that choose champions. This line never falls, unless "
            "the run takes the last genome as champion. "
            "Dashed: while learning, in training mazes, which is the whole mutated population of an evolution, the "
            "newest genome of imitation, and sampled play of policy gradients. The two lines of a run are of "
            "different players.",
            "%", kind="curve", axes=(STEPS, "pellets eaten, % of all"), log="x",
        ),
        left_over=Quantity(
            "pellets left over", "The same runs: the share of the pellets that is not eaten.",
            "%", kind="curve", axes=(STEPS, "pellets left over, % of all"), log="xy",
        ),
        imitation=Quantity(
            "imitation loss while learning",
            "Cross-entropy between the softmax and the teacher's actions. In training: of the newest genome on the "
            "episodes of an update, which are the teacher's in the first round, and more and more the learner's own "
            "later; these lead to places where the teacher never goes, and the loss is higher there. In validation "
            "mazes: of the averaged genome, on its own episodes and on the teacher's.",
            "nats", kind="curve", axes=(UPDATES, "nats per labelled step"), log="x",
        ),
        entropy=Quantity(
            "entropy of the policy",
            "Policy gradients, in training. Four equally likely actions have an entropy of ln 4 = 1.39 nats.",
            "nats", kind="curve", axes=(UPDATES, "nats"), log="x",
        ),
        critic_loss=Quantity(
            "loss of the critic", "Policy gradients, in training: mean squared error of the critic's value estimates.",
            "pellets²", kind="curve", axes=(UPDATES, "pellets²"), log="x",
        ),
    )  # fmt: skip

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Read the records."""
        record, curves = subject.record, subject.record.curves
        took = number("champion_steps", record.champion_steps, sample=record.generation)
        findings: Findings = {"champion_steps": took, "nearly_steps": _nearly_steps(subject)}
        for name in (name for name in SHARES if name in curves):
            generations, pellets = curves[name].T
            steps, share = generations * record.steps, 100 * pellets / subject.world.maze.laid_pellets
            findings[f"eaten.{name}"] = Curve("eaten", steps, share, detail=SHARES[name])
            findings[f"left_over.{name}"] = Curve("left_over", steps, 100 - share, detail=SHARES[name])
        reinforces = bool({"entropy", "critic_loss"} & curves.keys())
        for name in (name for name in LOSSES if name in curves and not reinforces):
            findings[f"imitation.{name}"] = _by_update("imitation", curves[name], LOSSES[name])
        for name in (name for name in ("entropy", "critic_loss") if name in curves):
            findings[name] = _by_update(name, curves[name])
        return findings


def _by_update(quantity: str, records: NDArray[np.float64], detail: str = "") -> Curve:
    """Records [K, 2] of generations or updates and values as a curve."""
    updates, values = records.T
    return Curve(quantity, updates, values, detail=detail)


def _nearly_steps(subject: Subject) -> Number:
    """The agent-steps until a champion first ate nearly as much as the last one."""
    curve = subject.record.curves.get("validation")
    if curve is None:
        return number("nearly_steps", math.nan, sample=0, note="no validation is on record")
    first = int(np.argmax(curve[:, 1] >= NEARLY * curve[-1, 1]))
    generation = int(curve[first, 0])
    note = f"generation {generation}{'' if first else ', the first checkpoint'}"
    return number("nearly_steps", generation * subject.record.steps, sample=len(curve), note=note)
