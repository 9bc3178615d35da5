"""Planted runs have their spread, apart from what the choice of mazes adds; equal runs have none."""

from dataclasses import replace

import numpy as np
import pytest

from sim.evaluation.subject import read_subject
from sim.learning.run import Run
from sim.measures.funnel import Funnel, spreads
from sim.measures.pellets_eaten import PelletsEaten
from sim.rollout.machine import CPU
from sim.statistics.groups import group, log_spread

SMALL = Funnel(mazes=32)


def planted(deviation, runs=400, mazes=64, noise=6.0):
    """Values of runs whose true means have this deviation, in mazes of very different difficulty."""
    rng = np.random.default_rng(8)
    return rng.normal(40, deviation, runs)[:, None] + rng.normal(0, 30, mazes) + rng.normal(0, noise, (runs, mazes))


def test_a_planted_spread_is_found():
    found = spreads("error", planted(3.0), 0)
    whole = np.hypot(3.0, 6 / 8)  # of 64 mazes, the error of a mean is an eighth
    assert found["error_deviation"].value == pytest.approx(whole, rel=0.08)
    assert found["error_deviation"].low < whole < found["error_deviation"].high
    assert found["error_range"].value == pytest.approx(1.349 * whole, rel=0.15)
    assert found["error_range"].low < 1.349 * whole < found["error_range"].high
    assert found["error_by_chance"].value == pytest.approx(6 / 8, rel=0.05)


def test_equally_good_runs_differ_by_chance_only():
    found = spreads("error", planted(0.0), 0)
    assert found["error_deviation"].value == pytest.approx(found["error_by_chance"].value, rel=0.08)


def test_runs_that_end_alike_have_no_spread_and_few_runs_no_interval(subject, evaluation_set):
    found = SMALL.compute([replace(subject, name=name) for name in "abcd"], evaluation_set, CPU)
    assert found["error_deviation"].value == found["pellets_range"].value == 0
    assert found["error_by_chance"].value == pytest.approx(0, abs=1e-12)
    assert found["error_deviation"].interval is None
    found = SMALL.compute([subject, replace(subject, genome=subject.genome / 2)], evaluation_set, CPU)
    assert found["error_deviation"].value > 0
    assert {name for name, each in found.items() if each.kind == "number" and each.interval} == set()


def test_it_is_the_spread_of_what_runs_eat_and_that_of_the_claims(stored_runs, evaluation_set):
    several = [read_subject(Run.open(stored_runs / f"evolve-{at}")) for at in range(4)]
    found = SMALL.compute(several, evaluation_set, CPU)
    eaten = [PelletsEaten(mazes=32, repetitions=1).compute(each, evaluation_set, CPU) for each in several]
    shares, pellets = ([each[name].value for each in eaten] for name in ("mean_share", "pellets"))
    assert found["error_mean"].value == pytest.approx(100 - np.mean(shares))
    assert np.log2(found["error_deviation"].value) == pytest.approx(log_spread(group(shares, seed=0)))
    assert found["pellets_deviation"].value == pytest.approx(np.std(pellets, ddof=1))
    assert found["pellets_range"].value == pytest.approx(np.subtract(*np.quantile(pellets, [0.75, 0.25])))
    assert np.sort(found["errors"].values) == pytest.approx(np.sort(100 - np.array(shares)))
    assert found["error_range"] == SMALL.compute(several, evaluation_set, CPU)["error_range"]
