"""The recurrent cells: the kernel equals the readable network, which equals the cell of the literature."""

from typing import get_args

import numpy as np
import pytest

from agents.engine.arithmetic import kernel
from agents.engine.tile import LANES, narrow_lanes
from agents.layout import Cell, Layout, initial
from agents.network.cells import CELLS, ELMAN, GRU, LSTM, PlainNetwork, forward

KINDS = (np.float32, np.float64)
STEPS = 4


@kernel
def step(cell, hidden, weights, source, gates, extra, outputs):
    forward(cell, hidden, weights, source, gates, extra, outputs)


def genomes_of(layout, count, kind, seed=0):
    rng = np.random.default_rng(seed)
    genomes = 1.5 * initial(layout, count, rng) + 0.2 * rng.standard_normal((count, layout.size))
    return genomes.astype(kind)


def run(network, inputs):
    """Outputs [T, A] and hidden states [T, H] along inputs [T, I]."""
    steps = [(network.forward(x), network.hidden.copy()) for x in inputs]
    return np.array([outputs for outputs, _ in steps]), np.array([hidden for _, hidden in steps])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("cell", get_args(Cell))
@pytest.mark.parametrize(("hidden", "width"), [(2, "wide"), (17, "wide"), (5, "narrow")])
def test_a_tile_computes_what_the_plain_networks_compute(kind, packed, cell, hidden, width):
    layout, lanes = Layout(cell, hidden), LANES if width == "wide" else narrow_lanes(np.dtype(kind).itemsize)
    row = (lanes,) if width == "wide" else (1, lanes)
    genomes = genomes_of(layout, lanes if packed else 1, kind)
    networks = [PlainNetwork(layout, genomes[lane if packed else 0]) for lane in range(lanes)]
    weights = np.ascontiguousarray(genomes.T).reshape(-1, *row) if packed else genomes[0]
    source = np.zeros((hidden + layout.inputs, *row), kind)
    extra = np.zeros_like(source)
    gates = np.full((4 * hidden, *row), np.nan, kind)
    outputs = np.full((layout.outputs, *row), np.nan, kind)
    rng = np.random.default_rng(1)
    for _ in range(STEPS):
        inputs = rng.standard_normal((layout.inputs, lanes)).astype(kind)
        source[hidden:] = inputs.reshape(-1, *row)
        step(CELLS.index(cell), hidden, weights, source, gates, extra, outputs)
        expected = np.array([network.forward(x) for network, x in zip(networks, inputs.T, strict=True)])
        answers, states, cell_states = (array.reshape(-1, lanes) for array in (outputs, source, extra))
        np.testing.assert_array_equal(answers.T, expected)
        np.testing.assert_array_equal(states[:hidden].T, [network.hidden for network in networks])
        np.testing.assert_array_equal(states[hidden:], inputs)
        if cell == "lstm":
            np.testing.assert_array_equal(cell_states[:hidden].T, [network.cell_state for network in networks])


def logistic(x):
    return 1 / (1 + np.exp(-x))


def textbook(layout, genome, inputs):
    """The equations of the papers in float64: outputs [T, A]."""
    blocks = layout.split(genome.astype(np.float64))
    h = c = np.zeros(layout.hidden)
    outputs = []

    def gate(name, state, x):
        return blocks[name] @ np.concatenate([[1], state, x])

    for x in inputs:
        if layout.cell == "elman":
            h = np.tanh(gate("hidden", h, x))
        elif layout.cell == "gru":
            z, r = logistic(gate("update", h, x)), logistic(gate("reset", h, x))
            h = z * h + (1 - z) * np.tanh(gate("candidate", r * h, x))
        else:
            i, f, o = (logistic(gate(name, h, x)) for name in ("input", "forget", "emit"))
            c = f * c + i * np.tanh(gate("candidate", h, x))
            h = o * np.tanh(c)
        outputs.append(blocks["output"] @ np.concatenate([[1], h]))
    return np.array(outputs)


@pytest.mark.parametrize(("kind", "tolerance"), [(np.float32, 2e-5), (np.float64, 1e-13)])
@pytest.mark.parametrize("cell", get_args(Cell))
def test_cells_equal_those_of_the_literature(kind, tolerance, cell):
    layout = Layout(cell, 7, 3, 2)
    genome = genomes_of(layout, 1, kind)[0]
    inputs = np.random.default_rng(2).standard_normal((8, 3)).astype(kind)
    outputs, _ = run(PlainNetwork(layout, genome), inputs)
    assert outputs.dtype == kind
    np.testing.assert_allclose(outputs, textbook(layout, genome, inputs), rtol=0, atol=tolerance)


def twin(layout, genome, order, signs):
    """An Elman genome whose hidden units are permuted and sign-flipped."""
    new = genome.copy()
    old, blocks = layout.split(genome), layout.split(new)
    states = slice(1, 1 + layout.hidden)
    blocks["hidden"][:] = signs[:, None] * old["hidden"][order]
    blocks["hidden"][:, states] = signs[:, None] * old["hidden"][order][:, states][:, order] * signs
    blocks["output"][:, states] = old["output"][:, states][:, order] * signs
    return new


def test_flipping_hidden_units_changes_no_bit():
    layout = Layout("elman", 9)
    genome = genomes_of(layout, 1, np.float32)[0]
    signs = np.where(np.arange(9) % 3 == 0, -1, 1).astype(np.float32)
    inputs = np.random.default_rng(3).standard_normal((20, layout.inputs)).astype(np.float32)
    outputs, hidden = run(PlainNetwork(layout, genome), inputs)
    others, mirrored = run(PlainNetwork(layout, twin(layout, genome, np.arange(9), signs)), inputs)
    np.testing.assert_array_equal(others, outputs)
    np.testing.assert_array_equal(mirrored, signs * hidden)


def test_permuting_hidden_units_changes_only_rounding():
    layout = Layout("elman", 9)
    rng = np.random.default_rng(4)
    genome, order = genomes_of(layout, 1, np.float64)[0], rng.permutation(9)
    inputs = rng.standard_normal((10, layout.inputs))
    outputs, hidden = run(PlainNetwork(layout, genome), inputs)
    others, permuted = run(PlainNetwork(layout, twin(layout, genome, order, np.where(order % 2, 1.0, -1.0))), inputs)
    np.testing.assert_allclose(others, outputs, rtol=0, atol=1e-12)
    np.testing.assert_allclose(permuted, np.where(order % 2, 1, -1) * hidden[:, order], rtol=0, atol=1e-12)
    assert (others != outputs).any()


def silent(layout, **biases):
    """A genome of zeros but for the biases of some blocks; output 0 is hidden unit 0."""
    genome = np.zeros(layout.size, np.float32)
    blocks = layout.split(genome)
    for name, bias in biases.items():
        blocks[name][:, 0] = bias
    blocks["output"][0, 1] = 1
    return genome


@pytest.mark.parametrize(("update", "kept"), [(100, True), (-100, False)])
def test_the_update_gate_of_a_gru_keeps_or_replaces(update, kept):
    layout = Layout("gru", 2)
    network = PlainNetwork(layout, silent(layout, update=update, candidate=100))
    network.hidden[:] = -0.5
    assert network.forward(np.ones(5, np.float32))[0] == (-0.5 if kept else 1)


def test_the_reset_gate_of_a_gru_hides_the_past_from_the_candidate():
    layout = Layout("gru", 2)
    for reset, used in ((100, True), (-100, False)):
        genome = silent(layout, update=-100, reset=reset)
        layout.split(genome)["candidate"][0, 1] = 100
        network = PlainNetwork(layout, genome)
        network.hidden[:] = 0.5
        assert network.forward(np.ones(5, np.float32))[0] == (1 if used else 0)


@pytest.mark.parametrize(
    ("gates", "cell_state"),
    [
        ({"input": -100, "forget": 100, "emit": 100}, 0.75),
        ({"input": 100, "forget": -100, "emit": 100}, 1),
        ({"input": 100, "forget": 100, "emit": -100}, 1.75),
    ],
)
def test_the_gates_of_an_lstm(gates, cell_state):
    layout = Layout("lstm", 2)
    network = PlainNetwork(layout, silent(layout, candidate=100, **gates))
    network.cell_state[:] = 0.75
    shown = network.forward(np.ones(5, np.float32))[0]
    assert network.cell_state.tolist() == [cell_state, cell_state]
    assert shown == pytest.approx(np.tanh(cell_state) * (gates["emit"] > 0), abs=1e-6)


@pytest.mark.parametrize("cell", get_args(Cell))
def test_forget_resets_the_network(cell):
    layout = Layout(cell, 5)
    genome = genomes_of(layout, 1, np.float32)[0]
    inputs = np.random.default_rng(5).standard_normal((6, 5)).astype(np.float32)
    network = PlainNetwork(layout, genome)
    first, _ = run(network, inputs)
    later, _ = run(network, inputs)
    assert (first != later).any()
    network.forget()
    again, _ = run(network, inputs)
    np.testing.assert_array_equal(again, first)


def test_cells_are_numbered_as_the_kernel_numbers_them():
    assert (CELLS[ELMAN], CELLS[GRU], CELLS[LSTM]) == ("elman", "gru", "lstm")
