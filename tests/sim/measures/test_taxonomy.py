"""Phases are those of cells of the released grid of Yang et al. 2021, and runs that are equal are connected."""

from dataclasses import replace

import numpy as np
import pytest

from agents.network.symmetry import draw, twin
from sim.evaluation.evaluation_set import EvaluationSet, first_unseen
from sim.evaluation.subject import read_subject
from sim.learning.run import Run
from sim.measures.taxonomy import PHASES, Taxonomy, phase
from sim.rollout.machine import CPU

SMALL = Taxonomy(
    mazes=16, demonstrations=2, curve_steps=3, curve_generations=2, curve_population=4, curve_rollouts=1, steps=10,
    probes=3, recorded=1,
)  # fmt: skip
CELLS = [  # mode connectivity, training loss, CKA, and the phase; the first two name their batch size and width
    (-18.7, 0.591, 0.3, "I"), (7.36, 0.366, 0.5, "II"), (-1.024, 0.002, 0.7, "III"), (0.2, 0.01, 0.4, "IV-A"),
    (-0.4, 0.002, 0.9, "IV-B"),
]  # fmt: skip


@pytest.mark.parametrize(("mc", "loss", "cka", "name"), CELLS)
def test_phases(mc, loss, cka, name):
    assert PHASES[phase(mc, loss, cka) - 1] == name


def test_equal_runs_are_alike(subject, evaluation_set):
    found = SMALL.compute([subject, replace(subject, name="b"), replace(subject, name="c")], evaluation_set, CPU)
    assert found["cka"].value == pytest.approx(1)
    assert found["unseen_error"].interval == pytest.approx((found["unseen_error"].value,) * 2)
    assert found["phase"].note.startswith("phase ")


def test_twins_have_one_curvature_and_a_barrier(subject, evaluation_set):
    other = replace(subject, name="b", genome=twin(subject.genome, subject.layout, draw(subject.layout, 1)))
    one, both = SMALL.compute([subject] * 2, evaluation_set, CPU), SMALL.compute([subject, other], evaluation_set, CPU)
    assert both["log_top"].value == pytest.approx(one["log_top"].value, rel=1e-3)
    assert both["cka"].value == pytest.approx(1, abs=0.02)
    assert both["mc"].value != one["mc"].value
    assert np.isfinite([one["log_trace"].value or 0.0, one["train_loss"].value]).all()


@pytest.mark.parametrize("name", ["evolve", "imitate"])
def test_a_trained_curve_has_a_lower_barrier_than_the_line(name, stored_runs):
    """Of evolved runs in pellets, and of runs that imitated in the error of imitation."""
    both = [read_subject(Run.open(stored_runs / f"{name}-{at}")) for at in (0, 1)]
    evaluation_set = EvaluationSet(both[0].world, 0, first_unseen(both))
    line = replace(SMALL, curve_steps=1, curve_generations=1, curve_population=2)
    trained = replace(SMALL, curve_steps=60, curve_generations=120, curve_population=32, curve_rollouts=2)
    barriers = [measure.compute(both, evaluation_set, CPU)["mc"].value for measure in (line, trained)]
    assert barriers[0] < -5
    assert barriers[1] > barriers[0] + 3
