"""Curvature of what has a known one; answers that are alike."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from sim.comparison import curvature
from sim.comparison.curvature import measure
from sim.imitation.gradient import cross_entropy
from sim.imitation.teacher import Demonstrations
from sim.rollout.machine import CPU


@pytest.fixture
def bowl(monkeypatch):
    """Pellets are 100 - |g - g0|^2 / |g0|^2 * 50, so half is lost at one norm, and the curvature is known."""

    def eaten(contest, mazes, machine):
        home = contest.contestants[0].genome.astype(np.float64)
        square = home @ home
        return lambda genomes: (100 - 50 * ((genomes - home) ** 2).sum(axis=1) / square)[:, None]

    monkeypatch.setattr(curvature, "eaten", eaten)


def test_a_bowl_has_the_curvature_of_a_bowl(contest, config, bowl):
    one = replace(contest, contestants=contest.contestants[:1])
    found = measure(one, replace(config.curvature, samples=4096, directions=20), CPU, lambda _: None).numbers
    numbers, home = found["a evolve (es)"], contest.genomes[0].astype(np.float64)
    trace = -100 * home.size / (home @ home)
    assert numbers["smooth_trace"].low <= trace <= numbers["smooth_trace"].high
    for name in ("half_radius_lower", "half_radius", "half_radius_upper"):
        assert 1 <= numbers[name].value <= 2 ** (1 / 8) * 1.001  # the first radius of the grid beyond 1
    assert numbers["censored"].value == 0


def test_hessians_are_dense_ones(contest, config):
    sizes = replace(config.curvature, probes=400, products=100, horizons=(5,), episodes=3)
    lessons = contest.teacher(contest.mazes(3))
    early = Demonstrations(lessons.senses[:, :5], lessons.labels[:, :5], {})
    found = curvature._hessians(contest, contest.contestants[0], lessons, sizes)
    weights = torch.tensor(contest.genomes[0].astype(np.float64))
    dense = torch.autograd.functional.hessian(cross_entropy(contest.layout, early), weights).numpy()
    values = np.linalg.eigvalsh(dense)
    assert found["hessian_top_5"].value == pytest.approx(values[np.abs(values).argmax()], rel=0.01)
    trace = found["hessian_trace_5"]
    assert trace.low <= np.trace(dense) <= trace.high


def test_horizons_end_with_life(compared):
    found = compared[0].sections["curvature"]
    assert found.settings["horizons"] == [5, 20]
    assert {"hessian_top_5", "hessian_trace_20"} <= found.numbers["b imitate"].keys()


def test_a_network_answers_as_itself(contest, config):
    one, other = contest.contestants
    same = replace(contest, contestants=(one, replace(other, genome=-one.genome * 0 + one.genome)))
    found = curvature._similarities(same, config.curvature)["a evolve (es) | b imitate"]
    assert found["cka_outputs"].value == pytest.approx(1)
    assert found["cka_hidden"].value == pytest.approx(1)


def test_a_champion_that_eats_nothing_has_no_half_to_lose(contest, config, monkeypatch):
    monkeypatch.setattr(curvature, "eaten", lambda *_: lambda genomes: np.zeros((len(genomes), 2)))
    found = measure(contest, config.curvature, CPU, lambda _: None)
    numbers = found.numbers["a evolve (es)"]
    for name in ("half_radius_lower", "half_radius", "half_radius_upper", "censored"):
        assert (numbers[name].value, numbers[name].interval) == (None, None)
        assert "eats nothing" in numbers[name].note
    assert np.isnan(found.arrays["half_radii.0"]).all()
    assert numbers["smooth_value"].value == 0


def test_answers_that_never_change_are_like_no_others(contest, config):
    one, other = contest.contestants
    dumb = replace(contest, contestants=(one, replace(other, genome=0 * other.genome)))
    for found in curvature._similarities(dumb, config.curvature)["a evolve (es) | b imitate"].values():
        assert (found.value, found.interval) == (None, None)
        assert "always answers the same" in found.note
