"""Pruning masks are those that they should be, pruned weights stay zero, and without pruning all tickets are equal."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.layout import Layout, initial
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import read_subject
from sim.learning.imitate import Imitate
from sim.learning.learn import learn
from sim.measures.pruning import TICKETS, LotteryTicket, largest, shuffled
from sim.rollout.machine import CPU, Machine
from tests.learners import tiny

SMALL = LotteryTicket(updates=12, batch=4, rounds=4, mazes=8)
layouts = st.builds(Layout, st.sampled_from(["elman", "gru", "lstm"]), hidden=st.integers(2, 9))


@pytest.fixture(scope="module")
def small():
    """A tiny run as a subject, and its evaluation set."""
    subject = read_subject(learn(tiny("es"), machine=CPU))
    return subject, EvaluationSet(subject.world, 0, 4)


def values_of(findings):
    """The values of findings."""
    return {slot: result.y.tolist() if result.kind == "curve" else result.value for slot, result in findings.items()}


def inner(block):
    """The weights of a matrix [rows, columns] without the biases."""
    return block[..., 1:].ravel()


@given(layouts, st.floats(0, 0.999), st.integers(0, 99))
def test_the_largest_weights_of_each_matrix_are_kept(layout, sparsity, seed):
    rng = np.random.default_rng(seed)
    genome = initial(layout, 1, rng)[0]
    mask = largest(genome, layout, sparsity)
    drawn = shuffled(mask, layout, rng)
    for name, block in layout.split(mask).items():
        weights, kept = np.abs(inner(layout.split(genome)[name])), inner(block)
        assert kept.sum() == max(1, round((1 - sparsity) * kept.size))
        assert weights[kept].min() >= weights[~kept].max(initial=0)
        assert block[:, 0].all()
        assert layout.split(drawn)[name][:, 0].all()
        assert inner(layout.split(drawn)[name]).sum() == kept.sum()


def test_of_equal_weights_the_first_are_kept():
    mask = largest(np.ones(Layout().size, np.float32), Layout(), 0.5)
    kept = inner(Layout().split(mask)["output"])
    assert kept.tolist() == [True] * 32 + [False] * 32


def test_random_masks_have_every_weight_equally_often():
    layout, rng = Layout(hidden=3), np.random.default_rng(0)
    mask = largest(np.arange(layout.size), layout, 0.75)
    often = np.mean([shuffled(mask, layout, rng) for _ in range(4000)], axis=0)
    for name, block in layout.split(often).items():
        assert inner(block) == pytest.approx(inner(layout.split(mask)[name]).mean(), abs=0.04)


@pytest.mark.parametrize("optimiser", ["adam", "sgd"])
def test_pruned_weights_stay_zero_and_the_others_learn(optimiser):
    config = tiny("imitate", {"imitate.optimiser": optimiser, "imitate.weight_decay": 0.1})
    genome = config.initial_genome()
    mask = largest(genome, config.layout, 0.6)
    learner = Imitate(config, config.imitate, genome, CPU, mask=mask)
    for _ in range(5):
        learner.update()
    for found in learner.candidates():
        assert not found[~mask].any()
        assert (found != genome)[mask].mean() > 0.9


def test_a_mask_of_all_weights_changes_nothing():
    config = tiny("imitate")
    plain, masked = (
        Imitate(config, config.imitate, config.initial_genome(), CPU, mask=mask)
        for mask in (None, np.ones(config.layout.size, np.bool_))
    )
    assert [plain.update() for _ in range(4)] == [masked.update() for _ in range(4)]
    assert plain.candidates().tobytes() == masked.candidates().tobytes()


def test_without_pruning_the_tickets_are_the_dense_network(small):
    found = replace(SMALL, sparsities=(0.0,)).compute(*small, CPU)
    assert found["winning_0"].value == found["random_0"].value == found["dense"].value
    assert (found["advantage_0"].value, found["advantage_0"].interval) == (0, (0, 0))
    assert found["reinitialised_0"].value != found["dense"].value


def test_all_sparsities_are_found_and_bits_do_not_depend_on_threads(small):
    found = SMALL.compute(*small, Machine(1))
    assert values_of(found) == values_of(SMALL.compute(*small, Machine(2)))
    for at in ("50", "80", "90", "95", "98"):
        values = {name: found[f"{name}_{at}"].value for name in TICKETS}
        assert found[f"advantage_{at}"].value == pytest.approx(values["random"] - values["winning"])
        assert found[f"advantage_of_weights_{at}"].value == pytest.approx(values["reinitialised"] - values["winning"])
    curve = found["error_by_sparsity_winning"]
    assert curve.x.tolist() == [50, 80, 90, 95, 98]
    assert curve.y.tolist() == [found[f"winning_{x:g}"].value for x in curve.x]
    assert found["winning_50"].note == "34 of 60 weights, biases included"  # 18 + 8 of 36 + 16, and 8 biases


def test_its_cost_grows_with_the_trainings():
    one, two = (LotteryTicket(sparsities=sparsities).episodes() for sparsities in ((0.5,), (0.5, 0.9)))
    assert two / one == pytest.approx(7 / 4)
