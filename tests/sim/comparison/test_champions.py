"""The table of champions says what evaluation and play say."""

import numpy as np
import pytest

from sim.comparison.champions import _pooled, measure
from sim.comparison.config import ChampionsConfig
from sim.comparison.contest import gather
from sim.comparison.statistics import iqm
from sim.rollout import play
from sim.rollout.machine import CPU
from sim.world.life import play_episode


@pytest.fixture(scope="module")
def section(contest):
    return measure(contest, ChampionsConfig(mazes=70, repetitions=2), CPU, lambda _: None)


def test_pellets_are_those_of_play(contest, section):
    mazes = contest.mazes(70)
    greedy, ablated = (
        play(contest.genomes, contest.layout, mazes, contest.world, ablate=ablate) for ablate in (False, True)
    )
    sampled = [
        play(contest.genomes, contest.layout, mazes, contest.world, policy="sampled", repetition=r) for r in (0, 1)
    ]
    for at, contestant in enumerate(contest.contestants):
        found = section.numbers[contestant.name]
        assert found["pellets"].value == pytest.approx(greedy[at].mean())
        assert found["pellets_sampled"].value == pytest.approx(np.mean(sampled, axis=0)[at].mean())
        assert found["share"].value == pytest.approx(iqm(100 * greedy[at] / mazes.pellet_counts))
        assert found["ablation"].value == pytest.approx((greedy[at] - ablated[at]).mean())
        assert found["share"].sample == 70
    difference = section.numbers["a evolve (es) | b imitate"]["difference"]
    assert difference.value == pytest.approx(greedy[0].mean() - greedy[1].mean())
    assert difference.low <= difference.value <= difference.high


def test_bumps_and_revisits_are_those_of_episodes(contest, section):
    contestant, mazes = contest.contestants[0], contest.mazes(70)
    bumps = [
        (np.diff(play_episode(contestant.genome, contest.layout, mazes, maze, contest.world).places) == 0).mean()
        for maze in range(mazes.count)
    ]
    assert section.numbers[contestant.name]["bumps"].value == pytest.approx(100 * np.mean(bumps))
    share = section.numbers[contestant.name]["revisits"].value + section.numbers[contestant.name]["bumps"].value
    assert 0 < share <= 100


@pytest.mark.parametrize(("runs", "known"), [(2, False), (3, False), (4, True), (10, True)])
def test_it_takes_four_runs_for_an_interval(runs, known):
    found = _pooled(np.linspace(80, 90, runs), seed=0)
    assert found.value == pytest.approx(85)
    assert (found.interval is not None) == known


def test_several_runs_of_a_method_are_pooled(contest, runs):
    from dataclasses import replace

    again = replace(contest.contestants[0], name="c", genome=contest.contestants[1].genome)
    three = replace(gather(runs, seed=7, ties="left"), contestants=(*contest.contestants, again))
    section = measure(three, ChampionsConfig(mazes=10, repetitions=1), CPU, lambda _: None)
    pooled = section.numbers["all of evolve (es)"]["method_share"]
    shares = 100 * section.arrays["pellets"][[0, 2]] / contest.mazes(10).pellet_counts
    assert (pooled.value, pooled.sample) == (pytest.approx(iqm(shares.mean(axis=1))), 2)
    assert (pooled.interval, pooled.note) == (None, "2 runs, too few for an interval")
    assert not any("imitate" in name for name in section.numbers if name.startswith("all of"))
