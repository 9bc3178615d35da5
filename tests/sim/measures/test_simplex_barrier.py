"""Surfaces through equal champions have no barrier, and those through aligned twins none either."""

from dataclasses import replace

import numpy as np
import pytest

from agents.network.symmetry import draw, twin
from sim.measures.simplex_barrier import SimplexBarrier
from sim.rollout.machine import CPU

SMALL = SimplexBarrier(sizes=(2, 3), parts=3, mazes=16, generations=2, population=4, rollouts=1, starts=4, side=7)


def group(subject, genomes):
    return [replace(subject, name=str(at), genome=genome) for at, genome in enumerate(genomes)]


def test_equal_champions_have_no_barrier(subject, evaluation_set):
    found = SMALL.compute(group(subject, [subject.genome] * 8), evaluation_set, CPU)
    for slot in ("worst_flat_2", "worst_aligned_3", "centroid_flat_3"):
        assert found[slot].value == pytest.approx(0, abs=1e-9)
    assert found["worst_flat_2"].sample == 8
    assert found["worst_flat_2"].interval == pytest.approx((0, 0), abs=1e-9)
    assert found["worst_flat_3"].interval is None  # two subsets without a common run


def test_twins_have_a_barrier_until_they_are_aligned(subject, evaluation_set):
    twins = [subject.genome, *(twin(subject.genome, subject.layout, draw(subject.layout, 2, at)) for at in range(2))]
    found = SMALL.compute(group(subject, twins), evaluation_set, CPU)
    assert found["worst_flat_3"].value > 5
    assert found["worst_aligned_3"].value < 3  # a permutation rounds sums in another order
    heights = found["triangle_aligned"].heights
    assert np.isnan(heights[0, 0])
    assert np.isfinite(heights[-1]).all()
    assert [mark.text for mark in found["triangle_flat"].marks] == ["1", "2", "3"]
