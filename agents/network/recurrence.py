"""A fast twin of `agents.network.module.unroll`: whole sequences of Elman's cell with a backward pass of their own.

T steps, B agents, I inputs, H hidden units, A outputs. Autograd would keep a graph of every step; here the forward pass
is two calls a step, and so is the backward one (backpropagation through time, Werbos 1990). It pays where B is some
hundreds, and no more at a thousand. First derivatives only: for Hessians take `agents.network.module.unroll`.
"""

from typing import Any

import torch
from torch import Tensor

from agents.layout import Layout
from agents.network import module
from agents.network.module import Blocks


def unroll(layout: Layout, blocks: Blocks, senses: Tensor) -> Tensor:
    """The outputs [T, B, A] for senses [T, B, I], from rest."""
    if layout.cell != "elman":
        return module.unroll(layout, blocks, senses)[0]
    (sensed,) = module.sense(layout, blocks, senses)
    recurrent = blocks["hidden"][:, 1 : 1 + layout.hidden]
    hidden: Tensor = Elman.apply(sensed, recurrent)  # type: ignore[no-untyped-call]
    return module.outputs(layout, blocks, hidden)


class Elman(torch.autograd.Function):
    """sensed [T, B, H], recurrent weights [H, H] -> hidden units [T, B, H]; h_t = tanh(s_t + W h_(t-1)), h_0 = 0."""

    @staticmethod
    def forward(ctx: Any, sensed: Tensor, recurrent: Tensor) -> Tensor:
        """Fill the hidden units step by step."""
        hidden, flow = torch.empty_like(sensed), recurrent.T.contiguous()
        torch.tanh(sensed[0], out=hidden[0])
        for before, now, inputs in zip(hidden[:-1], hidden[1:], sensed[1:], strict=True):
            torch.addmm(inputs, before, flow, out=now).tanh_()
        ctx.save_for_backward(hidden, recurrent)
        return hidden

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor]:
        """From the last step to the first; the weights' gradient is one product at the end."""
        if torch.is_grad_enabled():  # a graph of this would be wrong without a word, as it writes into tensors
            raise RuntimeError("recurrence.unroll has first derivatives only; take agents.network.module.unroll")
        hidden, recurrent = ctx.saved_tensors
        (gradient,) = gradients
        deltas, total = torch.empty_like(hidden), gradient[-1]
        for t in range(len(hidden) - 1, -1, -1):
            torch.ops.aten.tanh_backward.grad_input(total, hidden[t], grad_input=deltas[t])
            if t:
                total = torch.addmm(gradient[t - 1], deltas[t], recurrent)
        return deltas, deltas[1:].flatten(0, 1).T @ hidden[:-1].flatten(0, 1)
