"""Planted normal scores have the optimism that order statistics predict; the test split is opened on record only."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from sim.evaluation.subject import read_subject
from sim.learning.run import Run
from sim.measures.optimism import Optimism, chosen, largest_normal, late_champions, predicted
from sim.rollout.machine import CPU

SMALL = Optimism(most=4, sizes=(4, 8), blocks=4, subsets=5, mazes=16)


@pytest.mark.parametrize(
    ("n", "expected"), [(1, 0), (2, 1 / np.sqrt(np.pi)), (3, 1.5 / np.sqrt(np.pi)), (100, 2.50759)]
)
def test_the_expected_maximum_of_normal_numbers(n, expected):
    assert largest_normal(n) == pytest.approx(expected, abs=1e-4)


def test_planted_normal_scores_have_the_predicted_optimism():
    rng = np.random.default_rng(2)
    true = rng.normal(50, 2, 400)
    mazes = rng.normal(0, 20, (1, 64, 16))  # how hard each maze is chooses no candidate
    scores = true[:, None, None] + mazes + rng.normal(0, 8, (400, 64, 16))
    counts = np.array([1, 10, 50])
    expected = predicted(scores, true, counts)
    assert expected == pytest.approx([largest_normal(int(n)) * 4 / np.sqrt(8) for n in counts], rel=0.1)
    measured = np.array([chosen(scores.mean(axis=2), true, int(n), 40, 0).mean() for n in counts])
    assert measured == pytest.approx(expected, abs=0.25)
    assert measured[0] == pytest.approx(0, abs=0.2)


def test_candidates_are_the_champions_of_the_later_half(subject):
    late = late_champions(subject)
    generations = subject.record.generations
    assert len(late) == (generations >= generations.max() / 2).sum() >= 1
    assert np.array_equal(late[-1], subject.record.path[-1].astype(np.float32))


def test_a_group_is_measured_the_same_each_time(subject, evaluation_set):
    group = [subject, replace(subject, name="b", record=replace(subject.record, path=subject.record.path * 1.1))]
    one, other = (SMALL.compute(group, evaluation_set, CPU) for _ in range(2))
    assert one["optimism_4"] == other["optimism_4"]
    assert set(one) >= {"optimism_4", "optimism_8", "predicted_4", "ratio_8", "by_n_4", "by_n_predicted_8"}
    assert one["by_n_4"].x[0] == 1


def test_the_test_split_is_opened_on_record(stored_runs, evaluation_set, tmp_path, subject):
    shutil.copytree(stored_runs / "evolve-1", tmp_path / "run")
    run = Run.open(tmp_path / "run")
    before = len(run.openings())
    opened = read_subject(run)
    opening = replace(SMALL, split="test")
    opening.compute([opened, replace(opened, name="b")], evaluation_set, CPU)
    assert len(Run.open(tmp_path / "run").openings()) == before + 2
    with pytest.raises(UserError, match="a ledger; save the runs"):
        opening.compute([replace(subject, run=None)] * 2, evaluation_set, CPU)
