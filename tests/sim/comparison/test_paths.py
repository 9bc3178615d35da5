"""Paths join what they should, and barriers are those of their profiles."""

import numpy as np
import pytest

from sim.comparison.contest import eaten, losses, mean
from sim.comparison.paths import connect
from sim.landscape.path import Curve, Profile, mode_connectivity
from sim.rollout.machine import CPU

from .conftest import PATHS


@pytest.fixture(scope="module")
def connected(contest):
    return connect(contest, *contest.genomes, PATHS, CPU, lambda _: None)


def test_profiles_are_values_along_the_paths(contest, connected):
    _, arrays = connected
    mazes = contest.mazes(PATHS.mazes)
    a, b = contest.genomes.astype(np.float64)
    for name in ("line", "curve_pellets", "curve_imitation"):
        control = arrays.get(f"{name}.control", (a + b) / 2)
        genomes = Curve(a, control, b).at(arrays["t"])
        share = 100 * mean(eaten(contest, mazes, CPU))(genomes) / mazes.pellet_counts[0]
        loss = mean(losses(contest, contest.teacher(mazes), CPU))(genomes)
        assert arrays[f"{name}.share"] == pytest.approx(share)
        assert arrays[f"{name}.loss"] == pytest.approx(loss)


def test_numbers_are_those_of_the_profiles(connected):
    numbers, arrays = connected
    for slot, values in {
        "line_pellets": arrays["line.share"],
        "line_imitation": -arrays["line.loss"],
        "curve_pellets": arrays["curve_pellets.share"],
        "curve_imitation": -arrays["curve_imitation.loss"],
    }.items():
        profile = Profile(arrays["t"], values)
        assert numbers[f"{slot}_barrier"].value == pytest.approx(profile.barrier)
        assert numbers[f"{slot}_barrier_at"].value == pytest.approx(profile.barrier_at)
    errors = 100 - arrays["curve_pellets.share"][::2]
    found = mode_connectivity(errors)
    # where the ends differ most, rounding decides which of them is farther
    assert abs(numbers["mode_connectivity"].value) == pytest.approx(abs(found.value))
    ends, inner = (errors[0] + errors[-1]) / 2, errors[1:-1]
    expected = ends - inner[np.abs(inner - ends).argmax()]
    assert numbers["mode_connectivity_inside"].value == pytest.approx(expected)


def test_a_path_to_itself_has_no_barrier(contest):
    genome = contest.genomes[0]
    nearby = genome + np.float32(1e-4)
    numbers, _ = connect(contest, genome, nearby, PATHS, CPU, lambda _: None)
    assert numbers["line_imitation_barrier"].value == pytest.approx(0, abs=1e-4)
