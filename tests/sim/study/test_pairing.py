"""Which runs are paired."""

from dataclasses import dataclass
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.study.pairing import across, ring, within


@dataclass(frozen=True)
class Run:
    method: str
    seed: int


def runs(method, count):
    return [Run(method, seed) for seed in range(count)]


@given(st.integers(3, 12))
def test_in_a_ring_every_run_is_in_two_pairs(count):
    pairs = ring(runs("a", count))
    assert len(set(pairs)) == count
    assert sorted(chain(*pairs), key=lambda run: run.seed)[::2] == runs("a", count)


def test_two_runs_are_one_pair():
    assert ring(runs("a", 2)) == [tuple(runs("a", 2))]


@given(st.integers(2, 12), st.integers(2, 12))
def test_across_groups_no_run_is_used_twice_and_no_pair_has_one_seed(one, other):
    pairs = across(runs("a", one), runs("b", other))
    assert len(pairs) == min(one, other)
    assert len(set(chain(*pairs))) == 2 * len(pairs)
    assert all(a.seed != b.seed for a, b in pairs)


def test_across_groups_no_pair_has_one_seed_if_the_runs_have_other_places():
    one, other = runs("a", 4), [Run("b", seed) for seed in (9, 0, 1, 2)]
    pairs = across(one, other)
    assert len(set(chain(*pairs))) == 8
    assert all(a.seed != b.seed for a, b in pairs)


def test_runs_that_all_have_one_seed_are_paired():
    assert len(across([Run("a", 0)], [Run("b", 0)])) == 1


@pytest.mark.parametrize(("rule", "count"), [("none", 0), ("first", 4), ("ring", 5), ("all", 10)])
def test_every_rule_has_its_number_of_pairs(rule, count):
    pairs = within(runs("a", 5), rule)
    assert len(set(pairs)) == len(pairs) == count
    assert all(a != b for a, b in pairs)
    assert rule != "first" or {a for a, _ in pairs} == {Run("a", 0)}


@pytest.mark.parametrize("rule", ["none", "first", "ring", "all"])
def test_one_run_is_not_a_pair(rule):
    assert within(runs("a", 1), rule) == []
