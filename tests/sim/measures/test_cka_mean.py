"""Equal runs are alike, another way to compute CKA agrees, and the taxonomy's similarity is the same number."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from scipy.special import softmax

from agents.network.response import respond
from sim.evaluation.observations import observe
from sim.evaluation.subject import read_subject
from sim.learning.run import Run
from sim.measures.cka_mean import CkaMean, cka_of_runs
from sim.measures.taxonomy import Taxonomy
from sim.rollout.machine import CPU

SMALL = CkaMean(recorded=1)


@pytest.fixture(scope="module")
def several(stored_runs):
    return [read_subject(Run.open(stored_runs / f"imitate-{at}")) for at in range(4)]


def test_equal_networks_have_1(subject, evaluation_set):
    found = SMALL.compute([replace(subject, name=name) for name in "abcd"], evaluation_set, CPU)["cka_mean"]
    assert found.value == pytest.approx(1)
    assert found.interval == pytest.approx((1, 1))
    assert found.sample == 4


def test_a_network_whose_outputs_never_change_has_no_similarity(subject, evaluation_set):
    still = replace(subject, name="b", genome=np.zeros_like(subject.genome))
    found = SMALL.compute([subject, still], evaluation_set, CPU)["cka_mean"]
    assert found.value is None
    assert "never change" in found.note


def test_it_is_the_mean_over_ordered_pairs_of_kernels_aligned_by_hand(several, evaluation_set):
    layout, genomes = several[0].layout, np.stack([each.genome for each in several])
    bank = observe(genomes, layout, evaluation_set.mazes(1), evaluation_set.world, CPU)
    outputs = [softmax(respond(each, layout, bank).outputs.reshape(-1, 4).astype(float), axis=1) for each in genomes]
    middle = np.eye(len(outputs[0])) - 1 / len(outputs[0])
    kernels = [middle @ each @ each.T @ middle for each in outputs]
    norms = [np.linalg.norm(kernel) for kernel in kernels]
    pairs = [(kernels[i] * kernels[j]).sum() / (norms[i] * norms[j]) for i, j in permutations(range(4), 2)]
    found = SMALL.compute(several, evaluation_set, CPU)["cka_mean"]
    assert found.value == pytest.approx(np.mean(pairs), rel=1e-9)
    assert 0 <= found.low < found.value < found.high <= 1
    assert SMALL.compute(several[:3], evaluation_set, CPU)["cka_mean"].interval is None


def test_the_taxonomy_finds_the_same_similarity(several, evaluation_set):
    quick = Taxonomy(
        mazes=4, demonstrations=1, curve_steps=1, curve_generations=1, curve_population=2, steps=4, probes=2, recorded=1
    )
    similarity = quick.compute(several[:2], evaluation_set, CPU)["cka"].value
    assert similarity == SMALL.compute(several[:2], evaluation_set, CPU)["cka_mean"].value
    assert similarity == cka_of_runs(several[:2], evaluation_set, 1, CPU)[0, 1]
