"""Comparisons of groups: means of every quantity, differences of groups, and the decisions on claims."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from sim.statistics.groups import (
    Group,
    difference,
    group,
    holm,
    improvement,
    interquartile_mean,
    p_value,
    rank_correlation,
)
from sim.statistics.results import Findings, Number, number
from sim.study.claims import Claim, Decision, verdict
from sim.study.plan import Measurement, Plan

MOST = 6  # groups, above which pairs of groups are not compared: a page has as many colours
Couple = tuple[str, str]
Numbers = dict[str, Number]
"""Numbers by reference, "use.slot"."""
Results = Sequence[tuple[Measurement, Findings]]
Groups = Mapping[str, Mapping[str, Group]]
"""The values of every group's runs and pairs, by the group's name and by reference."""


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Numbers over the runs of groups, and over pairs of runs."""

    groups: dict[str, Numbers]
    """The interquartile mean over a group's runs, or over pairs of them."""
    between: dict[Couple, Numbers]
    """The same over pairs of runs of two groups."""
    differences: dict[Couple, Numbers]
    """The first group's mean minus the second's."""
    improvements: dict[Couple, Numbers]
    """The probability that a run of the first group has the larger value."""
    correlations: Numbers
    """Spearman's correlation over groups with the study's target."""
    decisions: tuple[Decision, ...]


def compare(plan: Plan, results: Results) -> Compared:
    """Compare the groups of a plan by the results of its measurements."""
    seed, names = plan.study.seed, list(plan.groups)
    groups = {name: _group(plan, results, name, at) for at, name in enumerate(names)}
    couples = list(combinations(names, 2)) if len(names) <= MOST else []
    between: dict[Couple, Numbers] = {}
    for at, couple in enumerate(couples, start=len(names)):
        values = _values((each, findings) for each, findings in results if each.between == couple)
        pairs = {key: group(column, seed=seed, at=at) for key, column in values.items()}
        between[couple] = _numbers(interquartile_mean, pairs)
    return Compared(
        groups={name: _numbers(interquartile_mean, groups[name]) for name in names},
        between=between,
        differences={(a, b): _numbers(difference, groups[a], groups[b]) for a, b in couples},
        improvements={(a, b): _numbers(improvement, groups[a], groups[b]) for a, b in couples},
        correlations=_correlations(plan.study.design.target, groups, seed),
        decisions=_decisions(plan.study.claims, groups, seed),
    )


def _group(plan: Plan, results: Results, name: str, at: int) -> dict[str, Group]:
    """The values of a group's runs and of the pairs within it; `at` names the resamples, which they share."""
    runs = {run.name for run in plan.groups[name]}
    groups: dict[str, Group] = {}
    for kind in ("run", "pair"):
        inside = (
            (each, findings)
            for each, findings in results
            if each.use.measure.of == kind and not each.between and {run.name for run in each.task.runs} <= runs
        )
        ring = kind == "pair" and plan.study.design.pairs == "ring"
        for key, values in _values(inside).items():
            groups[key] = group(values, seed=plan.study.seed, at=at, ring=ring)
    return groups


def _values(results: Iterable[tuple[Measurement, Findings]]) -> dict[str, list[float]]:
    """The values of every number by reference, in the order of the runs or pairs; NaN for missing ones."""
    columns: dict[str, list[float]] = {}
    for measurement, findings in results:
        for slot, result in findings.items():
            if isinstance(result, Number):
                value = np.nan if result.value is None else result.value
                columns.setdefault(f"{measurement.use.name}.{slot}", []).append(value)
    return columns


def _numbers(statistic: Callable[..., Any], *groups: Mapping[str, Group]) -> Numbers:
    """A statistic of one group or of two, for every reference that they share."""
    numbers: Numbers = {}
    for key in (key for key in groups[0] if all(key in values for values in groups)):
        some = [values[key] for values in groups]
        value, interval = statistic(*some)
        missing = sum(each.left_out for each in some)
        note = f"{missing} more have no such value" if missing else ""
        sample = sum(len(each.values) for each in some)
        numbers[key] = number(_slot(key), value, interval, sample=sample, note=note)
    return numbers


def _slot(reference: str) -> str:
    return reference.partition(".")[2]


def _correlations(target: str, groups: Groups, seed: int) -> Numbers:
    """The correlation of every quantity's group means with those of the target."""
    keys = dict.fromkeys(key for values in groups.values() for key in values if target and key != target)
    return {key: _correlation(key, target, groups, list(groups), seed) for key in keys}


def _correlation(key: str, other: str, groups: Groups, names: Sequence[str], seed: int) -> Number:
    """The rank correlation of two quantities' means over groups; a group without one of them has no value."""
    x, y = (
        [interquartile_mean(groups[name][each])[0] if each in groups[name] else np.nan for name in names]
        for each in (key, other)
    )
    rho, interval, sample = rank_correlation(x, y, seed=seed)
    return number(_slot(key), rho, interval, sample=sample)


def _decisions(claims: Sequence[Claim], groups: Groups, seed: int) -> tuple[Decision, ...]:
    """The verdicts on all claims; their p values are corrected for the number of claims."""
    evidence = [_evidence(claim, groups, seed) for claim in claims]
    corrected = holm([p for _, p in evidence])
    return tuple(
        Decision(claim, verdict(claim, one.interval, p), one.value, one.interval, p, one.sample, one.note)
        for claim, (one, _), p in zip(claims, evidence, corrected, strict=True)
    )


def _evidence(claim: Claim, groups: Groups, seed: int) -> tuple[Number, float | None]:
    """The number that decides a claim, and its p value if the rule has one."""
    missing = [name for name in claim.groups if claim.of not in groups.get(name, {})]
    if missing:
        return number("", math.nan, sample=0, note=f"not measured of {', '.join(missing)}"), None
    if claim.rule == "correlation":
        return _correlation(claim.of, claim.against, groups, claim.groups or list(groups), seed), None
    one, *others = (groups[name][claim.of] for name in claim.groups)
    if claim.rule == "bound":
        mean, interval = interquartile_mean(one)
        less = None if interval is None else [bound - claim.bound for bound in interval]
        return number("", mean - claim.bound, less, sample=len(one.values)), None
    (other,) = others
    value, interval = difference(one, other)
    return number("", value, interval, sample=len(one.values) + len(other.values)), p_value(one, other)
