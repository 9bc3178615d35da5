"""Smallest and random flips of planted networks are those that a hand can count."""

import numpy as np
import pytest

from agents.layout import Layout
from agents.network.response import respond
from sim.measures.observation_flips import ObservationFlips, _flips, actions_for_all
from sim.rollout.machine import CPU
from sim.rollout.trace import senses, trace

LAYOUT = Layout(hidden=2)
CODES = np.array([[0, 3, 5, 1]])


def planted(weights):
    """A network without memory whose first action wins where the weighted sum of its senses is above 0."""
    genome = np.zeros(LAYOUT.size, np.float32)
    blocks = LAYOUT.split(genome)
    blocks["hidden"][0, 0] = weights[0]
    blocks["hidden"][0, 1 + LAYOUT.hidden :] = weights[1:]
    blocks["output"][0, 1] = 1
    return genome


def counted(genome, known=None):
    actions = actions_for_all(genome, LAYOUT, CODES)[0]
    everything = np.ones(1 << LAYOUT.inputs, bool) if known is None else known
    return _flips(actions, CODES[0], LAYOUT.inputs, everything)


def test_an_action_that_depends_on_one_sense():
    senses_count = LAYOUT.inputs
    smallest, seen, random, alive = counted(planted([-0.5, *np.eye(senses_count)[2]]))
    assert (smallest == 1).all()
    assert (seen == 1).all()
    assert random == pytest.approx((senses_count + 1) / 2)
    assert alive == pytest.approx(1 - np.arange(senses_count + 1) / senses_count)


def test_an_action_that_needs_several_senses():
    """From observation 0, three of all senses must flip; in any order the third flip changes the action."""
    smallest, _, random, _ = counted(planted([-2.5, *np.ones(LAYOUT.inputs)]))
    assert smallest[0] == random[0] == pytest.approx(3)


def test_a_network_that_ignores_its_senses_counts_one_more_than_all():
    smallest, _, random, alive = counted(planted([1.0, *np.zeros(LAYOUT.inputs)]))
    assert (smallest == LAYOUT.inputs + 1).all()
    assert random == pytest.approx(LAYOUT.inputs + 1)
    assert alive == pytest.approx(1)


def test_only_known_observations_count_as_seen():
    known = np.zeros(1 << LAYOUT.inputs, bool)
    known[CODES] = True
    _, seen, _, _ = counted(planted([-0.5, *np.eye(LAYOUT.inputs)[2]]), known)
    assert list(seen) == [2, 2, 1, 1]  # 0 to 5 flips two; 3 to 5 two; 5 to 1 one; 1 to 5 one


def test_actions_at_the_observations_of_the_episode_are_those_that_were_taken(subject, evaluation_set):
    mazes = evaluation_set.mazes(2)
    sensed = senses(trace(subject.genome[None], subject.layout, mazes, subject.world), mazes, subject.world)[0]
    codes = sensed.astype(np.int64) @ (1 << np.arange(subject.layout.inputs))
    actions = actions_for_all(subject.genome, subject.layout, codes)
    taken = respond(subject.genome, subject.layout, sensed).outputs.argmax(2)
    assert (np.take_along_axis(actions, codes[..., None], 2)[..., 0] == taken).mean() > 0.99


def test_a_champion_is_measured(subject, evaluation_set):
    found = ObservationFlips(mazes=3).compute(subject, evaluation_set, CPU)
    assert 1 <= found["smallest"].value <= found["random"].value
    assert found["smallest"].value <= found["smallest_seen"].value
    assert found["ratio"].value == pytest.approx(found["smallest"].value / found["random"].value)
    assert found["unchanged_worst"].y[0] == 100
