"""Numbers of methods, from the values of their runs and pairs: what each has, and by how much two differ."""

from collections.abc import Sequence

import numpy as np

from sim.comparison.number import Number, Numbers, number
from sim.methods.around import Values
from sim.methods.pairing import couple_name, couples
from sim.methods.statistics import Group, Interval, difference, group, improvement, interquartile_mean

Several = Sequence[Values]


def claims(
    around: dict[str, Several], within: dict[str, Several], between: dict[str, Several], *, seed: int
) -> dict[str, Numbers]:
    """All numbers, by what they are, then by method or couple, then by quantity.

    `around` has the values of each method's runs, `within` those of its pairs, `between` those of each couple's pairs.
    """
    methods = list(around)
    found: dict[str, Numbers] = {"methods": {}, "between": {}, "differences": {}, "improvements": {}}
    groups: dict[str, dict[str, Group]] = {}
    for at, method in enumerate(methods):
        groups[method] = {
            **_groups(around[method], seed, at),
            **_groups(within[method], seed, at, ring=True),
        }
        found["methods"][method] = {key: _number(key, each, seed) for key, each in groups[method].items()}
    for at, (couple, pairs) in enumerate(between.items(), start=len(methods)):
        found["between"][couple] = {key: _number(key, each, seed) for key, each in _groups(pairs, seed, at).items()}
    for one, other in couples(methods):
        name, both = couple_name(one, other), (groups[one], groups[other])
        found["differences"][name] = {key: _difference(key, both[0][key], both[1][key], seed) for key in both[0]}
        found["improvements"][name] = {key: _improvement(both[0][key], both[1][key], seed) for key in both[0]}
    return found


def _groups(several: Several, seed: int, at: int, *, ring: bool = False) -> dict[str, Group]:
    """The group of each quantity; `at` names the resamples, which all of them share."""
    keys = several[0] if several else ()
    columns = {key: np.array([values[key] for values in several]) for key in keys}
    return {key: group(column, seed=seed, at=at, ring=ring) for key, column in columns.items()}


def _number(key: str, one: Group, seed: int) -> Number:
    value, bounds = interquartile_mean(one)
    return _told(f"runs.{key}", value, bounds, len(one.values), one.left_out, seed)


def _difference(key: str, one: Group, other: Group, seed: int) -> Number:
    value, bounds = difference(one, other)
    return _told(f"less.{key}", value, bounds, *_both(one, other), seed)


def _improvement(one: Group, other: Group, seed: int) -> Number:
    value, bounds = improvement(one, other)
    return _told("improvement", value, bounds, *_both(one, other), seed)


def _both(one: Group, other: Group) -> tuple[int, int]:
    return len(one.values) + len(other.values), one.left_out + other.left_out


def _told(key: str, value: float, bounds: Interval | None, sample: int, left_out: int, seed: int) -> Number:
    note = f"{left_out} more have no such value" if left_out else ""
    return number(key, value, bounds, sample=sample, seed=seed, note=note)
