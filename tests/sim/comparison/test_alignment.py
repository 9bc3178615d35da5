"""Alignment undoes a planted symmetry, and with it the barrier."""

from dataclasses import replace

import numpy as np
import pytest

from agents.network.symmetry import draw, twin
from sim.comparison.alignment import measure
from sim.rollout.machine import CPU


def test_a_planted_twin_is_no_stranger(contest, config):
    one, other = contest.contestants
    planted = twin(one.genome, contest.layout, draw(contest.layout, 11))
    twins = replace(contest, contestants=(one, replace(other, genome=planted)))
    section = measure(twins, replace(config.alignment, starts=8), CPU, lambda _: None)
    found = section.numbers["a evolve (es) | b imitate"]
    assert found["distance_before"].value > 0.1
    assert found["distance_after"].value == 0
    assert found["distance_planted"].value == 0
    assert found["line_pellets_barrier"].value == 0
    assert found["line_imitation_barrier"].value == pytest.approx(0, abs=1e-9)
    assert np.array_equal(section.arrays["pair.0.twin"], one.genome)


def test_alignment_never_leads_farther(contest, config):
    section = measure(contest, config.alignment, CPU, lambda _: None)
    found = section.numbers["a evolve (es) | b imitate"]
    assert found["distance_after"].value <= found["distance_before"].value
    assert found["distance_after"].value <= found["distance_random"].low
    assert found["distance_stranger"].sample == found["distance_random"].sample == 2
