"""Hidden states: training and unseen mazes are compared fairly, and states on the plane are those of the network."""

from dataclasses import replace

import numpy as np
import pytest

from agents.randomness import generator
from sim.evaluation.states import record_states
from sim.evaluation.training_set import training_episodes
from sim.measures.hidden_states import CLASSES, HiddenStates, shade_of
from sim.rollout.machine import CPU, Machine
from sim.statistics.neighbours import principal_axes
from sim.world.life import play_episode
from sim.world.rules import ATE

SMALL = HiddenStates(recorded=30, every=8, others=2)


@pytest.fixture(scope="module")
def found(subject, evaluation_set):
    return SMALL.compute(subject, evaluation_set, CPU)


def pooled(subject, pool):
    """The same champion, as if it had learned in a pool of so many mazes."""
    return replace(subject, record=replace(subject.record, pool=pool, mazes=max(pool, subject.record.mazes)))


@pytest.mark.parametrize(("policy", "repetition"), [("greedy", 0), ("sampled", 2)])
def test_recorded_states_are_those_of_the_plain_episode(subject, evaluation_set, policy, repetition):
    mazes = evaluation_set.mazes(2)
    states = record_states(subject, mazes, CPU, policy=policy, repetition=repetition)
    for maze in range(2):
        plain = play_episode(
            subject.genome, subject.layout, mazes, maze, subject.world, policy=policy, repetition=repetition
        )
        assert np.array_equal(states.hidden[maze], plain.hidden)
        assert np.array_equal(states.actions[maze], plain.actions)
        assert np.array_equal(states.senses[maze], plain.senses)


def test_all_numbers_and_points_are_there(found):
    numbers = {"dead_share", "dead_share_pool", "dead_share_other", "excess", "dead_share_greedy"}
    assert set(found) == numbers | {"states", "states_unseen"}
    assert found["excess"].value == pytest.approx(found["dead_share"].value - found["dead_share_other"].value)
    assert all(found[name].low <= found[name].value <= found[name].high for name in numbers)
    assert (found["dead_share"].sample, found["dead_share_pool"].sample) == (30, 10)
    for slot in ("states", "states_unseen"):
        assert found[slot].classes == CLASSES
        assert set(np.unique(found[slot].of)) <= set(range(5 if slot == "states_unseen" else 4))


def test_a_run_on_fresh_mazes_has_one_percent_and_no_excess(subject, evaluation_set):
    found = HiddenStates(recorded=240, others=2).compute(subject, evaluation_set, CPU)
    for slot in ("dead_share", "dead_share_pool", "dead_share_other", "dead_share_greedy"):
        assert found[slot].value == pytest.approx(1, abs=0.8), slot
        assert found[slot].low < 1 < found[slot].high, slot
    assert found["excess"].low < 0 < found["excess"].high


def test_a_single_training_maze_is_compared_with_other_single_mazes(subject, evaluation_set):
    found = HiddenStates(recorded=120, others=2).compute(pooled(subject, 1), evaluation_set, CPU)
    assert found["dead_share_pool"].value == pytest.approx(1, abs=0.8)
    assert found["excess"].low < 0 < found["excess"].high
    assert found["dead_share_greedy"].value is None
    assert found["dead_share_greedy"].note == "training mazes: 1"


def test_states_that_training_mazes_do_not_lead_to_are_in_excess(subject, evaluation_set):
    """A unit reads almost only whether the forager ate, and the training mazes hold a single pellet each."""
    genome = subject.genome.copy()
    subject.layout.split(genome)["hidden"][0, 1 + subject.layout.hidden + ATE] = 20
    maze = replace(subject.world.maze, size=12, pellets=0.0)
    never = replace(subject, genome=genome, world=replace(subject.world, maze=maze))
    found = SMALL.compute(never, evaluation_set, CPU)
    assert found["dead_share"].value > 10 > found["dead_share_pool"].value
    assert found["dead_share_other"].value < 5
    assert found["excess"].low > 2
    assert found["dead_share_greedy"].value > 10


def test_mazes_of_a_small_pool_are_played_several_times(subject):
    small = replace(subject, record=replace(subject.record, pool=4, mazes=4))
    mazes, repetitions = training_episodes(small, 10)
    assert mazes.indices.tolist() == [0, 1, 2, 3] * 2 + [0, 1]
    assert repetitions.tolist() == [0] * 4 + [1] * 4 + [2] * 2
    fresh, once = training_episodes(replace(subject, record=replace(subject.record, pool=0, mazes=100)), 10)
    assert fresh.indices.tolist() == list(range(90, 100))
    assert not once.any()


def test_results_do_not_depend_on_threads(subject, evaluation_set, found):
    again = SMALL.compute(subject, evaluation_set, Machine(2))
    assert [again[name] for name in ("dead_share", "excess")] == [found[name] for name in ("dead_share", "excess")]
    assert np.array_equal(again["states"].x, found["states"].x)


def test_the_shade_is_where_the_plane_has_no_states():
    """Two clouds at -3 and 3 along the first of five axes; the middle between them is empty."""
    rng = generator(0, "test/shade")
    reference, held_out, unseen = rng.standard_normal((3, 20, 50, 5)) * [0.3, 0.2, 0.05, 0.05, 0.05]
    for states in (reference, held_out):
        states[..., 0] += np.where(rng.random((20, 50)) < 0.5, -3, 3)
    shade = shade_of(reference, held_out, unseen, 10)
    x = np.linspace(*shade.extent[:2], shade.heights.shape[1])
    middle = shade.heights[shade.heights.shape[0] // 2]
    assert (middle[np.abs(x) < 1.5] > 0).all()
    assert (middle[np.abs(np.abs(x) - 3) < 0.3] < 0).all()
    mean, axes = principal_axes(reference.reshape(-1, 5))
    assert shade.project(reference) == pytest.approx((reference - mean) @ axes)
    assert shade.extent[0] < shade.project(unseen)[..., 0].min()
    edges = [shade.heights[0], shade.heights[-1], shade.heights[:, 0], shade.heights[:, -1]]
    assert np.concatenate(edges).min() > 0  # a page draws the edges on as far as its axes reach
