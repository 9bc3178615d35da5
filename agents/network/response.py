"""The responses of a network to given sequences of observations, in the arithmetic of rollouts.

S sequences, T steps, I inputs, H hidden units, A outputs, L lanes.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.engine.arithmetic import kernel
from agents.engine.tile import LANES
from agents.errors import UserError
from agents.genome import check
from agents.layout import Layout
from agents.network.cells import CELLS, forward


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """The `outputs` [S, T, A] and `hidden` states [S, T, H] after each observation."""

    outputs: NDArray[Any]
    hidden: NDArray[Any]


def respond(genome: NDArray[Any], layout: Layout, observations: NDArray[Any]) -> Response:
    """Run a genome [P] through observations [S, T, I]; each sequence begins with a state of zeros.

    The bits are those of `cells.PlainNetwork`. Raises UserError for observations of another shape.
    """
    check(genome[None], layout)
    if observations.ndim != 3 or observations.shape[-1] != layout.inputs or not observations.size:
        got = list(observations.shape)
        raise UserError(
            f"a network of {layout.inputs} inputs takes observations [S, T, {layout.inputs}], got shape {got}"
        )
    count, steps, _ = observations.shape
    lanes, kind, width = LANES, genome.dtype, layout.hidden + layout.inputs
    outputs = np.empty((steps, layout.outputs, count), kind)
    hidden = np.empty((steps, layout.hidden, count), kind)
    weights = np.require(genome, requirements=["C", "A", "W", "E"])
    for first in range(0, count, lanes):
        part = np.moveaxis(observations[first : first + lanes], 0, -1)
        tile = np.zeros((steps, layout.inputs, lanes), kind)
        tile[..., : part.shape[-1]] = part
        shapes = [(width, lanes), (4 * layout.hidden, lanes), (width, lanes)]
        source, gates, extra = (np.zeros(shape, kind) for shape in shapes)
        results = np.zeros((steps, layout.outputs, lanes), kind), np.zeros((steps, layout.hidden, lanes), kind)
        _unroll(CELLS.index(layout.cell), weights, tile, source, gates, extra, *results)
        for whole, result in zip((outputs, hidden), results, strict=True):
            whole[..., first : first + lanes] = result[..., : part.shape[-1]]
    return Response(*(np.ascontiguousarray(np.moveaxis(whole, -1, 0)) for whole in (outputs, hidden)))


@kernel
def _unroll(cell, weights, tile, source, gates, extra, outputs, states):  # type: ignore[no-untyped-def]
    """Write outputs [T, A, L] and states [T, H, L] for inputs [T, I, L]."""
    hidden = states.shape[1]
    for step in range(tile.shape[0]):
        source[hidden:] = tile[step]
        forward(cell, hidden, weights, source, gates, extra, outputs[step])
        states[step] = source[:hidden]
