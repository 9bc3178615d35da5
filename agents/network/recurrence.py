"""A fast twin of `agents.network.module.unroll` for the Elman cell, with a hand-written backward pass.

T steps, B agents, I inputs, H hidden units, A outputs. Autograd would keep a graph of every step. Here both the forward
and the backward pass make two calls a step (backpropagation through time, Werbos 1990). This is faster than the plain
twin for a few hundred agents, but no longer for a thousand. It has first derivatives only: for Hessians use
`agents.network.module.unroll`.
"""

from typing import Any

import torch
from torch import Tensor

from agents.layout import Layout
from agents.network import module
from agents.network.module import Blocks


def unroll(layout: Layout, blocks: Blocks, senses: Tensor) -> Tensor:
    """The outputs [T, B, A] for senses [T, B, I] of episodes that begin with a state of zeros.

    Cells other than Elman's take the plain twin.
    """
    if layout.cell != "elman":
        return module.unroll(layout, blocks, senses)
    (sums,) = module.input_sums(layout, blocks, senses)
    recurrent = blocks["hidden"][:, 1 : 1 + layout.hidden]
    hidden: Tensor = Elman.apply(sums, recurrent)  # type: ignore[no-untyped-call]
    return module.outputs(layout, blocks, hidden)


class Elman(torch.autograd.Function):
    """Maps input sums s [T, B, H] and weights W [H, H] to hidden states [T, B, H]: h_t = tanh(s_t + W h_(t-1)).

    The state before the first step is 0.
    """

    @staticmethod
    def forward(ctx: Any, sums: Tensor, recurrent: Tensor) -> Tensor:
        """Compute the hidden states step by step."""
        hidden, transposed = torch.empty_like(sums), recurrent.T.contiguous()
        torch.tanh(sums[0], out=hidden[0])
        for before, now, inputs in zip(hidden[:-1], hidden[1:], sums[1:], strict=True):
            torch.addmm(inputs, before, transposed, out=now).tanh_()
        ctx.save_for_backward(hidden, recurrent)
        return hidden

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor]:
        """The gradients of both arguments: a loop from the last step to the first, then one product for the weights."""
        if torch.is_grad_enabled():  # it writes into tensors, so a second derivative would be silently wrong
            raise RuntimeError("recurrence.unroll has first derivatives only; use agents.network.module.unroll")
        hidden, recurrent = ctx.saved_tensors
        (gradient,) = gradients
        deltas, total = torch.empty_like(hidden), gradient[-1]
        for t in range(len(hidden) - 1, -1, -1):
            torch.ops.aten.tanh_backward.grad_input(total, hidden[t], grad_input=deltas[t])
            if t:
                total = torch.addmm(gradient[t - 1], deltas[t], recurrent)
        return deltas, deltas[1:].flatten(0, 1).T @ hidden[:-1].flatten(0, 1)
