"""Adam (Kingma & Ba 2015): steps from the running means of the gradient and of its square. P weights."""

from collections.abc import Mapping
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.optimisers.arrays import saved

BETAS = (0.9, 0.999)
EPSILON = 1e-8

Floats = NDArray[np.float64]


class Adam:
    """The running means of the gradient and of its square, float64 [P]."""

    def __init__(self, size: int) -> None:
        """Start with both means at zero; `size` is P."""
        self._first, self._second = np.zeros(size), np.zeros(size)

    def step(self, gradient: Floats, rate: float, number: int) -> Floats:
        """The step [P] along the gradient [P] at the learning rate `rate`; steps are numbered from 1 (Algorithm 1)."""
        beta1, beta2 = BETAS
        self._first = beta1 * self._first + (1 - beta1) * gradient
        self._second = beta2 * self._second + (1 - beta2) * gradient**2
        unbiased = rate * sqrt(1 - beta2**number) / (1 - beta1**number)
        return np.asarray(unbiased * self._first / (np.sqrt(self._second) + EPSILON))

    def state(self) -> dict[str, NDArray[Any]]:
        """Copies of both running means."""
        return {"first": self._first.copy(), "second": self._second.copy()}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Continue from a `state`. Raises UserError if it does not fit."""
        first, second = (saved(state, name, self._first.size).astype(np.float64) for name in ("first", "second"))
        self._first, self._second = first, second
