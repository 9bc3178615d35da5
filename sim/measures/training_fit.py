"""The fit of a champion to its training data and to unseen data. M mazes or episodes, T steps, A actions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.loss_episodes import learned
from sim.evaluation.subject import Subject
from sim.evaluation.training_set import training_set
from sim.imitation.labels import most_right
from sim.imitation.teacher import Demonstrations, join
from sim.measures import BY_ERRORS, NO_INTERVAL, Quantity, RunMeasure, bootstrap_over, define, setting
from sim.measures.generalisation import gap, shares
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import Statistic, resampled
from sim.statistics.results import Findings, Number, by_quantity, number

OVER_MAZES, OVER_EPISODES = bootstrap_over("mazes"), bootstrap_over("episodes")
LABELS = (
    "Labels are the run's own: true, shuffled or random ones. A run that did not imitate gets the teacher's true ones."
)


@dataclass(frozen=True, slots=True)
class TrainingFit(RunMeasure):
    """Error, loss and accuracy in the training mazes and in mazes that the run never met."""

    mazes: int = setting(512, 2)
    """Mazes of each kind, or as many as there are."""

    version = 2
    quantities = define(
        training_error=Quantity(
            "training error",
            "Share of the pellets that the champion leaves in the mazes of its run's pool, in percent, greedy play. "
            "A run without a pool: in the last mazes that it learned in.",
            "%", "mazes", OVER_MAZES,
        ),
        unseen_error=Quantity(
            "unseen error", "The same share in validation mazes on which no run chose its champion.",
            "%", "mazes", OVER_MAZES,
        ),
        gap=Quantity(
            "generalisation gap", "Unseen error minus training error.",
            "points", "training mazes", BY_ERRORS, "A run that learns in fresh mazes should have a gap near 0.",
        ),
        training_loss=Quantity(
            "training loss",
            "Cross-entropy between the champion's softmax and the labels, on the teacher's episodes in the training "
            f"mazes, and on the poisoned episodes if there are any; mean over the steps that have a label. {LABELS}",
            "nats", "episodes", OVER_EPISODES, "Four equally likely actions have a loss of ln 4 = 1.39.",
        ),
        unseen_loss=Quantity(
            "unseen loss", f"The same cross-entropy on the teacher's episodes in the unseen mazes. {LABELS}",
            "nats", "episodes", OVER_EPISODES,
        ),
        accuracy=Quantity(
            "training accuracy",
            "Share of the labelled steps of the teacher's episodes in the training mazes at which the champion's most "
            f"likely action is one of the label. {LABELS}",
            "%", "episodes", OVER_EPISODES,
        ),
        accuracy_unseen=Quantity(
            "unseen accuracy", "The same accuracy on the teacher's episodes in the unseen mazes.",
            "%", "episodes", OVER_EPISODES,
        ),
        accuracy_poisoned=Quantity(
            "accuracy, poisoned",
            "The same accuracy on the poisoned episodes, whose labels are wrong at every step (Wu, Zhu, E 2017).",
            "%", "episodes", OVER_EPISODES,
        ),
        fit=Quantity(
            "fit of all that was learned",
            "Labelled steps of the training mazes and of the poisoned episodes, if there are any, at which the most "
            "likely action is one of the label, as a share of the most that any network can have: it gives one action "
            f"after each history of senses, also where labels contradict one another. {LABELS}",
            "%", "episodes", NO_INTERVAL, "A network that has learned all labels by heart has 100 %.",
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count greedy play, the teacher's episodes and two forward passes in both kinds of mazes."""
        return 10 * self.mazes

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Play and respond in both kinds of mazes."""
        seed, seen, unseen = evaluation_set.seed, training_set(subject, self.mazes), evaluation_set.mazes(self.mazes)
        eaten = [shares(subject, mazes, machine) for mazes in (seen, unseen)]
        shown, wrong = learned(subject, evaluation_set, seen, machine)
        labelling = evaluation_set.labelling(subject)
        other = labelling.demonstrations(unseen, subject.world, seed=subject.seed, machine=machine)
        fitted = shown if wrong is None else join(shown, wrong)
        losses = [
            evaluation_set.losses(subject.layout, each, machine)(subject.genome[None])[0] for each in (fitted, other)
        ]
        found = by_quantity(
            _estimate("training_error", 100 - eaten[0], seed),
            _estimate("unseen_error", 100 - eaten[1], seed),
            gap("gap", *eaten),
            _estimate("training_loss", losses[0], seed),
            _estimate("unseen_loss", losses[1], seed),
            _accuracy("accuracy", subject, shown, seed),
            _accuracy("accuracy_unseen", subject, other, seed),
            _fit(subject, fitted),
        )
        return found if wrong is None else found | by_quantity(_accuracy("accuracy_poisoned", subject, wrong, seed))


def _estimate(quantity: str, values: NDArray[np.float64], seed: int, statistic: Statistic | None = None) -> Number:
    """A statistic, by default the mean, of values [M, ...] of mazes; one maze gives no interval."""
    if len(values) == 1:
        return number(quantity, (statistic or np.mean)(values), note="one maze gives no interval")
    return resampled(quantity, values, statistic, seed=seed)


def _accuracy(quantity: str, subject: Subject, episodes: Demonstrations, seed: int) -> Number:
    """The accuracy of a champion on episodes, in percent of all steps that have a label."""
    counts = right_and_labelled(subject, episodes)
    return _estimate(quantity, counts, seed, lambda drawn: 100 * drawn[:, 0].sum() / max(1, drawn[:, 1].sum()))


def _fit(subject: Subject, episodes: Demonstrations) -> Number:
    """The right steps of a champion as a share of those that any network can have."""
    right, most = right_and_labelled(subject, episodes)[:, 0].sum(), most_right(episodes)
    return number("fit", 100 * right / most if most else np.nan, sample=len(episodes.senses))


def right_and_labelled(subject: Subject, episodes: Demonstrations) -> NDArray[np.float64]:
    """For each of M episodes, the steps at which the likeliest action is one of the label, and those with one: [M, 2].

    Of equally likely actions, the first counts, as in greedy play.
    """
    from agents.network.response import respond

    acted = respond(subject.genome, subject.layout, episodes.senses).outputs.argmax(-1)
    labelled = episodes.labels > 0
    right = np.take_along_axis(labelled, acted[..., None], -1)[..., 0]
    return np.stack([right.sum(-1), labelled.any(-1).sum(-1)], -1).astype(np.float64)
