"""The plane holds what spans it, and its window all that is on it."""

import numpy as np
import pytest

from sim.comparison.plane import measure
from sim.landscape.plane import Window, through
from sim.rollout import play
from sim.rollout.machine import CPU


@pytest.fixture(scope="module")
def section(contest, config):
    return measure(contest, config.plane, CPU, lambda _: None)


def test_the_spanning_genomes_lie_on_it(section):
    found = section.arrays
    assert found["champion"] == pytest.approx(np.array([[0, 0], [1, 0]]), abs=1e-9)
    assert found["champion_off"] == pytest.approx(np.zeros(2), abs=1e-7)
    assert found["initial_off"][0] == pytest.approx(0, abs=1e-7)
    assert found["initial_off"][1] > 0.01
    for at in (0, 1):
        assert found[f"off.{at}"][-1] == pytest.approx(0, abs=1e-7)
        assert found[f"path.{at}"][-1] == pytest.approx(found["champion"][at], abs=1e-9)
        assert len(found[f"path.{at}"]) == len(found[f"generations.{at}"])


def test_the_window_holds_them_and_its_pixels_are_genomes(contest, section):
    about = section.settings["window"]
    window = Window(about["x"], about["y"], about["radius"], tuple(about["shape"]))
    y, x = window.axes()
    every = [section.arrays[name] for name in ("champion", "initial", "path.0", "path.1")]
    for xy in np.concatenate(every):
        assert x[0] < xy[0] < x[-1]
        assert y[-1] < xy[1] < y[0]
    assert max(window.shape) == 9
    one, other = contest.contestants
    plane = through(one.genome, other.genome, one.initial)
    corner = play(plane.at(window.points()[0, -1])[None], contest.layout, contest.mazes(2), contest.world)
    assert section.arrays["field"][0, -1] == np.float32(corner.mean())


def test_shares_and_distances(contest, section):
    one, other = contest.contestants
    pair = section.numbers["a evolve (es) | b imitate"]
    a, b = one.genome.astype(float), other.genome.astype(float)
    assert pair["distance"].value == pytest.approx(np.linalg.norm(a - b) / np.linalg.norm(a))
    assert pair["cosine"].value == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
    for contestant in contest.contestants:
        found = section.numbers[contestant.name]
        assert 0 < found["seen"].value <= 100
        assert found["off_plane_mean"].value <= found["off_plane_most"].value
