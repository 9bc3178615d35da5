"""The kernel of the imitation loss equals a network that runs step by step, whatever is computed beside it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.engine import exact
from agents.errors import UserError
from agents.layout import Layout, initial
from agents.network.cells import PlainNetwork
from agents.network.entropy import ENTROPY_CONSTANTS, cross_entropy
from sim.imitation import loss as imitation
from sim.imitation.teacher import Demonstrations
from sim.rollout.machine import Machine


def demonstrations_of(episodes, steps, inputs, seed):
    """Random senses and labels; a label is one action, or shared by two, or missing except in the last step."""
    rng = np.random.default_rng(seed)
    targets = np.eye(4, dtype=np.float32)[rng.integers(0, 4, (episodes, steps, 2))].mean(axis=2)
    targets[:, :-1][rng.integers(0, 4, (episodes, steps - 1)) == 0] = 0
    return Demonstrations(rng.integers(0, 2, (episodes, steps, inputs), np.uint8), targets, {})


def genomes_of(layout, count, kind, seed=0):
    return (2.5 * initial(layout, count, np.random.default_rng(seed))).astype(kind)


def loss_of_network(genome, layout, shown, episode):
    """The twin in plain Python: one network, one episode."""
    network, kind, total = PlainNetwork(layout, genome), genome.dtype, 0.0
    for senses, labels in zip(shown.senses[episode], shown.labels[episode], strict=True):
        given = [output[None] for output in network.forward(senses.astype(kind))]
        target = [share[None] for share in labels.astype(kind)]
        total += float(cross_entropy(given, target, ENTROPY_CONSTANTS[kind.name], exact)[0])
    return total * (len(shown.senses) / shown.labelled_steps)


@settings(max_examples=20)
@given(
    seed=st.integers(0, 2**32),
    cell=st.sampled_from(["elman", "gru", "lstm"]),
    counts=st.tuples(st.integers(1, 3), st.integers(1, 35)),
    kind=st.sampled_from(["float32", "float64"]),
    inputs=st.sampled_from([5, 9]),
    steps=st.integers(1, 12),
)
def test_the_kernel_equals_a_network_run_step_by_step(seed, cell, counts, kind, inputs, steps):
    layout, shown = Layout(cell, 5, inputs), demonstrations_of(counts[1], steps, inputs, seed)
    genomes = genomes_of(layout, counts[0], kind, seed)
    losses = imitation.cross_entropy(genomes, layout, shown)
    assert (losses.shape, losses.dtype) == (counts, np.float64)
    genome, episode = seed % counts[0], seed % counts[1]
    assert losses[genome, episode] == loss_of_network(genomes[genome], layout, shown, episode)


@pytest.mark.parametrize("kind", ["float32", "float64"])
@pytest.mark.parametrize("cell", ["elman", "gru", "lstm"])
def test_it_equals_torchs_cross_entropy(cell, kind):
    import torch

    from agents.network.module import split, unroll

    layout, shown = Layout(cell, 8), demonstrations_of(6, 40, 5, 1)
    genomes = genomes_of(layout, 2, kind)
    losses = imitation.cross_entropy(genomes, layout, shown)
    for genome, found in zip(genomes, losses, strict=True):
        with torch.no_grad():
            senses = torch.tensor(shown.senses.swapaxes(0, 1), dtype=torch.float64)
            outputs = unroll(layout, split(layout, torch.tensor(genome.astype(np.float64))), senses)
            targets = torch.tensor(shown.labels, dtype=torch.float64)
            true = torch.nn.functional.cross_entropy(
                outputs.permute(1, 2, 0), targets.permute(0, 2, 1), reduction="none"
            )
        expected = true.sum(dim=1).numpy() * (len(true) / shown.labelled_steps)
        assert found == pytest.approx(expected, rel=2e-4 if kind == "float32" else 1e-12)


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("steps", [1, 3000, 10**9])
def test_other_genomes_threads_and_tasks_change_nothing(monkeypatch, threads, steps):
    layout, shown = Layout("elman", 6), demonstrations_of(19, 10, 5, 2)
    genomes = genomes_of(layout, 9, "float32")
    losses = imitation.cross_entropy(genomes, layout, shown, Machine(1))
    assert len(np.unique(losses)) == losses.size
    monkeypatch.setattr(imitation, "STEPS_PER_TASK", steps)
    order, episodes = np.random.default_rng(0).permutation(9), [18, 3, 3, 0]
    fewer = Demonstrations(shown.senses[episodes], shown.labels[episodes], {})
    again = imitation.cross_entropy(genomes[order], layout, shown, Machine(threads))
    np.testing.assert_array_equal(again, losses[order])
    again = imitation.cross_entropy(genomes[order], layout, fewer, Machine(threads))
    # losses are divided by the labelled steps of an average episode
    rescaled = losses * (shown.labelled_steps / 19) / (fewer.labelled_steps / 4)
    np.testing.assert_allclose(again, rescaled[order][:, episodes], rtol=1e-14)


def test_a_network_of_other_senses_is_refused():
    layout = Layout("elman", 4, inputs=9)
    with pytest.raises(UserError, match="demonstrations of 5 senses and 4 actions fit no network of 9 inputs"):
        imitation.cross_entropy(genomes_of(layout, 1, "float32"), layout, demonstrations_of(2, 3, 5, 0))
