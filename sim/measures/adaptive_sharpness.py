"""How much the imitation loss rises under the worst change of the weights that is small relative to each row."""

from dataclasses import dataclass

import numpy as np

from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.loss_episodes import On, loss_episodes
from sim.evaluation.subject import Subject
from sim.landscape.ascent import largest_rise, random_changes, relative_bounds
from sim.landscape.curvature import mean
from sim.landscape.gradients import gradients
from sim.measures import BY_ERRORS, NO_INTERVAL, Quantity, RunMeasure, bootstrap_over, define, positive, setting
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Findings, by_quantity, number, with_error

RANDOM = 64  # random changes of the same size


@dataclass(frozen=True, slots=True)
class AdaptiveSharpness(RunMeasure):
    """Largest rise of the imitation loss over relative changes of the weights (Kwon et al. 2021)."""

    on: On = "unseen"
    """Where the loss is taken: in unseen mazes with the teacher's labels, or in the run's pool with its own labels."""
    rho: float = positive(0.05)
    """The largest norm of the change in a row of weights, as a fraction of the norm of the row."""
    demonstrations: int = setting(64, 2)
    """Episodes of the loss."""
    steps: int = setting(50, 1, 10**6)
    """First steps of an episode in the loss; at most the lifetime."""
    starts: int = setting(4, 1)
    """Ascents: the first one starts at the champion, the others at random changes."""
    ascent: int = setting(40, 1, 10**4)
    """Steps of an ascent."""

    version = 2
    quantities = define(
        sharpness=Quantity(
            "adaptive sharpness",
            "Largest imitation loss, minus the champion's, that projected gradient ascents find over changes of the "
            "weights whose norm in each row is at most rho times that of the row. A row holds all weights into one "
            "unit of a gate. Instead, Kwon et al. (2021) bound the root of the sum of squares of these ratios, and "
            "Andriushchenko et al. (2023) each weight. It is a lower bound of the true maximum.",
            "nats", "ascents", NO_INTERVAL, "It is equal for sign and permutation twins.",
        ),
        sharpness_other=Quantity(
            "adaptive sharpness, other episodes",
            "The rise of the loss under the same change, in as many unseen mazes that the ascents did not use, with "
            "the teacher's labels. If it is far below the sharpness, the change exploits the episodes it was found in.",
            "nats", "episodes", bootstrap_over("episodes"),
        ),
        sharpness_random=Quantity(
            "rise under random changes",
            f"Mean rise of the loss under {RANDOM} random changes whose norm in each row is rho times that of the row.",
            "nats", "changes", BY_ERRORS,
        ),
        starts_spread=Quantity(
            "spread over ascents",
            "Largest minus smallest rise that the ascents found, as a share of the largest: near 0 if all found the "
            "same.",
            "%", "ascents", NO_INTERVAL,
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count a gradient as about 20 episodes a demonstration of 200 steps."""
        return 20 * (self.starts * (self.ascent + 1) + RANDOM) * self.demonstrations * min(self.steps, 200) / 200

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Ascend in one set of episodes, and evaluate the change that is found in another."""
        from sim.imitation.gradient import cross_entropy

        sizes, seed = (self.demonstrations, self.steps, machine), evaluation_set.draws(subject)
        shown = loss_episodes(subject, evaluation_set, self.on, *sizes)
        skip = self.demonstrations if self.on == "unseen" else 0
        other = loss_episodes(subject, evaluation_set, "unseen", *sizes, skip=skip)
        genome = subject.genome.astype(np.float64)
        bounds = relative_bounds(genome, subject.layout, self.rho)
        function = gradients(cross_entropy(subject.layout, shown))
        starts = np.concatenate([np.zeros((1, genome.size)), random_changes(bounds, self.starts - 1, seed)])
        changes, losses = largest_rise(function, genome, bounds, starts, steps=self.ascent)
        centre, best = float(function(genome[None])[0][0]), int(losses.argmax())
        random = mean(function(genome + random_changes(bounds, RANDOM, seed, 1))[0] - centre)
        both = np.stack([genome, genome + changes[best]])
        before, after = evaluation_set.losses(subject.layout, other, machine)(both)
        rises, note = losses - centre, f"champion's loss {centre:.3g} nats"
        return by_quantity(
            number("sharpness", rises[best], sample=self.starts, note=note),
            resampled("sharpness_other", after - before, seed=seed),
            with_error("sharpness_random", random.value, random.error, sample=RANDOM),
            number(
                "starts_spread", 100 * np.ptp(rises) / rises[best] if rises[best] > 0 else np.nan, sample=self.starts
            ),
        )
