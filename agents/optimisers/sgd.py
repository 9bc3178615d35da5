"""Stochastic gradient descent with momentum (Polyak 1964, in the form of Sutskever et al. 2013). P weights."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.optimisers.arrays import saved

Floats = NDArray[np.float64]


class SGD:
    """The velocity, float64 [P]: the sum of all gradients, in which older gradients weigh less."""

    def __init__(self, size: int, momentum: float) -> None:
        """Start with a velocity of zero; `size` is P, and `momentum` is the factor on the velocity in each step."""
        self._velocity, self._momentum = np.zeros(size), momentum

    def step(self, gradient: Floats, rate: float, number: int) -> Floats:
        """The step [P] along the gradient [P] at the learning rate `rate`; `number` does not matter."""
        self._velocity = self._momentum * self._velocity + gradient
        return rate * self._velocity

    def state(self) -> dict[str, NDArray[Any]]:
        """A copy of the velocity."""
        return {"velocity": self._velocity.copy()}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Continue from a `state`. Raises UserError if it does not fit."""
        self._velocity = saved(state, "velocity", self._velocity.size).astype(np.float64)
