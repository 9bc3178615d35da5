"""The imitation loss in torch: its gradient for learning, and its second derivatives for Hessians.

T steps, B episodes of a batch, I senses, A actions, P weights. `sim.imitation.loss` computes the same loss for many
genomes at once, with the kernels of rollouts.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from agents.layout import Layout
from agents.network import module, recurrence
from agents.network.module import Blocks, split
from agents.network.threads import one_thread
from sim.imitation.teacher import Demonstrations

Unroll = Callable[[Layout, Blocks, Tensor], Tensor]


def cross_entropy(
    layout: Layout, demonstrations: Demonstrations, *, first_order: bool = False
) -> Callable[[Tensor], Tensor]:
    """The function from weights [P] to their loss on all demonstrations, in nats per labelled step.

    It can be differentiated any number of times; with `first_order`, only once, but faster.
    """
    unroll = recurrence.unroll if first_order else module.unroll
    arrays = (demonstrations.senses, demonstrations.labels)
    senses, labels = (torch.from_numpy(array).transpose(0, 1) for array in arrays)

    def loss(weights: Tensor) -> Tensor:
        return _loss(layout, weights, senses.to(weights), labels.to(weights), unroll)

    return loss


@one_thread()
def loss_of(genome: NDArray[np.float32], layout: Layout, demonstrations: Demonstrations, device: str) -> float:
    """The loss of a genome [P] on all demonstrations, in nats per labelled step."""
    with torch.no_grad():
        return float(cross_entropy(layout, demonstrations)(torch.from_numpy(genome).to(device)))


@one_thread()
def loss_and_gradient(
    genome: NDArray[np.float32], layout: Layout, senses: NDArray[Any], labels: NDArray[Any], device: str
) -> tuple[float, NDArray[np.float32]]:
    """The loss of a genome [P] on a batch of senses [T, B, I] and labels [T, B, A], and its gradient [P]."""
    weights = torch.from_numpy(genome).to(device).requires_grad_()
    inputs, targets = (torch.from_numpy(array).to(weights) for array in (senses, labels))
    loss = _loss(layout, weights, inputs, targets, recurrence.unroll)
    (gradient,) = torch.autograd.grad(loss, weights)
    return loss.item(), gradient.cpu().numpy()


def _loss(layout: Layout, weights: Tensor, senses: Tensor, labels: Tensor, unroll: Unroll) -> Tensor:
    """The mean cross-entropy over the labelled steps of episodes [T, B, ...]; hidden states begin as zeros."""
    logs = unroll(layout, split(layout, weights), senses).log_softmax(-1)
    return -(labels * logs).sum() / labels.sum()
