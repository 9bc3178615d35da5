"""A twin behaves as the network: exactly for changes of signs, up to rounding for permutations."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UserError
from agents.layout import Cell, Layout, initial
from agents.network.cells import PlainNetwork
from agents.network.symmetry import Symmetry, draw, twin

KINDS = (np.float32, np.float64)
CELLS = get_args(Cell)


def genome_of(layout, kind, seed=0):
    rng = np.random.default_rng(seed)
    return (1.5 * initial(layout, 1, rng)[0] + 0.2 * rng.standard_normal(layout.size)).astype(kind)


def run(layout, genome, inputs):
    """Outputs [T, A] and hidden states [T, H]."""
    network = PlainNetwork(layout, genome)
    steps = [(network.forward(x), network.hidden.copy()) for x in inputs]
    return np.array([outputs for outputs, _ in steps]), np.array([hidden for _, hidden in steps])


def signs_only(layout, seed):
    return Symmetry(np.arange(layout.hidden), draw(layout, seed).signs)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cell", CELLS)
def test_a_change_of_signs_alters_no_bit(cell, kind):
    layout = Layout(cell, 9)
    genome, change = genome_of(layout, kind), signs_only(layout, 1)
    assert 0 < change.moved < 9
    inputs = np.random.default_rng(2).standard_normal((12, layout.inputs)).astype(kind)
    outputs, hidden = run(layout, genome, inputs)
    same_outputs, other_hidden = run(layout, twin(genome, layout, change), inputs)
    np.testing.assert_array_equal(same_outputs, outputs)
    np.testing.assert_array_equal(other_hidden, hidden * change.signs)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cell", CELLS)
def test_a_permutation_is_exact_in_the_first_state_and_then_differs_by_rounding(cell, kind):
    layout = Layout(cell, 9)
    genome, change = genome_of(layout, kind), draw(layout, 1)
    inputs = np.random.default_rng(2).standard_normal((12, layout.inputs)).astype(kind)
    outputs, hidden = run(layout, genome, inputs)
    other_outputs, other_hidden = run(layout, twin(genome, layout, change), inputs)
    expected = hidden[:, change.permutation] * change.signs
    np.testing.assert_array_equal(other_hidden[0], expected[0])
    # two sums of the same n terms, one rounding a term, in any order: Higham 2002, eq. 3.4
    weights = np.abs(layout.split(genome)["output"].astype(np.float64))
    unit, terms = np.finfo(kind).eps / 2, layout.hidden + 1
    bound = 2 * terms * unit / (1 - terms * unit) * (weights[:, 0] + weights[:, 1:] @ np.abs(hidden[0]))
    assert (np.abs(other_outputs[0].astype(np.float64) - outputs[0]) <= bound).all()
    np.testing.assert_allclose(other_outputs, outputs, rtol=0, atol=1e4 * np.finfo(kind).eps)
    assert (other_hidden != expected).any()


def test_an_elman_twin_equals_the_matrix_formula():
    layout = Layout("elman", 6)
    genome, change = genome_of(layout, np.float64), draw(layout, 3)
    q = np.eye(6)[change.permutation]
    d = np.diag(change.signs[np.argsort(change.permutation)])
    old, new = layout.split(genome), layout.split(twin(genome, layout, change))
    np.testing.assert_array_equal(new["hidden"][:, 0], q @ d @ old["hidden"][:, 0])
    np.testing.assert_array_equal(new["hidden"][:, 1:7], q @ d @ old["hidden"][:, 1:7] @ d @ q.T)
    np.testing.assert_array_equal(new["hidden"][:, 7:], q @ d @ old["hidden"][:, 7:])
    np.testing.assert_array_equal(new["output"][:, 0], old["output"][:, 0])
    np.testing.assert_array_equal(new["output"][:, 1:], old["output"][:, 1:] @ d @ q.T)


@pytest.mark.parametrize("block", ["update", "reset"])
def test_the_rows_of_a_gate_must_not_change_sign(block):
    layout = Layout("gru", 4)
    genome, change = genome_of(layout, np.float64), signs_only(layout, 1)
    wrong = twin(genome, layout, change)
    layout.split(wrong)[block][...] *= change.signs[:, None]
    inputs = np.random.default_rng(2).standard_normal((4, layout.inputs))
    assert not np.allclose(run(layout, wrong, inputs)[0], run(layout, genome, inputs)[0])


@given(st.sampled_from(CELLS), st.integers(2, 20), st.integers(0, 99), st.sampled_from(KINDS))
def test_the_inverse_restores_the_genome(cell, hidden, seed, kind):
    layout = Layout(cell, hidden)
    genomes = np.random.default_rng(seed).standard_normal((3, layout.size)).astype(kind)
    change = draw(layout, seed)
    twins = twin(genomes, layout, change)
    assert twins.dtype == kind
    assert twin(twins, layout, change.inverse).tobytes() == genomes.tobytes()
    for one, other in zip(genomes, twins, strict=True):
        assert twin(one, layout, change).tobytes() == other.tobytes()
        np.testing.assert_array_equal(np.sort(np.abs(one)), np.sort(np.abs(other)))


def test_drawn_symmetries_are_repeatable_and_equally_likely():
    layout = Layout(hidden=3)
    assert draw(layout, 1, 2).permutation.tolist() == draw(layout, 1, 2).permutation.tolist()
    found = [draw(layout, 0, index) for index in range(960)]
    names, counts = np.unique([[*s.permutation, *s.signs] for s in found], axis=0, return_counts=True)
    assert len(names) == 48
    assert counts.min() > 4  # 20 of each are expected
    assert counts.max() < 45


@pytest.mark.parametrize(
    ("permutation", "signs", "message"),
    [
        ([0, 0, 1], [1, 1, 1], r"contain each unit once, counted from 0, got \[0, 0, 1\]"),
        ([0, 1, 2], [1, 1], r"symmetry of 3 units needs as many signs, 1 or -1, got \[1, 1\]"),
        ([0, 1, 2], [1, 0, 1], r"1 or -1, got \[1, 0, 1\]"),
    ],
)
def test_invalid_symmetries_are_refused(permutation, signs, message):
    with pytest.raises(UserError, match=message):
        Symmetry(np.array(permutation), np.array(signs))


def test_a_symmetry_of_another_size_is_refused():
    with pytest.raises(UserError, match=r"16 hidden units.* got one of 3"):
        twin(np.zeros(420), Layout(), draw(Layout(hidden=3), 0))
