"""A response equals that of the readable network, bit for bit."""

from typing import get_args

import numpy as np
import pytest

from agents.engine.tile import LANES
from agents.errors import UserError
from agents.layout import Cell, Layout, initial
from agents.network.cells import PlainNetwork
from agents.network.response import respond


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("cell", get_args(Cell))
def test_a_response_equals_that_of_the_plain_network(cell, kind):
    layout, count = Layout(cell, 5, 3, 2), LANES + 3
    genome = (2 * initial(layout, 1, np.random.default_rng(0))[0]).astype(kind)
    observations = np.random.default_rng(1).standard_normal((count, 4, 3)).astype(kind)
    response = respond(genome, layout, observations)
    assert response.outputs.dtype == response.hidden.dtype == kind
    for sequence in range(count):
        network = PlainNetwork(layout, genome)
        for step in range(4):
            np.testing.assert_array_equal(
                response.outputs[sequence, step], network.forward(observations[sequence, step])
            )
            np.testing.assert_array_equal(response.hidden[sequence, step], network.hidden)


def test_a_sequence_does_not_depend_on_the_others():
    layout = Layout()
    genome = initial(layout, 1, np.random.default_rng(0))[0]
    observations = np.random.default_rng(1).standard_normal((40, 6, 5)).astype(np.float32)
    whole = respond(genome, layout, observations)
    assert respond(genome, layout, observations[33:34]).outputs.tobytes() == whole.outputs[33:34].tobytes()
    assert respond(genome, layout, observations[::-1]).hidden.tobytes() == whole.hidden[::-1].tobytes()


@pytest.mark.parametrize("shape", [(6, 5), (2, 6, 4), (0, 6, 5)])
def test_observations_of_another_shape_are_refused(shape):
    with pytest.raises(UserError, match=r"takes observations \[S, T, 5\], got shape"):
        respond(np.zeros(420, np.float32), Layout(), np.zeros(shape))
