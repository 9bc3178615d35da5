"""The lottery ticket: pruned networks, trained again from their initial weights. P weights, M mazes, S sparsities."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.layout import Layout, initial
from agents.randomness import generator
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.learning.imitate import Imitate, ImitateConfig
from sim.learning.setting import Setting
from sim.measures import Quantity, RunMeasure, bootstrap_over, define, positive, setting
from sim.measures.generalisation import shares
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Curve, Findings, Number

OVER_MAZES = bootstrap_over("mazes") + " Each network was trained once."
TRAINED = (
    "It then learns by imitation (DAgger, Ross et al. 2011), with the mask held, for the updates that the settings "
    "name, in the run's own training mazes; greedy play in mazes that the run never met."
)
TICKETS = {
    "winning": "the champion's mask, the initial weights",
    "random": "a random mask, the initial weights",
    "reinitialised": "the champion's mask, other initial weights",
}
EPISODES_A_GRADIENT = 25  # episodes of rollouts that take as long as the gradient of an episode


@dataclass(frozen=True, slots=True)
class LotteryTicket(RunMeasure):
    """Errors of the winning ticket, of a random one and of a reinitialised one, at each sparsity."""

    sparsities: tuple[float, ...] = setting((0.5, 0.8, 0.9, 0.95, 0.98), 0.0, 0.999)
    """Shares of the weights that are pruned, in each matrix."""
    updates: int = setting(300, 1)
    """Updates by imitation after pruning."""
    batch: int = setting(64, 1)
    """Episodes of an update."""
    rounds: int = setting(128, 1)
    """Training mazes of a round of ten updates, in which the network plays."""
    learning_rate: float = positive(0.01)
    """Step size of Adam."""
    mazes: int = setting(256, 2)
    """Unseen mazes."""

    quantities = define(
        winning=Quantity(
            "error, winning ticket",
            "The champion's smallest weights are pruned, the same share of each matrix, without the biases; the others "
            f"go back to the run's initial genome (Frankle and Carbin 2019, one-shot pruning). {TRAINED}",
            "%", "mazes", OVER_MAZES, "At sparsity 0 all three errors are equal to the dense network's, but for the "
            "reinitialised one.",
        ),
        random=Quantity(
            "error, random ticket", f"The same with a random mask of as many weights in each matrix. {TRAINED}",
            "%", "mazes", OVER_MAZES, control_of="winning",
        ),
        reinitialised=Quantity(
            "error, reinitialised ticket",
            f"The same with the champion's mask, but newly drawn initial weights. {TRAINED}",
            "%", "mazes", OVER_MAZES, control_of="winning",
        ),
        advantage=Quantity(
            "advantage of the winning ticket",
            "Error of the random ticket minus that of the winning ticket, in the same mazes, after the same batches.",
            "points", "mazes", OVER_MAZES,
        ),
        advantage_of_weights=Quantity(
            "advantage of the initial weights",
            "Error of the reinitialised ticket minus that of the winning ticket: what the initial weights add to the "
            "mask.",
            "points", "mazes", OVER_MAZES,
        ),
        dense=Quantity(
            "error, unpruned", f"The run's initial genome, not pruned. {TRAINED}", "%", "mazes", OVER_MAZES,
        ),
        error_by_sparsity=Quantity(
            "error by sparsity", "The error of each ticket, at all sparsities.", "%",
            kind="curve", axes=("weights pruned, %", "unseen error, %"),
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count the gradients of all trainings, the rounds that they play, and their evaluation."""
        trainings = 1 + len(TICKETS) * len(set(self.sparsities))
        rounds = -(-self.updates // ImitateConfig().updates) * self.rounds
        return trainings * (EPISODES_A_GRADIENT * self.updates * self.batch + 4 * rounds + self.mazes)

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Train every ticket and play it in unseen mazes."""
        seed, layout = evaluation_set.seed, subject.layout
        start = subject.record.initial.astype(np.float32)
        other = initial(layout, 1, generator(subject.seed, "measure/pruning-initial"))[0]
        unseen = evaluation_set.mazes(self.mazes)

        def errors(genome: NDArray[np.float32], mask: NDArray[np.bool_]) -> NDArray[np.float64]:
            trained = self._trained(subject, evaluation_set, genome, mask, machine)
            return 100 - shares(replace(subject, genome=trained), unseen, machine)

        findings: Findings = {"dense": resampled("dense", errors(start, np.ones(layout.size, np.bool_)), seed=seed)}
        numbers: dict[str, list[Number]] = {name: [] for name in TICKETS}
        sparsities = sorted(set(self.sparsities))
        for index, sparsity in enumerate(sparsities):
            at, detail = f"{100 * sparsity:g}", f"{100 * sparsity:g} % pruned"
            kept = largest(subject.genome, layout, sparsity)
            drawn = shuffled(kept, layout, generator(subject.seed, "measure/pruning-mask", index))
            found = {
                name: errors(genome, mask)
                for name, genome, mask in zip(TICKETS, (start, start, other), (kept, drawn, kept), strict=True)
            }
            note = f"{int(kept.sum())} of {layout.size} weights, biases included"
            for name, values in found.items():
                numbers[name].append(resampled(name, values, seed=seed, detail=detail, note=note))
                findings[f"{name}_{at}"] = numbers[name][-1]
            for name, control in (("advantage", "random"), ("advantage_of_weights", "reinitialised")):
                findings[f"{name}_{at}"] = resampled(name, found[control] - found["winning"], seed=seed, detail=detail)
        x = 100 * np.array(sparsities)
        for name, detail in TICKETS.items():
            y, low, high = (_column(numbers[name], bound) for bound in ("value", "low", "high"))
            findings[f"error_by_sparsity_{name}"] = Curve("error_by_sparsity", x, y, low, high, detail=detail)
        return findings

    def _trained(
        self,
        subject: Subject,
        evaluation_set: EvaluationSet,
        genome: NDArray[np.float32],
        mask: NDArray[np.bool_],
        machine: Machine,
    ) -> NDArray[np.float32]:
        """The average genome [P] after imitation from a genome [P] with a mask [P]."""
        layout, labelling = subject.layout, evaluation_set.labelling(subject)
        run = Setting(
            seed=subject.seed, pool=subject.record.pool, cell=layout.cell, hidden=layout.hidden, world=subject.world
        )
        config = ImitateConfig(
            ties=labelling.ties,
            labels=labelling.labels,
            history=labelling.history,
            mazes=self.rounds,
            batch=self.batch,
            learning_rate=self.learning_rate,
        )
        learner = Imitate(run, config, genome, machine, mask=mask)
        for _ in range(self.updates):
            learner.update()
        return np.asarray(learner.candidates()[0])


def largest(genome: NDArray[Any], layout: Layout, sparsity: float) -> NDArray[np.bool_]:
    """The mask [P] of the weights of largest magnitude: all but a share `sparsity` of each matrix, and all biases.

    At least one weight of each matrix is kept. Of equal weights, the first is kept.
    """
    mask = np.ones(layout.size, np.bool_)
    for kept, weights in zip(layout.split(mask).values(), layout.split(np.abs(genome)).values(), strict=True):
        inner = weights[:, 1:].ravel()
        chosen = np.zeros(inner.size, np.bool_)
        chosen[np.argsort(-inner, kind="stable")[: max(1, round((1 - sparsity) * inner.size))]] = True
        kept[:, 1:] = chosen.reshape(len(kept), -1)
    return mask


def shuffled(mask: NDArray[np.bool_], layout: Layout, rng: np.random.Generator) -> NDArray[np.bool_]:
    """A random mask [P] that keeps as many weights of each matrix, and all biases."""
    found = mask.copy()
    for kept in layout.split(found).values():
        kept[:, 1:] = rng.permutation(kept[:, 1:].ravel()).reshape(len(kept), -1)
    return found


def _column(numbers: list[Number], name: str) -> NDArray[np.float64]:
    """The values or bounds of numbers; NaN where there is none."""
    return np.array([getattr(each, name) for each in numbers], np.float64)
