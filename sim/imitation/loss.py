"""The imitation loss of many genomes: their cross-entropy with the labels of demonstrations, as fast as rollouts.

N genomes, E episodes of T steps, I senses, A actions, L lanes.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from agents.genome import check
from agents.layout import Layout
from sim.rollout.machine import CPU, Machine
from sim.world.rules import ACTIONS

if TYPE_CHECKING:
    from sim.imitation.teacher import Demonstrations

STEPS_PER_TASK = 2_000_000


def cross_entropy(
    genomes: NDArray[Any], layout: Layout, demonstrations: "Demonstrations", machine: Machine = CPU
) -> NDArray[np.float64]:
    """The loss of every genome [N, P] in every episode, [N, E]; the mean over episodes is in nats per labelled step.

    It is the sum of -sum_a labels_a log softmax(outputs)_a over the steps of an episode, divided by the mean number of
    labelled steps in an episode. The type of the genomes, float32 or float64, decides the arithmetic. Terms are added
    in float64, in the order of the steps. The `machine` and the other genomes change no bit.

    Raises UserError if genomes, layout and demonstrations do not fit each other.
    """
    from agents.engine.tile import LANES
    from agents.network import entropy
    from agents.network.cells import CELLS
    from sim.rollout.cpu import aligned

    check(genomes, layout)
    genomes = np.require(genomes, requirements=["C", "A", "W", "E"])
    count, steps, inputs = demonstrations.senses.shape
    if (layout.inputs, layout.outputs) != (inputs, ACTIONS) or demonstrations.labels.shape != (count, steps, ACTIONS):
        raise UserError(
            f"demonstrations of {inputs} senses and {demonstrations.labels.shape[-1]} actions fit no network of "
            f"{layout.inputs} inputs and {layout.outputs} outputs; take its layout from World.layout"
        )
    lanes, kind = LANES, genomes.dtype
    arrays = (demonstrations.senses, demonstrations.labels)
    senses, labels = (_in_lanes(array, lanes, kind) for array in arrays)
    losses = np.empty((len(genomes), count), np.float64)
    settings, width = (CELLS.index(layout.cell), layout.hidden, inputs), layout.hidden + inputs

    def compute(task: slice) -> None:
        rows = (width, 4 * layout.hidden, width, ACTIONS, steps)
        tile = tuple(aligned((height, lanes), kind) for height in rows)
        entropy.cross_entropies(settings, genomes[task], senses, labels, tile, losses[task])

    step = max(1, min(STEPS_PER_TASK // (count * steps), -(-len(genomes) // (4 * machine.thread_count))))
    machine.for_each(compute, [slice(first, first + step) for first in range(0, len(genomes), step)])
    losses *= count / demonstrations.labelled_steps
    return losses


def _in_lanes(array: NDArray[Any], lanes: int, kind: Any) -> NDArray[Any]:
    """Episodes [E, T, X] as tiles [tiles, T X, L]; copies of the last episode fill the remaining lanes."""
    count, steps, size = array.shape
    tiles = -(-count // lanes)
    chosen = np.minimum(np.arange(tiles * lanes), count - 1).reshape(tiles, lanes)
    laid = array.reshape(count, steps * size)[chosen].astype(kind)
    return np.ascontiguousarray(np.moveaxis(laid, 1, -1))
