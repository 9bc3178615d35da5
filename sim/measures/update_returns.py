"""Returns after single updates of one champion. U updates, E episodes, P weights."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from agents import checks
from agents.randomness import generator
from sim.evaluation.evaluation_set import EvaluationSet, mean
from sim.evaluation.subject import Subject
from sim.imitation.teacher import Demonstrations, label
from sim.landscape.plane import random_directions
from sim.landscape.smoothing import gradient
from sim.landscape.vectors import length
from sim.measures import Quantity, RunMeasure, bootstrap_over, define, positive, setting
from sim.rollout.machine import Machine
from sim.rollout.trace import senses, trace
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Findings, Histogram, Number, by_quantity, number
from sim.world.maze import Mazes, carve

Step = Literal["own", "es", "imitate"]
Floats = NDArray[np.float64]
OVER_UPDATES = bootstrap_over("updates")
EPISODES_A_GRADIENT = 25  # episodes of rollouts that take as long as the gradient of an episode
UPDATE = "Every update is one step of the same length from the champion, measured in the same unseen mazes."


@dataclass(frozen=True, slots=True)
class UpdateReturns(RunMeasure):
    """The distribution of the return after one update, over independent updates and over random steps."""

    step: Step = "own"
    """es: up a gradient of the return, estimated in fresh mazes. imitate: down one of the loss. own: the run's kind."""
    updates: int = setting(1000, 4)
    """Independent updates, and as many random steps."""
    size: float = positive(0.05)
    """Length of an update's step, as a fraction of the genome's norm."""
    samples: int = setting(32, 4, step=2)
    """es: genomes of an estimate, in antithetic pairs."""
    sigma: float = positive(0.05)
    """es: standard deviation of their noise on each weight."""
    rollouts: int = setting(16, 1)
    """es: fresh training mazes of an estimate."""
    batch: int = setting(16, 1)
    """imitate: episodes of an update."""
    episodes_played: int = setting(512, 1)
    """imitate: fresh training mazes with the champion's own episodes, from which all batches are drawn."""
    mazes: int = setting(64, 2)
    """Unseen mazes in which every return is measured."""

    version = 2
    quantities = define(
        below_half=Quantity(
            "updates that lose half",
            f"Share of the updates with a return below half of the mode of all returns (Rahn et al. 2023). {UPDATE} "
            "The mode is that of a Gaussian kernel estimate of the density.",
            "", "updates", f"{OVER_UPDATES} The mode is held.", "Of a mixture with a tenth below, 0.10.",
        ),
        below_half_random=Quantity(
            "random steps that lose half",
            "The same share after steps of the same length in random directions, which change each unit's weights in "
            "proportion to their norm (Li et al. 2018).",
            "", "updates", f"{OVER_UPDATES} The mode is held.", control_of="below_half",
        ),
        spread=Quantity(
            "spread of returns after an update", f"Standard deviation of the returns over the updates. {UPDATE}",
            "points", "updates", OVER_UPDATES,
        ),
        spread_random=Quantity(
            "spread of returns after a random step", "The same after random steps of the same length.",
            "points", "updates", OVER_UPDATES, control_of="spread",
        ),
        change=Quantity(
            "mean change of the return by an update", "Mean return after an update minus the champion's own.",
            "points", "updates", OVER_UPDATES,
        ),
        returns=Quantity(
            "returns after an update", f"Share of the updates with a return of at most so much. {UPDATE}",
            "%", kind="histogram", axes=("pellets eaten after the update, %", "updates, %"),
        ),
    )  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse unknown kinds of steps, beside settings out of range."""
        RunMeasure.__post_init__(self)
        checks.choice("step", self.step, Step)

    def episodes(self) -> float:
        """Count the larger of both kinds of updates, and the evaluation of all returns."""
        update = max(self.samples * self.rollouts, EPISODES_A_GRADIENT * self.batch)
        return self.updates * (update + 2 * self.mazes)

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Update the champion again and again, and play what comes of it."""
        genome, seed, laid = subject.genome, evaluation_set.draws(subject), subject.world.maze.laid_pellets
        pellets = mean(evaluation_set.pellets(subject.layout, evaluation_set.mazes(self.mazes), machine))

        def returns(ways: Floats) -> Floats:
            moved = (genome.astype(np.float64) + ways).astype(genome.dtype)
            return np.asarray(100 * pellets(moved) / laid)

        randoms = self.size * random_directions(genome, subject.layout, self.updates, seed, "measure/update-random")
        updated, random = returns(self.steps(subject, evaluation_set, machine)), returns(randoms)
        centre = 100 * float(pellets(genome[None])[0]) / laid
        note = f"steps of {self._kind(subject)}; the champion eats {centre:.1f} %"
        found = by_quantity(
            describe("below_half", updated, seed=seed),
            describe("below_half_random", random, seed=seed),
            resampled("spread", updated, _deviation, seed=seed, note=note),
            resampled("spread_random", random, _deviation, seed=seed),
            resampled("change", updated - centre, seed=seed, note=note),
        )
        histograms = {"returns": ("updates", updated), "returns_random": ("random steps", random)}
        return found | {slot: Histogram("returns", values, detail) for slot, (detail, values) in histograms.items()}

    def steps(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Floats:
        """The steps [U, P] of independent updates, all of the same length."""
        make = self._es_steps if self._kind(subject) == "es" else self._imitation_steps
        way = make(subject, evaluation_set, machine)
        size = self.size * length(subject.genome.astype(np.float64))
        return np.stack([_scaled(way(at), size) for at in range(self.updates)])

    def _kind(self, subject: Subject) -> Step:
        """The kind of steps; a policy gradient is one of the return, which the evolution strategy estimates too."""
        own: Step = "es" if subject.labelling is None else "imitate"
        return own if self.step == "own" else self.step

    def _es_steps(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Callable[[int], Floats]:
        """The function from the number of an update to its direction [P], up the return in mazes of its own."""

        def way(index: int) -> Floats:
            mazes = _fresh(subject, self.rollouts, skip=index * self.rollouts)
            function = mean(evaluation_set.pellets(subject.layout, mazes, machine))
            return gradient(function, subject.genome, self.sigma, self.samples, evaluation_set.draws(subject), index)

        return way

    def _imitation_steps(
        self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine
    ) -> Callable[[int], Floats]:
        """The function from the number of an update to its direction [P], down the loss of a batch of its own."""
        from sim.imitation.gradient import loss_and_gradient

        shown = _own_episodes(subject, evaluation_set, _fresh(subject, self.episodes_played), machine)

        def way(index: int) -> Floats:
            drawn = generator(evaluation_set.draws(subject), "measure/update-batch", index)
            batch = drawn.integers(0, len(shown.senses), self.batch)
            sensed, labels = (np.ascontiguousarray(each[batch].swapaxes(0, 1)) for each in (shown.senses, shown.labels))
            _, slope = loss_and_gradient(subject.genome, subject.layout, sensed, labels, "cpu")
            return -slope.astype(np.float64)

        return way


def describe(quantity: str, returns: Floats, *, seed: int) -> Number:
    """The share of returns [U] below half of their mode, with its interval; none if the mode is 0."""
    middle = mode(returns)
    if middle <= 0:
        return number(quantity, math.nan, sample=returns.size, note="the mode is 0")
    return resampled(quantity, (returns < middle / 2).astype(float), seed=seed, note=f"mode {middle:.1f} %")


def mode(values: Floats) -> float:
    """The mode of a sample: where a Gaussian kernel estimate of its density (Scott 1992) is largest."""
    from scipy.stats import gaussian_kde

    low, high = float(values.min()), float(values.max())
    if high - low <= 1e-9 * max(1.0, abs(high)):
        return low
    grid = np.linspace(low, high, 1001)
    return float(grid[gaussian_kde(values)(grid).argmax()])


def _fresh(subject: Subject, count: int, skip: int = 0) -> Mazes:
    """Training mazes that the run had not met when the champion was chosen."""
    first = subject.record.mazes + skip
    return carve(subject.world.maze, count, seed=subject.seed, split="train", first=first)


def _own_episodes(subject: Subject, evaluation_set: EvaluationSet, mazes: Mazes, machine: Machine) -> Demonstrations:
    """The champion's own episodes with the labels of its run (DAgger: Ross, Gordon, Bagnell 2011)."""
    labelling = evaluation_set.labelling(subject)
    episodes = trace(subject.genome[None], subject.layout, mazes, subject.world, machine=machine)
    labels = label(episodes, mazes, ties=labelling.ties, machine=machine)[0]
    sensed = senses(episodes, mazes, subject.world)[0].astype(np.uint8)
    shown = Demonstrations(sensed, labels, {"mazes": mazes.identity()})
    return labelling.relabel(shown, mazes, seed=subject.seed)


def _scaled(way: Floats, size: float) -> Floats:
    """A direction [P] with the length `size`; a direction of zeros stays."""
    return np.asarray(way * (size / (length(way) or 1.0)))


def _deviation(values: Floats) -> float:
    """The standard deviation of a sample."""
    return float(values.std(ddof=1))
