"""Gradient descent with clipping, a falling learning rate, decoupled weight decay and weight averaging.

P weights. All state is in float64 numpy arrays, so that a checkpoint holds every bit of it.
"""

from collections.abc import Mapping
from math import inf, sqrt
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from agents.optimisers.arrays import saved

MOST = float(np.finfo(np.float32).max)


class Rule(Protocol):
    """The interface of an update rule, which computes a step from a gradient: `Adam` or `SGD`."""

    def step(self, gradient: NDArray[np.float64], rate: float, number: int) -> NDArray[np.float64]:
        """The step [P] along the gradient [P] at the learning rate `rate`; steps are numbered from 1."""

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything that is needed to continue with the same bits, except the constructor's arguments."""

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Continue from a `state`. Raises UserError if it does not fit."""


class Descent:
    """A genome [P] that descends along gradients."""

    def __init__(
        self,
        start: NDArray[Any],
        rule: Rule,
        *,
        learning_rate: float,
        decay: float = 1.0,
        weight_decay: float = 0.0,
        clip: float = inf,
        average: float = 0.0,
        mask: NDArray[np.bool_] | None = None,
    ) -> None:
        """Start at the genome `start` [P].

        Each step multiplies the learning rate by `decay`, clips the gradient to the length `clip`, and shrinks the
        genome by the learning rate times `weight_decay`. `average` is the weight of the old average in the moving
        average of genomes. Weights where the `mask` [P] is False are pruned: they are 0 from the start.
        """
        self.steps = 0
        self._rule, self._rate, self._decay = rule, learning_rate, decay
        self._weight_decay, self._clip, self._average = weight_decay, clip, average
        self._mask = np.ones(start.size, np.bool_) if mask is None else mask
        self._mean = np.where(self._mask, start, 0).astype(np.float64)
        self._averaged = self._mean.copy()

    @property
    def genome(self) -> NDArray[np.float32]:
        """The genome after the last step, [P]."""
        return self._mean.astype(np.float32)

    @property
    def averaged(self) -> NDArray[np.float32]:
        """The moving average of the genomes so far (Polyak & Juditsky 1992), [P]."""
        return self._averaged.astype(np.float32)

    def step(self, gradient: NDArray[Any]) -> None:
        """Take one step down the gradient [P]. Raises UserError if a weight grows beyond float32."""
        gradient = np.where(self._mask, gradient, 0).astype(np.float64)
        length = sqrt((gradient**2).sum())
        if length > self._clip:
            gradient *= self._clip / length
        rate = self._rate * self._decay**self.steps
        self.steps += 1
        with np.errstate(over="ignore", invalid="ignore"):
            shrunk = self._mean * (1 - rate * self._weight_decay)  # decoupled: Loshchilov & Hutter (2019)
            self._mean = shrunk - self._rule.step(gradient, rate, self.steps)
        if not (np.abs(self._mean) <= MOST).all():
            raise UserError(f"learning diverged at update {self.steps}: weights left float32; lower the learning rate")
        keep = min(self._average, self.steps / (self.steps + 9))  # the first averages give less weight to the start
        self._averaged = keep * self._averaged + (1 - keep) * self._mean

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything that is needed to continue with the same bits, except the constructor's arguments."""
        genomes = {"mean": self._mean.copy(), "averaged": self._averaged.copy()}
        return {"steps": np.array(self.steps), **genomes, **self._rule.state()}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Continue from a `state`. Raises UserError if it is of another configuration."""
        steps = int(saved(state, "steps"))
        mean, averaged = (saved(state, name, self._mean.size).astype(np.float64) for name in ("mean", "averaged"))
        self._rule.restore(state)
        self.steps, self._mean, self._averaged = steps, mean, averaged
