"""The funnel: how far apart the runs of one cell end, in mazes that none of them met. R runs, M mazes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.measures import NO_INTERVAL, GroupMeasure, Quantity, define, setting
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import interval
from sim.statistics.groups import FEWEST
from sim.statistics.jackknife import jackknife
from sim.statistics.results import Findings, Histogram, Number, number

Floats = NDArray[np.float64]
DEVIATION = "The interval is a 95 % jackknife of its logarithm over runs; there is none below 4 runs."
RANGE = "The interval is a 95 % bootstrap over runs; there is none below 4 runs."
BY_CHANCE = (
    "Control: the part of the standard deviation that the choice of mazes alone would cause among equally good runs. A "
    "standard deviation that is not larger shows no difference between runs."
)


@dataclass(frozen=True, slots=True)
class Funnel(GroupMeasure):
    """The spread, over runs of one cell, of the error and the pellets of their champions in unseen mazes."""

    mazes: int = setting(2048, 2)
    """Unseen mazes, the same for all runs."""

    quantities = define(
        error_mean=Quantity(
            "mean unseen error", "Mean over runs of the percentage of pellets that are not eaten in unseen mazes.",
            "%", "runs", "The interval is a 95 % bootstrap over runs; there is none below 4 runs.",
        ),
        error_deviation=Quantity(
            "spread of the unseen error", "Standard deviation of that error over runs: 0 if all runs end alike.",
            "points", "runs", DEVIATION,
        ),
        error_range=Quantity(
            "interquartile range of the error", "Upper minus lower quartile of that error over runs.",
            "points", "runs", RANGE,
        ),
        error_by_chance=Quantity(
            "spread of the error by chance", BY_CHANCE, "points", "runs", NO_INTERVAL, control_of="error_deviation"
        ),
        pellets_deviation=Quantity(
            "spread of the pellets", "Standard deviation over runs of the mean pellets eaten in unseen mazes.",
            "pellets", "runs", DEVIATION,
        ),
        pellets_range=Quantity(
            "interquartile range of the pellets", "Upper minus lower quartile over runs of these pellets.",
            "pellets", "runs", RANGE,
        ),
        pellets_by_chance=Quantity(
            "spread of the pellets by chance", BY_CHANCE, "pellets", "runs", NO_INTERVAL,
            control_of="pellets_deviation",
        ),
        errors=Quantity(
            "unseen error by run", "Share of the runs that end with at most this error.",
            kind="histogram", axes=("unseen error, %", "runs with at most so much, %"),
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count one run's."""
        return float(self.mazes)

    def compute(self, subjects: Sequence[Subject], evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Play all champions in the same mazes."""
        mazes = evaluation_set.mazes(self.mazes)
        genomes, first = np.stack([each.genome for each in subjects]), subjects[0]
        pellets = play(genomes, first.layout, mazes, first.world, machine=machine).astype(np.float64)
        errors = 100 * (1 - pellets / mazes.pellet_counts)
        seed, by_run = evaluation_set.seed, errors.mean(axis=1)
        mean = number("error_mean", by_run.mean(), _over_runs(by_run, np.mean, seed), sample=len(by_run))
        findings: Findings = {"error_mean": mean}
        for name, values in (("error", errors), ("pellets", pellets)):
            findings |= spreads(name, values, seed)
        return {**findings, "errors": Histogram("errors", by_run)}


def spreads(name: str, values: Floats, seed: int) -> dict[str, Number]:
    """The spreads over runs of the means of values [R, M] of runs in mazes, and what chance alone would make them."""
    by_run, (runs, mazes) = values.mean(axis=1), values.shape
    bounds = None
    if runs >= FEWEST:
        with np.errstate(divide="ignore"):  # of runs that end alike, the logarithm is not finite: there is no interval
            without = np.log([np.delete(by_run, at).std(ddof=1) for at in range(runs)])
            logs = jackknife(float(np.log(by_run.std(ddof=1))), without)
        bounds = None if logs is None else np.exp(logs)
    # what a maze does to all runs alike moves none of them apart from the others
    rest = values - by_run[:, None] - values.mean(axis=0) + values.mean()
    chance = np.sqrt((rest**2).sum() / ((runs - 1) * (mazes - 1)) / mazes)
    width = _range(by_run)
    return {
        f"{name}_deviation": number(f"{name}_deviation", by_run.std(ddof=1), bounds, sample=runs),
        f"{name}_by_chance": number(f"{name}_by_chance", chance, sample=runs),
        f"{name}_range": number(f"{name}_range", width, _over_runs(by_run, _range, seed), sample=runs),
    }


def _range(values: Floats) -> float:
    """The interquartile range of values [R]."""
    low, high = np.quantile(values, [0.25, 0.75])
    return float(high - low)


def _over_runs(by_run: Floats, statistic: Callable[[Floats], float], seed: int) -> Floats | None:
    """The bootstrap interval of a statistic over runs, or None for too few runs."""
    return interval(by_run, statistic, seed=seed) if len(by_run) >= FEWEST else None
