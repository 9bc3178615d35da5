"""Values and gradients of a differentiable loss at many points at once. K points, P weights."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

Floats = NDArray[np.float64]
Gradients = Callable[[Floats], tuple[Floats, Floats]]
"""weights [K, P] -> losses [K] and gradients [K, P], float64."""


def gradients(loss: Callable[["Tensor"], "Tensor"]) -> Gradients:
    """The losses and gradients of a torch `loss`, which takes float64 weights [P] and returns a scalar."""
    import torch

    both = torch.func.vmap(torch.func.grad_and_value(loss))

    def evaluate(weights: NDArray[Any]) -> tuple[Floats, Floats]:
        from agents.network.threads import one_thread

        with one_thread():
            slopes, values = both(torch.from_numpy(np.array(weights, np.float64)))
        return values.numpy(), slopes.numpy()

    return evaluate
