"""Grouping: the sample of every group of a plan, from the results of its measurements."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from sim.statistics.groups import Group, group
from sim.statistics.results import Findings, Number
from sim.study.plan import Measurement, Plan
from sim.study.samples import ALL, Names, Sample

Results = Sequence[tuple[Measurement, Findings]]


def samples_of(plan: Plan, results: Results) -> dict[str, Sample]:
    """The sample of every group of a plan, by name."""
    return {
        name: _sample(plan, results, name, at, {run.name for run in runs})
        for at, (name, runs) in enumerate(plan.groups.items())
    }


def sample_of_all(plan: Plan, results: Results) -> Sample:
    """The sample of all runs of a plan together."""
    return _sample(plan, results, ALL, 0, {run.name for run in plan.runs})


def _sample(plan: Plan, results: Results, name: str, index: int, runs: set[str]) -> Sample:
    """The sample of some runs, from the measurements of these runs alone."""
    groups: dict[str, Group] = {}
    columns: dict[str, dict[Names, float]] = {}
    numbers: dict[str, Number] = {}
    rings: set[str] = set()
    for kind in ("run", "pair", "group"):
        inside = [
            (each, findings)
            for each, findings in results
            if each.use.measure.of == kind and not each.between and _inside(each, runs)
        ]
        if kind == "group":
            numbers |= {key: each for one in inside for key, each in _numbers(*one)}
            continue
        found = columns_of(inside)
        ring = kind == "pair" and plan.study.design.pairs == "ring"
        rings |= set(found) if ring else set()
        for key, values in found.items():
            groups[key] = group(list(values.values()), seed=plan.study.seed, at=index, ring=ring)
        columns |= found
    doubts = doubts_of(each for each in results if not each[0].between and _inside(each[0], runs))
    return Sample(name, index, len(runs), _axes(plan, name), columns, groups, numbers, frozenset(rings), doubts)


def _inside(measurement: Measurement, runs: set[str]) -> bool:
    """True if a measurement is of these runs alone."""
    return {run.name for run in measurement.task.runs} <= runs


def doubts_of(results: Iterable[tuple[Measurement, Findings]]) -> dict[str, int]:
    """How many of the numbers of each reference are doubtful, if any."""
    doubtful = (key for one in results for key, number in _numbers(*one) if number.doubtful)
    return dict(Counter(doubtful))


def columns_of(results: Iterable[tuple[Measurement, Findings]]) -> dict[str, dict[Names, float]]:
    """The values of every number by reference and by the names of its runs; NaN for missing ones."""
    columns: dict[str, dict[Names, float]] = {}
    for measurement, findings in results:
        names = tuple(run.name for run in measurement.task.runs)
        for key, result in _numbers(measurement, findings):
            columns.setdefault(key, {})[names] = np.nan if result.value is None else result.value
    return columns


def _numbers(measurement: Measurement, findings: Findings) -> Iterator[tuple[str, Number]]:
    return ((f"{measurement.use.name}.{slot}", each) for slot, each in findings.items() if isinstance(each, Number))


def _axes(plan: Plan, name: str) -> dict[str, Any]:
    """The value of every axis that defines the group; without a grid there are none, nor of all runs together."""
    if name not in plan.groups:
        return {}
    cell = plan.cells.get(plan.groups[name][0].name)
    axes = plan.study.design.group
    return {axis: value for axis, value in cell.at if not axes or axis in axes} if cell is not None else {}
