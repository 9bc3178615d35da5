"""The recurrent cells in torch, for gradients: the same equations as `agents.network.cells`, in torch's own arithmetic.

T steps, B agents that share one genome, I inputs, H hidden units, A outputs, P weights. The results equal those of
`agents.network.cells.PlainNetwork` up to rounding, because torch adds in another order and has another tanh.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from agents.layout import GATES, Layout

Blocks = Mapping[str, Tensor]
State = tuple[Tensor, Tensor]
"""The hidden states and an LSTM's cell states, [B, H] each; the other cells leave the cell states unchanged."""


def split(layout: Layout, genome: Tensor) -> dict[str, Tensor]:
    """The blocks of a genome [P] by name, as views [rows, columns]; gradients flow back into the genome."""
    shapes, blocks = layout.shapes, torch.split(genome, [rows * columns for rows, columns in layout.shapes.values()])
    return {name: block.view(shapes[name]) for name, block in zip(shapes, blocks, strict=True)}


def zero_state(layout: Layout, agents: int, like: Tensor) -> State:
    """The state that every episode begins with: zeros, of the type and on the device of `like`."""
    zeros = like.new_zeros(agents, layout.hidden)
    return zeros, zeros


def input_sums(layout: Layout, blocks: Blocks, inputs: Tensor) -> list[Tensor]:
    """The part of every gate's sum that comes from inputs [..., I] and the bias: one tensor [..., H] for each gate.

    It does not depend on the state, so one matrix product computes it for a whole sequence.
    """
    recurrent = 1 + layout.hidden
    return [
        nn.functional.linear(inputs, blocks[gate][:, recurrent:], blocks[gate][:, 0]) for gate in GATES[layout.cell]
    ]


def next_state(layout: Layout, blocks: Blocks, sums: list[Tensor], state: State) -> State:
    """The state after one step; `sums` are the `input_sums` of this step, one tensor [B, H] for each gate."""
    hidden, cell_state = state
    recurrent = [blocks[gate][:, 1 : 1 + layout.hidden].T for gate in GATES[layout.cell]]
    match layout.cell:
        case "elman":
            return torch.addmm(sums[0], hidden, recurrent[0]).tanh(), cell_state
        case "gru":
            update, reset = (torch.addmm(sums[k], hidden, recurrent[k]).sigmoid() for k in (0, 1))
            fresh = torch.addmm(sums[2], reset * hidden, recurrent[2]).tanh()
            return fresh + update * (hidden - fresh), cell_state
        case "lstm":
            gates = [torch.addmm(sums[k], hidden, recurrent[k]) for k in range(4)]
            admit, forget, emit = (gate.sigmoid() for gate in gates[:3])
            cell_state = forget * cell_state + admit * gates[3].tanh()
            return emit * cell_state.tanh(), cell_state


def outputs(layout: Layout, blocks: Blocks, hidden: Tensor) -> Tensor:
    """The outputs [..., A] for hidden states [..., H]."""
    return nn.functional.linear(hidden, blocks["output"][:, 1:], blocks["output"][:, 0])


def unroll(layout: Layout, blocks: Blocks, senses: Tensor) -> Tensor:
    """The outputs [T, B, A] for senses [T, B, I] of episodes that begin with a state of zeros."""
    state = zero_state(layout, senses.shape[1], senses)
    hidden = []
    for sums in zip(*input_sums(layout, blocks, senses), strict=True):
        state = next_state(layout, blocks, list(sums), state)
        hidden.append(state[0])
    return outputs(layout, blocks, torch.stack(hidden))
