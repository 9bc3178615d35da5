"""What every learner is, and what every config of a learner tells the rest of the program.

C candidates of P weights.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.learning.setting import Setting
from sim.rollout.machine import CPU, Machine

LEARNER = "learner."  # begins the names of the arrays of those that learn along gradients, in a checkpoint

Record = dict[str, Any]
"""What the history keeps of one generation, ready for JSON."""


class Learner(Protocol):
    """What learns. All its randomness is named by the seed of its config and the number of the generation."""

    @property
    def generation(self) -> int:
        """Generations done."""

    def update(self) -> Record:
        """One generation; its record, with the number of the "generation" that it ends."""

    def candidates(self) -> NDArray[np.float32]:
        """The genomes [C, P] that stand for champion."""

    def measure(self) -> Record:
        """What is measured at checkpoints, beside the pellets on the validation mazes."""

    def state(self) -> dict[str, NDArray[Any]]:
        """The arrays of a checkpoint: all that is needed to go on with the same bits, beside the config."""

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a `state`, which may hold other arrays too. Raises UserError where it does not fit."""


@dataclass(frozen=True, slots=True)
class LearnerConfig(Setting, ABC):
    """All that decides the bits of a run."""

    @abstractmethod
    def start(self, machine: Machine = CPU) -> Learner:
        """The learner before its first generation."""

    @property
    @abstractmethod
    def label(self) -> str:
        """The method in the words that a champion's file has for it."""

    @property
    @abstractmethod
    def agent_steps(self) -> int:
        """Agent-steps of one generation, those of the validation mazes left out."""

    @abstractmethod
    def initial_genome(self) -> NDArray[np.float32]:
        """The genome [P] that learning begins with: of a population, the first."""

    @abstractmethod
    def mazes_met(self, generations: int) -> int:
        """How many training mazes are met in the first `generations`: they are the first ones of the stream."""


def prefixed(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The arrays of a part, as a checkpoint names them."""
    return {f"{prefix}{name}": array for name, array in arrays.items()}


def unprefixed(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The arrays of a checkpoint that belong to a part, as the part names them."""
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
