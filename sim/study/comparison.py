"""Comparisons of groups: means of every quantity, differences of groups, and the decisions on claims."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.statistics.correlation import correlate
from sim.statistics.groups import Group, bounds, difference, group, improvement, interquartile_mean
from sim.statistics.results import Number, number
from sim.study.claims import Decision, decide
from sim.study.grouping import Results, columns_of, doubts_of, sample_of_all, samples_of
from sim.study.plan import Plan
from sim.study.samples import ALL, Sample

MOST = 6  # groups, above which pairs of groups are not compared: a page has as many colours
Couple = tuple[str, str]
Numbers = dict[str, Number]
"""Numbers by reference, "use.slot"."""


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Numbers over the runs of groups, and over pairs of runs."""

    groups: dict[str, Numbers]
    """The interquartile mean over a group's runs, or over pairs of them; and the numbers of whole groups."""
    between: dict[Couple, Numbers]
    """The same over pairs of runs of two groups."""
    differences: dict[Couple, Numbers]
    """The first group's mean minus the second's."""
    improvements: dict[Couple, Numbers]
    """The probability that a run of the first group has the larger value."""
    correlations: Numbers
    """Spearman's correlation over groups with the study's target."""
    decisions: tuple[Decision, ...]
    over_runs: Numbers = field(default_factory=dict)
    """The same as `correlations` of the highlights over the runs, or the pairs of runs, of all groups together."""


def compare(plan: Plan, results: Results) -> Compared:
    """Compare the groups of a plan by the results of its measurements."""
    study, names = plan.study, list(plan.groups)
    samples = samples_of(plan, results)
    groups = {name: sample.groups for name, sample in samples.items()}
    couples = list(combinations(names, 2)) if len(names) <= MOST else []
    between: dict[Couple, Numbers] = {}
    for at, couple in enumerate(couples, start=len(names)):
        some = [(each, findings) for each, findings in results if each.between == couple]
        pairs = {key: group(list(column.values()), seed=study.seed, at=at) for key, column in columns_of(some).items()}
        between[couple] = _numbers(interquartile_mean, pairs, doubts=doubts_of(some))
    doubts = {name: Counter(sample.doubts) for name, sample in samples.items()}
    both = {(a, b): doubts[a] + doubts[b] for a, b in couples}
    means = {name: _numbers(interquartile_mean, groups[name], doubts=doubts[name]) for name in names}
    return Compared(
        groups={name: means[name] | dict(samples[name].numbers) for name in names},
        between=between,
        differences={(a, b): _numbers(difference, groups[a], groups[b], doubts=both[a, b]) for a, b in couples},
        improvements={(a, b): _numbers(improvement, groups[a], groups[b], doubts=both[a, b]) for a, b in couples},
        correlations=_correlations(study.design.target, list(samples.values()), study.seed),
        over_runs=_over_runs(study.design.target, study.design.highlights, list(samples.values()), study.seed),
        decisions=decide(study.claims, _judged(plan, results, samples), study.seed),
    )


def _judged(plan: Plan, results: Results, samples: Mapping[str, Sample]) -> Mapping[str, Sample]:
    """The samples that claims are about: those of the groups, or one of all runs together."""
    return {ALL: sample_of_all(plan, results)} if plan.study.design.together else samples


def _numbers(statistic: Callable[..., Any], *groups: Mapping[str, Group], doubts: Mapping[str, int]) -> Numbers:
    """A statistic of one group or of two, for every reference that they share.

    It is doubtful if half of its values or more are doubtful; `doubts` counts them by reference.
    """
    numbers: Numbers = {}
    for key in (key for key in groups[0] if all(key in values for values in groups)):
        some = [values[key] for values in groups]
        value, interval = statistic(*some)
        missing = sum(each.left_out for each in some)
        sample, doubted = sum(len(each.values) for each in some), doubts.get(key, 0)
        notes = [f"{missing} more have no such value"] * (missing > 0) + [f"{doubted} are doubtful"] * (doubted > 0)
        numbers[key] = number(
            _slot(key), value, interval, sample=sample, note="; ".join(notes), doubtful=0 < sample <= 2 * doubted
        )
    return numbers


def _slot(reference: str) -> str:
    return reference.partition(".")[2]


def _correlations(target: str, samples: Sequence[Sample], seed: int) -> Numbers:
    """The rank correlation of every quantity's group means with those of the target; NaN where a group has none."""
    keys = dict.fromkeys(key for one in samples for key in (*one.groups, *one.numbers) if target and key != target)
    means = {key: np.array([one.mean(key) for one in samples]) for key in (*keys, target)}
    return {key: _correlation(key, np.stack([means[key], means[target]]), seed) for key in keys}


def _over_runs(target: str, keys: Sequence[str], samples: Sequence[Sample], seed: int) -> Numbers:
    """The rank correlation of the values of single runs, or of pairs, with those of the target."""
    numbers: Numbers = {}
    for key in (key for key in keys if target and key != target):
        points = np.concatenate([np.stack(one.together(key, target)) for one in samples], axis=1)
        if points.size:
            numbers[key] = _correlation(key, points, seed)
    return numbers


def _correlation(key: str, points: NDArray[np.float64], seed: int) -> Number:
    """Spearman's correlation of points [2, C] with its interval."""
    rho, estimates, count = correlate([points], method="spearman", seed=seed)
    known = np.empty(0) if estimates is None else estimates[np.isfinite(estimates)]
    return number(_slot(key), rho, bounds(known) if len(known) else None, sample=count)
