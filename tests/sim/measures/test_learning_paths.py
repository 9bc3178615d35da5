"""Arrows on the paths of learning point up planted functions, and down the loss; they change no number."""

from dataclasses import replace

import numpy as np
import pytest

from sim.evaluation.evaluation_set import EvaluationSet, first_unseen, mean
from sim.evaluation.subject import read_subject
from sim.landscape.plane import Plane
from sim.learning.run import Run
from sim.measures.learning_paths import LearningPaths, _down
from sim.rollout.machine import CPU

SMALL = LearningPaths(side=12, mazes=2, samples=16)
PLANE = Plane(np.ones(9), np.eye(9)[0] * 2, np.eye(9)[1] * 2)
GENOME = np.ones(9, np.float32)


@pytest.fixture(scope="module")
def subjects(stored_runs):
    return [read_subject(Run.open(stored_runs / name)) for name in ("evolve-0", "imitate-0", "reinforce-0")]


@pytest.fixture(scope="module")
def mazes(subjects):
    return EvaluationSet(subjects[0].world, 0, first_unseen(subjects))


@pytest.mark.parametrize("slope", [(3.0, 4.0), (-1.0, 0.0), (0.0, -2.0)])
def test_an_arrow_points_up_a_slope_along_the_plane(slope):
    way = LearningPaths(samples=4096)._up(lambda genomes: genomes[:, :2] @ slope, PLANE, GENOME, 0)
    # the unit of the plane is 2, so the gradient (a, b) is (a / 2, b / 2) on it
    assert way == pytest.approx(np.array(slope) / 2, abs=0.1)


def test_there_is_no_arrow_where_the_plane_is_flat_or_all_is_noise():
    assert not LearningPaths()._up(lambda genomes: np.full(len(genomes), 7.0), PLANE, GENOME, 0).any()
    assert not LearningPaths()._up(lambda genomes: genomes[:, 5], PLANE, GENOME, 0).any()


def test_the_loss_falls_along_its_arrow_as_steeply_as_anywhere(subjects, mazes):
    imitator = subjects[1]
    genome = imitator.record.initial.astype(np.float32)
    u, v = np.linalg.qr(np.random.default_rng(0).standard_normal((genome.size, 2)))[0].T
    plane, taught = Plane(genome, u, v), mazes.demonstrations(mazes.mazes(4))
    way = _down(plane, genome, imitator, taught)
    angles = np.arctan2(way[1], way[0]) + np.linspace(-np.pi, np.pi, 73)
    around = plane.at(1e-2 * np.stack([np.cos(angles), np.sin(angles)], axis=1), np.float64)
    losses = mean(mazes.losses(imitator.layout, taught, CPU))(np.vstack([around, plane.origin[None]]))
    assert abs(losses[:-1].argmin() - 36) <= 2  # of 5 degrees
    assert (losses[-1] - losses[36]) / 1e-2 == pytest.approx(np.linalg.norm(way), rel=0.1)


def test_arrows_are_on_the_map_of_what_a_run_learned_and_change_no_number(subjects, mazes):
    found, bare = (each.compute(subjects, mazes, CPU) for each in (SMALL, replace(SMALL, arrows=0)))
    arrows = {name: [mark for mark in found[name].marks if mark.shape == "arrow"] for name in ("plane", "plane_loss")}
    assert [mark.subject for mark in arrows["plane"]] == [0, 2]
    assert [mark.subject for mark in arrows["plane_loss"]] == [1]
    (down,) = arrows["plane_loss"]
    lengths = np.linalg.norm(down.xy[1::2] - down.xy[::2], axis=1)
    assert lengths == pytest.approx(0.07 * 12 * found["plane"].pixel)
    assert {mark.shape for mark in bare["plane"].marks} == {"path", "ring", "spot"}
    assert np.array_equal(found["plane"].heights, bare["plane"].heights)
    assert {name: each for name, each in found.items() if each.kind == "number"} == {
        name: each for name, each in bare.items() if each.kind == "number"
    }


def test_without_imitation_there_is_one_map(subjects, mazes):
    found = SMALL.compute(subjects[::2], mazes, CPU)
    assert "plane_loss" not in found
    assert found["plane"].heights.size
