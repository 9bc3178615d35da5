"""The rules of claims find planted answers, and say when they cannot."""

import dataclasses

import numpy as np
import pytest

from agents.errors import UserError
from sim.statistics.groups import group
from sim.statistics.results import Number, number
from sim.study.claim_rules import Bound, Correlation, Difference, Paired
from sim.study.claims import Claim, decide
from sim.study.samples import Sample
from sim.study.slope_rule import Slope

RNG = np.random.default_rng(7)


def sample(name, index, at=None, numbers=None, **columns):
    """The sample of a group whose runs have these values."""
    count = len(next(iter(columns.values()), range(3)))
    by_run = {
        f"m.{key}": {(f"{name} {run}",): value for run, value in enumerate(values)} for key, values in columns.items()
    }
    groups = {f"m.{key}": group(values, seed=0, at=index) for key, values in columns.items()}
    of_group = {f"m.{key}": value for key, value in (numbers or {}).items()}
    seeds = {f"{name} {run}": run for run in range(count)}
    return Sample(name, index, count, at or {}, by_run, groups, of_group, seeds=seeds)


def named(*samples):
    return {one.name: one for one in samples}


A, B = sample("a", 0, q=RNG.normal(2, 0.5, 12)), sample("b", 1, q=RNG.normal(0, 0.5, 12))


def test_a_difference_and_a_bound_are_those_of_the_means():
    found = Difference("m.q", ("a", "b")).decide(named(A, B), 0)
    assert found.value == pytest.approx(A.mean("m.q") - B.mean("m.q"))
    assert found.interval[0] < 2 < found.interval[1]
    assert found.p < 0.01
    assert (found.sample, found.fewest) == (24, 12)
    assert [each.name for each in found.points] == ["a", "b"]
    low = Bound("m.q", ("a",), bound=1.5).decide(named(A, B), 0)
    assert low.value == pytest.approx(A.mean("m.q") - 1.5)
    both = Bound("m.q").decide(named(A, B), 0)
    assert both.value == pytest.approx((A.mean("m.q") + B.mean("m.q")) / 2)


def test_numbers_of_groups_bring_their_own_intervals():
    x = sample("x", 0, numbers={"g": Number("g", 5.0, (4.0, 7.0), 9)})
    y = sample("y", 1, numbers={"g": Number("g", 2.0, (1.0, 3.0), 9)})
    found = Bound("m.g", ("x",), bound=3).decide(named(x, y), 0)
    assert (found.value, found.interval) == (2.0, (1.0, 4.0))
    assert found.p == pytest.approx(1e-4, rel=0.2)  # 2 / (1 / 1.96) standard errors
    difference = Difference("m.g", ("x", "y")).decide(named(x, y), 0)
    assert difference.value == 3.0
    assert difference.interval == pytest.approx((3 - np.hypot(1, 1), 3 + np.hypot(2, 1)))
    without = sample("z", 2, numbers={"g": number("g", 1.0)})
    assert Bound("m.g", ("z",)).decide(named(without), 0).interval is None


def test_paired_values_are_subtracted_run_by_run():
    base = RNG.normal(0, 10, 12)
    one = sample("a", 0, q=base + 1 + RNG.normal(0, 0.1, 12), r=base)
    found = Paired("m.q", against="m.r").decide(named(one), 0)
    assert found.value == pytest.approx(1, abs=0.1)
    assert found.interval[0] > 0.8
    assert Difference("m.q", ("a", "b")).decide(named(one, sample("b", 1, q=base)), 0).p > 0.5


def test_runs_of_one_seed_are_subtracted_from_each_other():
    base = RNG.normal(0, 10, 12)
    one, other = sample("a", 0, q=base + 1 + RNG.normal(0, 0.1, 12)), sample("b", 1, q=base[:9])
    found = Difference("m.q", ("a", "b"), by_seed=True).decide(named(one, other), 0)
    assert found.value == pytest.approx(1, abs=0.1)
    assert found.interval[0] > 0.8
    assert (found.sample, found.fewest) == (9, 9)
    assert Difference("m.q", ("a", "b")).decide(named(one, other), 0).p > 0.5
    strangers = dataclasses.replace(other, seeds={name: 100 + seed for name, seed in other.seeds.items()})
    none = Difference("m.q", ("a", "b"), by_seed=True).decide(named(one, strangers), 0)
    assert (none.value, none.note) == (None, "a and b share no seed")


def test_a_slope_is_found_within_each_value_of_the_other_axes():
    cells = []
    for at, (hidden, pool) in enumerate((h, p) for h in (2, 4, 8, 16) for p in (1, 4)):
        values = 100 * pool - 3 * np.log2(hidden) + RNG.normal(0, 0.2, 8)
        cells.append(sample(f"{hidden} {pool}", at, {"hidden": hidden, "pool": pool}, q=values))
    found = Slope("m.q", axis="hidden").decide(named(*cells), 0)
    assert found.value == pytest.approx(-3, abs=0.2)
    assert found.interval[0] < -3 < found.interval[1] < 0
    assert [each.name for each in found.points] == ["pool 1", "pool 4"]
    one = Slope("m.q", only=(("pool", 4),), axis="hidden").decide(named(*cells), 0)
    assert [len(each.x) for each in one.points] == [4]
    with pytest.raises(UserError, match="needs an axis 'depth' of numbers above 0"):
        Slope("m.q", axis="depth").decide(named(*cells), 0)


def test_a_slope_of_the_spread_is_that_of_the_deviations():
    cells = [
        sample(str(hidden), at, {"hidden": hidden}, q=RNG.normal(0, 1 / hidden, 40))
        for at, hidden in enumerate((2, 4, 8, 16))
    ]
    found = Slope("m.q", axis="hidden", spread=True).decide(named(*cells), 0)
    assert found.interval[0] < -1 < found.interval[1] < 0


def test_a_slope_at_equal_values_of_another_quantity_leaves_out_what_that_one_explains():
    cells = []
    for at, (hidden, pool) in enumerate((h, p) for h in (2, 4, 8, 16) for p in (1, 4, 16)):
        fit = 5 * np.log2(hidden) + 3 * np.log2(pool) + RNG.normal(0, 2, 12) + RNG.normal(0, 4)
        values = 100 * pool + 2 * fit - 1.5 * np.log2(hidden) + RNG.normal(0, 0.2, 12)
        at_pool = {"hidden": hidden, "pool": pool}
        cells.append(sample(f"{hidden} {pool}", at, at_pool, q=values, r=values - fit, fit=fit))
    rule = Slope("m.q", axis="hidden", given="m.fit")
    found = rule.decide(named(*cells), 0)
    assert found.interval[0] < -1.5 < found.interval[1] < 0
    assert found.value == pytest.approx(-1.5, abs=0.2)
    assert (found.sample, found.fewest) == (144, 12)
    assert Slope("m.q", axis="hidden").decide(named(*cells), 0).value > 5  # without it, the fit decides
    less = Slope("m.r", axis="hidden", given="m.fit").decide(named(*cells), 0)
    assert less.value == pytest.approx(found.value, abs=0.2)  # to subtract what is held equal changes nothing
    for points in found.points:
        assert np.polyfit(np.log2(points.x), points.y, 1)[0] == pytest.approx(-1.5, abs=0.4)
    assert rule.described({"m.fit": "training error"}) == "slope of m.q at equal training error, per doubling of hidden"


def test_a_slope_at_equal_values_says_when_there_is_none():
    fits = [np.log2(hidden) + np.zeros(6) for hidden in (2, 4, 8)]  # the setting fixes the quantity
    cells = [sample(str(at), at, {"hidden": 2 << at}, q=RNG.normal(0, 1, 6), fit=fit) for at, fit in enumerate(fits)]
    found = Slope("m.q", axis="hidden", given="m.fit").decide(named(*cells), 0)
    assert (found.value, found.interval) == (None, None)
    lost = sample("3", 3, {"hidden": 16}, q=[1.0, 2.0], fit=[np.nan, np.nan])
    none = Slope("m.q", axis="hidden", given="m.fit").decide(named(*cells, lost), 0)
    assert none.note == "m.q and m.fit are not both known of runs of each group"
    with pytest.raises(UserError, match="spread = true or a quantity under given, not both"):
        Slope("m.q", axis="hidden", spread=True, given="m.fit")


def test_correlations_are_over_groups_or_runs():
    cells = []
    for at in range(8):
        q, r = (sign * at + RNG.normal(0, 0.1, 6) for sign in (1, -1))
        cells.append(sample(str(at), at, {"learner": "es" if at < 4 else "cma"}, q=q, r=r))
    groups = Correlation("m.q", against="m.r").decide(named(*cells), 0)
    assert (groups.value, groups.sample) == (pytest.approx(-1), 8)
    runs = Correlation("m.q", against="m.r", over="runs", method="kendall", within=("learner",)).decide(
        named(*cells), 0
    )
    assert runs.sample == 48
    assert runs.value < -0.7
    assert {each.name for each in runs.points} == {"es", "cma"}


def test_a_correlation_within_settings_ignores_what_settings_do():
    cells = []
    for at, (decay, noise) in enumerate((d, n) for d in (0.0, 0.3) for n in (0.0, 0.1)):
        q = RNG.normal(0, 1, 12)
        cells.append(sample(str(at), at, {"decay": decay, "noise": noise}, q=q + 10 * at, r=10 * at - q))
    over = Correlation("m.q", against="m.r", over="runs").decide(named(*cells), 0)
    assert over.value > 0.5
    within = Correlation("m.q", against="m.r", over="runs", within=("decay", "noise")).decide(named(*cells), 0)
    assert within.value == pytest.approx(-1)
    assert {each.name for each in within.points} == {"0, 0", "0, 0.1", "0.3, 0", "0.3, 0.1"}


def test_what_was_not_measured_is_told():
    found = Difference("m.q", ("a", "c")).decide(named(A, B), 0)
    assert (found.value, found.note) == (None, "not measured of c")
    assert Bound("m.none").decide(named(A), 0).note == "not measured of a"
    assert Bound("m.q", only=(("hidden", 3),)).decide(named(A), 0).note == "no group has these settings"


def test_a_verdict_needs_its_controls_and_enough_runs():
    rule, samples = Bound("m.q", ("a",), bound=1), named(A, B)
    (plain,) = decide([Claim("A is high.", rule)], samples, 0)
    assert plain.verdict == "supported"
    (failed,) = decide(
        [Claim("A is high.", rule, controls=(Claim("B is high.", Bound("m.q", ("b",), bound=1)),))], samples, 0
    )
    assert (failed.verdict, failed.note) == ("not told apart", "control failed: B is high.")
    (few,) = decide([Claim("A is high.", rule, least=13)], samples, 0)
    assert (few.verdict, few.note) == ("not told apart", "a verdict needs 13 runs of each group, and one has 12")
    assert few.evidence.value == plain.evidence.value


def test_few_runs_have_no_interval():
    few = sample("a", 0, q=[1.0, 2.0, 3.0])
    found = Bound("m.q").decide(named(few), 0)
    assert (found.value, found.interval, found.p) == (2.0, None, None)


def test_equal_numbers_have_no_p_value():
    """Nothing tells how far they may be off; the p value was the smallest there is, or 0."""
    same = sample("a", 0, q=[2.0] * 10, numbers={"g": number("g", 3.0, (3.0, 3.0))})
    for rule in (Bound("m.q", bound=1), Bound("m.g", bound=1)):
        found = rule.decide(named(same), 0)
        assert (found.p, found.p_is_bound, found.note) == (None, False, "all numbers are equal, so p is not defined")
        assert found.interval[0] == found.interval[1] == found.value


def test_a_p_value_beyond_all_resamples_is_a_bound():
    x = np.arange(40.0)
    one = sample("a", 0, q=x, r=x)
    found = Correlation("m.q", against="m.r", over="runs").decide(named(one), 0)
    assert (found.value, found.p) == (1.0, None)  # of every resample, too
    noisy = sample("a", 0, q=x, r=x + 3 * RNG.standard_normal(40))
    found = Correlation("m.q", against="m.r", over="runs").decide(named(noisy), 0)
    assert (found.p, found.p_is_bound) == (pytest.approx(2 / 2001), True)
    (made,) = decide([Claim("They go together.", Correlation("m.q", against="m.r", over="runs"))], named(noisy), 0)
    assert made.json()["p_is_bound"]
    assert not Difference("m.q", ("a", "b")).decide(named(A, sample("b", 1, q=RNG.normal(2, 0.5, 12))), 0).p_is_bound
