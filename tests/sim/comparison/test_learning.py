"""How they learned: the numbers are what the curves and play say."""

from dataclasses import replace

import numpy as np
import pytest

from sim.comparison.config import ChampionsConfig
from sim.comparison.learning import measure
from sim.rollout import play
from sim.rollout.machine import CPU
from sim.world.maze import carve

CONFIG = ChampionsConfig(mazes=5, repetitions=1)


@pytest.fixture(scope="module")
def section(contest):
    return measure(contest, CONFIG, CPU, lambda _: None)


def with_history(contest, **changes):
    """The contest, the first contestant's history changed."""
    first, *others = contest.contestants
    changed = replace(first, history=replace(first.history, **changes))
    return replace(contest, contestants=(changed, *others)), first.name


def found(contest, config=CONFIG, **changes):
    changed, name = with_history(contest, **changes)
    return measure(changed, config, CPU, lambda _: None).numbers[name]


def test_the_curves_are_the_runs_own(contest, section):
    for at, contestant in enumerate(contest.contestants):
        for name, curve in contestant.history.curves.items():
            assert np.array_equal(section.arrays[f"{name}.{at}"], curve)
    assert section.settings["pellets"] == contest.mazes(1).pellet_counts[0] == 15
    assert list(section.settings["steps"].values()) == [16 * 2 * 20, (4 + 4 // 2) * 20]


def test_gaps_are_those_of_play(contest, section):
    for contestant in contest.contestants:

        def shares(mazes, genome=contestant.genome):
            return 100 * play(genome[None], contest.layout, mazes, contest.world)[0] / mazes.pellet_counts

        def own(split, first, count, seed=contestant.seed):
            return carve(contest.world.maze, count, seed=seed, split=split, first=first)

        met, validation = contestant.history.mazes, min(5, contestant.history.validation)
        learned = shares(own("train", max(0, met - 5), min(met, 5)))
        chosen, never = shares(own("validation", 0, validation)), shares(contest.mazes(5))
        numbers = section.numbers[contestant.name]
        for slot, some in (("generalisation_gap", learned), ("selection_bias", chosen)):
            gap = numbers[slot]
            error = 1.96 * np.sqrt(some.var(ddof=1) / some.size + never.var(ddof=1) / never.size)
            assert gap.value == pytest.approx(some.mean() - never.mean())
            assert (gap.low, gap.high) == (pytest.approx(gap.value - error), pytest.approx(gap.value + error))
            assert gap.sample == some.size


def test_a_gap_that_one_maze_shows_has_no_interval(contest):
    gap = found(contest, mazes=1)["generalisation_gap"]
    assert (gap.interval, gap.sample, gap.note) == (None, 1, "too few mazes for an interval")


def test_steps_until_the_champion_are_the_contestants(contest, section):
    for contestant in contest.contestants:
        number = section.numbers[contestant.name]["champion_steps"]
        assert (number.value, number.sample) == (contestant.steps, contestant.generation)


@pytest.mark.parametrize(
    ("pellets", "generation", "note"),
    [
        ([1, 8.9, 9, 9.5, 10], 30, "generation 30"),
        ([9.5, 10], 10, "generation 10, the first checkpoint"),
        ([2, 2], 10, "generation 10, the first checkpoint"),
        ([0, 0], 10, "generation 10, the first checkpoint"),
    ],
)
def test_nearly_is_the_first_time_at_nine_tenths_of_the_last(contest, pellets, generation, note):
    curve = np.column_stack([10.0 * np.arange(1, len(pellets) + 1), pellets])
    number = found(contest, curves={"validation": curve})["nearly_steps"]
    assert (number.value, number.note) == (generation * contest.contestants[0].history.steps, note)
    assert (number.sample, number.interval) == (len(pellets), None)


def test_without_a_history_what_play_says_still_stands(contest, section):
    name = contest.contestants[0].name
    numbers = found(contest, curves={}, damage="it is damaged")
    assert numbers["nearly_steps"].value is None
    assert numbers["nearly_steps"].note == "no validation is on record"
    for slot in ("generalisation_gap", "selection_bias", "champion_steps"):
        assert numbers[slot] == section.numbers[name][slot]
    lost = measure(with_history(contest, curves={}, damage="it is damaged")[0], CONFIG, CPU, lambda _: None)
    assert lost.settings["damage"] == {name: "it is damaged"}
    assert not any(array.endswith(".0") for array in lost.arrays)
