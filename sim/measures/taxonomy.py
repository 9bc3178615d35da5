"""The taxonomy of local and global structure (Yang et al. 2021): five metrics of a cell of a grid, and its phase.

R runs of the cell, P weights. The training mazes of a run are those of its pool, or the last ones that it met. Losses
are the imitation losses of the teacher's episodes in them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.layout import Layout
from agents.optimisers.openai_es import OpenAIESConfig
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.evaluation.training_set import training_set
from sim.imitation.teacher import Demonstrations
from sim.landscape.curvature import Eigenpair, hessian, top_eigenvalue, trace
from sim.landscape.function import Function
from sim.landscape.path import STATIONS, Curve, evolve_curve, mode_connectivity, train_curve
from sim.measures import NO_INTERVAL, Category, GroupMeasure, Quantity, bootstrap_over, define, setting
from sim.measures.cka_mean import cka_of_runs, mean_of_pairs
from sim.measures.training_fit import right_and_labelled
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Findings, Number, by_quantity, number
from sim.world.maze import Mazes

PHASES = ("I", "II", "III", "IV-A", "IV-B")
CONVERGED, CONNECTED, ALIKE = 0.1, 1.0, 0.65  # train loss in nats, mode connectivity in points, CKA
POINTS = 8  # of a curve, whose mean is its value while evolution trains it
OVER_RUNS = "The interval is a 95 % bootstrap over the runs of the cell."
PAPER = "In the paper's grid, Spearman's correlation over cells with the test accuracy is {}."


@dataclass(frozen=True, slots=True)
class Taxonomy(GroupMeasure):
    """Train loss, mode connectivity, CKA and curvature of a cell's runs, and the phase that follows from them."""

    mazes: int = setting(256, 2)
    """Unseen mazes for the error."""
    demonstrations: int = setting(16, 1)
    """Training mazes of each run, at most."""
    curve_steps: int = setting(150, 1)
    """Steps of Adam that train the curve between two runs that imitated."""
    curve_generations: int = setting(300, 1)
    """Generations of the evolution strategy that trains the curve between other runs."""
    curve_population: int = setting(64, 2, step=2)
    """Curves in each of its generations."""
    curve_rollouts: int = setting(4, 1)
    """Training mazes of each of both runs in each of its generations."""
    steps: int = setting(50, 1)
    """First steps of an episode in the loss whose Hessian is taken."""
    probes: int = setting(20, 2)
    """Random vectors for the trace of a Hessian."""
    recorded: int = setting(4, 1)
    """Unseen mazes in which all champions' observations are recorded, to which all respond."""

    version = 3
    quantities = define(
        train_loss=Quantity(
            "training loss", f"Mean imitation loss on the training mazes. {PAPER.format('-0.82')}",
            "nats", "runs", OVER_RUNS,
        ),
        mc=Quantity(
            "mode connectivity",
            "On a quadratic Bezier curve that is trained for what the runs learned: mean training error of both ends "
            "minus the error that differs most from it among t = 0, 1/4, 1/2, 3/4, 1. For runs that imitated, "
            "gradients train the curve, and the error is the percentage of labelled steps of the teacher's episodes in "
            "which the most likely action is none of the label; for other runs, evolution trains it, and the error is "
            "the percentage of pellets not eaten. Both are in training mazes of both runs. Below 0 a barrier; above 0 "
            "ends that are not optima. Mean over pairs, each run with the next.",
            "points", "pairs", bootstrap_over("pairs"),
        ),
        minus_abs_mc=Quantity(
            "mode connectivity, minus its magnitude", f"0 is well connected. {PAPER.format('0.89')}",
            "points", "pairs", NO_INTERVAL,
        ),
        cka=Quantity(
            "similarity of outputs",
            "Linear CKA (Kornblith et al. 2019) of the softmax of the outputs on one bank of observations, mean over "
            f"pairs of runs. {PAPER.format('0.89')}",
            "", "pairs", NO_INTERVAL,
        ),
        log_trace=Quantity(
            "log of the Hessian's trace",
            "log10 of the mean over runs of the trace of the training loss's Hessian (Hutchinson 1989). "
            f"{PAPER.format('-0.89')}",
            "", "runs", NO_INTERVAL,
        ),
        log_top=Quantity(
            "log of the top eigenvalue",
            "log10 of the mean over runs of the magnitude of that Hessian's top eigenvalue (Lanczos). "
            f"{PAPER.format('-0.90')}",
            "", "runs", NO_INTERVAL,
        ),
        unseen_error=Quantity(
            "unseen error", "Mean over runs of the percentage of pellets that are not eaten in unseen mazes.",
            "%", "runs", OVER_RUNS,
        ),
        phase=Category(
            "phase",
            "1 to 5 for I, II, III, IV-A, IV-B: II if mode connectivity is above 1; I below -1, or III if the training "
            "loss is below 0.1 there; between, IV-B if CKA is 0.65 or more, else IV-A. The borders are ours; the paper "
            "draws them by hand.",
            "", "runs", NO_INTERVAL, categories=PHASES,
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count the training of the curve that takes longer, and the Hessian's products."""
        imitated = 60 * 4 * self.curve_steps * self.demonstrations / 4
        evolved = POINTS * 2 * self.curve_generations * self.curve_population * self.curve_rollouts
        curve = max(imitated, evolved)
        return curve + 150 * self.demonstrations * (self.probes + 30) * self.steps / 200 + 300 * self.recorded

    def compute(self, subjects: Sequence[Subject], evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Measure every run, every pair of neighbours, and all responses."""
        layout, seed = subjects[0].layout, evaluation_set.seed
        genomes = np.stack([each.genome for each in subjects])
        taught = [evaluation_set.demonstrations(training_set(each, self.demonstrations)) for each in subjects]
        losses = np.array([
            evaluation_set.losses(layout, each, machine)(genome[None]).mean()
            for genome, each in zip(genomes, taught, strict=True)
        ])  # fmt: skip
        shares = evaluation_set.shares(layout, evaluation_set.mazes(self.mazes), machine)(genomes)
        pairs = [(at, (at + 1) % len(subjects)) for at in range(len(subjects) if len(subjects) > 2 else 1)]
        connected = np.array([self._connectivity(subjects, taught, pair, evaluation_set, machine) for pair in pairs])
        tops, sums = zip(
            *(self._curvature(each, shown, seed) for each, shown in zip(subjects, taught, strict=True)), strict=True
        )
        worst = max(tops, key=lambda each: each.residual)
        mc, cka = float(connected.mean()), mean_of_pairs(cka_of_runs(subjects, evaluation_set, self.recorded, machine))
        at = phase(mc, float(losses.mean()), cka)
        count = len(subjects)
        return by_quantity(
            resampled("train_loss", losses, seed=seed),
            resampled("mc", connected, seed=seed),
            number("minus_abs_mc", -abs(mc), sample=len(pairs)),
            number("cka", cka, sample=count * (count - 1) // 2),
            _log10("log_trace", np.array(sums)),
            _log10(
                "log_top",
                np.abs([each.value for each in tops]),
                note=f"largest residual {worst.residual:.2g}",
                doubtful=not worst.settled,
            ),
            resampled("unseen_error", 100 - shares.mean(axis=1), seed=seed),
            number("phase", at, sample=count, note=f"phase {PHASES[at - 1]}"),
        )

    def _connectivity(
        self, subjects: Sequence[Subject], taught: list[Demonstrations], pair: tuple[int, int],
        evaluation_set: EvaluationSet, machine: Machine,
    ) -> float:  # fmt: skip
        """Mode connectivity of two runs in what they learned, in the training mazes of both."""
        one, other = (subjects[at] for at in pair)
        if one.labelling is not None:
            shown = [taught[at] for at in pair]
            genomes = self._trained(one, other, shown, evaluation_set.seed).at(STATIONS).astype(np.float32)
            counts = [
                [right_and_labelled(replace(one, genome=each), some).sum(0) for each in genomes] for some in shown
            ]
            right, labelled = np.array(counts).transpose(2, 0, 1)
            return mode_connectivity(100 - 100 * (right / labelled).mean(axis=0)).value
        mazes = [training_set(each, self.demonstrations) for each in (one, other)]
        eaten = partial(_eaten, evaluation_set, one.layout, machine=machine)
        genomes = self._evolved(one, other, mazes, eaten, evaluation_set.seed).at(STATIONS).astype(np.float32)
        return mode_connectivity(100 - eaten(mazes)(genomes)).value

    def _trained(self, one: Subject, other: Subject, shown: list[Demonstrations], seed: int) -> Curve:
        """The curve that gradients train for a low imitation loss on the episodes of both runs."""
        from agents.network.threads import one_thread
        from sim.imitation.gradient import cross_entropy

        with one_thread():
            first, second = (cross_entropy(one.layout, each, first_order=True) for each in shown)
            return train_curve(
                lambda weights: (first(weights) + second(weights)) / 2,
                one.genome, other.genome, steps=self.curve_steps, points=2, seed=seed,
            )  # fmt: skip

    def _evolved(
        self, one: Subject, other: Subject, mazes: list[Mazes], eaten: Callable[[list[Mazes]], Function], seed: int
    ) -> Curve:
        """The curve that evolution trains for pellets in the mazes of both runs, some of them in each generation."""

        def objectives(generation: int) -> Function:
            places = generation * self.curve_rollouts + np.arange(self.curve_rollouts)
            return eaten([each.take(places % each.count) for each in mazes])

        strategy = OpenAIESConfig(population=self.curve_population)
        generations = self.curve_generations
        return evolve_curve(
            objectives, one.genome, other.genome, strategy, generations=generations, points=POINTS, seed=seed
        )

    def _curvature(self, subject: Subject, taught: Demonstrations, seed: int) -> tuple[Eigenpair, float]:
        """The top eigenvalue and the trace of the Hessian of a run's training loss."""
        from agents.network.threads import one_thread
        from sim.imitation.gradient import cross_entropy

        weights = subject.genome.astype(np.float64)
        with one_thread():
            product = hessian(cross_entropy(subject.layout, taught.first_steps(self.steps)), weights)
            top = top_eigenvalue(product, weights.size, seed=seed, most=60)
            return top, trace(product, weights.size, probes=self.probes, seed=seed, of=subject.stream).value


def phase(mc: float, train_loss: float, cka: float) -> int:
    """The phase, 1 to 5 for I, II, III, IV-A, IV-B, by mode connectivity in points, training loss in nats and CKA."""
    if mc > CONNECTED:
        return 2
    if mc < -CONNECTED:
        return 3 if train_loss < CONVERGED else 1
    return 5 if cka >= ALIKE else 4


def _eaten(evaluation_set: EvaluationSet, layout: Layout, parts: list[Mazes], machine: Machine) -> Function:
    """The function that gives the percentage of pellets [G] that genomes eat, mean over mazes and then over parts."""
    shares = [evaluation_set.shares(layout, each, machine) for each in parts]
    return lambda genomes: np.mean([np.asarray(each(genomes), np.float64).mean(axis=1) for each in shares], axis=0)


def _log10(quantity: str, values: NDArray[np.float64], **more: Any) -> Number:
    """log10 of the mean over runs; there is none if the mean is not above 0."""
    mean = float(values.mean())
    return number(quantity, np.log10(mean) if mean > 0 else np.nan, sample=len(values), **more)
