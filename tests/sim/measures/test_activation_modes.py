"""Modes of activations: planted modes are found with their tightness, and networks whose modes are known."""

from dataclasses import replace

import numpy as np
import pytest

from agents.layout import Layout
from agents.randomness import generator
from sim.evaluation.states import record_states
from sim.measures.activation_modes import NAMED, ActivationModes, by_mode, random_steps, tightness
from sim.rollout.machine import CPU, Machine

SMALL = ActivationModes(mazes=80, neighbours=10, references=5)


def planted(modes, units, spread, seed=0):
    """States [80, 5, H] around means [K, H] that are drawn with a standard deviation of 3, and the tightness."""
    rng = generator(seed, "test/planted", modes, units)
    means, of = 3 * rng.standard_normal((modes, units)), rng.integers(modes, size=(80, 5))
    w = ((means[of] - means[of].mean(axis=(0, 1))) ** 2).mean(axis=(0, 1)).sum()
    return means[of] + spread * rng.standard_normal((80, 5, units)), units * spread**2 / (units * spread**2 + w)


@pytest.mark.parametrize(("modes", "units"), [(2, 3), (5, 8), (8, 16), (3, 32)])
@pytest.mark.parametrize("spread", [0.1, 0.5])
def test_planted_gaussians_are_found_with_their_tightness(modes, units, spread):
    hidden, tight = planted(modes, units, spread)
    found = SMALL.among(hidden, 0)
    assert (found["modes"].value, found["modes"].sample) == (modes, 400)
    assert found["tightness"].value == pytest.approx(tight, rel=0.12)
    assert found["tightness"].low < tight * 1.1
    assert found["tightness"].high > tight * 0.9


@pytest.mark.parametrize("units", [2, 6, 16])
@pytest.mark.parametrize("kind", ["standard_normal", "random"])
def test_one_gaussian_and_uniform_noise_are_one_mode(units, kind):
    hidden = getattr(generator(1, "test/one", units), kind)((80, 5, units))
    found = replace(SMALL, references=19).among(hidden, 0)
    assert (found["modes"].value, found["tightness"].value) == (1, pytest.approx(1))


def test_rotated_and_permuted_units_have_the_same_modes():
    hidden, _ = planted(6, 7, 1.2)
    rng = generator(2, "test/rotation")
    rotation, _ = np.linalg.qr(rng.standard_normal((7, 7)))
    found = SMALL.among(hidden, 0)
    for other in (hidden @ rotation, hidden[..., rng.permutation(7)], 5 - hidden, 1e3 * hidden):
        again = SMALL.among(other, 0)
        assert again["modes"] == found["modes"]
        assert again["tightness"].value == pytest.approx(found["tightness"].value)
        assert np.array_equal(again["states_by_mode"].of, found["states_by_mode"].of)


def test_equal_states_are_modes_that_are_points():
    """The states of a network without memory that senses five things."""
    points = generator(3, "test/atoms").standard_normal((5, 6))
    hidden = points[generator(3, "test/atoms").integers(5, size=(80, 5))]
    found = SMALL.among(hidden, 0)
    assert found["modes"].value == 5
    assert found["tightness"].value == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("hidden", [np.ones((80, 5, 4)), np.arange(24.0).reshape(3, 4, 2)])
def test_equal_states_or_too_few_mazes_have_no_modes(hidden):
    found = SMALL.among(hidden, 0)
    assert found["modes"].value is None
    assert "too few mazes for k = 10, or all are equal" in found["modes"].note


def test_tightness_is_by_its_definition():
    hidden = generator(4, "test/tightness").standard_normal((6, 3, 2))
    of = np.arange(18).reshape(6, 3) % 4
    points, modes = hidden.reshape(-1, 2), of.ravel()
    within = sum(points[modes == at].var(axis=0).sum() * (modes == at).sum() for at in range(4))
    assert tightness("tightness", hidden, of, 0).value == pytest.approx(within / (18 * points.var(axis=0).sum()))


def test_steps_are_from_equal_parts_and_of_both_parities():
    steps = random_steps(100, 5, 300, 0)
    assert np.array_equal(steps // 20, np.broadcast_to(np.arange(5), (300, 5)))
    assert 0.45 < (steps % 2).mean() < 0.55
    assert random_steps(3, 5, 10, 0).max() < 3


def test_many_modes_have_few_colours():
    of = np.arange(40).reshape(8, 5) % 9
    drawn = by_mode(generator(5, "test/colours").standard_normal((8, 5, 3)), of)
    assert len(drawn.classes) == NAMED + 1
    assert (drawn.of == NAMED).sum() == (of >= NAMED).sum()
    assert by_mode(np.ones((2, 2, 3)), np.zeros((2, 2), int)).classes == ("mode 1",)


def changed(subject, change):
    """The champion with changed weights [H, 1 + H + I] of its hidden units: bias, then hidden states, then senses."""
    genome = subject.genome.copy()
    change(subject.layout.split(genome)["hidden"])
    return replace(subject, genome=genome)


def test_units_at_their_limits_are_saturated(subject, evaluation_set):
    def saturate(weights):
        weights *= 1e-3
        weights[:3, 0] = [40, -40, 40]

    found = SMALL.compute(changed(subject, saturate), evaluation_set, CPU)
    assert found["saturated"].value == 50.0  # three of six units


def test_the_modes_of_a_network_that_ignores_its_past_are_those_of_its_senses(subject, evaluation_set):
    def forget(weights):
        weights[:, 1 : 1 + subject.layout.hidden] = 0

    forgetful, measure = changed(subject, forget), replace(SMALL, mazes=400, references=2)
    found = measure.compute(forgetful, evaluation_set, CPU)
    assert found["tightness_senses"].value == pytest.approx(0, abs=1e-9)
    senses = record_states(forgetful, evaluation_set.mazes(400), CPU).senses
    at = random_steps(senses.shape[1], 5, 400, evaluation_set.draws(forgetful))
    codes = np.take_along_axis(senses @ 2.0 ** np.arange(senses.shape[2]), at, axis=1)
    episodes = np.array([(codes == code).any(axis=1).sum() for code in np.unique(codes)])
    sure, possible = ((episodes >= SMALL.neighbours + more).sum() for more in (1, 0))  # others fill its neighbourhood
    assert 5 < sure <= found["modes"].value <= possible


@pytest.mark.parametrize("cell", ["elman", "gru", "lstm"])
def test_every_cell_has_modes(subject, evaluation_set, cell):
    layout = Layout(cell, subject.layout.inputs, 5, subject.layout.outputs)
    genome = generator(6, "test/cell").standard_normal(layout.size).astype(np.float32)
    found = SMALL.compute(replace(subject, layout=layout, genome=genome), evaluation_set, CPU)
    assert set(found) == set(SMALL.quantities)
    assert found["modes"].value >= 1
    assert 0 < found["tightness"].low <= found["tightness"].value <= found["tightness"].high <= 1


def test_results_do_not_depend_on_threads(subject, evaluation_set):
    first, again = (SMALL.compute(subject, evaluation_set, machine) for machine in (CPU, Machine(2)))
    assert {name: first[name] for name in first if name != "states_by_mode"} == {
        name: again[name] for name in again if name != "states_by_mode"
    }
    assert np.array_equal(first["states_by_mode"].of, again["states_by_mode"].of)
