"""Stopping at a loss: learning by gradients ends once the loss on fixed training episodes is low enough.

Runs that are compared at equal loss must not differ in the episodes that it is measured on, nor overshoot. So the loss
is measured after every update, and always on the same episodes. P weights.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.layout import Layout
from agents.optimisers.arrays import saved
from sim.imitation.loss import cross_entropy
from sim.imitation.teacher import Demonstrations
from sim.rollout.machine import Machine

MOST = 256  # training mazes whose episodes the loss is measured on


class StopRule:
    """Stops learning after the first update whose genome has a loss of at most `threshold` on `episodes`.

    since: the update after which learning stopped, or 0; idle: updates after it, which changed nothing
    """

    def __init__(self, threshold: float, layout: Layout, episodes: Demonstrations, machine: Machine) -> None:
        """Begin before the first update."""
        self.since = self.idle = 0
        self._threshold, self._layout, self._episodes, self._machine = threshold, layout, episodes, machine
        self._newest: float | None = None  # the loss after the newest update, unless it was restored

    def loss(self, genome: NDArray[np.float32]) -> float:
        """The loss of a genome [P] on the fixed episodes, in nats per labelled step."""
        return float(cross_entropy(genome[None], self._layout, self._episodes, self._machine)[0].mean())

    def check(self, genome: NDArray[np.float32], updates: int) -> dict[str, Any]:
        """Stop if the genome [P] after so many updates is good enough; return what the record says of it."""
        self._newest = self.loss(genome)
        if self._newest <= self._threshold:
            self.since = updates
            return self._report
        return {"training_loss": self._newest}

    def pass_by(self, genome: NDArray[np.float32]) -> dict[str, Any]:
        """Count an update that changes nothing; return what the record says of the genome [P], which stays."""
        self.idle += 1
        if self._newest is None:
            self._newest = self.loss(genome)
        return self._report

    @property
    def _report(self) -> dict[str, Any]:
        return {"training_loss": self._newest, "stopped": self.since}

    def state(self) -> dict[str, NDArray[Any]]:
        """The arrays of a checkpoint."""
        return {"stopped": np.array(self.since), "idle": np.array(self.idle)}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Continue from a `state`. Raises UserError if it does not fit."""
        self.since, self.idle = int(saved(state, "stopped")), int(saved(state, "idle"))
