"""The imitation loss in torch: gradients for learning, second derivatives for Hessians.

T steps, B episodes of a batch, I senses, A actions, P weights. `sim.imitation.loss` has the same loss of many genomes
at once, by the kernels of rollouts.
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


def cross_entropy(layout: Layout, demonstrations: Demonstrations, *, once: bool = False) -> Callable[[Tensor], Tensor]:
    """The loss of weights [P], in nats a labelled step; it can be differentiated as often as one likes.

    What is differentiated `once` at most is faster.
    """
    unroll = recurrence.unroll if once else module.unroll
    arrays = (demonstrations.senses, demonstrations.labels)
    felt, labels = (torch.from_numpy(array).transpose(0, 1) for array in arrays)

    def loss(weights: Tensor) -> Tensor:
        return _loss(layout, weights, felt.to(weights), labels.to(weights), unroll)

    return loss


@one_thread()
def loss_of(genome: NDArray[np.float32], layout: Layout, demonstrations: Demonstrations, device: str) -> float:
    """The loss of a genome [P], in nats a labelled step."""
    with torch.no_grad():
        return float(cross_entropy(layout, demonstrations)(torch.from_numpy(genome).to(device)))


@one_thread()
def loss_and_gradient(
    genome: NDArray[np.float32], layout: Layout, felt: NDArray[Any], labels: NDArray[Any], device: str
) -> tuple[float, NDArray[np.float32]]:
    """The loss of a genome [P] on a batch of senses [T, B, I] and labels [T, B, A], and its gradient [P]."""
    weights = torch.from_numpy(genome).to(device).requires_grad_()
    felt_there, labels_there = (torch.from_numpy(array).to(weights) for array in (felt, labels))
    loss = _loss(layout, weights, felt_there, labels_there, recurrence.unroll)
    (gradient,) = torch.autograd.grad(loss, weights)
    return loss.item(), gradient.cpu().numpy()


def _loss(layout: Layout, weights: Tensor, felt: Tensor, labels: Tensor, unroll: Unroll) -> Tensor:
    """The cross-entropy of episodes [T, B, ...] that begin at rest, its mean over the steps that have a label."""
    logs = unroll(layout, split(layout, weights), felt).log_softmax(-1)
    return -(labels * logs).sum() / labels.sum()
