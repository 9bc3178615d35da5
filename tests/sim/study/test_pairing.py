"""Who is paired with whom."""

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
def test_in_a_ring_every_run_stands_in_two_pairs(count):
    pairs = ring(runs("a", count))
    assert len(set(pairs)) == count
    assert sorted(chain(*pairs), key=lambda run: run.seed)[::2] == runs("a", count)


def test_two_runs_are_one_pair():
    assert ring(runs("a", 2)) == [tuple(runs("a", 2))]


@given(st.integers(2, 12), st.integers(2, 12))
def test_across_no_run_stands_in_two_pairs_and_no_seed_meets_itself(one, other):
    pairs = across(runs("a", one), runs("b", other))
    assert len(pairs) == min(one, other)
    assert len(set(chain(*pairs))) == 2 * len(pairs)
    assert all(a.seed != b.seed for a, b in pairs)


def test_across_no_seed_meets_itself_where_runs_stand_in_other_places():
    one, other = runs("a", 4), [Run("b", seed) for seed in (9, 0, 1, 2)]
    pairs = across(one, other)
    assert len(set(chain(*pairs))) == 8
    assert all(a.seed != b.seed for a, b in pairs)


def test_where_all_seeds_are_one_there_are_pairs_all_the_same():
    assert len(across([Run("a", 0)], [Run("b", 0)])) == 1


@pytest.mark.parametrize(("rule", "count"), [("none", 0), ("first", 4), ("ring", 5), ("all", 10)])
def test_rules_pair_as_many_as_they_say(rule, count):
    pairs = within(runs("a", 5), rule)
    assert len(set(pairs)) == len(pairs) == count
    assert all(a != b for a, b in pairs)
    assert rule != "first" or {a for a, _ in pairs} == {Run("a", 0)}


@pytest.mark.parametrize("rule", ["none", "first", "ring", "all"])
def test_one_run_is_no_pair(rule):
    assert within(runs("a", 1), rule) == []
