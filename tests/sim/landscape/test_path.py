"""Paths: their geometry, barriers of known height, and curves that avoid a hole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UserError
from agents.optimisers import CMAConfig, OpenAIESConfig
from sim.landscape.path import (
    STATIONS,
    Curve,
    Profile,
    evolve_curve,
    mode_connectivity,
    straight,
    train_curve,
)

A, B = np.array([1.0, 0, 0, 0], np.float32), np.array([-0.8, 0.6, 0, 0], np.float32)


def ring(genomes):
    """A ridge of height 0 at distance 1 from the origin, on which A and B lie; -1 at the origin."""
    return -((np.linalg.norm(genomes.astype(np.float64), axis=-1) - 1) ** 2)


def barrier(curve):
    """How far the ridge's heights along a curve fall below those of its ends."""
    t = np.linspace(0, 1, 61)
    return Profile(t, ring(curve.at(t))).barrier


@given(st.integers(0, 99), st.floats(0, 1))
def test_a_curve_is_bezier_and_its_ends_are_exact(seed, t):
    a, c, b = np.random.default_rng(seed).standard_normal((3, 7)).astype(np.float32)
    curve = Curve(a, c, b)
    first, second = (1 - t) * a.astype(float) + t * c.astype(float), (1 - t) * c.astype(float) + t * b.astype(float)
    np.testing.assert_allclose(curve.at(t, np.float64), (1 - t) * first + t * second, atol=1e-12)  # de Casteljau
    ends = curve.at([0, 1])
    assert ends.dtype == np.float32
    assert ends.tobytes() == np.stack([a, b]).tobytes()


def test_a_straight_path_is_the_line_and_a_bent_one_has_a_detour():
    line = straight([0, 0], [2, 4])
    np.testing.assert_allclose(line.at(STATIONS, np.float64), np.outer(STATIONS, [2, 4]))
    assert line.detour == 0
    assert Curve([0, 0], [1, 3], [2, 0]).detour == pytest.approx(1.5 / 2)


def test_barriers_of_known_height():
    t = np.linspace(0, 1, 5)
    across = Profile(t, ring(straight([1, 0], [-1, 0]).at(t, np.float64)))
    assert (across.barrier, across.barrier_at) == (1, 0.5)
    assert Profile(t, np.array([4.0, 5, 6, 7, 8])).barrier == 0
    assert Profile(t, np.array([4.0, 9, 9, 9, 4])).barrier == 0
    valley = Profile(t, np.array([4.0, 5, 6, 1, 8]))
    assert (valley.barrier, valley.barrier_at) == (6, 0.75)


@pytest.mark.parametrize(
    ("errors", "value", "at"),
    [
        ([10, 20, 30, 20, 14], -18, 0.5),
        ([20, 10, 5, 10, 20], 15, 0.5),
        ([10, 10, 10, 10, 10], 0, 0),
        ([10, 12, 11, 25, 12], -14, 0.75),
        ([10, 20, 20, 20, 30], 10, 0),
    ],
)
def test_mode_connectivity_by_hand(errors, value, at):
    found = mode_connectivity(errors)
    assert (found.value, found.at) == (value, at)


@pytest.mark.parametrize(
    "config",
    [OpenAIESConfig(population=64, sigma=0.05, learning_rate=0.05, weight_decay=0.0), CMAConfig(population=16)],
)
def test_evolution_bends_the_line_round_a_hole(config):
    assert barrier(straight(A, B)) > 0.4
    curve = evolve_curve(lambda _: ring, A, B, config, generations=60, points=6, seed=1)
    assert barrier(curve) < 0.04
    assert curve.at([0, 1]).tobytes() == np.stack([A, B]).tobytes()
    again = evolve_curve(lambda _: ring, A, B, config, generations=60, points=6, seed=1)
    assert again.control.tobytes() == curve.control.tobytes()


def test_each_generation_is_evaluated_by_its_own_function():
    asked = []

    def objectives(generation):
        asked.append(generation)
        return ring

    evolve_curve(objectives, A, B, OpenAIESConfig(population=2), generations=3)
    assert asked == [0, 1, 2]


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_gradients_bend_the_line_round_a_hole(kind):
    kinds = set()

    def loss(weights):
        kinds.add(str(weights.dtype))
        return (weights.norm() - 1) ** 2

    a, b = A.astype(kind), B.astype(kind)
    curve = train_curve(loss, a, b, steps=150, learning_rate=0.05, points=4)
    assert barrier(curve) < 0.04
    assert curve.at([0, 1], kind).tobytes() == np.stack([a, b]).tobytes()
    assert kinds == {f"torch.{np.dtype(kind).name}"}
    again = train_curve(loss, a, b, steps=150, learning_rate=0.05, points=4)
    assert again.control.tobytes() == curve.control.tobytes()


def test_genomes_and_errors_that_do_not_fit_are_refused():
    with pytest.raises(UserError, match="one layout, got 2, 2 and 3 weights"):
        Curve([1, 2], [1, 2], [1, 2, 3])
    with pytest.raises(UserError, match="one layout, got 2 and 3 weights"):
        straight([1, 2], [1, 2, 3])
    with pytest.raises(UserError, match="takes 5 errors"):
        mode_connectivity([1, 2, 3])
