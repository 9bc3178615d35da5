"""Stochastic gradient descent with momentum (Polyak 1964, as Sutskever et al. 2013 have it). P parameters."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.optimisers.arrays import saved

Floats = NDArray[np.float64]


class SGD:
    """A velocity, float64 [P]: the sum of all gradients, older ones weighing less."""

    def __init__(self, size: int, momentum: float) -> None:
        """Begin at rest; `size` is P, and each step keeps the share `momentum` of the velocity."""
        self._velocity, self._momentum = np.zeros(size), momentum

    def step(self, gradient: Floats, rate: float, number: int) -> Floats:
        """The step [P] along the gradient [P] at the learning rate `rate`; the same for every `number`."""
        self._velocity = self._momentum * self._velocity + gradient
        return rate * self._velocity

    def state(self) -> dict[str, NDArray[Any]]:
        """A copy of the velocity."""
        return {"velocity": self._velocity.copy()}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Continue from a `state`. Raises UserError where it does not fit."""
        self._velocity = saved(state, "velocity", self._velocity.size).astype(np.float64)
