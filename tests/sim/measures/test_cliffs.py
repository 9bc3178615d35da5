"""Cliffs of functions where they are known."""

import numpy as np
import pytest

from sim.evaluation.evaluation_set import EvaluationSet
from sim.landscape.smoothing import gradient
from sim.measures.cliffs import Cliffs, first_cliffs
from sim.rollout.machine import Machine

GRID = 2.0 ** (-np.arange(65)[::-1] / 8) * 2
GENOME = np.random.default_rng(0).standard_normal(30).astype(np.float32)
NORM = np.linalg.norm(GENOME.astype(np.float64))


def towards(genomes):
    """How far genomes [N, P] lie from GENOME along its first weight, relative to its norm."""
    return (genomes.astype(np.float64)[:, 0] - GENOME[0]) / NORM


@pytest.mark.parametrize("at", [0.05, 0.3, 1.1])
def test_a_step_function_has_its_cliff_at_the_step(at):
    """All directions are the first axis, along which the return falls from 80 to 20 percent at the step."""
    ways = np.zeros((5, 30))
    ways[:, 0] = NORM
    found = Cliffs().along(
        lambda genomes: np.where(towards(genomes) < at, 80.0, 20.0), GENOME, {"gradient": ways, "random": -ways}, 0
    )
    step = GRID[np.searchsorted(GRID, at)]
    assert (found["cliff_gradient"].value, found["cliff_gradient"].interval) == (step, (step, step))
    assert found["cliff_share_gradient"].value == (100 if step <= 1 else 0)
    assert found["cliff_share_random"].value == 0
    assert found["cliff_random"].doubtful
    assert found["cliff_random"].note == "beyond 2 ‖g‖"
    line = found["returns_gradient"]
    assert line.y.tolist() == [80 if x < at else 20 for x in line.x]


def test_a_cliff_needs_both_half_of_the_return_and_a_quarter_of_the_range():
    grid = np.array([1.0, 2.0, 3.0])
    lines = np.array([[90, 46, 44], [90, 45, 90], [90, 50, 60]], float)
    assert first_cliffs(lines, 90, grid).tolist() == [3, 2, np.inf]
    assert first_cliffs(np.array([[16, 15.1, 0]]), 40, grid).tolist() == [2 + 1]
    assert first_cliffs(np.array([[16, 15, 0]]), 40, grid).tolist() == [2]
    assert first_cliffs(np.array([[9, 0, 0]], float), 20, grid).tolist() == [np.inf]


def test_a_poor_champion_can_have_no_cliff_and_the_result_says_so():
    ways = np.ones((3, 30))
    found = Cliffs().along(lambda genomes: np.full(len(genomes), 12.0), GENOME, {"gradient": ways}, 0)
    assert found["cliff_share_gradient"].doubtful
    assert "the champion eats 12.0 %" in found["cliff_share_gradient"].note


def test_the_gradient_of_a_linear_function_is_found_and_estimates_agree_as_they_should():
    slope = np.random.default_rng(1).standard_normal(30)
    ways = Cliffs(gradients=40, samples=90).gradient_directions(lambda at: lambda g: g @ slope, GENOME, 0)
    assert np.linalg.norm(ways, axis=1) == pytest.approx(NORM)
    cosines = [a @ b / NORM**2 for a, b in zip(ways[:20], ways[20:], strict=True)]
    assert np.mean(cosines) == pytest.approx(90 / (90 + 2 * 30), abs=0.05)
    mean = np.mean([gradient(lambda g: g @ slope, GENOME, 0.1, 100, 0, at) for at in range(400)], axis=0)
    assert mean == pytest.approx(slope, abs=0.2)


def test_a_function_without_slope_gives_zero_and_no_error():
    assert not Cliffs(gradients=2, samples=4).gradient_directions(lambda at: lambda g: np.ones(len(g)), GENOME, 0).any()


def test_a_champion_is_measured_with_the_same_bits_on_two_threads(subject, evaluation_set):
    measure = Cliffs(gradients=4, samples=16, rollouts=2, directions=3, steps=9, mazes=4)
    one, two = (measure.compute(subject, evaluation_set, Machine(threads)) for threads in (1, 2))
    assert one["returns_gradient"].y.tobytes() == two["returns_gradient"].y.tobytes()
    assert one["cliff_random"] == two["cliff_random"]
    assert one["gradient_cosine"].sample == 2
    other = measure.compute(subject, EvaluationSet(subject.world, 5, evaluation_set.first), Machine(1))
    assert other["returns_random"].y.tolist() != one["returns_random"].y.tolist()
    assert one["returns_gradient"].y[0] == pytest.approx(one["returns_random"].y[0], abs=3)
