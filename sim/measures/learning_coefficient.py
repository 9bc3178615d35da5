"""The local learning coefficient of a champion: how many directions of its weights the loss effectively depends on.

C chains, P weights. n labelled steps, nb the inverse temperature, L the mean loss of a step.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.loss_episodes import On, loss_episodes
from sim.evaluation.subject import Subject
from sim.landscape.dense_hessian import dense_hessian, spectrum
from sim.landscape.gradients import gradients
from sim.landscape.langevin import Chains, Density, lowest, sample
from sim.measures import Quantity, RunMeasure, define, positive, setting
from sim.rollout.machine import Machine
from sim.statistics.results import Curve, Findings, Number, number

OVER_CHAINS = "The interval is Student's, over the means of chains that start at the champion."
LARGEST_SHRINK = 1.1  # chains with a larger potential scale reduction are not taken to agree
LARGEST_BELOW = 0.01  # share of draws below the champion's loss, above which it is at no minimum


@dataclass(frozen=True, slots=True)
class LearningCoefficient(RunMeasure):
    """Local learning coefficient of the imitation loss (Lau et al. 2023), by Langevin chains."""

    on: On = "unseen"
    """Where the loss is taken: in unseen mazes with the teacher's labels, or in the run's pool with its own labels."""
    demonstrations: int = setting(64, 1)
    """Episodes of the loss."""
    steps: int = setting(50, 1, 10**6)
    """First steps of an episode in the loss; at most the lifetime."""
    localisation: float = positive(100.0)
    """Strength of the pull to the champion: without a loss, a weight would vary by one over its square root."""
    chains: int = setting(8, 2)
    """Chains that start at the champion."""
    burn: int = setting(200, 1, 10**6)
    """First steps of a chain, which are left out."""
    draws: int = setting(600, 4, 10**6)
    """Steps of a chain after these."""

    version = 2
    quantities = define(
        llc=Quantity(
            "local learning coefficient",
            "n beta (E[L] - L(w*)) of Lau et al. (2023), with L the imitation loss over the first steps of the "
            "teacher's episodes, w* the champion, n the number of labelled steps and n beta = n / log n. E is the mean "
            "over Langevin chains with exact gradients, a correction for the length of steps, and a pull to the "
            "champion. It is doubtful where the chains disagree, or find lower losses than the champion's: then the "
            "champion is at no minimum, as evolved ones are not.",
            "", "chains", OVER_CHAINS, "A regular minimum has half the number of weights; w1² w2² has 1/2.",
        ),
        llc_lowest=Quantity(
            "local learning coefficient, from the lowest point",
            "The same chains, with the loss at the mode of the density that they sample in place of the champion's. At "
            "a minimum both are equal; elsewhere this one still counts the directions that the loss depends on.",
            "", "chains", OVER_CHAINS, "A slope added to a quadratic loss does not change it.",
        ),
        llc_share=Quantity(
            "learning coefficient by that of a regular minimum",
            "The coefficient from the lowest point, as a share of half the number of weights.",
            "%", "chains", OVER_CHAINS, "At a minimum that bends up sharply in all directions it is 100 %.",
        ),
        excess_loss=Quantity(
            "loss along Langevin chains",
            "n beta times the loss of a chain, less the champion's; the mean over chains.",
            "", kind="curve", axes=("draw", "n beta (loss - loss of the champion)"),
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count a gradient as about 20 episodes a demonstration of 200 steps, and a Hessian as in `spectrum`."""
        long = self.demonstrations * min(self.steps, 200) / 200
        return long * (20 * self.chains * (self.burn + self.draws) + 75 * 420)

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Precondition the chains by the dense Hessian, run them, and descend to the mode of their density."""
        from sim.imitation.gradient import cross_entropy

        episodes = loss_episodes(subject, evaluation_set, self.on, self.demonstrations, self.steps, machine)
        if episodes.labelled_steps < 2:
            return {name: number(name, np.nan, note="too few labelled steps") for name in ("llc", "llc_lowest")}
        loss, genome = cross_entropy(subject.layout, episodes), subject.genome.astype(np.float64)
        density = Density(inverse_temperature(episodes.labelled_steps), self.localisation)
        bends = spectrum(dense_hessian(loss, genome))
        transform = bends.power(-0.5, density.localisation / density.beta) / math.sqrt(density.beta)
        function = gradients(loss)
        chains = sample(
            function, genome, density, transform,
            chains=self.chains, burn=self.burn, draws=self.draws, seed=evaluation_set.draws(subject),
        )  # fmt: skip
        return describe(chains, density.beta, lowest(function, genome, density, transform), genome.size)


def inverse_temperature(count: int) -> float:
    """n beta = n / log n for n observations (Watanabe 2013)."""
    return count / math.log(count)


def describe(chains: Chains, beta: float, mode: float, size: int) -> Findings:
    """The results of chains around a genome of so many weights; `mode` is the loss at the mode of their density."""
    shrink, drifts = chains.shrink, chains.shrink > LARGEST_SHRINK
    agree = f"scale reduction {shrink:.3f} of {chains.losses.shape[1]} draws, {100 * chains.accepted:.0f} % accepted"
    mixing = f"{agree}, chains disagree" if drifts else agree
    downhill = chains.below > LARGEST_BELOW
    found = f"{100 * chains.below:.0f} % of the draws have a lower loss than the champion; {mixing}"
    own, low = (chains.coefficients(beta, centre) for centre in (chains.centre, mode))
    share = 100 * low / (size / 2)
    curve = beta * (chains.losses.mean(axis=0) - chains.centre)
    return {
        "llc": over_chains("llc", own, found if downhill else mixing, doubtful=drifts or downhill),
        "llc_lowest": over_chains("llc_lowest", low, mixing, doubtful=drifts or bool(low.mean() < 0)),
        "llc_share": over_chains("llc_share", share, mixing, doubtful=drifts or bool(low.mean() < 0)),
        "excess_loss": Curve("excess_loss", np.arange(1.0, curve.size + 1), curve),
    }


def over_chains(quantity: str, values: NDArray[np.float64], note: str, *, doubtful: bool) -> Number:
    """The mean of the values [C] of chains, with Student's 95 % interval."""
    from scipy.stats import t

    mean = float(values.mean())
    error = float(values.std(ddof=1)) / math.sqrt(values.size) * float(t.ppf(0.975, values.size - 1))
    interval = (mean - error, mean + error)
    return number(quantity, mean, interval, sample=values.size, note=note, doubtful=doubtful)
