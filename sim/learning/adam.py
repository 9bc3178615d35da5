"""Adam (Kingma & Ba 2015) on one genome, with what goes around it: clipping, a falling rate, an average.

P weights. All is kept in float64 numpy arrays, so that a checkpoint holds every bit of it.
"""

from collections.abc import Mapping
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from agents.optimisers.checks import saved

BETAS = (0.9, 0.999)
EPSILON = 1e-8
MOST = float(np.finfo(np.float32).max)
VECTORS = ("mean", "first", "second", "averaged")


class Adam:
    """Descends along the gradients that it is given."""

    def __init__(self, start: NDArray[Any], *, learning_rate: float, decay: float, clip: float, average: float) -> None:
        """Begin at the genome `start` [P]; the settings are those of `ImitateConfig`."""
        self.steps = 0
        self._rate, self._decay, self._clip, self._keep = learning_rate, decay, clip, average
        self._mean = start.astype(np.float64)
        self._averaged = self._mean.copy()
        self._first, self._second = np.zeros_like(self._mean), np.zeros_like(self._mean)

    @property
    def genome(self) -> NDArray[np.float32]:
        """Where it stands, [P]."""
        return self._mean.astype(np.float32)

    @property
    def averaged(self) -> NDArray[np.float32]:
        """The moving average of where it stood (Polyak & Juditsky 1992), [P]."""
        return self._averaged.astype(np.float32)

    def step(self, gradient: NDArray[Any]) -> None:
        """Take one step down the gradient [P], which is shortened to `clip` if it is longer.

        Raises UserError where weights grow beyond float32.
        """
        gradient = gradient.astype(np.float64)
        length = sqrt((gradient**2).sum())
        gradient *= self._clip / max(length, self._clip)
        beta1, beta2 = BETAS
        self._first = beta1 * self._first + (1 - beta1) * gradient
        self._second = beta2 * self._second + (1 - beta2) * gradient**2
        pace = self._rate * self._decay**self.steps
        self.steps += 1
        rate = pace * sqrt(1 - beta2**self.steps) / (1 - beta1**self.steps)
        with np.errstate(over="ignore", invalid="ignore"):
            self._mean = self._mean - rate * self._first / (np.sqrt(self._second) + EPSILON)
        if not (np.abs(self._mean) <= MOST).all():
            raise UserError(f"learning diverged at update {self.steps}: weights left float32; lower the learning rate")
        keep = min(self._keep, self.steps / (self.steps + 9))  # a young average forgets its start
        self._averaged = keep * self._averaged + (1 - keep) * self._mean

    def state(self) -> dict[str, NDArray[Any]]:
        """All that is needed to go on with the same bits, beside what the constructor was given."""
        return {"steps": np.array(self.steps), **{name: getattr(self, f"_{name}").copy() for name in VECTORS}}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a `state`. Raises UserError where it is another configuration's."""
        steps = int(saved(state, "steps"))
        vectors = {name: saved(state, name, self._mean.size).astype(np.float64) for name in VECTORS}
        self.steps = steps
        for name, vector in vectors.items():
            setattr(self, f"_{name}", vector)
