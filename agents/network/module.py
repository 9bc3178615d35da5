"""The recurrent cells in torch, for gradients: the same equations as `agents.network.cells`, in torch's own arithmetic.

T steps, B agents that share one genome, I inputs, H hidden units, A outputs, P weights. Results are those of
`agents.network.cells.PlainNetwork` up to rounding: torch sums in an order of its own and has another tanh.
"""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from agents.layout import GATES, Layout

Blocks = Mapping[str, Tensor]
State = tuple[Tensor, Tensor]
"""The hidden units and an LSTM's cell states, [B, H] each; the latter stay as they are in the other cells."""


def split(layout: Layout, genome: Tensor) -> dict[str, Tensor]:
    """Views of the blocks [rows, columns] of a genome [P]; gradients flow back into it."""
    shapes, blocks = layout.shapes, torch.split(genome, [rows * columns for rows, columns in layout.shapes.values()])
    return {name: block.view(shapes[name]) for name, block in zip(shapes, blocks, strict=True)}


def rest(layout: Layout, agents: int, like: Tensor) -> State:
    """The state that every life begins with: zeros, of the type and on the device of `like`."""
    zeros = like.new_zeros(agents, layout.hidden)
    return zeros, zeros


def sense(layout: Layout, blocks: Blocks, inputs: Tensor) -> list[Tensor]:
    """What inputs [..., I] alone bring to every gate, bias included: a tensor [..., H] a gate.

    It depends on no state, so that whole sequences are multiplied at once.
    """
    recurrent = 1 + layout.hidden
    return [
        nn.functional.linear(inputs, blocks[gate][:, recurrent:], blocks[gate][:, 0]) for gate in GATES[layout.cell]
    ]


def advance(layout: Layout, blocks: Blocks, sensed: list[Tensor], state: State) -> State:
    """The state after one step; `sensed` holds a tensor [B, H] a gate."""
    hidden, cell_state = state
    recurrent = [blocks[gate][:, 1 : 1 + layout.hidden].T for gate in GATES[layout.cell]]
    match layout.cell:
        case "elman":
            return torch.addmm(sensed[0], hidden, recurrent[0]).tanh(), cell_state
        case "gru":
            update, reset = (torch.addmm(sensed[k], hidden, recurrent[k]).sigmoid() for k in (0, 1))
            fresh = torch.addmm(sensed[2], reset * hidden, recurrent[2]).tanh()
            return fresh + update * (hidden - fresh), cell_state
        case "lstm":
            gates = [torch.addmm(sensed[k], hidden, recurrent[k]) for k in range(4)]
            admit, forget, emit = (gate.sigmoid() for gate in gates[:3])
            cell_state = forget * cell_state + admit * gates[3].tanh()
            return emit * cell_state.tanh(), cell_state


def outputs(layout: Layout, blocks: Blocks, hidden: Tensor) -> Tensor:
    """The outputs [..., A] of hidden units [..., H]."""
    return nn.functional.linear(hidden, blocks["output"][:, 1:], blocks["output"][:, 0])


def unroll(layout: Layout, blocks: Blocks, senses: Tensor, state: State | None = None) -> tuple[Tensor, State]:
    """The outputs [T, B, A] for senses [T, B, I], and the last state; from rest unless a state is given."""
    state = rest(layout, senses.shape[1], senses) if state is None else state
    hidden = []
    for sensed in zip(*sense(layout, blocks, senses), strict=True):
        state = advance(layout, blocks, list(sensed), state)
        hidden.append(state[0])
    return outputs(layout, blocks, torch.stack(hidden)), state


class Network(nn.Module):
    """A forager's network with one parameter, its genome [P], so that flat genome and state_dict hold the same bits."""

    def __init__(self, layout: Layout, genome: NDArray[np.floating]) -> None:
        """Begin with a genome [P], float32 or float64."""
        super().__init__()
        self.layout = layout
        self.genome = nn.Parameter(torch.tensor(genome))

    def blocks(self) -> dict[str, Tensor]:
        """The weights as `unroll` takes them."""
        return split(self.layout, self.genome)

    def forward(self, senses: Tensor) -> Tensor:
        """Senses [T, B, I] -> outputs [T, B, A] of lives that begin at rest."""
        return unroll(self.layout, self.blocks(), senses)[0]

    def weights(self) -> NDArray[np.floating]:
        """A copy of the genome [P]."""
        return self.genome.detach().cpu().numpy().copy()
