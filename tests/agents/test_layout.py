"""Layouts map the entries of a flat genome to the weights of the network."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UserError
from agents.layout import GATES, HIDDEN_LIMITS, Cell, Layout, initial, row_noise

layouts = st.builds(
    Layout,
    st.sampled_from(get_args(Cell)),
    hidden=st.integers(2, 40),
    inputs=st.integers(1, 9),
    outputs=st.integers(1, 9),
)


@pytest.mark.parametrize(
    ("layout", "size"),
    [
        (Layout("elman", 16, 5, 4), 16 * (16 + 5 + 1) + 4 * (16 + 1)),
        (Layout("gru", 16, 5, 4), 3 * 16 * (16 + 5 + 1) + 4 * (16 + 1)),
        (Layout("lstm", 2, 1, 1), 4 * 2 * (2 + 1 + 1) + 1 * (2 + 1)),
    ],
)
def test_the_size_is_that_computed_by_hand(layout, size):
    assert layout.size == size


def test_the_default_forager_has_420_weights():
    assert Layout().size == 420


@given(layouts)
def test_blocks_cover_the_genome_in_order(layout):
    genome = np.arange(layout.size)
    blocks = layout.split(genome)
    assert list(blocks) == [*GATES[layout.cell], "output"]
    assert {name: block.shape for name, block in blocks.items()} == layout.shapes
    np.testing.assert_array_equal(np.concatenate([block.ravel() for block in blocks.values()]), genome)


@given(layouts)
def test_row_slices_are_the_rows_of_the_blocks(layout):
    genome = np.arange(layout.size)
    of_blocks = [row for block in layout.split(genome).values() for row in block]
    of_slices = [genome[row] for row in layout.rows()]
    assert len(of_slices) == len(of_blocks)
    for one, other in zip(of_slices, of_blocks, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("cell", get_args(Cell))
@pytest.mark.parametrize("lead", [(), (3,), (2, 3)])
def test_blocks_of_many_genomes_are_views(cell, lead):
    layout = Layout(cell, 4, 3, 2)
    genomes = np.random.default_rng(0).standard_normal((*lead, layout.size))
    whole = layout.split(genomes)
    for index in np.ndindex(lead):
        for name, block in layout.split(genomes[index]).items():
            np.testing.assert_array_equal(whole[name][index], block)
    for block in whole.values():
        block[...] = 0
    assert not genomes.any()


@pytest.mark.parametrize("off", [-1, 1])
def test_a_genome_of_another_length_is_refused(off):
    with pytest.raises(UserError, match=f"elman with 16 hidden units.* has 420 weights, got {420 + off}"):
        Layout().split(np.zeros(420 + off))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"cell": "rnn"}, "cell must be one of elman, gru, lstm, got 'rnn'"),
        ({"hidden": HIDDEN_LIMITS[0] - 1}, "hidden must be from 2 to 256 units, got 1"),
        ({"hidden": HIDDEN_LIMITS[1] + 1}, "hidden must be from 2 to 256 units, got 257"),
        ({"inputs": 0}, "inputs must be 1 or more, got 0"),
        ({"outputs": 0}, "outputs must be 1 or more, got 0"),
    ],
)
def test_settings_out_of_range_are_refused(settings, message):
    with pytest.raises(UserError, match=message) as caught:
        Layout(**settings)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("cell", get_args(Cell))
def test_initial_weights_have_the_stated_variance_and_no_bias(cell):
    layout = Layout(cell, 20, 5, 4)
    genomes = initial(layout, 300, np.random.default_rng(0))
    assert (genomes.shape, genomes.dtype) == ((300, layout.size), np.float32)
    for block in layout.split(genomes).values():
        assert not block[..., 0].any()
        weights = block[..., 1:]
        assert weights.var() * weights.shape[-1] == pytest.approx(1, rel=0.05)
        assert abs(weights.mean()) < 0.01


def test_row_noise_has_a_share_of_the_norm_of_each_row():
    layout, rng = Layout("gru", 5, 3, 4), np.random.default_rng(0)
    genome = initial(layout, 1, rng)[0] * np.linspace(0.1, 3, layout.size, dtype=np.float32)
    noise = np.stack([row_noise(layout, genome, 0.2, rng) for _ in range(4000)]).astype(np.float64)
    for row in layout.rows():
        norms = np.linalg.norm(noise[:, row], axis=1) / np.linalg.norm(genome[row])
        assert np.sqrt((norms**2).mean()) == pytest.approx(0.2, rel=0.05)
    correlations = np.corrcoef(noise[:, :8].T)[np.triu_indices(8, 1)]
    assert np.abs(correlations).max() < 0.1
    assert not row_noise(layout, np.zeros_like(genome), 0.2, rng).any()
