"""The optimism of choosing the best of n candidates on m mazes: the chosen score minus the score on new mazes.

C candidates, M mazes, B blocks of m mazes. If true scores and errors are normal with variances s2 and e2 = v / m, the
best of n has an expected error of E(n) e2 / sqrt(s2 + e2), where E(n) is the expected maximum of n standard normals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from agents.checks import choice
from agents.errors import UserError
from agents.genome import fingerprint
from agents.randomness import generator
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.learning.run import Run
from sim.measures import GroupMeasure, Quantity, define, setting
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import draws, percentiles
from sim.statistics.results import Curve, Findings, number

Floats = NDArray[np.float64]
Split = Literal["validation", "test"]
OVER_BLOCKS = "The interval is a 95 % bootstrap over blocks of mazes; it does not include other candidates."


@dataclass(frozen=True, slots=True)
class Optimism(GroupMeasure):
    """How much better the best of n champions looks on the mazes that chose it than on new mazes."""

    most: int = setting(100, 2)
    """The largest n; at most the number of candidates, which are the champions of the later half of each run."""
    sizes: tuple[int, ...] = setting((16, 64, 256), 4)
    """Numbers m of mazes on which a champion is chosen."""
    blocks: int = setting(32, 4)
    """Blocks of mazes of each size."""
    subsets: int = setting(50, 1)
    """Random subsets of n candidates for each block."""
    mazes: int = setting(2048, 2)
    """New mazes for the true score."""
    split: Split = "validation"
    """The split of the new mazes. To use test mazes is recorded in the ledger of every run."""

    quantities = define(
        optimism=Quantity(
            "optimism of the best of n",
            "Mean share of pellets of the chosen champion on the mazes that chose it, minus that on new mazes.",
            "points", "blocks", OVER_BLOCKS, "Candidates that differ in nothing but error: E(n) times its deviation.",
        ),
        predicted=Quantity(
            "predicted optimism",
            "The same by normal order statistics, from the variance between candidates and that of candidates within "
            "mazes. It takes the errors of candidates as independent.",
            "points", "blocks",
        ),
        ratio=Quantity("measured over predicted optimism", "Their ratio.", "", "blocks", OVER_BLOCKS),
        by_n=Quantity(
            "optimism by the number of candidates", "For each number of mazes, measured and predicted.",
            "points", kind="curve", axes=("candidates", "optimism, points"), log="x",
        ),
    )  # fmt: skip

    def __post_init__(self) -> None:
        """Check the split as well."""
        GroupMeasure.__post_init__(self)  # super() without arguments fails in a dataclass with slots
        choice("split", self.split, Split)

    def episodes(self) -> float:
        """Count a run's share of the candidates as ten."""
        return 10 * (self.mazes + self.blocks * max(self.sizes))

    def compute(self, subjects: Sequence[Subject], evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Score all candidates, then choose among random subsets of them again and again."""
        candidates = np.concatenate([late_champions(each) for each in subjects])
        layout, seed = subjects[0].layout, evaluation_set.seed
        count = self.blocks * max(self.sizes)
        seen = evaluation_set.shares(layout, evaluation_set.mazes(count), machine)(candidates)
        if self.split == "test":
            _record_openings(subjects, self.mazes)
        new = evaluation_set.mazes(self.mazes, skip=count if self.split == "validation" else 0, split=self.split)
        truth = evaluation_set.shares(layout, new, machine)(candidates).mean(axis=1)
        most = min(self.most, len(candidates))
        counts = np.unique(np.geomspace(1, most, 9).round().astype(int))
        findings: Findings = {}
        for size in self.sizes:
            blocks = seen[:, : self.blocks * size].reshape(len(candidates), self.blocks, size)
            measured = np.stack([chosen(blocks.mean(axis=2), truth, n, self.subsets, seed) for n in counts])
            expected = predicted(blocks, truth, counts)
            findings |= _reported(size, counts, measured, expected, seed)
        return findings


def late_champions(subject: Subject) -> NDArray[np.float32]:
    """The champions of the later half of a run's learning [G, P]; at least the last one."""
    record = subject.record
    late = record.generations >= record.generations.max() / 2
    return np.asarray(record.path[late], np.float32)


def chosen(scores: Floats, truth: Floats, n: int, subsets: int, seed: int) -> Floats:
    """The optimism of the best of n candidates on each block [B]: the mean over random subsets of the candidates.

    scores [C, B] of candidates on blocks of mazes, and their true scores [C]. What a block does to all candidates alike
    is subtracted: it is 0 on average, and hides the optimism.
    """
    rng = generator(seed, "measure/optimism", n)
    total = np.zeros(scores.shape[1])
    for _ in range(subsets):
        subset = rng.permutation(len(truth))[:n]
        best = subset[scores[subset].argmax(axis=0)]
        total += scores[best, np.arange(scores.shape[1])] - truth[best]
    return np.asarray(total / subsets - (scores - truth[:, None]).mean(axis=0))


def predicted(scores: Floats, truth: Floats, counts: NDArray[np.intp]) -> Floats:
    """The predicted optimism for each n of `counts`, from scores [C, B, m] of candidates in mazes."""
    if len(truth) < 2:
        return np.zeros(len(counts))
    within = scores - scores.mean(axis=0)  # what mazes do to all candidates alike chooses none
    error = float((within - within.mean(axis=(1, 2), keepdims=True)).var(ddof=1)) / scores.shape[2]
    spread = float(truth.var(ddof=1))
    whole = np.sqrt(spread + error)
    return np.array([largest_normal(int(n)) for n in counts]) * (error / whole if whole else 0.0)


def largest_normal(n: int) -> float:
    """The expected maximum of n standard normal numbers."""
    from scipy.integrate import quad
    from scipy.stats import norm

    value, _ = quad(lambda x: x * n * norm.pdf(x) * norm.cdf(x) ** (n - 1), -12, 12, limit=200)
    return float(value)


def _reported(size: int, counts: NDArray[np.intp], measured: Floats, expected: Floats, seed: int) -> Findings:
    """The results for one number of mazes, from the optimism [n, B] and its prediction [n]."""
    blocks = measured.shape[1]
    means = np.concatenate([measured[:, index].mean(axis=2) for index in draws(blocks, seed=seed)], axis=1)
    low, high = percentiles(means.T)
    value, last, detail = float(measured[-1].mean()), float(expected[-1]), f"{size} mazes"
    about = {"sample": blocks, "detail": f"best of {counts[-1]}, {detail}"}
    ratio = (value / last, (low[-1] / last, high[-1] / last)) if last else (float("nan"), None)
    x = counts.astype(np.float64)
    return {
        f"optimism_{size}": number("optimism", value, (low[-1], high[-1]), **about),
        f"predicted_{size}": number("predicted", last, **about),
        f"ratio_{size}": number("ratio", *ratio, **about),
        f"by_n_{size}": Curve("by_n", x, measured.mean(axis=1), low, high, detail=f"measured, {detail}"),
        f"by_n_predicted_{size}": Curve("by_n", x, expected, detail=f"predicted, {detail}"),
    }


def _record_openings(subjects: Sequence[Subject], mazes: int) -> None:
    """Write into the ledger of every run that its test mazes are opened. Raises UserError for runs without a folder."""
    from datetime import UTC, datetime

    if any(each.run is None for each in subjects):
        raise UserError("the test mazes are opened only for runs with a folder, which has a ledger; save the runs")
    when = datetime.now(UTC).isoformat(timespec="seconds")
    opened = {"opened": when, "mazes": mazes, "policy": "greedy", "by": "optimism"}
    for each in subjects:
        if each.run is not None:
            Run.open(each.run).record_opening({**opened, "genome": fingerprint(each.genome, each.layout)})
