"""Comparisons of groups: what every group has of every quantity, how groups differ, and what that says of claims."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from sim.statistics.groups import (
    Group,
    Interval,
    difference,
    group,
    holm,
    improvement,
    interquartile_mean,
    p_value,
    rank_correlation,
)
from sim.statistics.results import Findings, Number, finite, number
from sim.study.claims import Claim, Decision, verdict
from sim.study.plan import Plan, Planned

MOST = 6  # groups of which every two are compared; a page tells as many apart by their colours
Couple = tuple[str, str]
Numbers = dict[str, Number]
"""By reference, "use.slot"."""
Groups = dict[str, dict[str, Group]]
"""The values of every group, by reference."""


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Numbers over the runs of groups, and over pairs of their runs."""

    groups: dict[str, Numbers]
    """The interquartile mean over a group's runs, or over pairs of them."""
    between: dict[Couple, Numbers]
    """Of quantities of pairs: the same over pairs whose runs are of two groups."""
    differences: dict[Couple, Numbers]
    """The first group less the second."""
    improvements: dict[Couple, Numbers]
    """The probability that a run of the first group has the larger value."""
    correlations: Numbers
    """Spearman's correlation with the study's target, over groups."""
    decisions: tuple[Decision, ...]


def compare(plan: Plan, found: Sequence[tuple[Planned, Findings]]) -> Compared:
    """Compare the groups of a plan by what was found."""
    seed, names = plan.study.seed, list(plan.groups)
    values = {name: _groups(plan, found, name, seed, at) for at, name in enumerate(names)}
    couples = list(combinations(names, 2)) if len(names) <= MOST else []
    between: dict[Couple, Numbers] = {}
    for at, couple in enumerate(couples, start=len(names)):
        columns = _columns([(each, one) for each, one in found if each.between == couple])
        between[couple] = {key: _mean(key, group(column, seed=seed, at=at)) for key, column in columns.items()}
    shared = {couple: [key for key in values[couple[0]] if key in values[couple[1]]] for couple in couples}
    return Compared(
        groups={name: {key: _mean(key, each) for key, each in of.items()} for name, of in values.items()},
        between=between,
        differences={
            (a, b): {key: _both(key, difference, values[a][key], values[b][key]) for key in keys}
            for (a, b), keys in shared.items()
        },
        improvements={
            (a, b): {key: _both(key, improvement, values[a][key], values[b][key]) for key in keys}
            for (a, b), keys in shared.items()
        },
        correlations=_correlations(plan.study.design.target, values, seed),
        decisions=_decide(plan.study.claims, values, seed),
    )


def _groups(plan: Plan, found: Sequence[tuple[Planned, Findings]], name: str, seed: int, at: int) -> dict[str, Group]:
    """The values of one group's runs, and of the pairs within it; `at` names the resamples, which all of them share."""
    runs = {run.name for run in plan.groups[name]}
    own = [(each, one) for each, one in found if not each.between and {run.name for run in each.task.runs} <= runs]
    ring = plan.study.design.pairs == "ring"
    single = _columns([(each, one) for each, one in own if each.use.measure.of == "run"])
    paired = _columns([(each, one) for each, one in own if each.use.measure.of == "pair"])
    return {
        **{key: group(column, seed=seed, at=at) for key, column in single.items()},
        **{key: group(column, seed=seed, at=at, ring=ring) for key, column in paired.items()},
    }


def _columns(found: Sequence[tuple[Planned, Findings]]) -> dict[str, list[float]]:
    """The values of every number, by reference, in the order of runs or pairs; nan where there is none."""
    columns: dict[str, list[float]] = {}
    for planned, findings in found:
        for slot, result in findings.items():
            if isinstance(result, Number):
                value = np.nan if result.value is None else result.value
                columns.setdefault(f"{planned.use.name}.{slot}", []).append(value)
    return columns


def _mean(key: str, one: Group) -> Number:
    value, bounds = interquartile_mean(one)
    return _number(key, value, bounds, len(one.values), one.left_out)


def _both(key: str, statistic: Any, one: Group, other: Group) -> Number:
    value, bounds = statistic(one, other)
    return _number(key, value, bounds, len(one.values) + len(other.values), one.left_out + other.left_out)


def _number(key: str, value: float, bounds: Interval | None, sample: int, left_out: int) -> Number:
    note = f"{left_out} more have no such value" if left_out else ""
    return number(key.partition(".")[2], value, bounds, sample=sample, note=note)


def _correlations(target: str, values: Mapping[str, Mapping[str, Group]], seed: int) -> Numbers:
    """Of every quantity's group means with those of the target."""
    if not target:
        return {}
    keys = dict.fromkeys(key for of in values.values() for key in of)
    wanted = _means(target, values, list(values))
    found: Numbers = {}
    for key in keys:
        if key != target:
            rho, bounds, sample = rank_correlation(_means(key, values, list(values)), wanted, seed=seed)
            found[key] = number(key.partition(".")[2], rho, bounds, sample=sample)
    return found


def _means(key: str, values: Mapping[str, Mapping[str, Group]], names: Sequence[str]) -> list[float]:
    """A quantity's interquartile mean in each group, nan where there is none."""
    return [interquartile_mean(values[name][key])[0] if key in values[name] else np.nan for name in names]


def _decide(claims: Sequence[Claim], values: Mapping[str, Mapping[str, Group]], seed: int) -> tuple[Decision, ...]:
    """The verdicts, corrected for the number of claims."""
    raw = [_evidence(claim, values, seed) for claim in claims]
    corrected = holm([p for _, _, p, _, _ in raw])
    return tuple(
        Decision(claim, verdict(claim, bounds, p), finite(value), bounds, p, sample, note)
        for claim, (value, bounds, _, sample, note), p in zip(claims, raw, corrected, strict=True)
    )


def _evidence(
    claim: Claim, values: Mapping[str, Mapping[str, Group]], seed: int
) -> tuple[float, Interval | None, float | None, int, str]:
    """The number that decides a claim, its interval and p value, its sample, and what is missing."""
    missing = [name for name in claim.groups if claim.of not in values.get(name, {})]
    if missing:
        return math.nan, None, None, 0, f"not measured of {', '.join(missing)}"
    if claim.rule == "correlation":
        names = list(claim.groups or values)
        x, y = (_means(key, values, names) for key in (claim.of, claim.against))
        rho, bounds, sample = rank_correlation(x, y, seed=seed)
        return rho, bounds, None, sample, ""
    one = values[claim.groups[0]][claim.of]
    if claim.rule == "bound":
        mean, bounds = interquartile_mean(one)
        less = None if bounds is None else (bounds[0] - claim.bound, bounds[1] - claim.bound)
        return mean - claim.bound, less, None, len(one.values), ""
    other = values[claim.groups[1]][claim.of]
    less_than, bounds = difference(one, other)
    return less_than, bounds, p_value(one, other), len(one.values) + len(other.values), ""
